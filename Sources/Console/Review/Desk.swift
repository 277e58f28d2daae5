package import AgenticMail
package import Guard
package import SafeText
package import TerminalUI

/// What the review desk knows, for all of its screens: the queue, what was shown whole, what is on its way.
///
/// It changes on the interface's actor alone; the server is asked in tasks that come back to it.
@UIActor
package final class Desk {
    unowned let console: ConsoleModel
    /// The holds as they were last heard of; nil before that.
    package private(set) var queue: ReviewRoom.Queue?
    /// Why the desk cannot be used; nil where it can.
    package private(set) var fault: SafeText?
    /// Which way the mail goes that the queue shows.
    package private(set) var direction = HoldEntry.Direction.outbound
    /// Mail that came in and was discarded here, the last one at the end.
    private var discarded: [HoldSummary] = []
    /// Whether the queue shows what is decided too.
    package private(set) var showsDecided = false
    /// The forms of holds that have been on this screen from the first row to the last.
    private var shown: Set<Digest> = []
    /// Holds on which a decision is under way.
    private var busy: Set<String> = []
    /// What was approved here and has not left yet.
    private var approved: [String] = []
    /// Holds whose reviewer was told that messages came into their thread: the next approval knows of them.
    private var movedOn: Set<String> = []
    private var task: Task<Void, Never>?
    private var isStale = false
    private var ticker: Task<Void, Never>?
    private var decisions: [Int: Task<Void, Never>] = [:]
    private var lastDecision = 0
    private var rangAt: Int64 = .min

    /// Seconds between two bells.
    private static let ringInterval: Int64 = 60
    /// Seconds after which a bell that was not heard means that no guard is there.
    private static let ringPatience = 12

    init(_ console: ConsoleModel) {
        self.console = console
    }

    // MARK: What is known

    /// How many holds wait for a decision; nil where that is not known.
    package var heldCount: Int? {
        queue.map { queue in queue.holds.count { $0.state == .held || $0.state == .uncertain } }
    }

    /// The holds of the direction that is shown.
    package var shownHolds: [HoldSummary] { (queue?.holds ?? []).filter { $0.entry.direction == direction } }

    /// How many wait in the other direction.
    package var waitingElsewhere: Int {
        (queue?.holds ?? []).count { $0.entry.direction != direction && $0.state == .held }
    }

    /// Shows mail that goes this way.
    package func show(_ wanted: HoldEntry.Direction) {
        direction = wanted
        for view in console.levels { (view as? ReviewScreen)?.deskChanged() }
        console.needsFrame = true
    }

    /// Whether a person other than this reviewer and those who edited a hold may approve it.
    package func canOthersApprove(_ hold: HoldSummary) -> Bool {
        guard let queue else { return true }
        return queue.lists.canOthersApprove(than: hold.entry.editors + [queue.reviewer])
    }

    /// Whether this reviewer has edited a hold.
    package func isEditor(of hold: HoldSummary) -> Bool {
        let mine = (queue?.reviewer ?? "").lowercased()
        return hold.entry.editors.contains { $0.lowercased() == mine }
    }

    /// Whether this form of a hold was shown whole.
    package func isShown(_ hold: HoldSummary) -> Bool { shown.contains(hold.entry.digest) }

    /// Remembers that this form of a hold was shown whole.
    package func noteShown(_ hold: HoldSummary) {
        guard shown.insert(hold.entry.digest).inserted else { return }
        console.needsFrame = true
    }

    /// Whether a decision on the hold is under way.
    package func isBusy(_ id: String) -> Bool { busy.contains(id) }

    /// The hold that is let go and can still be called back, the one that leaves first.
    private var leaving: (hold: HoldSummary, seconds: Int64)? {
        let now = console.clock.now()
        let all = (queue?.holds ?? []).compactMap { hold in
            hold.heldUntil.flatMap { $0 > now ? (hold: hold, seconds: $0 - now) : nil }
        }
        return all.min { $0.seconds < $1.seconds }
    }

    /// Seconds until the next message leaves for good; nil where none is on its way.
    package var leavingSeconds: Int64? { leaving?.seconds }

    /// What stands in the footer while a message can be called back.
    package var countdown: SafeText? {
        guard let leaving else { return nil }
        let key = console.keymap.key(of: "review.undo", on: .review) ?? "u"
        return "\(key) undo, leaves in \(leaving.seconds) s"
    }

    /// Why decisions may wait, as a sentence; nil where a guard answers.
    package var silence: SafeText? {
        guard let queue, queue.isSilent else { return nil }
        guard let seen = queue.guardSeen else {
            return "No guard has been here yet: decisions are taken and wait for one."
        }
        let (time, age) = (Figures.time(seen, console.clock), Figures.age(seen, console.clock))
        return
            "No guard answers; the last sign of one is of \(untrusted: time) (\(untrusted: age)). Decisions wait for it."
    }

    // MARK: Asking

    /// Asks what waits now; a wish that comes while it is asked is followed by another.
    package func refresh() {
        guard let services = console.services.review else { return }
        guard task == nil else {
            isStale = true
            return
        }
        let states = showsDecided ? HoldState.allCases : ReviewRoom.open
        task = Task { [weak self] in
            let result = await Task.detached { try await services.queue(states) }.result
            guard let self, !Task.isCancelled else { return }
            task = nil
            take(result)
            if isStale {
                isStale = false
                refresh()
            }
        }
    }

    private func take(_ result: Result<ReviewRoom.Queue, any Error>) {
        let (before, faultBefore) = (queue, fault)
        switch result {
        case .success(let new):
            let gone = approved.filter { id in !new.holds.contains { $0.id == id && !$0.state.isFinal } }
            queue = new
            fault = nil
            approved.removeAll(where: gone.contains)
            for id in gone { tellEnd(of: id) }
        case .failure(let error): fault = ConsoleModel.sentence(error)
        }
        // Every arrival of mail asks anew, and mostly nothing of the desk is another then: a frame for that would keep the
        // arrival waiting for the next one.
        guard !Self.looksAlike(queue, before) || fault != faultBefore else { return }
        for view in console.levels {
            (view as? ReviewScreen)?.deskChanged()
            (view as? HoldScreen)?.deskChanged()
            (view as? PolicyScreen)?.deskChanged()
        }
        tick()
        console.needsFrame = true
    }

    /// Whether two queues are shown alike: when an answering guard was last seen is not shown.
    private static func looksAlike(_ left: ReviewRoom.Queue?, _ right: ReviewRoom.Queue?) -> Bool {
        guard var left, let right, !left.isSilent else { return left == right }
        left.guardSeen = right.guardSeen
        return left == right
    }

    /// Says what became of something that was approved here.
    private func tellEnd(of id: String) {
        guard let services = console.services.review else { return }
        start { [weak self] in
            guard let hold = try? await Task.detached(operation: { try await services.summary(id) }).value else {
                return
            }
            let kind: Notice.Kind = hold.state == .sent || hold.state == .canceled ? .info : .failure
            self?.console.say(
                "\(untrusted: hold.meaning) “\(untrusted: hold.entry.subject)”", kind)
        }
    }

    /// Rings for the guard where that was not done lately, and looks a little later whether it was heard.
    package func lookForGuard() {
        guard let services = console.services.review else { return }
        let now = console.clock.now()
        guard rangAt == .min || now - rangAt >= Self.ringInterval else { return }
        rangAt = now
        start { [weak self] in
            try? await Task.detached { try await services.ring() }.value
            guard (try? await Task.sleep(for: .seconds(Self.ringPatience))) != nil else { return }
            self?.refresh()
        }
    }

    /// Shows what is decided too, or no longer.
    package func toggleDecided() {
        showsDecided.toggle()
        refresh()
    }

    /// Draws every second while something is on its way.
    private func tick() {
        guard ticker == nil, leaving != nil else { return }
        ticker = Task { [weak self] in
            while self?.leaving != nil, (try? await Task.sleep(for: .seconds(1))) != nil {
                self?.console.needsFrame = true
            }
            self?.ticker = nil
            self?.refresh()
        }
    }

    func start(_ body: @escaping @UIActor () async -> Void) {
        lastDecision += 1
        let number = lastDecision
        decisions[number] = Task { [weak self] in
            await body()
            self?.decisions[number] = nil
        }
    }

    /// Ends what was begun here.
    func close() {
        task?.cancel()
        ticker?.cancel()
        for decision in decisions.values { decision.cancel() }
        decisions = [:]
    }

    // MARK: Deciding

    /// Whether decisions wait for their answers.
    var hasWork: Bool { !busy.isEmpty }

    /// Decides on holds in the form that was seen, one after the other; says what became of it.
    ///
    /// - Parameter done: Told, on each hold, whether the decision stands.
    package func decide(
        _ action: Decision.Action, on holds: [HoldSummary], note: String = "", edit: HoldEdit? = nil,
        done: (@UIActor (HoldSummary, Bool) -> Void)? = nil
    ) {
        guard let services = console.services.review else { return }
        let wanted = holds.filter { !busy.contains($0.id) }
        guard !wanted.isEmpty else { return console.say("A decision on it is under way.", .refusal) }
        busy.formUnion(wanted.map(\.id))
        console.say(Self.beginning(action, wanted.count))
        start { [weak self] in
            var told: [Told] = []
            for hold in wanted {
                var seen = ReviewRoom.Seen(hold)
                seen.knowsThread = self?.movedOn.contains(hold.id) == true
                let known = seen
                let result = await Task.detached {
                    try await services.decide(action, known, note, edit)
                }.result
                guard let self else { return }
                busy.remove(hold.id)
                if case .success(.refused(let reason)) = result, reason.hasPrefix(Decision.threadMovedOn) {
                    movedOn.insert(hold.id)
                }
                let word = Told(action, hold, result, by: queue?.reviewer ?? "")
                if word.stands, action == .approve { approved.append(hold.id) }
                if word.stands, action == .reject, hold.isInbound { discarded.append(hold) }
                if word.stands, action == .undo { discarded.removeAll { $0.id == hold.id } }
                told.append(word)
                done?(hold, word.stands)
            }
            self?.say(told)
            self?.refresh()
        }
    }

    /// What became of one decision, for the footer.
    private struct Told {
        let stands: Bool
        let text: SafeText
        let kind: Notice.Kind

        init(
            _ action: Decision.Action, _ hold: HoldSummary, _ result: Result<ReviewRoom.Outcome, any Error>,
            by reviewer: String
        ) {
            switch result {
            case .success(.accepted): (stands, text, kind) = (true, Desk.end(action, hold, reviewer), .info)
            case .success(.refused(let reason)): (stands, text, kind) = (false, SafeText(untrusted: reason), .refusal)
            case .success(.waiting):
                (stands, kind) = (true, .refusal)
                text = "No guard has answered yet; your decision stands and waits for one."
            case .failure(let error): (stands, text, kind) = (false, ConsoleModel.sentence(error), .failure)
            }
        }
    }

    private func say(_ told: [Told]) {
        let bad = told.filter { $0.kind != .info }
        guard told.count > 1 else {
            if let only = told.first { console.say(only.text, only.kind) }
            return
        }
        guard let first = bad.first else { return console.say("\(told.count) decided.") }
        console.say("\(told.count - bad.count) of \(told.count) decided. \(first.text)", first.kind)
    }

    private static func beginning(_ action: Decision.Action, _ count: Int) -> SafeText {
        let what: SafeText = count == 1 ? .empty : " \(count)"
        return switch action {
        case .approve: "Approving\(what) …"
        case .reject: "Rejecting\(what) …"
        case .requestChanges: "Asking for changes …"
        case .undo: "Calling it back …"
        case .claim: "Claiming …"
        case .release: "Giving the claim back …"
        case .edit: "Sending the edit …"
        case .allow: "Giving your word …"
        case .disallow, .unsuppress: "Taking it back …"
        }
    }

    private nonisolated static func end(_ action: Decision.Action, _ hold: HoldSummary, _ reviewer: String) -> SafeText
    {
        switch action {
        case .approve:
            let others = hold.approvedBy.filter { $0.lowercased() != reviewer.lowercased() }
            let missing = hold.entry.approvals - others.count - 1
            if missing > 0 { return "Approved by you; \(missing) more must approve it." }
            let editors = Set(hold.entry.editors.map { $0.lowercased() })
            guard editors.isSuperset(of: (others + [reviewer]).map { $0.lowercased() }) else {
                if hold.isInbound { return "Released; u keeps it back until it lies in the agent's Inbox." }
                return "Approved; u calls it back until it leaves."
            }
            return "Approved by you; since you edited it, another reviewer must approve it too."
        case .reject where hold.isInbound: return "Discarded; u holds it again."
        case .reject: return "Rejected; the agent reads your note."
        case .requestChanges: return "Changes asked for; the agent reads your note."
        case .undo where hold.isInbound:
            return hold.state == .rejected || hold.state == .canceled || hold.state == .held
                ? "It is held again." : "It is kept back, unless it lies in the agent's Inbox already."
        case .undo: return "It is called back, unless it has left already."
        case .claim: return "The others see for ten minutes that you look at it."
        case .release: return "Your claim is given back."
        case .edit: return "Edited; it is held again, and another reviewer must approve it."
        case .allow: return "Your word is given; this hold still waits for its decision."
        case .disallow, .unsuppress: return "It is taken back."
        }
    }

    /// Calls back: the hold that is meant, or else what was approved last and has not left.
    package func callBack(_ hold: HoldSummary?) {
        if let hold, hold.isInbound, hold.state == .rejected || hold.state == .canceled {
            return decide(.undo, on: [hold])
        }
        if hold?.isInbound ?? (direction == .inbound), let last = discarded.last, hold?.heldUntil == nil {
            return decide(.undo, on: [last])
        }
        let open = (queue?.holds ?? []).filter { $0.state == .approved || $0.state == .sending }
        let last = approved.reversed().lazy.compactMap { id in open.first { $0.id == id } }.first
        let meant = hold.flatMap { hold in open.first { $0.id == hold.id } }
        guard let target = meant ?? last ?? open.first(where: { $0.heldUntil != nil }) else {
            return console.say("Nothing that was approved can be called back any longer.", .refusal)
        }
        decide(.undo, on: [target])
    }
}

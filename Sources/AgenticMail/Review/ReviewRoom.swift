package import Guard
package import JMAP
import Message

/// Where reviewers look and decide: the one place that the console's desk and the commands go through.
///
/// It keeps what was read of the copies in the reviewers' group, which never change; everything else is asked anew.
package actor ReviewRoom {
    /// The holds that wait, and how the guard is.
    package struct Queue: Sendable, Hashable {
        /// The nearest deadline first.
        package var holds: [HoldSummary] = []
        /// Copies that cannot be read.
        package var unreadable = 0
        /// Whether no guard answers: decisions then wait for one.
        package var isSilent = false
        /// When a guard last said that it is there, in seconds since 1970; nil where none ever did.
        package var guardSeen: Int64?
        /// The reviewer's address.
        package var reviewer = ""
        /// What is allowed, who gets no more mail, and who may decide, as the guard has said.
        package var lists = ReviewLists()

        package init() {}
    }

    /// Which form of a hold was seen.
    package struct Seen: Sendable, Hashable {
        package let hold: String
        package let digest: Digest
        /// Whether it is known that messages came into its thread since it was held.
        package var knowsThread = false

        package init(hold: String, digest: Digest) {
            self.hold = hold
            self.digest = digest
        }

        package init(_ summary: HoldSummary) { self.init(hold: summary.id, digest: summary.entry.digest) }
    }

    /// What became of a decision.
    package enum Outcome: Sendable, Hashable {
        /// It counts; the server then holds what is let go for so many seconds.
        case accepted(holdFor: Int64)
        /// Why it does not count.
        case refused(String)
        /// No guard has answered yet; it stands and waits for one.
        case waiting
    }

    /// The states that wait for somebody.
    package static let open: [HoldState] = [.held, .approved, .sending, .uncertain]
    /// Seconds that a bell may ring before the guard counts as silent; it looks every five.
    private static let patience: Int64 = 15
    /// Copies of each final state that are looked through for earlier decisions.
    private static let mostEarlier = 60
    private static let mostAtOnce = 8

    private let client: JMAPClient
    let secretKey: @Sendable () async throws -> [UInt8]
    let now: @Sendable () -> Int64
    private var opened: ReviewDesk?
    private var entries: [EmailID: HoldEntry] = [:]
    private var unreadable: Set<EmailID> = []

    /// A room for the login of a client; nothing is asked of the server yet.
    ///
    /// - Parameters:
    ///   - secretKey: Gives the reviewer's Ed25519 secret key, 64 bytes; asked at each decision.
    ///   - now: Seconds since 1970.
    package init(
        client: JMAPClient, secretKey: @escaping @Sendable () async throws -> [UInt8],
        now: @escaping @Sendable () -> Int64
    ) {
        self.client = client
        self.secretKey = secretKey
        self.now = now
    }

    func desk() async throws(GuardError) -> ReviewDesk {
        if let opened { return opened }
        let desk = try await ReviewDesk.open(client)
        opened = desk
        return desk
    }

    // MARK: Looking

    /// The holds in some states.
    package func queue(in states: [HoldState] = ReviewRoom.open) async throws(GuardError) -> Queue {
        let desk = try await desk()
        let presence = try await desk.presence()
        let (all, missing) = try await summaries(in: states, newest: nil, presence.holdFor, desk)
        var queue = Queue()
        queue.reviewer = desk.address
        queue.lists = try await desk.lists()
        queue.unreadable = missing
        let time = now()
        queue.guardSeen = presence.lastSeen
        queue.isSilent =
            (presence.until ?? 0) < time || presence.bell.map { $0 + Self.patience <= time } ?? false
        queue.holds = all.sorted { ($0.entry.deadline, $0.id) < ($1.entry.deadline, $1.id) }
        return queue
    }

    private func summaries(
        in states: [HoldState], newest: Int?, _ holdFor: Int64, _ desk: ReviewDesk
    ) async throws(GuardError) -> (found: [HoldSummary], unreadable: Int) {
        let activity = try await desk.recentActivity()
        var copies: [ReviewDesk.Copy] = []
        for state in states { copies += try await desk.copies(in: state, newest: newest) }
        try await read(copies.filter { entries[$0.id] == nil && !unreadable.contains($0.id) }, desk)
        let time = now()
        // A copy that is being moved can be listed in two states: the later one counts.
        var found: [String: HoldSummary] = [:]
        for copy in copies {
            guard let entry = entries[copy.id], found[entry.id]?.entry.revision ?? 0 <= entry.revision else { continue }
            found[entry.id] = HoldSummary(entry, copy.state, activity: activity, holdFor: holdFor, now: time)
        }
        return (Array(found.values), copies.count { unreadable.contains($0.id) })
    }

    /// An entry, or why it cannot be read; for a task beside others.
    ///
    /// A function of its own: the optimiser of Swift 6.3.1 breaks a group's task whose closure catches a typed error here.
    private static func entry(of copy: ReviewDesk.Copy, _ desk: ReviewDesk) async -> (
        EmailID, Result<HoldEntry, GuardError>
    ) {
        do throws(GuardError) {
            return (copy.id, .success(try await desk.entry(of: copy)))
        } catch {
            return (copy.id, .failure(error))
        }
    }

    /// Reads the entries of copies, several at once.
    private func read(_ copies: [ReviewDesk.Copy], _ desk: ReviewDesk) async throws(GuardError) {
        var rest = copies[...]
        while !rest.isEmpty {
            let batch = rest.prefix(Self.mostAtOnce)
            rest = rest.dropFirst(Self.mostAtOnce)
            let results = await withTaskGroup(of: (EmailID, Result<HoldEntry, GuardError>).self) { group in
                for copy in batch {
                    group.addTask { await Self.entry(of: copy, desk) }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            for (id, result) in results {
                switch result {
                case .success(let entry): entries[id] = entry
                case .failure(let error) where error.code == .damaged: unreadable.insert(id)
                // The copy was moved on or taken away meanwhile.
                case .failure(let error) where error.cause?.code == .notFound: break
                case .failure(let error): throw error
                }
            }
        }
    }

    /// Everything of a hold, named by its id or the beginning of it.
    package func sheet(_ id: String) async throws(GuardError) -> HoldSheet {
        let desk = try await desk()
        let hold = try await desk.hold(id)
        let activity = try await desk.recentActivity()
        let holdFor = try await desk.presence().holdFor
        let summary = HoldSummary(hold.entry, hold.state, activity: activity, holdFor: holdFor, now: now())
        let (past, _) = try await summaries(
            in: HoldState.allCases.filter(\.isFinal), newest: Self.mostEarlier, holdFor, desk)
        let own = past.filter { $0.entry.agent == hold.entry.agent && $0.id != hold.entry.id }
        let known = Set(
            own.filter { $0.state == .sent }.flatMap { $0.entry.envelope.recipients.map { $0.lowercased() } })
        return HoldSheet(
            summary, hold.message.bytes, previous: hold.previous,
            earlier: Self.earlier(own, to: hold.entry.envelope.recipients, activity),
            known: known)
    }

    /// A hold's line, named by its id or the beginning of it.
    package func summary(_ id: String) async throws(GuardError) -> HoldSummary {
        let desk = try await desk()
        let hold = try await desk.hold(id)
        return HoldSummary(
            hold.entry, hold.state, activity: try await desk.recentActivity(),
            holdFor: try await desk.presence().holdFor, now: now())
    }

    private static func earlier(
        _ holds: [HoldSummary], to recipients: [String], _ activity: [ReviewDesk.Activity]
    ) -> [HoldSheet.Earlier] {
        let wanted = Set(recipients)
        let same = holds.filter { !wanted.isDisjoint(with: $0.entry.envelope.recipients) }
        let told = same.map { hold -> HoldSheet.Earlier in
            let last = activity.first { record in
                record.hold == hold.id && record.action != .claim && record.action != .release
            }
            return HoldSheet.Earlier(
                hold: hold.id, at: last?.at.seconds ?? hold.entry.createdAt.seconds,
                recipients: hold.entry.envelope.recipients.filter(wanted.contains), subject: hold.entry.subject,
                state: hold.state, reviewer: last?.reviewer ?? "", note: last?.note ?? "")
        }
        return told.sorted { ($0.at, $0.hold) > ($1.at, $1.hold) }
    }

    /// Rings for the guard, unless a bell rings already; whether it was heard is seen in ``Queue/silentSince``.
    package func ring() async throws(GuardError) {
        let desk = try await desk()
        guard try await desk.presence().bell == nil else { return }
        try await desk.ring()
    }

    /// Tells that something on the server changed: a hold came, was decided, or left.
    package nonisolated func changes() -> AsyncStream<Void> {
        let client = client
        return AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let task = Task {
                while !Task.isCancelled {
                    do {
                        for try await event in client.push(types: ["Email"]) {
                            if case .state = event { continuation.yield() }
                            // What happened before the stream stood is seen by asking once.
                            if case .unsupported = event { break }
                        }
                    } catch {
                        // A stream that broke is opened again.
                    }
                    guard (try? await Task.sleep(for: .seconds(5))) != nil else { break }
                    continuation.yield()
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    // MARK: Deciding

    /// Signs a decision on the form that was seen, hands it in and waits a while for the guard's word.
    ///
    /// What was changed, decided or has run out meanwhile is refused here already; the guard checks it all again.
    package func decide(
        _ action: Decision.Action, on seen: Seen, note: String = "", edit: HoldEdit? = nil, wait seconds: Int = 10
    ) async throws -> Outcome {
        let desk = try await desk()
        let copies = try await current(seen.hold, desk)
        guard let copy = copies else {
            throw GuardError(
                .notFound, "The hold \(seen.hold) is not there any more.", cure: "Look at the queue again.")
        }
        try await read(entries[copy.id] == nil ? [copy] : [], desk)
        guard let entry = entries[copy.id] else {
            throw GuardError(
                .state, "The hold \(seen.hold) is being changed at this moment.", cure: "Look at it again.")
        }
        if let reason = objection(to: action, on: entry, copy.state, seen, desk.address) { return .refused(reason) }
        let key = try await secretKey()
        let subject: String
        if action == .edit, let edit {
            let held = try await desk.hold(entry.id)
            guard held.entry.digest == entry.digest else {
                return .refused("The message was changed since it was shown; look at the new form.")
            }
            let bytes = try edit.apply(to: ParsedMessage(held.message.bytes))
            subject = try await desk.edit(entry, to: bytes, note: note, at: now(), secretKey: key)
        } else {
            subject = try await desk.decide(
                action, on: entry, note: note, at: now(), secretKey: key, acknowledgesThread: seen.knowsThread)
        }
        switch try await desk.answer(to: subject, seconds: seconds) {
        case .waiting: return .waiting
        case .refused(let reason): return .refused(reason)
        case .accepted: return .accepted(holdFor: try await desk.presence().holdFor)
        }
    }

    /// The copy of a hold as it stands now.
    private func current(_ hold: String, _ desk: ReviewDesk) async throws(GuardError) -> ReviewDesk.Copy? {
        for state in HoldState.allCases {
            let limit = state.isFinal ? 500 : nil
            if let copy = try await desk.copies(in: state, newest: limit).last(where: { $0.hold == hold }) {
                return copy
            }
        }
        return nil
    }

    private func objection(
        to action: Decision.Action, on entry: HoldEntry, _ state: HoldState, _ seen: Seen, _ reviewer: String
    ) -> String? {
        let isInbound = entry.direction == .inbound
        let meaning = isInbound ? state.inboundSentence : state.sentence
        if isInbound, action == .undo, state == .rejected || state == .canceled { return nil }
        guard !state.isFinal else { return "The hold is \(state.rawValue) already: \(meaning)" }
        guard entry.digest == seen.digest else {
            return "The message was changed since it was shown; look at the new form."
        }
        if action == .undo { return state == .held ? "There is nothing to call back; it is still held." : nil }
        guard state == .held else { return "The hold is \(state.rawValue) already: \(meaning)" }
        guard now() < entry.deadline.seconds else { return "The deadline \(entry.deadline) has passed." }
        return nil
    }
}

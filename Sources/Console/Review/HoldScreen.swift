package import AgenticMail
import Guard
package import JMAP
package import MailCache
package import SafeText
package import TerminalUI

/// One hold: everything that must have been on the screen before it can be approved, and the decisions.
@UIActor
package final class HoldScreen: TextScreen {
    private var summary: HoldSummary
    private var sheet: HoldSheet?
    private var fault: SafeText?
    /// Whether all of the hold was read from the server.
    package var isRead: Bool { sheet != nil }
    private var isRevealed = false
    private var thread = ThreadBehind()
    /// Whether the reviewer was told that nobody could approve an edit.
    private var knowsAlone = false
    /// Whether the reviewer was told that the thread has moved on since the hold.
    private var knowsThread = false
    private var loading: Task<Void, Never>?

    package init(_ console: ConsoleModel, _ summary: HoldSummary) {
        self.summary = summary
        super.init(.hold, console, wraps: true)
        rebuild()
        load()
    }

    private var desk: Desk { console.desk }
    private static let titleWidth = 24

    package override var crumb: SafeText { title }
    package override var subject: SafeText { title }
    package override var accountsShown: Set<AccountID> { [summary.entry.account] }

    private var title: SafeText {
        let subject = summary.entry.subject
        return subject.isEmpty
            ? "(no subject)" : SafeText(untrusted: subject).truncated(to: max(12, size.width / 3))
    }

    package override var position: SafeText {
        if text.currentMatch != nil { return super.position }
        guard sheet != nil, summary.state == .held else { return HoldWords.state(summary.state) }
        return text.isSeen ? "all shown" : "shown \(text.shownPercent)%"
    }

    // MARK: Reading

    private func load() {
        guard let services = console.services.review else { return }
        loading?.cancel()
        let id = summary.id
        loading = Task { [weak self] in
            let result = await Task.detached { try await services.sheet(id) }.result
            guard let self, !Task.isCancelled else { return }
            switch result {
            case .success(let sheet):
                let isOther = self.sheet.map { $0.summary.entry.digest != sheet.summary.entry.digest } ?? true
                self.sheet = sheet
                summary = sheet.summary
                fault = nil
                rebuild(keepPlace: !isOther)
            case .failure(let error):
                fault = ConsoleModel.sentence(error)
                rebuild()
            }
            console.needsFrame = true
        }
    }

    private func rebuild(keepPlace: Bool = false) {
        thread = ThreadBehind(summary, console.reader)
        let page = HoldPage(
            summary: summary, sheet: sheet, fault: fault, thread: thread, isRevealed: isRevealed,
            silence: desk.silence, console: console)
        text.set(lines: page.lines, keepPlace: keepPlace)
    }

    package override func appear() {
        desk.refresh()
        desk.lookForGuard()
    }

    package override func cacheChanged(_ change: CacheChange) {
        guard change.accounts.contains(summary.entry.account) else { return }
        let now = ThreadBehind(summary, console.reader)
        if now != thread { rebuild(keepPlace: true) }
    }

    package override func minuteTurned() { rebuild(keepPlace: true) }

    package override func draw(on surface: inout Surface) {
        super.draw(on: &surface)
        if sheet != nil, text.isSeen { desk.noteShown(summary) }
    }

    /// The desk has heard something: where it is about this hold, what is shown follows.
    func deskChanged() {
        guard let queue = desk.queue else { return }
        guard let now = queue.holds.first(where: { $0.id == summary.id }) else {
            // Decided and gone from the queue: its end is worth a look.
            if !summary.state.isFinal { load() }
            return
        }
        guard now.entry.digest == summary.entry.digest else {
            let isMine = now.entry.editors.last?.lowercased() == queue.reviewer.lowercased()
            if !isMine { console.say("Another reviewer has edited it; this is its new form.", .refusal) }
            knowsThread = false
            return load()
        }
        guard now != summary else { return }
        if now.state != summary.state { load() }
        summary = now
        rebuild(keepPlace: true)
    }

    // MARK: Acting

    package override func holdsOwn(_ requirement: Command.Requirement) -> Bool {
        switch requirement {
        case .hold, .row: true
        case .secret: sheet?.marks.hasSecrets ?? false
        default: false
        }
    }

    package override func performOwn(_ id: Command.ID, _ arguments: [String]) -> Bool {
        switch id.rawValue {
        case "review.approve": approve()
        case "review.reject": decideWithNote(.reject)
        case "review.request-changes": decideWithNote(.requestChanges)
        case "review.claim": console.toggleClaim(summary)
        case "review.undo": desk.callBack(summary)
        case "review.edit": edit()
        case "review.allow": allow()
        case "review.reveal":
            isRevealed.toggle()
            rebuild(keepPlace: true)
            console.say(isRevealed ? "Secrets are shown in the clear." : "Secrets are masked.")
        case "open":
            guard let row = thread.draft else {
                console.say("The conversation is not in this login's cache.", .refusal)
                break
            }
            console.open(ThreadScreen(console, row: row, from: nil))
        default: return false
        }
        return true
    }

    /// Whether anything can be decided; says why where not.
    private func canDecide() -> Bool {
        guard sheet != nil else {
            console.say(fault ?? "It is still being read.", .refusal)
            return false
        }
        guard summary.state == .held else {
            console.say(SafeText(untrusted: summary.meaning), .refusal)
            return false
        }
        return true
    }

    /// Says that something goes with mail that is to be sent alone, where this is none.
    private func isForOutbound() -> Bool {
        guard summary.isInbound else { return true }
        console.say("It came in: A releases it into the agent's Inbox, R discards it.", .refusal)
        return false
    }

    private func allow() {
        guard isForOutbound(), sheet != nil else { return }
        guard !summary.state.isFinal || summary.state == .sent else {
            return console.say(SafeText(untrusted: summary.meaning), .refusal)
        }
        console.prompt = AllowPrompt(console, summary)
    }

    private func approve() {
        guard canDecide(), let sheet else { return }
        guard sheet.isComplete else {
            return console.say(
                "It is too long, or too tangled, to be shown whole, so it cannot be approved; R rejects, C asks for another.",
                .refusal)
        }
        if desk.isEditor(of: summary), !desk.canOthersApprove(summary) {
            return console.say(
                "You edited it, and the policy names no other reviewer: nobody can approve it. R rejects it.", .refusal)
        }
        guard text.isSeen else {
            return console.say(
                "Not all of it has been shown yet, \(text.shownPercent)% of it: Space goes on.", .refusal)
        }
        if thread.newer > 0, !knowsThread {
            knowsThread = true
            return console.say(
                "The conversation has moved on: \(thread.newer) came after this was written. Enter reads it; A again approves.",
                .refusal)
        }
        decide(.approve)
    }

    private func decideWithNote(_ action: Decision.Action) {
        guard canDecide() else { return }
        if summary.isInbound {
            guard isForOutbound() || action == .reject else { return }
            // Nobody is told of what is discarded, and undo holds it again.
            return decide(.reject)
        }
        console.prompt = NotePrompt(console, action) { [weak self] note in self?.decide(action, note: note) }
    }

    private func decide(_ action: Decision.Action, note: String = "") {
        desk.decide(action, on: [summary], note: note) { [weak self] _, stands in
            guard let self else { return }
            guard stands else { return load() }
            // The queue has what comes next, and the undo.
            if console.top === self { _ = console.closeTop() }
        }
    }

    // MARK: Editing

    private func edit() {
        guard isForOutbound(), canDecide(), let sheet, let services = console.services.review else { return }
        if !desk.canOthersApprove(summary), !knowsAlone {
            knowsAlone = true
            return console.say(
                "You are the only reviewer: nobody could approve what you edit. C asks for changes; e edits all the same.",
                .refusal)
        }
        let before = HoldEdit(of: sheet.parsed)
        console.edit(EditText.write(before), at: services.editPath, by: services.editor) { [weak self] text in
            self?.edited(text, before, sheet)
        }
    }

    private func edited(_ text: String, _ before: HoldEdit, _ sheet: HoldSheet) {
        do throws(GuardError) {
            let change = EditChange(before, try EditText.read(text), sheet)
            guard !change.isEmpty else { return console.say("Nothing was changed.") }
            console.open(EditScreen(console, sheet, change))
        } catch {
            console.say(error)
        }
    }
}

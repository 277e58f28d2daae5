package import AgenticMail
import Guard
import JMAP
package import SafeText
package import TerminalUI

/// The holds that wait for people, the nearest deadline first.
@UIActor
package final class ReviewScreen: ListScreen<HoldSummary> {
    private var count = 0

    package init(_ console: ConsoleModel) {
        super.init(.review, console)
        arrange()
    }

    private var desk: Desk { console.desk }

    private var isInbound: Bool { desk.direction == .inbound }

    package override var crumb: SafeText { isInbound ? "review in" : "review" }

    package override var emptyText: SafeText {
        if console.services.review == nil { return "There is no review desk for this workspace." }
        if let fault = desk.fault { return fault }
        if desk.queue == nil { return "Asking what waits …" }
        guard filter.isEmpty else { return super.emptyText }
        if isInbound { return "No mail that came in was kept. i shows what agents want sent." }
        let others = desk.waitingElsewhere
        return others > 0
            ? "Nothing waits to be sent; i shows \(others) that came in and were kept."
            : "Nothing waits for a decision."
    }

    // MARK: Rows

    private func arrange() {
        let matcher = FilterMatcher(FilterExpression(filter).terms)
        let rows = desk.shownHolds.filter { hold in
            filter.isEmpty
                || matcher.matches(
                    FilterSubject(
                        from: hold.isInbound ? hold.entry.envelope.sender : hold.entry.agent,
                        to: hold.entry.envelope.recipients.joined(separator: " "),
                        subject: "\(hold.entry.subject) \(hold.why) \(hold.state.rawValue)"))
        }
        count = rows.count
        setSource(RowSource(rows), keeping: true)
    }

    package override func filterChanged() { arrange() }
    package override func reload() { arrange() }
    package override func minuteTurned() { arrange() }
    package override func appear() {
        arrange()
        desk.refresh()
        desk.lookForGuard()
    }

    /// The desk has heard something.
    func deskChanged() { arrange() }

    // MARK: Looks

    package override var total: Int? { count }

    package override var position: SafeText {
        guard desk.silence == nil else { return "guard silent  \(super.position)" }
        let unreadable = desk.queue?.unreadable ?? 0
        if unreadable == 0, desk.waitingElsewhere > 0 {
            let others = desk.waitingElsewhere
            return isInbound ? "\(others) to send  \(super.position)" : "\(others) came in  \(super.position)"
        }
        return unreadable > 0 ? "\(unreadable) unreadable  \(super.position)" : super.position
    }

    private var isWide: Bool { size.width >= 120 }

    package override var columns: [TableColumn] {
        var columns = [
            TableColumn("", minimum: 2, priority: 95),
            TableColumn("left", minimum: 4, priority: 90, alignment: .trailing),
            TableColumn(isInbound ? "for" : "agent", minimum: 10, ideal: isWide ? 16 : 10, priority: 80),
            TableColumn(isInbound ? "from" : "to", minimum: 14, ideal: isWide ? 36 : 18, grows: 1, priority: 85),
            TableColumn("subject", minimum: 8, ideal: isWide ? 34 : 16, grows: 2, priority: 100),
            TableColumn("why", minimum: 7, ideal: isWide ? 24 : 8, priority: 70),
            TableColumn(isWide ? "state" : "", minimum: 8, ideal: 9, priority: 60),
        ]
        if isWide { columns.append(TableColumn("claim", minimum: 8, ideal: 12, priority: 50)) }
        columns.append(TableColumn("age", minimum: 3, priority: 30, alignment: .trailing))
        if isWide { columns.append(TableColumn("approved", minimum: 8, priority: 20, alignment: .trailing)) }
        return columns
    }

    package override func cells(of row: HoldSummary) -> [Line] {
        let entry = row.entry
        let subject: SafeText = entry.subject.isEmpty ? "(no subject)" : SafeText(untrusted: entry.subject)
        var cells = [
            Line([
                Span(list.marked.contains(row.id) ? "*" : " ", .marked),
                Span(desk.isShown(row) ? "✓" : "•", desk.isShown(row) ? .success : .held),
            ]),
            HoldWords.left(row, console.clock.now()),
            Line(Self.name(entry.agent), .agent),
            row.isInbound ? HoldWords.sender(row) : HoldWords.recipients(row),
            Line(subject, desk.isShown(row) ? .subject : .unread),
            Line(SafeText(untrusted: row.why), entry.findings.isEmpty ? .muted : .finding),
            standing(of: row),
        ]
        if isWide { cells.append(row.claim.map { Line(Self.name($0.reviewer), .warning) } ?? .empty) }
        cells.append(Line(SafeText(untrusted: Figures.age(entry.createdAt.seconds, console.clock)), .time))
        if isWide { cells.append(Line("\(row.approvedBy.count) of \(entry.approvals)", .count)) }
        return cells
    }

    /// The state; who looks at it, where that has no column of its own.
    private func standing(of row: HoldSummary) -> Line {
        if desk.isBusy(row.id) { return Line("deciding", .warning) }
        if !isWide, row.state == .held, let claim = row.claim {
            return Line("by \(Self.name(claim.reviewer))", .warning)
        }
        return Line(HoldWords.state(row.state), HoldWords.role(row.state))
    }

    private static func name(_ address: String) -> SafeText {
        SafeText(untrusted: String(address.prefix { $0 != "@" }))
    }

    // MARK: Acting

    package override func open(_ row: HoldSummary) { console.open(HoldScreen(console, row)) }

    package override func holdsOwn(_ requirement: Command.Requirement) -> Bool {
        requirement == .hold && list.cursorRow != nil
    }

    package override func performOwn(_ id: Command.ID, _ arguments: [String]) -> Bool {
        switch id.rawValue {
        case "mark":
            list.toggleMark()
            invalidate()
            list.move(.down)
        case "mark.none": clearMarks()
        case "back" where !list.marked.isEmpty: clearMarks()
        case "review.approve": approve()
        case "review.reject": askForNote(.reject)
        case "review.request-changes": askForNote(.requestChanges)
        case "review.claim": if let row = list.cursorRow { console.toggleClaim(row) }
        case "review.undo": desk.callBack(list.cursorRow)
        case "review.inbound":
            desk.show(isInbound ? .outbound : .inbound)
            clearMarks()
            console.say(isInbound ? "Mail that came for agents and was kept." : "Mail that agents want sent.")
        case "review.decided":
            desk.toggleDecided()
            console.say(desk.showsDecided ? "Those that are decided too." : "Only those that wait.")
        default: return false
        }
        return true
    }

    private func clearMarks() {
        list.clearMarks()
        invalidate()
    }

    /// What is decided: the marked rows, or the one with the cursor.
    private var meant: [HoldSummary] {
        let ids = list.actedOn()
        return (desk.queue?.holds ?? []).filter { ids.contains($0.id) }
    }

    private func approve() {
        let holds = meant
        if let hold = holds.first(where: { $0.state != .held }) {
            return console.say("“\(untrusted: hold.entry.subject)”: \(untrusted: hold.meaning)", .refusal)
        }
        if let hold = holds.first(where: { !desk.isShown($0) }) {
            return console.say(
                "“\(untrusted: hold.entry.subject)” was not read to its end here; Enter opens it.", .refusal)
        }
        guard Set(holds.map(\.entry.agent)).count <= 1 else {
            return console.say("These are of several agents; approve those of one agent at a time.", .refusal)
        }
        clearMarks()
        desk.decide(.approve, on: holds)
    }

    private func askForNote(_ action: Decision.Action) {
        let holds = meant
        guard holds.allSatisfy({ $0.state == .held }) else {
            return console.say("Only what is still held can be decided.", .refusal)
        }
        guard Set(holds.map(\.entry.agent)).count <= 1 else {
            return console.say("These are of several agents; decide on those of one agent at a time.", .refusal)
        }
        if holds.contains(where: \.isInbound) {
            guard action == .reject else {
                return console.say("Mail that came in is released with A or discarded with R.", .refusal)
            }
            clearMarks()
            return desk.decide(.reject, on: holds)
        }
        console.prompt = NotePrompt(console, action) { [weak self] note in
            self?.clearMarks()
            self?.desk.decide(action, on: holds, note: note)
        }
    }
}

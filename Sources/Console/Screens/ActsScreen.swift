package import AgenticMail
package import MailCache
package import SafeText
package import TerminalUI

/// What was done to messages: what waits for the server, what was refused and why, what can be taken back.
@UIActor
package final class ActsScreen: ListScreen<ActRow> {
    package init(_ console: ConsoleModel) {
        super.init(.acts, console)
        read(keeping: false)
    }

    package override var crumb: SafeText { "acts" }
    package override var total: Int? { console.acts.acts.count }
    package override var emptyText: SafeText {
        filter.isEmpty ? "Nothing was done to messages from here." : super.emptyText
    }

    private func read(keeping: Bool) {
        let matcher = FilterMatcher(FilterExpression(filter).terms)
        let rows = console.acts.acts.filter { act in
            filter.isEmpty
                || matcher.matches(FilterSubject(from: "", subject: "\(ActWords.title(act)) \(act.reason)"))
        }
        setSource(RowSource(rows), keeping: keeping)
    }

    package override func filterChanged() { read(keeping: false) }
    package override func reload() { read(keeping: true) }

    package override var columns: [TableColumn] {
        [
            TableColumn("act", minimum: 12, ideal: 26, priority: 100),
            TableColumn("state", minimum: 9, ideal: 20, priority: 90),
            TableColumn("agent", minimum: 5, ideal: 12, priority: 60),
            TableColumn("reason", minimum: 8, ideal: 12, grows: 1, priority: 80),
            TableColumn("done", minimum: 6, priority: 50, alignment: .trailing),
        ]
    }

    package override func cells(of row: ActRow) -> [Line] {
        let role: Role = row.refused > 0 ? .error : row.waiting > 0 ? .warning : .muted
        return [
            Line(SafeText(untrusted: ActWords.title(row))),
            Line(SafeText(untrusted: ActWords.state(row)), role),
            Line(row.accounts.map { console.accountName($0) }.joined(separator: ", "), .agent),
            Line(SafeText(untrusted: row.reason)),
            Line(SafeText(untrusted: Figures.shortDate(row.made, console.clock)), .time),
        ]
    }

    package override func open(_ row: ActRow) {
        if row.reason.isEmpty {
            console.say("\(untrusted: ActWords.title(row)): \(untrusted: ActWords.state(row)).")
        } else {
            console.say(SafeText(untrusted: row.reason), .failure)
        }
    }

    package override func performOwn(_ id: Command.ID, _ arguments: [String]) -> Bool {
        guard let act = list.cursorRow else { return false }
        switch id.rawValue {
        case "mail.undo": console.undo(act.id)
        case "acts.dismiss":
            guard act.refused > 0 else {
                console.say("Nothing of this act was refused.", .refusal)
                return true
            }
            let dismiss = console.services.dismiss
            console.perform { try await dismiss(act.id) }
        default: return false
        }
        return true
    }
}

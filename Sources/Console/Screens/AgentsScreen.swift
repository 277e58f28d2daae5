package import AgenticMail
package import JMAP
package import MailCache
package import SafeText
package import TerminalUI

extension AccountRow: Identifiable {}

/// Every agent with its state: where the console starts.
@UIActor
package final class AgentsScreen: ListScreen<AccountRow> {
    /// In what order the agents stand.
    package enum Order: String, CaseIterable {
        case name, unread, heard, size

        var title: SafeText {
            switch self {
            case .name: "name"
            case .unread: "unread first"
            case .heard: "last heard first"
            case .size: "most messages first"
            }
        }
    }

    /// How many messages each account had when it was last looked at, for the marks of what came since.
    private var lookedAt: [AccountID: Int] = [:]
    private var order = Order.name
    /// How many there are after the filter.
    private var shown = 0
    private var showsFaultsOnly = false

    package init(_ console: ConsoleModel) {
        super.init(.agents, console)
        arrange()
    }

    package override var crumb: SafeText { "agents" }
    package override var emptyText: SafeText {
        if !filter.isEmpty { return "No agent matches \(untrusted: filter)." }
        if showsFaultsOnly { return "No agent needs a look." }
        return "No agents yet: they appear here as soon as the server has named them."
    }

    // MARK: Rows

    /// What a first fill brings is no news, nor is what was there when the account was first seen.
    private func noteBaseline(of account: AccountRow) {
        if lookedAt[account.id] == nil || account.fill != .complete { lookedAt[account.id] = account.total }
    }

    private func arrange() {
        let matcher = FilterMatcher(FilterExpression(filter).terms)
        var rows: [AccountRow] = []
        for account in console.book.rows {
            noteBaseline(of: account)
            // A group that has no mail has nothing to watch.
            guard account.kind != .group || account.total > 0 else { continue }
            if showsFaultsOnly, !Self.needsLook(account) { continue }
            if !filter.isEmpty {
                let subject = FilterSubject(from: account.name, to: account.address, subject: account.detail)
                guard matcher.matches(subject) else { continue }
            }
            rows.append(account)
        }
        switch order {
        case .name: break
        case .unread: rows.sort { $0.unread > $1.unread }
        case .heard: rows.sort { $0.lastHeard ?? .min > $1.lastHeard ?? .min }
        case .size: rows.sort { $0.total > $1.total }
        }
        shown = rows.count
        setSource(RowSource(rows), keeping: true)
    }

    /// Whether a person should look at an account: it cannot be read, holds something, or is nearly full.
    private static func needsLook(_ account: AccountRow) -> Bool {
        if account.condition != .active || account.held > 0 { return true }
        guard let used = account.quotaUsed, let limit = account.quotaLimit, limit > 0 else { return false }
        return Double(used) >= Double(limit) * 0.9
    }

    package override func filterChanged() { arrange() }

    package override func reload() { arrange() }
    package override func minuteTurned() { arrange() }

    // MARK: Looks

    package override var total: Int? { shown }

    /// Whether there is room for addresses and totals.
    private var isWide: Bool { size.width >= 120 }

    package override var columns: [TableColumn] {
        var columns = [
            TableColumn("agent", minimum: 8, ideal: isWide ? 20 : 14, grows: isWide ? 1 : 2, priority: 100)
        ]
        if isWide { columns.append(TableColumn("address", minimum: 20, ideal: 30, grows: 2, priority: 20)) }
        columns += [
            TableColumn("state", minimum: 7, ideal: 9, priority: 40),
            TableColumn("unread", minimum: 6, priority: 90, alignment: .trailing),
            TableColumn("new", minimum: 4, priority: 60, alignment: .trailing),
            TableColumn("held", minimum: 4, priority: 80, alignment: .trailing),
            TableColumn("heard", minimum: 5, priority: 70, alignment: .trailing),
            TableColumn("quota", minimum: 5, priority: 30, alignment: .trailing),
        ]
        if isWide { columns.append(TableColumn("total", minimum: 7, priority: 25, alignment: .trailing)) }
        columns.append(TableColumn("last 24 hours", minimum: 24, priority: 50))
        return columns
    }

    package override func cells(of row: AccountRow) -> [Line] {
        let delta = row.total - (lookedAt[row.id] ?? row.total)
        let name = row.name.isEmpty ? row.id.rawValue : row.name
        var cells = [Line(SafeText(untrusted: name), row.unread > 0 ? .unread : .agent)]
        if isWide { cells.append(Line(SafeText(untrusted: row.address), .muted)) }
        cells += [
            Self.state(of: row),
            row.unread > 0 ? Line(SafeText(untrusted: Figures.shortCount(row.unread)), .unread) : Line("·", .muted),
            delta > 0 ? Line("+\(untrusted: Figures.shortCount(min(delta, 999)))", .success) : .empty,
            row.held > 0 ? Line("\(untrusted: Figures.shortCount(row.held))H", .held) : Line("·", .muted),
            Line(SafeText(untrusted: Figures.age(row.lastHeard, console.clock)), .time),
            Line(SafeText(untrusted: Figures.percent(row.quotaUsed ?? 0, of: row.quotaLimit)), .muted),
        ]
        if isWide { cells.append(Line(SafeText(untrusted: Figures.count(row.total)), .count)) }
        cells.append(Line(Sparkline.text(row.traffic, columns: 24), .chart))
        return cells
    }

    private static func state(of row: AccountRow) -> Line {
        switch row.condition {
        case .suspended: return Line("suspended", .warning)
        case .refused: return Line("refused", .error)
        case .gone: return Line("gone", .error)
        case .active: break
        }
        switch (row.kind, row.fill) {
        case (_, .filling): return Line("filling", .warning)
        case (.own, _): return Line("you", .muted)
        case (.group, _): return Line("group", .muted)
        case (.agent, .none): return Line("waiting", .muted)
        case (.agent, .complete): return Line("active", .text)
        }
    }

    package override var accountsShown: Set<AccountID> { Set(list.visibleRows.map(\.id)) }

    package override func isUnread(_ row: AccountRow) -> Bool { row.unread > 0 }

    // MARK: Acting

    package override func open(_ row: AccountRow) {
        lookedAt[row.id] = row.total
        invalidate()
        console.open(MessagesScreen(console, account: row.id))
    }

    package override func holdsOwn(_ requirement: Command.Requirement) -> Bool {
        requirement == .agent && list.cursorRow != nil
    }

    /// The address or id of the agent that the cursor is on; nil where it is on none.
    var agentAtCursor: String? {
        guard let row = list.cursorRow, row.kind == .agent else { return nil }
        return row.address.isEmpty ? row.id.rawValue : row.address
    }

    package override func performOwn(_ id: Command.ID, _ arguments: [String]) -> Bool {
        switch id.rawValue {
        case "sort":
            guard let order = console.nextChoice(arguments.first, after: order, of: Order.allCases) else { return true }
            self.order = order
            arrange()
            console.say("Agents by \(order.title).")
        case "agent.show":
            guard arguments.isEmpty, list.cursorRow != nil else { return false }
            guard let agent = agentAtCursor else {
                console.say("This is no agent.", .refusal)
                break
            }
            console.prompt = AgentSheet(console, agent: agent)
        case "agents.faults":
            showsFaultsOnly.toggle()
            arrange()
            list.move(.first)
            console.say(showsFaultsOnly ? "Only agents that need a look." : "All agents.")
        default: return false
        }
        return true
    }
}

package import AgenticMail
package import JMAP
package import MailCache
package import SafeText
package import TerminalUI

/// The messages of one agent's mailbox, or of all agents in one list.
@UIActor
package final class MessagesScreen: MessageListScreen {
    /// The agent; nil is all of them.
    package let account: AccountID?
    private var mailboxes: [MailboxRow] = []
    /// The mailbox; nil is all of the agent's.
    private var mailbox: MailboxID?

    package init(_ console: ConsoleModel, account: AccountID?, mailbox: MailboxID? = nil) {
        self.account = account
        super.init(.inbox, console)
        readMailboxes()
        self.mailbox = mailbox ?? mailboxes.first { $0.role == "inbox" }?.id
        readAgain()
    }

    package override var scope: MessageScope {
        guard let account else { return .all }
        return mailbox.map { .mailbox(account, $0) } ?? .account(account)
    }

    package override var crumb: SafeText {
        guard let account else { return "all inboxes" }
        return "\(console.accountName(account)) › \(mailboxName)"
    }
    package override var showsAgent: Bool { account == nil }
    package override var showsDirection: Bool { account == nil || mailbox == nil }
    package override var emptyText: SafeText {
        if !filter.isEmpty { return super.emptyText }
        guard let account, let row = console.book[account] else {
            return "No messages yet."
        }
        switch (row.condition, row.fill) {
        case (.refused, _): return "This account cannot be read: \(untrusted: row.reason)"
        case (_, .none), (_, .filling): return "The first messages are on their way."
        default: return "No messages in \(mailboxName)."
        }
    }

    private var mailboxName: SafeText {
        mailboxes.first { $0.id == mailbox }.map { SafeText(untrusted: $0.name.lowercased()) } ?? "all mail"
    }

    package override var accountsShown: Set<AccountID> { account.map { [$0] } ?? super.accountsShown }

    package override var total: Int? {
        guard filter.isEmpty, let account else { return super.total }
        if let mailbox { return mailboxes.first { $0.id == mailbox }?.total }
        return console.book[account]?.total
    }

    private func readMailboxes() {
        guard let account else { return }
        do {
            mailboxes = Self.ordered(try console.reader.mailboxes(of: account))
        } catch {
            console.say(error)
        }
        if mailbox != nil, !mailboxes.contains(where: { $0.id == mailbox }) {
            mailbox = nil
            console.say("The mailbox is gone; all mail of the agent is shown.")
            readAgain()
        }
    }

    /// What needs a person first, then what is written, then the rest in the server's order, and what is thrown away
    /// last; a mailbox inside another stands under it.
    private static func ordered(_ mailboxes: [MailboxRow]) -> [MailboxRow] {
        func rank(_ mailbox: MailboxRow) -> Int {
            if mailbox.isHeld { return 1 }
            switch mailbox.role {
            case "inbox": return 0
            case "drafts": return 2
            case "sent": return 4
            case "archive": return 6
            case "junk": return 7
            case "trash": return 8
            default: return 5
            }
        }
        let ids = Set(mailboxes.map(\.id))
        let tops = mailboxes.filter { $0.parentID.map { !ids.contains($0) } ?? true }
        let sorted = tops.enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }
        var ordered: [MailboxRow] = []
        var placed: Set<MailboxID> = []
        func add(_ mailbox: MailboxRow) {
            guard placed.insert(mailbox.id).inserted else { return }
            ordered.append(mailbox)
            for child in mailboxes where child.parentID == mailbox.id { add(child) }
        }
        for mailbox in sorted { add(mailbox.element) }
        // A server may name parents in a circle; what hangs in it is listed all the same.
        for mailbox in mailboxes { add(mailbox) }
        return ordered
    }

    package override func appear() {
        readMailboxes()
        super.appear()
    }

    package override func cacheChanged(_ change: CacheChange) {
        if let account {
            guard change.accounts.contains(account) else { return }
            readMailboxes()
        }
        reload()
    }

    // MARK: The mailboxes beside the list

    package override var tableStart: Int {
        guard account != nil, size.width >= 80 else { return 0 }
        return size.width >= 120 ? 25 : 17
    }

    package override func draw(sidePane surface: inout Surface) {
        let paneWidth = tableStart - 2
        let entries: [MailboxID?] = [nil] + mailboxes.map(\.id)
        // The current one stays visible where there are more mailboxes than lines.
        let current = entries.firstIndex(of: mailbox) ?? 0
        let first = max(0, min(current - surface.size.height / 2, entries.count - surface.size.height))
        for (row, entry) in entries.dropFirst(first).prefix(surface.size.height).enumerated() {
            let line = mailboxes.first { $0.id == entry }
            let unread = line?.unread ?? 0
            let isCurrent = entry == mailbox
            let count = unread > 0 ? SafeText(untrusted: Figures.shortCount(unread)) : .empty
            let indent = line?.parentID == nil ? SafeText.empty : "  "
            let name = line.map { SafeText(untrusted: $0.name) } ?? "All mail"
            let room = max(0, paneWidth - 2 - (count.isEmpty ? 0 : count.width + 1))
            surface.put(isCurrent ? "›" : " ", 0, row, .key)
            surface.put((indent + name).truncated(to: room), 2, row, isCurrent ? .title : .text)
            surface.put(count, paneWidth - count.width, row, line?.isHeld == true ? .held : .unread)
        }
        surface.verticalRule(x: tableStart - 2)
    }

    package override func click(column: Int, row: Int, isDouble: Bool) {
        guard column < tableStart else { return super.click(column: column, row: row, isDouble: isDouble) }
        let entries: [MailboxID?] = [nil] + mailboxes.map(\.id)
        let current = entries.firstIndex(of: mailbox) ?? 0
        let first = max(0, min(current - size.height / 2, entries.count - size.height))
        if entries.indices.contains(first + row) { change(to: entries[first + row]) }
    }

    private func change(to mailbox: MailboxID?) {
        guard mailbox != self.mailbox else { return }
        self.mailbox = mailbox
        _ = clearMarks()
        readAgain()
    }

    /// What completion offers after `:mailbox`.
    package var mailboxNames: [String] { ["all"] + mailboxes.map(\.name) }

    // MARK: Acting

    package override func performOwn(_ id: Command.ID, _ arguments: [String]) -> Bool {
        if id == "pane", account != nil {
            if arguments.first == "1" { chooseMailbox() }
            return true
        }
        guard id == "mailbox" else { return super.performOwn(id, arguments) }
        guard account != nil else {
            console.say("All agents' inboxes are shown: open one agent first.", .refusal)
            return true
        }
        if let name = arguments.first {
            changeMailbox(named: arguments.joined(separator: " "), orBeginningWith: name)
        } else {
            chooseMailbox()
        }
        return true
    }

    private func changeMailbox(named name: String, orBeginningWith prefix: String) {
        let wanted = name.lowercased()
        if wanted == "all" { return change(to: nil) }
        let found =
            mailboxes.first { $0.name.lowercased() == wanted || $0.role == wanted }
            ?? mailboxes.first { $0.name.lowercased().hasPrefix(wanted) }
        guard let found else {
            return console.say("This agent has no mailbox \(untrusted: name); c lists them.", .refusal)
        }
        change(to: found.id)
    }

    private func chooseMailbox() {
        var entries = [
            Picker.Entry("All mail", detail: .empty) { [weak self] in self?.change(to: nil) }
        ]
        for mailbox in mailboxes {
            let detail: SafeText = mailbox.unread > 0 ? "\(mailbox.unread) new of \(mailbox.total)" : "\(mailbox.total)"
            entries.append(
                Picker.Entry(SafeText(untrusted: mailbox.name), detail: detail) { [weak self] in
                    self?.change(to: mailbox.id)
                })
        }
        console.pick("mailbox", entries)
    }
}

package import AgenticMail
package import JMAP
package import MailCache
package import SafeText
package import TerminalUI

/// One conversation across an account's mailboxes, read: the oldest message first, most of them folded to a line.
///
/// Reading marks nothing as seen: who reads here looks over an agent's shoulder, and the agent's own program goes by
/// that flag. `seen` marks deliberately.
@UIActor
package final class ThreadScreen: TextScreen {
    /// Messages of one conversation that are shown at most, the newest ones.
    private static let mostMessages = 500

    private let account: AccountID
    private let threadID: ThreadID
    private weak var list: MessageListScreen?
    private(set) var messages: [MessageRow] = []
    /// Messages that are shown in full.
    private var unfolded: Set<MessageKey>
    private var contents: [MessageKey: ThreadPage.Content] = [:]
    /// Bodies that were asked for and have not come yet.
    private var awaited: Set<MessageKey> = []
    private var showsQuotes = false
    private var showsLinks = false
    private var showsFindings = false
    /// What the inspection gave, of the messages that were asked about.
    private var judgements: [MessageKey: MessageJudgement] = [:]
    /// Messages that were asked about and are looked at.
    private var inspected: Set<MessageKey> = []
    /// The message that acts are about.
    private(set) var current = 0
    private var page = ThreadPage()

    package init(_ console: ConsoleModel, row: MessageRow, from list: MessageListScreen?) {
        account = row.account
        threadID = row.threadID
        self.list = list
        unfolded = [row.key]
        messages = [row]
        super.init(.thread, console, wraps: true)
        readMessages()
        current = messages.firstIndex { $0.key == row.key } ?? 0
    }

    private var isLaidOut = false
    /// Lines longer than this are hard to read, however wide the terminal is.
    private static let widestText = 110
    private var readingWidth: Int { min(size.width, Self.widestText) }

    package override func layout(_ size: Size) {
        let isNew = !isLaidOut
        super.layout(size)
        isLaidOut = true
        rebuild()
        if isNew, current > 0 { text.show(line: page.heads[current]) }
    }

    /// The conversation, after its account where the list it was opened from is not that account's alone.
    package override var crumb: SafeText {
        (list as? MessagesScreen)?.account == account ? title : "\(console.accountName(account)) › \(title)"
    }
    package override var subject: SafeText { "\(console.accountName(account)) › \(title)" }

    private var title: SafeText {
        let subject = messages.first?.subject ?? ""
        return subject.isEmpty ? "(no subject)" : SafeText(untrusted: subject).truncated(to: max(12, size.width / 3))
    }

    package override var position: SafeText {
        if text.currentMatch != nil { return super.position }
        return messages.count > 1 ? "\(current + 1)/\(messages.count)  \(super.position)" : super.position
    }

    package override var accountsShown: Set<AccountID> { [account] }

    private var selected: MessageRow? { messages.indices.contains(current) ? messages[current] : nil }
    private var selectedContent: ReadableMessage? {
        guard let selected, case .ready(let content) = contents[selected.key] else { return nil }
        return content
    }

    // MARK: Reading the cache

    private func readMessages() {
        let key = selected?.key
        do {
            let window = try console.reader.messages(
                in: .thread(account, threadID), filter: MessageFilter(), order: .newestFirst, from: .top,
                limit: Self.mostMessages)
            if !window.rows.isEmpty { messages = window.rows.reversed() }
        } catch {
            console.say(error)
        }
        if let key { current = messages.firstIndex { $0.key == key } ?? min(current, messages.count - 1) }
        for message in messages where unfolded.contains(message.key) { load(message) }
        for message in messages where judgements[message.key] == nil { readJudgement(of: message) }
    }

    /// Takes a result of the inspection out of the cache; who is unfolded and has none is inspected beside the interface.
    private func readJudgement(of message: MessageRow) {
        let key = message.key
        guard !message.flags.contains(.outgoing) else { return }
        if let row = try? console.reader.inspection(of: key), let judgement = MessageJudgement(row) {
            judgements[key] = judgement
        }
        guard case .ready = contents[key], inspected.insert(key).inserted else { return }
        let inspect = console.services.inspect
        console.perform { [weak self] in
            if let judgement = try? await inspect(key) { await self?.show(judgement, for: key) }
        }
    }

    private func show(_ judgement: MessageJudgement, for key: MessageKey) {
        guard judgements[key] != judgement else { return }
        judgements[key] = judgement
        rebuild()
    }

    /// Makes a message's text ready, now where it is short, beside the interface where it is long.
    private func load(_ message: MessageRow) {
        let key = message.key
        if case .ready = contents[key] { return }
        do {
            guard let body = try console.reader.body(of: key) else { return fetch(key) }
            if ReadableMessage.length(body) <= ReadableMessage.quickLimit {
                contents[key] = .ready(ReadableMessage(body))
                readJudgement(of: message)
            } else if contents[key] == nil {
                contents[key] = .waiting("Making a long text readable…")
                console.perform { [weak self] in
                    let content = ReadableMessage(body)
                    await self?.show(.ready(content), for: key)
                }
            }
        } catch {
            contents[key] = .failed(SafeText(untrusted: error.sentence))
        }
    }

    private func fetch(_ key: MessageKey) {
        guard awaited.insert(key).inserted else { return }
        contents[key] = .waiting("Fetching the text…")
        let fetch = console.services.fetchBody
        console.perform { [weak self] in
            do {
                try await fetch(key)
                await self?.fetched(key)
            } catch {
                await self?.show(.failed(ConsoleModel.sentence(error)), for: key)
            }
        }
    }

    private func fetched(_ key: MessageKey) {
        guard let message = messages.first(where: { $0.key == key }) else { return }
        load(message)
        if case .waiting = contents[key] { contents[key] = .failed("The server gave no text for this message.") }
        rebuild()
    }

    private func show(_ content: ThreadPage.Content, for key: MessageKey) {
        awaited.remove(key)
        contents[key] = content
        if let message = messages.first(where: { $0.key == key }) { readJudgement(of: message) }
        rebuild()
    }

    package override func cacheChanged(_ change: CacheChange) {
        guard change.accounts.contains(account) || !change.updated.isDisjoint(with: awaited) else { return }
        readMessages()
        rebuild()
    }

    package override func appear() {
        readMessages()
        rebuild()
    }

    package override func minuteTurned() { rebuild() }

    // MARK: The page

    private func rebuild() {
        guard isLaidOut else { return }
        // The line at the top stays where it was, counted from its message's head.
        let topMessage = page.message(ofLine: text.topLine)
        let offset = page.heads.indices.contains(topMessage) ? text.topLine - page.heads[topMessage] : 0
        let isAtStart = text.top == 0
        page = ThreadPage(
            messages: messages, contents: contents, judgements: judgements, unfolded: unfolded, current: current,
            width: readingWidth,
            options: .init(showsLinks: showsLinks, foldsQuotes: !showsQuotes, showsFindings: showsFindings),
            console: console)
        text.set(lines: page.lines, folds: page.folds, keepPlace: true)
        if !isAtStart, page.heads.indices.contains(topMessage) {
            text.show(line: min(page.heads[topMessage] + offset, page.lines.count - 1))
        }
        console.needsFrame = true
    }

    package override func draw(on surface: inout Surface) {
        let page = Rect(x: 0, y: 0, width: readingWidth, height: surface.size.height)
        surface.clipped(to: page) { super.draw(on: &$0) }
    }

    package override func scrolled() {
        guard !text.isAtEnd || text.top > 0 else { return }
        select(page.message(ofLine: text.topLine))
    }

    private func select(_ message: Int) {
        guard messages.indices.contains(message), message != current else { return }
        current = message
        rebuild()
    }

    /// Goes to a message and shows it in full.
    private func go(to message: Int) {
        guard messages.indices.contains(message) else { return }
        current = message
        unfolded.insert(messages[message].key)
        load(messages[message])
        rebuild()
        text.show(line: page.heads[message])
    }

    // MARK: Acting

    package override func holdsOwn(_ requirement: Command.Requirement) -> Bool {
        switch requirement {
        case .message, .row, .agent: selected != nil
        case .attachment: selected?.flags.contains(.attachment) == true || selectedContent?.attachments.isEmpty == false
        case .link: selectedContent?.links.isEmpty == false
        case .quotedText: page.hasQuotes
        case .unread: messages.contains { $0.flags.contains(.unread) }
        default: false
        }
    }

    package override func performOwn(_ id: Command.ID, _ arguments: [String]) -> Bool {
        guard let selected else { return false }
        switch id.rawValue {
        case "cursor.down": step(1)
        case "cursor.up": step(-1)
        case "open": toggleFold()
        case "expand.all": expandAll()
        case "quotes.toggle":
            showsQuotes.toggle()
            rebuild()
        case "links":
            showsLinks.toggle()
            rebuild()
        case "findings": toggleFindings(selected)
        case "next.unread": nextUnread()
        case "next.message", "previous.message": openNeighbour(forward: id == "next.message")
        case "mail.source": console.open(SourceScreen(console, row: selected))
        case "mail.headers": console.open(HeadersScreen(console, row: selected))
        case "mail.save": console.saveAttachments(of: selected, to: arguments.first)
        case "seen.toggle": console.toggleSeen(selected, [selected.key])
        case "flag.toggle": console.toggleFlagged(selected, [selected.key])
        case "mail.trash": console.act(.trash, on: [selected.key])
        case "mail.archive": console.act(.archive, on: [selected.key])
        case "mail.move": console.move(selected, [selected.key], to: arguments)
        case "go.thread": console.say("This is the conversation.", .refusal)
        default: return false
        }
        return true
    }

    /// One line on; where the page does not move any more, one message on, so that each can be reached.
    private func step(_ distance: Int) {
        let place = text.top
        let head = page.heads.indices.contains(current) ? page.heads[current] : 0
        if distance < 0, head > text.topLine { return select(current - 1) }
        text.scroll(by: distance)
        if text.top == place { select(current + distance) } else { scrolled() }
    }

    private func toggleFold() {
        guard let selected else { return }
        if unfolded.remove(selected.key) == nil { return go(to: current) }
        rebuild()
        if page.heads[current] < text.topLine { text.show(line: page.heads[current]) }
    }

    private func expandAll() {
        let all = Set(messages.map(\.key))
        if unfolded == all {
            unfolded = selected.map { [$0.key] } ?? []
        } else {
            unfolded = all
            for message in messages { load(message) }
        }
        rebuild()
        if page.heads.indices.contains(current) { text.show(line: page.heads[current]) }
    }

    private func toggleFindings(_ message: MessageRow) {
        if message.flags.contains(.outgoing) {
            return console.say("It was written here: the guard looks at it.", .refusal)
        }
        guard let judgement = judgements[message.key] else {
            return console.say("It is not inspected yet.", .refusal)
        }
        if judgement.symbols.isEmpty { return console.say("The inspection found nothing in it.") }
        showsFindings.toggle()
        rebuild()
    }

    private func nextUnread() {
        let order = Array(messages.indices[(current + 1)...]) + Array(messages.indices[...current])
        guard let next = order.first(where: { messages[$0].flags.contains(.unread) }) else { return }
        go(to: next)
    }

    private func openNeighbour(forward: Bool) {
        guard let list else { return console.say("It was not opened from a list.", .refusal) }
        // Messages of this very conversation are read already.
        while let row = list.step(forward: forward) {
            if row.threadID != threadID || row.account != account {
                return console.replaceTop(ThreadScreen(console, row: row, from: list))
            }
        }
        console.say(forward ? "This is the last of the list." : "This is the first of the list.", .refusal)
    }

    package override func click(column: Int, row: Int, isDouble: Bool) {
        let message = page.message(ofLine: text.line(atRow: row) ?? text.topLine)
        let isHead = text.line(atRow: row).map { page.heads.contains($0) } ?? false
        select(message)
        if isHead, isDouble || !unfolded.contains(messages[message].key) { toggleFold() }
    }
}

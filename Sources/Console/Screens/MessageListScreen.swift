package import AgenticMail
package import JMAP
package import MailCache
package import SafeText
package import TerminalUI

/// A list of messages: what the inboxes, the search and the live view have in common.
@UIActor
package class MessageListScreen: ListScreen<MessageRow> {
    var order = MessageOrder.newestFirst
    private var reach = FilterReach()

    /// Which messages it is over.
    package var scope: MessageScope { .all }
    /// Whether the rows say whose they are.
    package var showsAgent: Bool { true }
    /// Whether the rows show the mailbox owner's part: to whom or from whom.
    package var showsDirection: Bool { true }
    /// Whether times are shown to the second.
    package var showsSeconds: Bool { false }
    package override var total: Int? { filter.isEmpty ? console.totals?.messages : nil }

    /// Reads the rows of the scope anew, from the first.
    package func readAgain() {
        let expression = FilterExpression(filter)
        reach = FilterReach()
        setSource(
            .messages(console.reader, in: scope, filter: expression, order: order, reach: reach) {
                [weak console] error in console?.say(error)
            }, keeping: false)
        sayWhereItEnds()
        if let pattern = FilterMatcher(expression.terms).invalidPattern {
            console.say("The pattern \(untrusted: pattern) cannot be read yet.", .refusal)
        }
    }

    package override func filterChanged() { readAgain() }

    package override var isCut: Bool { reach.isTooShort }

    package override func lookFurther() -> Bool {
        guard isCut else { return false }
        reach.extend()
        reload()
        sayWhereItEnds()
        return true
    }

    private func sayWhereItEnds() {
        guard isCut else { return }
        console.say("\(untrusted: Figures.count(reach.rows)) messages were looked at and there are more: n goes on.")
    }

    package override var emptyText: SafeText { isCut ? "\(super.emptyText) So far: n looks further." : super.emptyText }

    // MARK: Looks

    package override var columns: [TableColumn] {
        let width = size.width - tableStart
        let (isNarrow, isRoomy, isWide) = (width < 40, width >= 60, width >= 120)
        var columns = [
            TableColumn(.empty, minimum: isRoomy ? 5 : 2, priority: 90),
            TableColumn(
                "date", minimum: showsSeconds && width >= 100 ? 8 : 6, priority: isNarrow ? 10 : 60,
                alignment: .trailing),
        ]
        if showsAgent {
            columns.append(TableColumn("agent", minimum: isNarrow ? 5 : 8, ideal: isWide ? 18 : 10, priority: 70))
        }
        if showsDirection { columns.append(TableColumn(.empty, minimum: 1, priority: 65)) }
        columns += [
            TableColumn(
                showsDirection ? "with" : "from", minimum: isNarrow ? 6 : 10,
                ideal: isWide ? 30 : isRoomy ? 18 : isNarrow ? 6 : 10,
                priority: 80),
            TableColumn("subject", minimum: isNarrow ? 6 : 18, ideal: 18, grows: 1, priority: 100),
        ]
        if isRoomy {
            columns += [
                TableColumn(.empty, minimum: 4, priority: 20, alignment: .trailing),
                TableColumn("size", minimum: 4, priority: 30, alignment: .trailing),
            ]
        }
        return columns
    }

    package override func cells(of row: MessageRow) -> [Line] {
        let width = size.width - tableStart
        let isUnread = row.flags.contains(.unread)
        let isOutgoing = row.flags.contains(.outgoing)
        let role: Role = row.flags.contains(.held) ? .held : isUnread ? .unread : .text
        let clock = console.clock
        let date =
            showsSeconds && width >= 100 && Figures.isToday(row.receivedAt, clock)
            ? Figures.timeWithSeconds(row.receivedAt, clock) : Figures.shortDate(row.receivedAt, clock)
        var subject = [
            Span(
                row.subject.isEmpty ? "(no subject)" : SafeText(untrusted: row.subject),
                row.subject.isEmpty ? .muted : role)
        ]
        if width >= 100, !row.preview.isEmpty {
            // What no row can show is not made ready either.
            subject.append(Span("  \(Preview.text(row.preview, limit: width))", .muted))
        }
        var cells = [
            FlagLetters.line(
                row.flags, isMarked: list.marked.contains(row.key), isWaiting: console.isWaiting(row),
                columns: width >= 60 ? 5 : 2),
            Line(SafeText(untrusted: date), .time),
        ]
        if showsAgent { cells.append(Line(console.accountName(row.account), .agent)) }
        if showsDirection { cells.append(Line(isOutgoing ? "→" : "←", .agent)) }
        cells += [
            Line(isOutgoing ? People.recipients(row.to) : People.short(row.from), role),
            Line(subject),
        ]
        if width >= 60 {
            let count = row.threadCount > 1 ? "(\(Figures.shortCount(row.threadCount)))" : ""
            cells += [
                Line(SafeText(untrusted: count), .count),
                Line(SafeText(untrusted: Figures.size(Int64(row.size))), .muted),
            ]
        }
        return cells
    }

    package override var accountsShown: Set<AccountID> { Set(list.visibleRows.map(\.account)) }

    package override func isUnread(_ row: MessageRow) -> Bool { row.flags.contains(.unread) }

    // MARK: Acting

    package override func open(_ row: MessageRow) { console.open(ThreadScreen(console, row: row, from: self)) }

    /// The row after or before the cursor's, for the reader that was opened from here; the cursor goes there.
    package func step(forward: Bool) -> MessageRow? {
        list.move(forward ? .down : .up) ? list.cursorRow : nil
    }

    package override func holdsOwn(_ requirement: Command.Requirement) -> Bool {
        switch requirement {
        case .message, .agent: list.cursorRow != nil
        case .attachment: list.cursorRow?.flags.contains(.attachment) ?? false
        default: false
        }
    }

    /// Ends the marking before a view is left: Esc goes one step back at a time.
    package func clearMarks() -> Bool {
        guard !list.marked.isEmpty || list.rangeStart != nil else { return false }
        list.clearMarks()
        invalidate()
        return true
    }

    package override func performOwn(_ id: Command.ID, _ arguments: [String]) -> Bool {
        switch id.rawValue {
        case "mark": toggleMark()
        case "mark.range": markRange()
        case "mark.none": _ = clearMarks()
        case "sort": sort(arguments.first)
        case "back": return clearMarks()
        case "go.thread": if let row = list.cursorRow { open(row) }
        case "mail.source": if let row = list.cursorRow { console.open(SourceScreen(console, row: row)) }
        case "mail.headers": if let row = list.cursorRow { console.open(HeadersScreen(console, row: row)) }
        case "mail.save": if let row = list.cursorRow { console.saveAttachments(of: row, to: arguments.first) }
        case "seen.toggle": console.toggleSeen(list.cursorRow, actedOn())
        case "flag.toggle": console.toggleFlagged(list.cursorRow, actedOn())
        case "mail.trash": console.act(.trash, on: actedOn())
        case "mail.archive": console.act(.archive, on: actedOn())
        case "mail.move":
            console.move(list.cursorRow, actedOn(), to: arguments, from: shownMailbox)
        default: return false
        }
        return true
    }

    /// The mailbox that the list is of, where it is one.
    private var shownMailbox: MailboxID? { if case .mailbox(_, let mailbox) = scope { mailbox } else { nil } }

    /// The marked rows, whose marks end with that, or the one with the cursor.
    private func actedOn() -> [MessageKey] {
        let keys = Array(list.actedOn())
        _ = clearMarks()
        return keys
    }

    private func toggleMark() {
        list.toggleMark()
        invalidate()
        list.move(.down)
    }

    private func markRange() {
        list.toggleRange()
        invalidate()
        if list.rangeStart != nil {
            console.say("Marking from here: move, then press the key again.")
        } else {
            console.say("\(list.marked.count) marked.")
        }
    }

    private func sort(_ name: String?) {
        let names = ["newest", "oldest", "from", "subject", "size"]
        let orders: [MessageOrder] = [.newestFirst, .oldestFirst, .sender, .subject, .size]
        let index: Int
        if let name {
            guard let found = names.firstIndex(of: name) else {
                return console.say(
                    "Messages cannot be sorted by \(untrusted: name); by newest, oldest, from, subject or size they can.",
                    .refusal)
            }
            index = found
        } else {
            index = ((orders.firstIndex(of: order) ?? 0) + 1) % orders.count
        }
        order = orders[index]
        readAgain()
        let titles: [SafeText] = ["newest first", "oldest first", "by sender", "by subject", "largest first"]
        let isPartial = index > 1 && (total ?? 0) > CacheReader.sortLimit
        console.say(
            isPartial ? "Sorted \(titles[index]), the newest \(CacheReader.sortLimit)." : "Sorted \(titles[index]).")
    }
}

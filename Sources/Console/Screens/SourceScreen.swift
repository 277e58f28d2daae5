package import AgenticMail
package import MailCache
package import SafeText
package import TerminalUI

/// A message's bytes as the server keeps them, what is no printable text shown as marks.
@UIActor
package class SourceScreen: TextScreen {
    package let row: MessageRow
    private let isAccountNamed: Bool

    package convenience init(_ console: ConsoleModel, row: MessageRow) {
        self.init(.source, console, row: row, wraps: false)
    }

    init(_ screen: Screen, _ console: ConsoleModel, row: MessageRow, wraps: Bool) {
        self.row = row
        isAccountNamed =
            switch console.top {
            case let list as MessagesScreen: list.account != nil
            case let source as SourceScreen: source.isAccountNamed
            default: console.top is ThreadScreen
            }
        super.init(screen, console, wraps: wraps)
        text.set(lines: [TextView.Line("Fetching the message…", style: Style(.muted))])
        fetch()
    }

    /// What it shows of the message.
    var title: SafeText { "source" }

    /// After the account where the view that it was opened from does not name it.
    package override var crumb: SafeText { isAccountNamed ? title : subject }
    package override var subject: SafeText { "\(console.accountName(row.account)) › \(title)" }

    /// Lines that are shown at most; the rest is in the file that `mail source` writes.
    private nonisolated static let mostLines = 50_000

    private func fetch() {
        let source = console.services.source
        let row = row
        let make = lineMaker
        console.perform { [weak self] in
            let bytes = try await source(row)
            let lines = make(bytes)
            await self?.show(lines)
        }
    }

    /// Makes lines of the bytes, away from the interface's actor.
    var lineMaker: @Sendable ([UInt8]) -> [TextView.Line] {
        { bytes in
            var isHeader = true
            return Self.split(bytes, limit: Self.mostLines).map { line in
                if line.isEmpty { isHeader = false }
                return TextView.Line(SafeText(untrusted: line), style: Style(isHeader ? .fieldName : .code))
            }
        }
    }

    private func show(_ lines: [TextView.Line]) {
        text.set(lines: lines.isEmpty ? [TextView.Line("The message is empty.", style: Style(.muted))] : lines)
        console.needsFrame = true
    }

    /// The lines of bytes, without their ends (CRLF or LF).
    nonisolated static func split(_ bytes: [UInt8], limit: Int) -> [ArraySlice<UInt8>] {
        var lines = bytes.split(
            separator: UInt8(ascii: "\n"), maxSplits: limit, omittingEmptySubsequences: false
        ).map { $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0 }
        if lines.count > limit { lines[limit] = ArraySlice("(and more: the command mail source has it all)".utf8) }
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    package override func holdsOwn(_ requirement: Command.Requirement) -> Bool {
        switch requirement {
        case .message: true
        case .attachment: row.flags.contains(.attachment)
        default: false
        }
    }

    package override func performOwn(_ id: Command.ID, _ arguments: [String]) -> Bool {
        switch id.rawValue {
        case "mail.source" where screen != .source: console.replaceTop(SourceScreen(console, row: row))
        case "mail.headers" where screen != .headers: console.replaceTop(HeadersScreen(console, row: row))
        case "mail.save": console.saveAttachments(of: row, to: arguments.first)
        case "seen.toggle": console.toggleSeen(row, [row.key])
        case "flag.toggle": console.toggleFlagged(row, [row.key])
        case "mail.trash": console.act(.trash, on: [row.key])
        case "mail.archive": console.act(.archive, on: [row.key])
        case "mail.move": console.move(row, [row.key], to: arguments)
        case "go.thread", "next.message", "previous.message":
            _ = console.closeTop()
            if id != "go.thread" { _ = console.top?.perform(id, arguments) }
        default: return false
        }
        return true
    }
}

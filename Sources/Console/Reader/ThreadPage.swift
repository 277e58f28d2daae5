import AgenticMail
import Inspection
import MailCache
import Message
import SafeText
import TerminalUI

/// A conversation as lines: the head of each message, and below it the text of those that are unfolded.
@UIActor
struct ThreadPage {
    /// How far a message's text has come.
    enum Content {
        case ready(ReadableMessage)
        case waiting(SafeText)
        case failed(SafeText)
    }

    /// What the reader has chosen to see.
    struct Options {
        var showsLinks = false
        var foldsQuotes = true
        var showsFindings = false
    }

    /// Links that are listed under a text without being asked for.
    private static let fewLinks = 8

    private(set) var lines: [TextView.Line] = []
    private(set) var folds: [TextView.Fold] = []
    /// The line of each message's head.
    private(set) var heads: [Int] = []
    private(set) var hasQuotes = false
    /// Whether the last head had no room for the sender's address.
    private var isFromCut = false

    /// A page without messages.
    nonisolated init() {}

    init(
        messages: [MessageRow], contents: [MessageKey: Content], judgements: [MessageKey: MessageJudgement],
        unfolded: Set<MessageKey>, current: Int, width: Int, options: Options, console: ConsoleModel
    ) {
        let first = messages.first?.subject ?? ""
        for (index, message) in messages.enumerated() {
            heads.append(lines.count)
            let isOpen = unfolded.contains(message.key)
            let judgement = judgements[message.key]
            addHead(
                message, judgement, isOpen: isOpen, isCurrent: index == current, width: width, console)
            guard isOpen else { continue }
            if let judgement { add(judgement, width: width, options) }
            addFields(message, contents[message.key], differsFrom: index == 0 ? nil : first, width: width)
            switch contents[message.key] {
            case .ready(let content): add(content, judgement?.passages ?? [], width: width, options)
            case .waiting(let text): lines.append(TextView.Line(text, style: Style(.muted)))
            case .failed(let text): lines.append(TextView.Line(text, style: Style(.error)))
            case nil: lines.append(TextView.Line("Waiting for the text…", style: Style(.muted)))
            }
            if index < messages.count - 1 { lines.append(TextView.Line(.empty)) }
        }
    }

    /// The message that a line belongs to.
    func message(ofLine line: Int) -> Int {
        max(0, (heads.firstIndex { $0 > line } ?? heads.count) - 1)
    }

    // MARK: Heads

    private mutating func addHead(
        _ message: MessageRow, _ judgement: MessageJudgement?, isOpen: Bool, isCurrent: Bool, width: Int,
        _ console: ConsoleModel
    ) {
        let flags = FlagLetters.line(message.flags, isMarked: false, columns: 5).text
        let date =
            isOpen && width >= 70
            ? Figures.longDate(message.receivedAt, console.clock) : Figures.shortDate(message.receivedAt, console.clock)
        let right: SafeText = width >= 40 ? " \(untrusted: date) \(flags)" : " \(untrusted: date)"
        let room = max(1, width - right.width)
        let role: Role = message.flags.contains(.held) ? .held : message.flags.contains(.unread) ? .unread : .title
        let sign: SafeText = isOpen ? "▾ " : "▸ "
        let place = width >= 50 ? console.provenance(of: message).map { Span(" · \($0)", $1) } : nil
        let full: SafeText = message.from.map { isOpen ? People.full($0) : People.short($0) } ?? "(nobody)"
        // An address is never cut where it is looked at: one that does not fit stands in a line of its own.
        isFromCut = isOpen && 2 + full.width + (place?.text.width ?? 0) > room
        var left = [Span(sign + (isFromCut ? People.short(message.from) : full), role)]
        if let place { left.append(place) }
        if !isOpen, judgement?.isAlarm == true { left.append(Span(" · suspicious", .warning)) }
        if !isOpen, width >= 50 {
            left.append(Span("  \(Preview.text(message.preview, limit: width))", .muted))
        }
        let line = Line(left).padded(to: room).spans + [Span(right, .muted)]
        lines.append(TextView.Line(Line(line), on: isCurrent ? .selection : .text))
    }

    private mutating func addFields(
        _ message: MessageRow, _ content: Content?, differsFrom subject: String?, width: Int
    ) {
        func field(_ name: SafeText, _ value: SafeText) {
            let label: SafeText = "  \(name) "
            lines.append(
                TextView.Line(
                    (label + value).truncated(to: width), style: Style(.muted),
                    runs: [TextView.Run(0..<label.count, Style(.fieldName))]))
        }
        if isFromCut, let from = message.from { field("from", SafeText(untrusted: from.address)) }
        field("to", People.list(message.to))
        if case .ready(let content) = content {
            for (name, people) in content.more { field(name, people) }
        }
        if let subject, !message.subject.isEmpty, Self.base(message.subject) != Self.base(subject) {
            field("subject", SafeText(untrusted: message.subject))
        }
        if case .ready(let content) = content {
            for note in content.notes { lines.append(TextView.Line("  \(note)", style: Style(.muted))) }
        }
        lines.append(TextView.Line(.empty))
    }

    /// A subject without the marks of answers and forwards.
    private static func base(_ subject: String) -> String {
        var rest = subject.lowercased()[...]
        while let mark = ["re:", "fwd:", "fw:", "aw:", "wg:", " "].first(where: { rest.hasPrefix($0) }) {
            rest = rest.dropFirst(mark.count)
        }
        return String(rest)
    }

    // MARK: Inspection

    /// What the inspection says, where it warns or was asked for.
    private mutating func add(_ judgement: MessageJudgement, width: Int, _ options: Options) {
        func note(_ text: SafeText, _ role: Role) {
            for line in text.wrapped(to: max(20, width - 2)) {
                lines.append(TextView.Line("  \(line)", style: Style(role)))
            }
        }
        let score = Int((judgement.score * 100).rounded())
        if judgement.isAlarm {
            let what: SafeText =
                judgement.verdict == .quarantine
                ? "Likely written for a machine to obey" : "May be written for a machine to obey"
            note("\(what) (\(score) %). Advice only: the agent can read it. i lists why.", .warning)
        }
        guard options.showsFindings else { return }
        let origin: SafeText? =
            switch judgement.origin {
            case .inside: "From an account here, as the server vouches."
            case .known: "From an outsider with whom there was mail before, as the server vouches."
            case .firstContact: "From somebody whom nobody vouches for."
            case nil: nil
            }
        if let origin { note(origin, .muted) }
        for symbol in judgement.symbols where symbol.weight > 0 {
            let weight = Int((symbol.weight * 100).rounded())
            let times: SafeText = symbol.count > 1 ? " \(symbol.count) times" : ""
            note("\(weight) %  \(untrusted: symbol.name)\(times): \(untrusted: symbol.why)", .muted)
        }
    }

    // MARK: Text

    private mutating func add(_ content: ReadableMessage, _ passages: [String], width: Int, _ options: Options) {
        let marker = PassageMarker(passages)
        for stretch in content.stretches {
            let start = lines.count
            for line in stretch.lines { lines.append(marker.marked(Self.line(line, width: width))) }
            if stretch.isQuote {
                hasQuotes = true
                let count = stretch.lines.count
                let label: SafeText = count == 1 ? "1 quoted line" : "\(count) quoted lines"
                if options.foldsQuotes { folds.append(TextView.Fold(start..<lines.count, label: label)) }
            }
        }
        if content.stretches.isEmpty { lines.append(TextView.Line("(no text)", style: Style(.muted))) }
        addHidden(content)
        addLinks(content, options)
        addAttachments(content, width: width)
    }

    private static func line(_ line: ReadableMessage.Line, width: Int) -> TextView.Line {
        if line.quoteLevel > 0 {
            let role: Role = [.quote, .quote2, .quote3][min(line.quoteLevel, 3) - 1]
            let marks = SafeText.repeating("> ", count: min(line.quoteLevel, 8))
            return TextView.Line(marks + line.text, style: Style(role))
        }
        switch line.role {
        case .text: return TextView.Line(line.text)
        case .heading: return TextView.Line(line.text, style: Style(.title))
        case .preformatted: return TextView.Line(line.text, style: Style(.code))
        case .signature: return TextView.Line(line.text, style: Style(.signature))
        case .rule: return TextView.Line(.repeating("─", count: min(width, 40)), style: Style(.border))
        }
    }

    private mutating func addHidden(_ content: ReadableMessage) {
        guard !content.hidden.isEmpty else { return }
        lines.append(TextView.Line(.empty))
        let title: SafeText = "Hidden in the HTML: a mail program shows none of this, an agent may read it."
        lines.append(TextView.Line(title, style: Style(.warning)))
        for text in content.hidden { lines.append(TextView.Line("┆ \(text)", style: Style(.hidden))) }
    }

    private mutating func addLinks(_ content: ReadableMessage, _ options: Options) {
        guard !content.links.isEmpty else { return }
        lines.append(TextView.Line(.empty))
        guard options.showsLinks || content.links.count <= Self.fewLinks else {
            return lines.append(
                TextView.Line("\(content.links.count) links: l lists them", style: Style(.muted)))
        }
        for (index, link) in content.links.enumerated() {
            lines.append(TextView.Line("[\(index + 1)] \(link.target)", style: Style(.link)))
        }
    }

    private mutating func addAttachments(_ content: ReadableMessage, width: Int) {
        guard !content.attachments.isEmpty else { return }
        lines.append(TextView.Line(.empty))
        for attachment in content.attachments {
            let size = SafeText(untrusted: Figures.size(Int64(attachment.size)))
            let detail: SafeText = width >= 60 ? "  \(attachment.type)  \(size)" : "  \(size)"
            let name = attachment.name.truncated(to: max(8, width - detail.width - 6))
            lines.append(
                TextView.Line("A \(attachment.number)  \(name)\(detail)", style: Style(.attachment)))
        }
    }
}

import AgenticMail
import Guard
import JMAP
import MailCache
import Message
import SafeText
import TerminalUI

/// A hold as lines: first why it is held, then everything that would leave, then what is behind it.
///
/// Long lines are left to the view, so that another width of the screen changes no line, and what was seen stays seen.
@UIActor
struct HoldPage {
    private(set) var lines: [TextView.Line] = []
    private let summary: HoldSummary
    private let isRevealed: Bool
    private let console: ConsoleModel
    private let marks: FindingMarks?

    /// Earlier decisions that are listed.
    private static let mostEarlier = 6

    init(
        summary: HoldSummary, sheet: HoldSheet?, fault: SafeText?, thread: ThreadBehind, isRevealed: Bool,
        silence: SafeText?, console: ConsoleModel
    ) {
        self.summary = summary
        self.isRevealed = isRevealed
        self.console = console
        marks = sheet?.marks
        addHead(silence)
        if let fault { add(fault, .error) }
        guard let sheet else {
            if fault == nil { add("Reading what would leave …", .muted) }
            return
        }
        addState()
        addReasons()
        addChanges(sheet)
        addRecipients(sheet)
        addAttachments(sheet)
        addText(sheet)
        addHTML(sheet)
        addThread(thread)
        addEarlier(sheet)
        add(.empty)
        add("Digest  \(untrusted: summary.entry.digest.text)", .muted)
        add("Hold    \(untrusted: summary.id)", .muted)
    }

    // MARK: Lines

    private mutating func add(_ text: SafeText, _ role: Role = .text) {
        lines.append(TextView.Line(text, style: Style(role)))
    }

    private mutating func add(_ spans: [Span]) { lines.append(TextView.Line(Line(spans), on: .text)) }

    private mutating func heading(_ text: SafeText, _ detail: SafeText = .empty) {
        add(.empty)
        add([Span(text, .title)] + (detail.isEmpty ? [] : [Span("  \(detail)", .muted)]))
    }

    /// A hostile text with its findings highlighted and its secrets masked.
    private func spans(_ text: String, _ role: Role) -> [Span] {
        guard let marks else { return [Span(SafeText(untrusted: text), role)] }
        return marks.stretches(of: text).map { stretch in
            let shown = stretch.isSecret && !isRevealed ? FindingMarks.mask(stretch.text) : stretch.text
            return Span(SafeText(untrusted: shown), stretch.isFinding ? .finding : role)
        }
    }

    // MARK: Why

    private mutating func addHead(_ silence: SafeText?) {
        let entry = summary.entry
        if let silence { add(silence, .warning) }
        let now = console.clock.now()
        var facts: [Span] = [Span(SafeText(untrusted: entry.agent), .agent), Span("  ")]
        if summary.isInbound { facts.insert(Span("came in for ", .muted), at: 0) }
        facts.append(Span(HoldWords.state(summary.state), HoldWords.role(summary.state)))
        if summary.state == .held {
            let isLate = summary.isPastReminder(at: now)
            facts.append(Span(" · \(HoldWords.leftInFull(summary, now))", isLate ? .warning : .muted))
        }
        add(facts)
        add(entry.subject.isEmpty ? [Span("(no subject)", .muted)] : spans(entry.subject, .subject))
        var notes: [SafeText] = []
        if entry.approvals > 1 || !summary.approvedBy.isEmpty {
            let names = summary.approvedBy.isEmpty ? "" : ": \(summary.approvedBy.joined(separator: ", "))"
            notes.append("\(summary.approvedBy.count) of \(entry.approvals) approvals\(untrusted: names)")
        }
        if let claim = summary.claim {
            let until = Figures.time(claim.until, console.clock)
            notes.append("\(untrusted: claim.reviewer) looks at it until \(untrusted: until)")
        }
        if let sendAt = entry.sendAt {
            notes.append("the agent wants it sent at \(untrusted: Figures.longDate(sendAt.seconds, console.clock))")
        }
        for note in notes { add(note, .warning) }
    }

    private mutating func addState() {
        guard summary.state != .held else { return }
        add(SafeText(untrusted: summary.meaning), HoldWords.role(summary.state))
        guard summary.state == .uncertain, !summary.isInbound else { return }
        heading("What to look at")
        add("1 the recipients' mailboxes and the server's log, for this Message-ID:")
        add("  \(untrusted: summary.entry.messageID)", .code)
        add("2 the agent's sent mail: a copy lies there only if the server took it.")
        add("3 the server's queue, for mail from \(untrusted: summary.entry.agent).")
        add("If it arrived nowhere, the agent may put it into its Outbox again; here nothing is sent by itself.")
    }

    private mutating func addReasons() {
        heading("Why it is held")
        for reason in summary.entry.reasons { add([Span("  ")] + spans(reason, .text)) }
        for finding in summary.entry.findings.sorted(by: { $0.severity > $1.severity }) {
            let role: Role = finding.severity == .high ? .error : finding.severity == .medium ? .warning : .muted
            let sign: SafeText = finding.severity == .high ? "! " : "  "
            let excerpt = finding.excerpt.isEmpty ? "" : "“\(finding.excerpt)” "
            add(
                [
                    Span("\(sign)\(untrusted: finding.severity.rawValue) ", role),
                    Span(SafeText(untrusted: finding.rule), .finding),
                    Span(" \(Self.place(finding.part)): ", .muted),
                ] + spans(excerpt, .finding) + [Span(SafeText(untrusted: finding.why), .text)])
        }
        if summary.entry.reasons.isEmpty, summary.entry.findings.isEmpty { add("  No reason is kept.", .muted) }
    }

    /// Where a finding stands, for a person.
    private static func place(_ part: String) -> SafeText {
        if part.hasPrefix("header:") { return "in \(untrusted: String(part.dropFirst(7)))" }
        if part == "envelope" { return "among the recipients" }
        if part.isEmpty || part == "0" { return "in the message" }
        return "in part \(untrusted: part)"
    }

    /// What an edit, or the agent's new version, changed.
    private mutating func addChanges(_ sheet: HoldSheet) {
        guard let changes = sheet.changes, !changes.isEmpty else { return }
        heading("Changed since the version before")
        for line in changes.hunks {
            guard let line else {
                add("  ⋮", .muted)
                continue
            }
            let role: Role =
                switch line.kind {
                case .same: .muted
                case .removed: .deleted
                case .added: .inserted
                }
            add([Span("\(untrusted: line.kind.rawValue) ", role)] + spans(line.text, role))
        }
    }

    // MARK: What would leave

    /// Who has written mail that came in, and where answers would go.
    private mutating func addSender(_ sheet: HoldSheet) {
        heading("From", sheet.from.count == 1 ? .empty : "\(sheet.from.count) authors")
        for author in sheet.from {
            let name: [Span] = author.name.map { [Span("\(untrusted: $0) ", .text)] } ?? []
            add([Span("  ")] + name + [Span(SafeText(untrusted: author.email), .outsider)])
        }
        if sheet.from.isEmpty { add("  nobody named", .error) }
        for field in sheet.otherFields {
            add([Span("  \(untrusted: field.name) ", .fieldName)] + spans(field.text, .warning))
        }
        add([
            Span("  for  ", .fieldName), Span(SafeText(untrusted: summary.entry.agent), .agent),
            Span("  A puts it into the Inbox as it came, R discards it", .muted),
        ])
    }

    private mutating func addRecipients(_ sheet: HoldSheet) {
        guard !summary.isInbound else { return addSender(sheet) }
        let outside = sheet.recipients.count(where: \.isOutside)
        heading("Recipients", "\(sheet.recipients.count), \(outside) outside")
        for recipient in sheet.recipients {
            let isBcc = [.bcc, .envelope, .copy].contains(recipient.field)
            let field: SafeText =
                recipient.field == .envelope ? "unnamed" : SafeText(untrusted: recipient.field.rawValue)
            var line = [Span("  \(field.padded(to: 4))", isBcc ? .warning : .fieldName), Span(" ")]
            if let name = recipient.name, !name.isEmpty { line.append(Span("\(untrusted: name) ", .text)) }
            line.append(Span(SafeText(untrusted: recipient.address), recipient.isOutside ? .outsider : .text))
            if recipient.isOutside { line.append(Span("  OUTSIDE", .outsider)) }
            if recipient.isLookAlike { line.append(Span("  LOOKS LIKE A KNOWN DOMAIN", .error)) }
            if recipient.isOutside, !recipient.isKnown { line.append(Span("  first time", .warning)) }
            if recipient.field == .copy {
                line.append(Span("  the policy sends a copy", .muted))
            } else if isBcc {
                line.append(Span("  the others do not see it", .warning))
            }
            add(line)
        }
        if sheet.recipients.isEmpty { add("  nobody", .error) }
        let from = sheet.from.map(\.email)
        if from.count != 1 || OutboundEnvelope.canonical(from[0]) != OutboundEnvelope.canonical(summary.entry.agent) {
            add([Span("  from ", .fieldName), Span(SafeText(untrusted: from.joined(separator: ", ")), .warning)])
        }
        for field in sheet.otherFields {
            add([Span("  \(untrusted: field.name) ", .fieldName)] + spans(field.text, .warning))
        }
    }

    private mutating func addAttachments(_ sheet: HoldSheet) {
        guard !sheet.attachments.isEmpty else { return }
        heading("Attachments", "\(sheet.attachments.count)")
        for file in sheet.attachments {
            let name = file.name.isEmpty ? [Span("without a name", .muted)] : spans(file.name, .attachment)
            let size = SafeText(untrusted: Figures.size(Int64(file.size)))
            var line = [Span("  \(file.number) ", .attachment)] + name
            line.append(Span("  \(untrusted: file.type)  \(size)", .muted))
            line.append(
                file.isDisguised
                    ? Span("  IT IS A \(untrusted: file.kind.uppercased())", .error)
                    : Span("  \(untrusted: file.kind) by content", .muted))
            add(line)
            add("    sha256 \(untrusted: file.sha256)", .muted)
        }
    }

    private mutating func addText(_ sheet: HoldSheet) {
        heading("Text", sheet.isTextFromHTML ? "made of HTML" : .empty)
        if sheet.text.lines.isEmpty { add("(no text)", .muted) }
        for line in sheet.text.lines { add(readable(line)) }
        if !sheet.isComplete {
            add("It is too long, or too tangled, to be shown whole: it cannot be approved here.", .error)
        }
    }

    private func readable(_ line: ReadableText.Line, _ role: Role? = nil) -> [Span] {
        let level = min(max(0, line.quoteLevel), 8)
        let own: Role =
            switch line.role {
            case .heading: .title
            case .preformatted: .code
            case .signature: .signature
            case .text, .rule: .text
            }
        let quotes: [Role] = [.quote, .quote2, .quote3]
        let shown = role ?? (level > 0 ? quotes[min(level, 3) - 1] : own)
        if line.role == .rule { return [Span("────────", .border)] }
        return (level > 0 ? [Span(.repeating("> ", count: level), shown)] : []) + spans(line.text, shown)
    }

    private mutating func addHTML(_ sheet: HoldSheet) {
        if let html = sheet.html {
            heading("The HTML says other things", "+ is not in the text above")
            let plain = Set(sheet.text.lines.map { Self.bare($0.text) })
            for line in html.lines {
                let isNew = !line.text.allSatisfy(\.isWhitespace) && !plain.contains(Self.bare(line.text))
                add([Span(isNew ? "+ " : "  ", .inserted)] + readable(line, isNew ? .inserted : .muted))
            }
        } else if sheet.hasHTML, !sheet.isTextFromHTML {
            add(.empty)
            add("The HTML beside the text says the same.", .muted)
        }
        let links = (sheet.html ?? sheet.text).links
        if !links.isEmpty {
            heading("Links", "\(links.count)")
            for link in links { add([Span("  [\(link.number)] ", .link)] + spans(link.target, .link)) }
        }
        guard !sheet.hidden.isEmpty else { return }
        heading("Hidden in the HTML", "a mail program shows none of this")
        for text in sheet.hidden {
            for line in text.split(whereSeparator: \.isNewline) {
                add([Span("┆ ", .hidden)] + spans(String(line), .hidden))
            }
        }
    }

    /// A line without what two forms of one text differ in.
    private static func bare(_ text: String) -> String { text.filter { $0.isLetter || $0.isNumber }.lowercased() }

    // MARK: What is behind it

    private mutating func addThread(_ thread: ThreadBehind) {
        guard thread.draft != nil else { return }
        guard !thread.messages.isEmpty else { return }
        let count = thread.messages.count + thread.more
        heading("The conversation behind it", "\(count) messages; Enter reads it")
        if thread.more > 0 { add("  \(thread.more) older ones are not listed", .muted) }
        for message in thread.messages {
            let isNew =
                message.receivedAt > summary.entry.createdAt.seconds && !message.flags.contains(.outgoing)
            let date = SafeText(untrusted: Figures.shortDate(message.receivedAt, console.clock))
            add(
                [
                    Span(isNew ? "! " : "  ", .warning), Span("\(date) ", .time),
                    Span("\(People.short(message.from))  ", .agent),
                ] + spans(Preview.text(message.preview, limit: 160).string, isNew ? .warning : .muted))
        }
        if thread.newer > 0 { add("! \(thread.newer) came after this was written.", .warning) }
    }

    private mutating func addEarlier(_ sheet: HoldSheet) {
        guard !summary.isInbound else { return }
        let agent = SafeText(untrusted: String(summary.entry.agent.prefix { $0 != "@" }))
        heading("Earlier, from \(agent) to them", sheet.earlier.isEmpty ? "nothing was decided yet" : .empty)
        for earlier in sheet.earlier.prefix(Self.mostEarlier) {
            let date = SafeText(untrusted: Figures.shortDate(earlier.at, console.clock))
            var line = [
                Span("  \(date) ", .time), Span(HoldWords.state(earlier.state), HoldWords.role(earlier.state)),
                Span("  "),
            ]
            line += spans(earlier.subject, .text)
            if !earlier.reviewer.isEmpty { line.append(Span("  by \(untrusted: earlier.reviewer)", .muted)) }
            if !earlier.note.isEmpty { line.append(Span("  “\(untrusted: earlier.note)”", .muted)) }
            add(line)
        }
        let rest = sheet.earlier.count - Self.mostEarlier
        if rest > 0 { add("  and \(rest) more", .muted) }
    }
}

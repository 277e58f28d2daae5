package import Guard
import Inspection
package import Message
import Sodium

/// Everything of a hold that must have been shown before it can be approved, read out of the exact bytes that would leave.
package struct HoldSheet: Sendable {
    /// Where the message names a recipient.
    package enum Field: String, Sendable, Hashable {
        case to, cc, bcc
        /// No header field names it: the policy sends a copy there.
        case copy
        /// No header field names it.
        case envelope
    }

    /// Somebody who gets the message.
    package struct Recipient: Sendable, Hashable {
        package let address: String
        /// The name that the message gives to the address; hostile text.
        package let name: String?
        package let field: Field
        package let isOutside: Bool
        package let isLookAlike: Bool
        /// Whether mail of this agent to the address was sent before.
        package let isKnown: Bool
    }

    /// A part that is no text of the message itself.
    package struct Attachment: Sendable, Hashable {
        package let number: Int
        /// As the message says; hostile text, empty where it says nothing.
        package let name: String
        /// As the message says.
        package let type: String
        /// By its content, in a word or two.
        package let kind: String
        /// Whether content and declared type, or name, say different things.
        package let isDisguised: Bool
        /// Decoded bytes.
        package let size: Int
        /// 64 hexadecimal digits.
        package let sha256: String
    }

    /// What was decided before on mail of this agent to one of these recipients.
    package struct Earlier: Sendable, Hashable {
        package let hold: String
        package let at: Int64
        package let recipients: [String]
        package let subject: String
        package let state: HoldState
        /// Who decided, and the note; empty where that is not kept any more.
        package let reviewer: String
        package let note: String

        /// Makes one.
        package init(
            hold: String, at: Int64, recipients: [String], subject: String, state: HoldState, reviewer: String,
            note: String
        ) {
            (self.hold, self.at, self.recipients, self.subject) = (hold, at, recipients, subject)
            (self.state, self.reviewer, self.note) = (state, reviewer, note)
        }
    }

    package let summary: HoldSummary
    /// What changed since the version before; nil for a first one.
    package let changes: LineDiff?
    /// The message as it is read everywhere.
    package let parsed: ParsedMessage
    package let from: [MailAddress]
    /// Header fields beside the usual ones that a reader acts on: where answers go, who hands it in.
    package let otherFields: [(name: String, text: String)]
    package let recipients: [Recipient]
    package let attachments: [Attachment]
    /// The text as a mail program without HTML shows it.
    package let text: ReadableText
    /// The HTML as text, where it says other things than the plain text; nil where it says the same or there is none.
    package let html: ReadableText?
    /// Whether the message has HTML beside plain text, and whether the text shown is made of HTML.
    package let hasHTML: Bool
    package let isTextFromHTML: Bool
    /// Passages of the HTML that a mail program would not show.
    package let hidden: [String]
    /// Where the findings stand.
    package let marks: FindingMarks
    /// Decided before, the newest first.
    package let earlier: [Earlier]
    /// Whether all of the message is in this sheet; a message that is not can only be rejected.
    package let isComplete: Bool

    /// Reads a hold; never fails, what cannot be read is said.
    ///
    /// - Parameters:
    ///   - bytes: What would leave.
    ///   - previous: What would have left before it was changed.
    ///   - known: Addresses, in lower case, to which mail of the agent was sent before.
    package init(
        _ summary: HoldSummary, _ bytes: [UInt8], previous: [UInt8]? = nil, earlier: [Earlier] = [],
        known: Set<String> = []
    ) {
        self.summary = summary
        self.earlier = earlier
        let parsed = ParsedMessage(bytes)
        self.parsed = parsed
        from = parsed.headers.all(named: "From").flatMap(\.addresses)
        otherFields = ["Sender", "Reply-To"].flatMap { name in
            parsed.headers.all(named: name).map { (name: name, text: $0.text) }
        }
        changes = previous.map { old in
            LineDiff(
                EditText.write(HoldEdit(of: ParsedMessage(old))), EditText.write(HoldEdit(of: ParsedMessage(bytes))))
        }
        recipients = Self.recipients(summary, parsed, known)
        let lists = BodyLists(parsed)
        attachments = Self.attachments(parsed, lists)
        text = parsed.readable()
        let plainParts = lists.text.map { parsed.parts[$0] }.filter { $0.mediaType != "text/html" && $0.isText }
        let htmlParts = Set(lists.html + lists.text).sorted().map { parsed.parts[$0] }.filter {
            $0.mediaType == "text/html"
        }
        let hasPlain = plainParts.contains { !parsed.text(of: $0).text.allSatisfy(\.isWhitespace) }
        hasHTML = !htmlParts.isEmpty
        isTextFromHTML = hasHTML && !hasPlain
        let shown = hasHTML && hasPlain ? parsed.readable(prefersHTML: true) : nil
        html = shown.flatMap { Self.words($0) == Self.words(parsed.readable()) ? nil : $0 }
        hidden = htmlParts.flatMap { HTMLText.read(parsed.text(of: $0).text).hidden }
        marks = FindingMarks(parsed, summary.entry.findings)
        isComplete = !text.isTruncated && html?.isTruncated != true && parsed.passedLimits.isEmpty
    }

    /// The words of a text, for comparing two forms of it; links are numbered differently in the two.
    private static func words(_ text: ReadableText) -> [Substring] {
        text.lines.flatMap { line in
            line.text.split { !($0.isLetter || $0.isNumber || $0 == "@" || $0 == "%") }
        }.filter { Int($0) == nil || $0.count > 2 }
    }

    private static func recipients(
        _ summary: HoldSummary, _ message: ParsedMessage, _ known: Set<String>
    ) -> [Recipient] {
        var places: [String: (Field, String?)] = [:]
        for (name, field) in [("Bcc", Field.bcc), ("Cc", .cc), ("To", .to)] {
            for address in message.headers.all(named: name).flatMap(\.addresses) {
                places[OutboundEnvelope.canonical(address.email)] = (field, address.name)
            }
        }
        let order: [Field] = [.to, .cc, .bcc, .copy, .envelope]
        let copies = Set(summary.entry.copies)
        return summary.recipients.map { recipient in
            let place = places[recipient.address]
            return Recipient(
                address: recipient.address, name: place?.1,
                field: place?.0 ?? (copies.contains(recipient.address) ? .copy : .envelope),
                isOutside: recipient.isOutside, isLookAlike: recipient.isLookAlike,
                isKnown: known.contains(recipient.address.lowercased()))
        }.enumerated().sorted {
            (order.firstIndex(of: $0.element.field) ?? 0, $0.offset)
                < (order.firstIndex(of: $1.element.field) ?? 0, $1.offset)
        }.map(\.element)
    }

    private static func attachments(_ message: ParsedMessage, _ lists: BodyLists) -> [Attachment] {
        let texts = Set(lists.text + lists.html).filter { message.parts[$0].isText }
        let numbers = Set(lists.text + lists.html + lists.attachments).subtracting(texts).sorted()
        return numbers.enumerated().map { index, number in
            let part = message.parts[number]
            let bytes = part.isMessage ? Array(message.rawBody(of: part)) : message.content(of: part)
            let kind = part.isMessage ? FileKind.message : FileKind.of(bytes, name: part.fileName ?? "")
            return Attachment(
                number: index + 1, name: part.fileName ?? "", type: part.mediaType, kind: kind.title,
                isDisguised: !kind.agrees(with: part.mediaType), size: bytes.count,
                sha256: Sodium.sha256(bytes).map { byte in
                    let digits = String(byte, radix: 16)
                    return digits.utf8.count == 1 ? "0" + digits : digits
                }.joined())
        }
    }
}

extension FileKind {
    /// The kind in a word or two.
    fileprivate var title: String {
        switch self {
        case .text: "text"
        case .html: "HTML"
        case .pdf: "PDF"
        case .archive: "archive or office document"
        case .message: "message"
        case .office: "old office document"
        case .program: "program"
        case .script: "script"
        case .other: "data"
        }
    }

    /// Whether a media type may be said of such content.
    fileprivate func agrees(with type: String) -> Bool {
        if type == "application/octet-stream" { return self != .program && self != .script }
        switch self {
        case .text:
            return type.hasPrefix("text/") || ["json", "xml", "csv", "pgp", "yaml"].contains(where: type.contains)
        case .html: return type == "text/html" || type.contains("xhtml")
        case .pdf: return type.contains("pdf")
        case .archive:
            return ["zip", "tar", "compressed", "officedocument", "opendocument", "gzip", "java-archive", "epub", "7z"]
                .contains(where: type.contains)
        case .message: return type.hasPrefix("message/")
        case .office: return ["ms", "office", "ole"].contains(where: type.contains)
        case .program, .script: return false
        case .other: return !type.hasPrefix("text/") && !type.contains("pdf")
        }
    }
}

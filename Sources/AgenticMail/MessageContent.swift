import Inspection
package import MailCache
import Message

/// A message to be read. All its texts come from strangers.
public struct MessageContent: Sendable, Hashable, Encodable {
    /// An attachment, numbered from 1 as `mail save` counts them.
    public struct Attachment: Sendable, Hashable, Codable {
        /// Counted from 1.
        public let number: Int
        /// What the sender called it; not a name to save it under.
        public let name: String?
        /// The media type that the sender names.
        public let type: String
        /// Bytes.
        public let size: Int
    }

    /// A link, numbered as the text has it in brackets.
    public struct Link: Sendable, Hashable, Codable {
        /// Counted from 1.
        public let number: Int
        /// What the message shows for it.
        public let text: String
        /// Where it leads; any scheme.
        public let target: String
    }

    /// A header field.
    public struct Header: Sendable, Hashable, Codable {
        /// The field's name as it was written.
        public let name: String
        /// The value as it was written, not decoded.
        public let value: String
    }

    /// What the inspection makes of a message's texts.
    public struct Judgement: Sendable, Hashable, Codable {
        /// `deliver`, `mark` or `quarantine`.
        public let verdict: String
        /// From 0, nothing, to 1.
        public let score: Double
        /// `inside`, `known` or `first-contact`: where it comes from, as far as the server vouches for it.
        public let origin: String?
        /// The names of the rules that fired, the heaviest first.
        public let rules: [String]
        /// Why, a sentence a rule.
        public let reasons: [String]
        /// What a mail program shows, between two lines with a mark that is drawn anew each time and not in the text:
        /// what an agent should be given instead of the bare text.
        public let markedText: String

        /// Whether a reader should be warned.
        public var isAlarm: Bool { verdict != "deliver" }
    }

    /// The message as a list shows it.
    public let message: MessageSummary
    /// The recipients' addresses.
    public let to: [String]
    /// The addresses of those who got a copy.
    public let cc: [String]
    /// The addresses of hidden recipients, where the message names them.
    public let bcc: [String]
    /// Where answers go.
    public let replyTo: [String]
    /// The Date header as the server gave it.
    public let sentAt: String?
    /// Its Message-ID, without brackets.
    public let messageId: [String]
    /// The text, from HTML where there is no other; lines are not wrapped, quotes are marked by `> `.
    public let text: String
    /// Whether the text comes from HTML.
    public let isFromHTML: Bool
    /// Whether the text is not the whole.
    public let isTruncated: Bool
    /// The links in the order of the text.
    public let links: [Link]
    /// Passages that a mail program would not show.
    public let hidden: [String]
    /// The attachments in their order.
    public let attachments: [Attachment]
    /// Every header field, in order.
    public let headers: [Header]
    /// What the inspection makes of the texts.
    public let judgement: Judgement

    /// Makes a body of the cache readable.
    ///
    /// - Parameter judgement: What the inspection gave; nil inspects the texts now, by the program's own rules.
    package init(_ body: BodyRow, of message: MessageSummary, judgement: MessageJudgement? = nil) {
        self.message = message
        func addresses(_ list: [Correspondent]) -> [String] { list.map(\.address) }
        to = addresses(body.to)
        cc = addresses(body.cc)
        bcc = addresses(body.bcc)
        replyTo = addresses(body.replyTo)
        sentAt = body.sentAt
        messageId = body.messageID
        var readable = ReadableText()
        var isFromHTML = false
        var isTruncated = false
        for part in body.textBody {
            guard let id = part.partID, let value = body.values[id] else { continue }
            if part.type.lowercased() == "text/html" {
                isFromHTML = true
                readable.append(HTMLText.read(value.text))
            } else {
                readable.append(PlainText.read(value.text))
            }
            isTruncated = isTruncated || value.isTruncated
        }
        text = readable.lines.map { line in
            line.quoteLevel == 0 ? line.text : String(repeating: ">", count: line.quoteLevel) + " " + line.text
        }.joined(separator: "\n")
        self.isFromHTML = isFromHTML
        self.isTruncated = isTruncated || readable.isTruncated
        links = readable.links.map { Link(number: $0.number, text: $0.text, target: $0.target) }
        hidden = readable.hidden
        attachments = body.attachments.enumerated().map { index, part in
            Attachment(number: index + 1, name: part.name, type: part.type, size: part.size)
        }
        headers = body.headers.map { Header(name: $0.name, value: $0.value) }
        let inspector = Inspector()
        self.judgement = Judgement(
            judgement ?? MessageJudgement(inspector.inspectInbound(subject: message.subject, bodies: body.texts)),
            text: inspector.visibleText(of: body.texts))
    }
}

extension MessageContent.Judgement {
    /// What a reader is told of a result of the inspection.
    init(_ judgement: MessageJudgement, text: String) {
        verdict = judgement.verdict.rawValue
        score = judgement.score
        origin = judgement.origin?.rawValue
        rules = judgement.symbols.map(\.name)
        reasons = judgement.symbols.map(\.why)
        markedText = VisibleText.delimited(text, mark: VisibleText.mark(for: text))
    }
}

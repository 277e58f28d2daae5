/// A property of a message, to ask for (RFC 8621, 4.1).
package struct EmailProperty: JMAPIdentifier {
    package let rawValue: String
    package init(_ rawValue: String) { self.rawValue = rawValue }

    /// The id.
    package static let id: EmailProperty = "id"
    /// The bytes of the whole message.
    package static let blobID: EmailProperty = "blobId"
    /// The conversation.
    package static let threadID: EmailProperty = "threadId"
    /// Where it lies.
    package static let mailboxIDs: EmailProperty = "mailboxIds"
    /// Its keywords.
    package static let keywords: EmailProperty = "keywords"
    /// The size in bytes.
    package static let size: EmailProperty = "size"
    /// When it reached the account.
    package static let receivedAt: EmailProperty = "receivedAt"
    /// Message-ID.
    package static let messageID: EmailProperty = "messageId"
    /// In-Reply-To.
    package static let inReplyTo: EmailProperty = "inReplyTo"
    /// References.
    package static let references: EmailProperty = "references"
    /// Sender.
    package static let sender: EmailProperty = "sender"
    /// From.
    package static let from: EmailProperty = "from"
    /// To.
    package static let to: EmailProperty = "to"
    /// Cc.
    package static let cc: EmailProperty = "cc"
    /// Bcc.
    package static let bcc: EmailProperty = "bcc"
    /// Reply-To.
    package static let replyTo: EmailProperty = "replyTo"
    /// Subject.
    package static let subject: EmailProperty = "subject"
    /// Date.
    package static let sentAt: EmailProperty = "sentAt"
    /// Every header field.
    package static let headers: EmailProperty = "headers"
    /// The tree of parts.
    package static let bodyStructure: EmailProperty = "bodyStructure"
    /// The text of parts.
    package static let bodyValues: EmailProperty = "bodyValues"
    /// The parts to show as text.
    package static let textBody: EmailProperty = "textBody"
    /// The parts to show as HTML.
    package static let htmlBody: EmailProperty = "htmlBody"
    /// The rest.
    package static let attachments: EmailProperty = "attachments"
    /// Whether there is something to save.
    package static let hasAttachment: EmailProperty = "hasAttachment"
    /// The beginning of the text.
    package static let preview: EmailProperty = "preview"

    /// A header field in a form, such as `header("List-Id", as: "asText")`; the raw form when nil.
    package static func header(_ name: String, as form: String? = nil, all: Bool = false) -> EmailProperty {
        EmailProperty("header:\(name)" + (form.map { ":\($0)" } ?? "") + (all ? ":all" : ""))
    }

    /// What a row of a list shows.
    package static let row: [EmailProperty] = [
        .id, .blobID, .threadID, .mailboxIDs, .keywords, .size, .receivedAt, .messageID, .inReplyTo, .from, .to, .cc,
        .replyTo, .subject, .sentAt, .hasAttachment, .preview,
    ]
    /// What can change in a message that stays.
    package static let mutable: [EmailProperty] = [.id, .threadID, .mailboxIDs, .keywords]
    /// What is needed to read a message.
    package static let body: [EmailProperty] = [
        .id, .blobID, .bodyStructure, .bodyValues, .textBody, .htmlBody, .attachments,
    ]
}

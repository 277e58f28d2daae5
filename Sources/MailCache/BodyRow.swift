package import JMAP

/// What a reader needs of a message beyond its list row. All its texts come from strangers.
package struct BodyRow: Sendable, Hashable, Codable {
    /// A leaf of the MIME tree (RFC 8621 section 4.1.4), multiparts left out.
    package struct Part: Sendable, Hashable, Codable {
        /// The server's id of the part, to find its value; nil where it told none.
        package var partID: String?
        /// What to download, or nil.
        package var blobID: BlobID?
        package var type: String
        package var charset: String?
        /// The file name, or nil.
        package var name: String?
        package var disposition: String?
        package var cid: String?
        package var size: Int

        package init(
            partID: String?, blobID: BlobID?, type: String, charset: String? = nil, name: String? = nil,
            disposition: String? = nil, cid: String? = nil, size: Int
        ) {
            self.partID = partID
            self.blobID = blobID
            self.type = type
            self.charset = charset
            self.name = name
            self.disposition = disposition
            self.cid = cid
            self.size = size
        }
    }

    /// The decoded text of a part.
    package struct Value: Sendable, Hashable, Codable {
        package var text: String
        package var isTruncated: Bool
        package var isEncodingProblem: Bool

        package init(text: String, isTruncated: Bool, isEncodingProblem: Bool) {
            self.text = text
            self.isTruncated = isTruncated
            self.isEncodingProblem = isEncodingProblem
        }
    }

    package var cc: [Correspondent] = []
    package var bcc: [Correspondent] = []
    package var replyTo: [Correspondent] = []
    package var sender: [Correspondent] = []
    /// Every From, where there is more than the row's one.
    package var from: [Correspondent] = []
    /// Every To, without the row's limit.
    package var to: [Correspondent] = []
    package var messageID: [String] = []
    package var inReplyTo: [String] = []
    package var references: [String] = []
    /// The Date header as the server gave it (RFC 3339 with its offset), or nil.
    package var sentAt: String?
    /// The parts to show as text, in order.
    package var textBody: [Part] = []
    /// The parts to show as HTML, in order.
    package var htmlBody: [Part] = []
    package var attachments: [Part] = []
    /// The values of the text parts, by part id.
    package var values: [String: Value] = [:]
    /// Every header field, in order: name and raw value without the line's end. Empty where none was asked for.
    package var headers: [Header] = []

    /// A header field.
    package struct Header: Sendable, Hashable, Codable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package init() {}
}

/// One part of a message: the message itself, a leaf, a multipart, or a message inside.
package struct MessagePart: Sendable {
    /// Its place in ``ParsedMessage/parts``: parts are numbered as they begin in the message, the message itself is 0.
    package let number: Int
    /// The part that holds this one; nil for the message itself.
    package let parent: Int?
    /// How deep it lies; the message itself is 0.
    package let depth: Int
    /// The header fields in order.
    package internal(set) var headers: [HeaderField] = []
    /// Where the header section lies in the raw message, the empty line included.
    package internal(set) var headerRange: Range<Int>
    /// Where the body lies in the raw message, still in its transfer encoding.
    package internal(set) var bodyRange: Range<Int>
    /// The content type; where none is declared, the one that the RFC assumes (text/plain, or message/rfc822 in a
    /// digest).
    package internal(set) var contentType: ParameterizedValue
    /// Whether the message declares a content type for this part.
    package internal(set) var hasDeclaredType = false
    /// How the body is written.
    package internal(set) var transferEncoding: TransferEncoding = .identity
    /// What the part is for: `inline`, `attachment`, with its parameters.
    package internal(set) var disposition: ParameterizedValue?
    /// The parts inside, in order: those of a multipart; the one message of a message/rfc822.
    package internal(set) var children: [Int] = []
    /// Whether the body was divided into ``children`` (a multipart with a boundary).
    package internal(set) var isMultipart = false
    /// Whether the body is a message that was read as the only child.
    package internal(set) var isMessage = false

    /// The media type in lower case: `text/html`.
    package var mediaType: String { contentType.value }

    /// Whether the type is text of any kind.
    package var isText: Bool { mediaType.hasPrefix("text/") }

    /// The declared charset of a text part, comments taken off.
    package var charset: String? {
        contentType["charset"].map { String($0.prefix { $0 != " " && $0 != "(" && $0 != ";" }) }
    }

    /// The file name that disposition or type give; hostile text, may hold path separators and control characters.
    package var fileName: String? {
        let name = disposition?["filename"] ?? contentType["name"]
        return name.map { EncodedWords.decode(Array($0.utf8)) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The content id without brackets (RFC 2392).
    package var contentID: String? { headers.last(named: "Content-ID")?.messageIDs?.first }

    /// The languages that Content-Language names.
    package var languages: [String]? {
        let names = headers.last(named: "Content-Language")?.text.split(separator: ",").map {
            String($0).trimmingWhiteSpace
        }
        return names?.filter { !$0.isEmpty }
    }

    /// The URI that Content-Location gives.
    package var location: String? { headers.last(named: "Content-Location")?.text }
}

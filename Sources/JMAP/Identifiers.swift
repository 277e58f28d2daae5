/// An id or a state that a JMAP server gave: opaque text, a type of its own for each kind (RFC 8620, 1.2).
package protocol JMAPIdentifier: Hashable, Sendable, Codable, CodingKeyRepresentable, Comparable,
    CustomStringConvertible, ExpressibleByStringLiteral, JSONDecodable
{
    /// The text as the server wrote it.
    var rawValue: String { get }
    /// Takes any text.
    init(_ rawValue: String)
}

extension JMAPIdentifier {
    /// The text as the server wrote it.
    package var description: String { rawValue }
    /// The text as a key of a JSON object.
    package var codingKey: any CodingKey { IdentifierKey(stringValue: rawValue) }
    /// Takes a key of a JSON object.
    package init?<T: CodingKey>(codingKey: T) { self.init(codingKey.stringValue) }
    /// Takes a literal.
    package init(stringLiteral value: String) { self.init(value) }
    /// Reads plain text.
    package init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }
    /// Writes plain text.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
    /// Reads a JSON string of at most 1,024 bytes: an id has 255 (RFC 8620, 1.2) and nobody's state is longer, but what is
    /// kept is sent with every request from then on.
    package init(json reader: inout JSONReader) throws(JSONError) {
        let start = reader.offset
        let text = try reader.string()
        guard text.utf8.count <= 1_024 else {
            throw JSONError(.invalid(expected: "at most 1,024 bytes"), at: start, path: [])
        }
        self.init(text)
    }
    /// Compares the bytes of the texts.
    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    /// The text as a JSON string.
    package var json: JSON { .string(rawValue) }
}

private struct IdentifierKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

/// An account on the server: a person's, an agent's or a group's.
package struct AccountID: JMAPIdentifier {
    package let rawValue: String
    package init(_ rawValue: String) { self.rawValue = rawValue }
}

/// A mailbox of an account.
package struct MailboxID: JMAPIdentifier {
    package let rawValue: String
    package init(_ rawValue: String) { self.rawValue = rawValue }
}

/// A message of an account.
package struct EmailID: JMAPIdentifier {
    package let rawValue: String
    package init(_ rawValue: String) { self.rawValue = rawValue }
}

/// A conversation of an account.
package struct ThreadID: JMAPIdentifier {
    package let rawValue: String
    package init(_ rawValue: String) { self.rawValue = rawValue }
}

/// Bytes on the server: a message, a part of one, an upload.
package struct BlobID: JMAPIdentifier {
    package let rawValue: String
    package init(_ rawValue: String) { self.rawValue = rawValue }
}

/// A name and address that an account may send as.
package struct IdentityID: JMAPIdentifier {
    package let rawValue: String
    package init(_ rawValue: String) { self.rawValue = rawValue }
}

/// A message that was handed over to be sent.
package struct EmailSubmissionID: JMAPIdentifier {
    package let rawValue: String
    package init(_ rawValue: String) { self.rawValue = rawValue }
}

/// The state of one kind of object in an account, to ask for changes since.
package struct State: JMAPIdentifier {
    package let rawValue: String
    package init(_ rawValue: String) { self.rawValue = rawValue }
}

/// The name that a caller gives to an object it creates, without the `#`.
package struct CreationID: JMAPIdentifier {
    package let rawValue: String
    package init(_ rawValue: String) { self.rawValue = rawValue }
}

/// A keyword of a message, such as `$seen` (RFC 8621, 4.1.1).
package struct Keyword: JMAPIdentifier {
    package let rawValue: String
    package init(_ rawValue: String) { self.rawValue = rawValue }

    /// It was read.
    package static let seen: Keyword = "$seen"
    /// It was marked.
    package static let flagged: Keyword = "$flagged"
    /// It was answered.
    package static let answered: Keyword = "$answered"
    /// It was forwarded.
    package static let forwarded: Keyword = "$forwarded"
    /// It is not sent yet.
    package static let draft: Keyword = "$draft"
    /// It is unwanted.
    package static let junk: Keyword = "$junk"
}

/// A capability of the server (RFC 8620, 2).
package struct Capability: JMAPIdentifier {
    package let rawValue: String
    package init(_ rawValue: String) { self.rawValue = rawValue }

    /// What every server has.
    package static let core: Capability = "urn:ietf:params:jmap:core"
    /// Reading mail.
    package static let mail: Capability = "urn:ietf:params:jmap:mail"
    /// Sending mail.
    package static let submission: Capability = "urn:ietf:params:jmap:submission"
    /// Blobs by method calls.
    package static let blob: Capability = "urn:ietf:params:jmap:blob"
    /// Quotas.
    package static let quota: Capability = "urn:ietf:params:jmap:quota"
    /// Stalwart's administration, from 0.16 on.
    package static let stalwart: Capability = "urn:stalwart:jmap"
}

/// One header field as it stands in the message.
package struct HeaderField: Sendable, Hashable {
    /// The name with the case that it has in the message, without white space around it.
    package let name: String
    /// The name in lower case, for comparing.
    package let key: String
    /// Where the field begins in the raw message and where it ends, line end included.
    package let range: Range<Int>
    /// The bytes after the colon, without the last line end; folds and leading space are kept.
    package let rawBytes: [UInt8]

    /// Makes a field.
    package init(name: String, range: Range<Int>, rawBytes: [UInt8]) {
        self.name = name
        self.key = name.lowercased()
        self.range = range
        self.rawBytes = rawBytes
    }

    /// The value as it stands in the message (RFC 8621's Raw form); bytes that are no UTF-8 become U+FFFD.
    package var raw: String { String(decoding: rawBytes, as: UTF8.self) }

    /// The value unfolded, trimmed, with its encoded words decoded (RFC 2047; RFC 8621's Text form).
    package var text: String { EncodedWords.decode(rawBytes) }

    /// The addresses that the value names, groups dissolved.
    package var addresses: [MailAddress] { AddressGroup.parse(rawBytes).flatMap(\.members) }

    /// The addresses in their groups; addresses outside a group stand in groups without a name, in order.
    package var groups: [AddressGroup] { AddressGroup.parse(rawBytes) }

    /// The message ids in the value, without angle brackets; nil if there is none.
    package var messageIDs: [String]? { MessageIDs.parse(raw) }

    /// The date that the value names; nil if it names none.
    package var date: MailDate? { MailDate(parsing: raw) }

    /// The URLs in angle brackets (RFC 2369); nil if there is none.
    package var urls: [String]? { MessageIDs.parseURLs(raw) }
}

extension [HeaderField] {
    /// The last field of the name, which is the one that counts in JMAP; case is ignored.
    package func last(named name: String) -> HeaderField? {
        let key = name.lowercased()
        return last { $0.key == key }
    }

    /// All fields of the name, in order; case is ignored.
    package func all(named name: String) -> [HeaderField] {
        let key = name.lowercased()
        return filter { $0.key == key }
    }
}

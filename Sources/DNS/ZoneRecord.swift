/// One record of a domain, as a zone file has it.
package struct ZoneRecord: Sendable, Hashable {
    /// A kind of record.
    package enum Kind: String, Sendable, Hashable, CaseIterable, Codable {
        case a = "A"
        case aaaa = "AAAA"
        case cname = "CNAME"
        case mx = "MX"
        case srv = "SRV"
        case tlsa = "TLSA"
        case txt = "TXT"

        /// The number on the wire.
        var number: UInt16 {
            switch self {
            case .a: 1
            case .aaaa: 28
            case .cname: 5
            case .mx: 15
            case .srv: 33
            case .tlsa: 52
            case .txt: 16
            }
        }
    }

    /// The whole name in lower case, without the dot at its end.
    package let name: String
    /// The kind.
    package let kind: Kind
    /// The content as people write it: names without a dot at the end, a text without its quotes.
    package let value: String

    /// Makes a record; its value is brought into the form in which two that mean the same are equal.
    package init(name: String, kind: Kind, value: String) {
        self.name = Self.plain(name)
        self.kind = kind
        switch kind {
        case .txt: self.value = value
        case .tlsa, .a, .aaaa: self.value = Self.words(value).joined(separator: " ").lowercased()
        case .cname: self.value = Self.plain(value)
        case .mx, .srv: self.value = Self.words(value).map(Self.plain).joined(separator: " ")
        }
    }

    private static func words(_ text: String) -> [String] {
        text.split { $0 == " " || $0 == "\t" }.map(String.init)
    }

    /// A name in lower case without the dot at its end.
    package static func plain(_ name: String) -> String {
        let name = name.lowercased()
        return name.count > 1 && name.hasSuffix(".") ? String(name.dropLast()) : name
    }

    /// The line of a zone file, with its line end.
    package var line: String {
        switch kind {
        case .txt: "\(name). IN TXT \(Self.quoted(value))\n"
        case .cname: "\(name). IN CNAME \(value).\n"
        case .mx, .srv: "\(name). IN \(kind.rawValue) \(value).\n"
        case .a, .aaaa, .tlsa: "\(name). IN \(kind.rawValue) \(value)\n"
        }
    }

    /// A text in pieces of at most 255 bytes, each in quotes (RFC 1035, 3.3 and 5.1).
    private static func quoted(_ text: String) -> String {
        let bytes = Array(text.utf8)
        let starts = bytes.isEmpty ? [0] : Array(stride(from: 0, to: bytes.count, by: 255))
        return starts.map { start in
            let piece = bytes[start..<min(start + 255, bytes.count)].reduce(into: "") { piece, byte in
                switch byte {
                case 0x22, 0x5C: piece += "\\" + String(Unicode.Scalar(byte))
                case 0x20...0x7E: piece.unicodeScalars.append(Unicode.Scalar(byte))
                default:
                    let digits = String(byte)
                    piece += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
                }
            }
            return "\"\(piece)\""
        }.joined(separator: " ")
    }
}

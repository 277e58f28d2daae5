/// Message ids and URLs out of headers that hold lists of things in angle brackets.
enum MessageIDs {
    /// The ids in a Message-ID, In-Reply-To or References value, without brackets; nil if there is none.
    ///
    /// Text outside brackets is a comment or a phrase (RFC 5322 §4.5.4) unless the value has no brackets at all: then
    /// its
    /// words are the ids, as broken mailers write them.
    static func parse(_ value: String) -> [String]? {
        if let found = bracketed(value), !found.isEmpty { return found }
        if value.utf8.contains(UInt8(ascii: "<")) { return nil }
        let words = value.split { $0 == " " || $0 == "\t" || $0.isNewline || $0 == "," }.map(String.init)
        return words.isEmpty ? nil : words
    }

    /// The URLs in angle brackets; nil if there is none.
    static func parseURLs(_ value: String) -> [String]? {
        guard let found = bracketed(value), !found.isEmpty else { return nil }
        return found
    }

    /// What stands between each `<` and the next `>`, white space taken out.
    private static func bracketed(_ value: String) -> [String]? {
        var found: [String] = []
        var current: [UInt8]?
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "<"):
                current = []
            case UInt8(ascii: ">"):
                if let bytes = current, !bytes.isEmpty { found.append(String(decoding: bytes, as: UTF8.self)) }
                current = nil
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"):
                continue
            default:
                current?.append(byte)
            }
        }
        return found.isEmpty ? nil : found
    }
}

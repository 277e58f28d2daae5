/// What the store keeps of a message beside its bytes, so that lists need no look into it.
struct EmailMetadata {
    var messageIDs: [String] = []
    var inReplyTo: [String] = []
    var references: [String] = []
    /// Lists of addresses as JMAP writes them, or null.
    var sender = JSONValue.null
    var from = JSONValue.null
    var to = JSONValue.null
    var cc = JSONValue.null
    var bcc = JSONValue.null
    var replyTo = JSONValue.null
    var subject: String?
    /// The Date header with its zone (RFC 3339), nil where there is none.
    var sentAt: String?
    var preview = ""
    var hasAttachment = false
    /// The words of the body.
    var text = ""

    /// The subject without prefixes such as `Re:` and without marks such as `[list]` in front, as threads compare it.
    var baseSubject: String {
        var rest = Substring(subject ?? "").trimmed
        while true {
            if rest.first == "[", let end = rest.firstIndex(of: "]"), rest.index(after: end) != rest.endIndex {
                rest = rest[rest.index(after: end)...].trimmed
                continue
            }
            guard let colon = rest.firstIndex(of: ":"), Self.isReplyPrefix(rest[..<colon]) else { break }
            rest = rest[rest.index(after: colon)...].trimmed
        }
        return rest.lowercased()
    }

    private static func isReplyPrefix(_ text: Substring) -> Bool {
        let word = text.prefix { $0 != "[" && $0 != "(" }.trimmed.lowercased()
        return ["re", "fw", "fwd", "aw", "wg", "sv", "vs", "rv", "tr", "antw"].contains(word)
    }

    /// The ids by which the message belongs to a conversation; bounded, since a header may hold any number.
    var threadIDs: [String] {
        var seen: Set<String> = []
        return (messageIDs + inReplyTo + references.suffix(100)).filter { seen.insert($0).inserted }
    }

    /// The text by which addresses are sorted: the first one's name or address.
    static func sortKey(_ addresses: JSONValue) -> String {
        guard let first = addresses.array?.first else { return "" }
        let name = first["name"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        return (name ?? first["email"]?.string ?? "").lowercased()
    }

    /// The names and addresses as words.
    static func words(_ addresses: JSONValue) -> String {
        (addresses.array ?? []).flatMap { [$0["name"]?.string, $0["email"]?.string] }.compactMap { $0 }
            .joined(separator: " ")
    }
}

extension Substring {
    /// The text without white space at its ends.
    var trimmed: Substring {
        let head = drop { $0.isWhitespace }
        guard let last = head.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return head[...last]
    }
}

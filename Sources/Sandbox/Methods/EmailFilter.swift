import SQLite

/// A filter of Email/query (RFC 8621 section 4.4.1) as an SQL condition on a row of `email`.
struct EmailFilter {
    private(set) var sql = "1"
    private(set) var values: [any SQLBindable] = []
    /// The words that were looked for, for snippets.
    private(set) var words: [String] = []
    private let account: Int

    private static let maximumDepth = 16

    /// Reads a filter; nil takes every email.
    init(_ filter: JSONObject?, account: Int) throws(MethodError) {
        self.account = account
        if let filter { sql = try condition(filter, depth: 0) }
    }

    private mutating func condition(_ filter: JSONObject, depth: Int) throws(MethodError) -> String {
        guard depth < Self.maximumDepth else { throw MethodError("unsupportedFilter", "Filter is too deep") }
        if let operation = filter["operator"] {
            var parts: [String] = []
            for condition in filter["conditions"]?.array ?? [] {
                guard let condition = condition.object else { throw .invalidArguments("invalid type, expected a map") }
                parts.append(try self.condition(condition, depth: depth + 1))
            }
            switch operation.string {
            case "AND": return parts.isEmpty ? "1" : "(" + parts.joined(separator: " AND ") + ")"
            case "OR": return parts.isEmpty ? "0" : "(" + parts.joined(separator: " OR ") + ")"
            case "NOT": return parts.isEmpty ? "1" : "NOT (" + parts.joined(separator: " OR ") + ")"
            default: throw MethodError("unsupportedFilter", "operator")
            }
        }
        var parts: [String] = []
        for (name, value) in filter where !value.isNull { parts.append(try property(name, value)) }
        return parts.isEmpty ? "1" : "(" + parts.joined(separator: " AND ") + ")"
    }

    private static let inMailbox =
        "EXISTS (SELECT 1 FROM membership m WHERE m.account = ? AND m.mailbox = ? AND m.email = email.id & 4294967295)"
    private static let hasKeyword =
        "EXISTS (SELECT 1 FROM keyword k WHERE k.account = ? AND k.name = ? AND k.email = email.id & 4294967295)"
    private static let threadHasKeyword = """
        EXISTS (SELECT 1 FROM membership m JOIN keyword k ON k.account = m.account AND k.email = m.email
            WHERE m.account = ? AND k.name = ? AND m.thread = email.thread)
        """
    private static let threadLacksKeyword = """
        EXISTS (SELECT 1 FROM membership m WHERE m.account = ? AND m.thread = email.thread AND NOT EXISTS (
            SELECT 1 FROM keyword k WHERE k.account = m.account AND k.name = ? AND k.email = m.email))
        """

    private mutating func property(_ name: String, _ value: JSONValue) throws(MethodError) -> String {
        switch name {
        case "inMailbox":
            values += [account, mailbox(try text(value))]
            return Self.inMailbox
        case "inMailboxOtherThan":
            let ids = value.strings ?? []
            guard ids.count <= Limits.objectsInGet else { throw .requestTooLarge }
            values.append(account)
            for id in ids { values.append(mailbox(id)) }
            let marks = ids.map { _ in "?" }.joined(separator: ", ")
            return
                "EXISTS (SELECT 1 FROM membership m WHERE m.account = ? AND m.email = email.id & 4294967295 "
                + "AND m.mailbox NOT IN (\(marks)))"
        case "before", "after":
            guard let moment = Timestamp.seconds(try text(value)) else { throw .invalidArguments("invalid date") }
            values.append(moment)
            return name == "before" ? "received < ?" : "received > ?"
        case "minSize", "maxSize":
            guard let size = value.integer else { throw .invalidArguments("invalid type, expected a number") }
            values.append(size)
            return name == "minSize" ? "size >= ?" : "size < ?"
        case "hasKeyword", "notKeyword":
            values += [account, Keywords.kept(try text(value))]
            return (name == "notKeyword" ? "NOT " : "") + Self.hasKeyword
        case "someInThreadHaveKeyword", "noneInThreadHaveKeyword":
            values += [account, try text(value)]
            return (name == "noneInThreadHaveKeyword" ? "NOT " : "") + Self.threadHasKeyword
        case "allInThreadHaveKeyword":
            values += [account, try text(value)]
            return "NOT " + Self.threadLacksKeyword
        case "hasAttachment":
            guard let has = value.bool else { throw .invalidArguments("invalid type, expected a boolean") }
            values.append(has)
            return "has_attachment = ?"
        case "text": return search("", try text(value))
        case "from", "to", "cc", "bcc", "subject", "body": return search("\"\(name)\" : ", try text(value))
        default: throw MethodError("unsupportedFilter", name)
        }
    }

    private func text(_ value: JSONValue) throws(MethodError) -> String {
        guard let text = value.string else { throw .invalidArguments("invalid type, expected a string") }
        return text
    }

    private func mailbox(_ id: String) -> Int { Base32.number(id).map { Int($0) } ?? -1 }

    /// A condition for all words of a text, each as a phrase so that nothing in it is syntax.
    private mutating func search(_ column: String, _ text: String) -> String {
        let found = text.split(whereSeparator: \.isWhitespace).map(String.init)
            .filter { $0.contains { $0.isLetter || $0.isNumber } }
        guard !found.isEmpty else { return "0" }
        words += found
        let phrases = found.map { "\"" + $0.split(separator: "\"").joined(separator: " ") + "\"" }
        values.append(column + "(" + phrases.joined(separator: " AND ") + ")")
        return "email.id IN (SELECT rowid FROM email_text WHERE email_text MATCH ?)"
    }
}

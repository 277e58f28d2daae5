import SQLite

extension Server {
    /// Email/query (RFC 8621 section 4.4).
    func emailQuery(_ call: inout Call) throws -> JSONObject {
        try call.need("jmapEmailQuery")
        let account = try account(call)
        let window = try QueryWindow(call)
        let found = try emailResults(call, account)
        let anchor = window.anchor.flatMap(EmailKey.init).flatMap { key in
            found.firstIndex { EmailKey(packed: $0).number == key.number }
        }
        return try window.answer(
            found, account: account, state: store.state(.email, of: account).text, id: { EmailKey(packed: $0).id },
            anchor: anchor)
    }

    /// Email/queryChanges (RFC 8621 section 4.5).
    func emailQueryChanges(_ call: inout Call) throws -> JSONObject {
        try call.need("jmapEmailQueryChanges")
        let account = try account(call)
        return try queryChanges(call, .email, results: emailResults(call, account)) { EmailKey(packed: $0).id }
    }

    /// The packed keys of the emails that the call looks for, in its order.
    private func emailResults(_ call: Call, _ account: Int) throws -> [Int64] {
        let filter = try EmailFilter(call.object("filter"), account: account)
        var values: [any SQLBindable] = [account << 32, (account + 1) << 32] + filter.values
        let order = try Self.order(Comparator.list(call), account, &values)
        let found = try store.database.query(
            "SELECT thread, id FROM email WHERE id >= ? AND id < ? AND \(filter.sql) ORDER BY \(order)id", values
        ) { row in row.int64(0) << 32 | row.int64(1) & 0xFFFF_FFFF }
        guard try call.bool("collapseThreads") else { return found }
        var seen: Set<Int64> = []
        return found.filter { seen.insert($0 >> 32).inserted }
    }

    private static func order(
        _ comparators: [Comparator], _ account: Int, _ values: inout [any SQLBindable]
    ) throws(MethodError) -> String {
        var result = ""
        for comparator in comparators {
            let expression: String
            switch comparator.property {
            case "receivedAt": expression = "received"
            case "sentAt": expression = "sent"
            case "size": expression = "size"
            case "from": expression = "sort_from"
            case "to": expression = "sort_to"
            case "subject": expression = "base_subject"
            case "hasKeyword":
                values += [account, comparator.keyword ?? ""]
                expression =
                    "EXISTS (SELECT 1 FROM keyword k WHERE k.account = ? AND k.name = ? AND k.email = email.id & 4294967295)"
            case "someInThreadHaveKeyword", "allInThreadHaveKeyword":
                values += [account, comparator.keyword ?? ""]
                expression = """
                    EXISTS (SELECT 1 FROM membership m JOIN keyword k ON k.account = m.account AND k.email = m.email
                        WHERE m.account = ? AND k.name = ? AND m.thread = email.thread)
                    """
            default: throw MethodError("unsupportedSort", "property")
            }
            result += expression + (comparator.isAscending ? ", " : " DESC, ")
        }
        return result
    }

    /// SearchSnippet/get (RFC 8621 section 5.1).
    func searchSnippetGet(_ call: inout Call) throws -> JSONObject {
        try call.need("jmapSearchSnippetGet")
        let account = try account(call)
        let words = try EmailFilter(call.object("filter"), account: account).words
        guard let ids = try call.strings("emailIds") else {
            throw MethodError.invalidArguments("missing field `emailIds`")
        }
        guard ids.count <= Limits.objectsInGet else { throw MethodError.requestTooLarge }
        var list: [JSONValue] = []
        var notFound: [String] = []
        for id in ids {
            let texts = try EmailKey(id).flatMap { key in
                try store.database.first(
                    "SELECT subject, body FROM email_text WHERE rowid = ?", account << 32 | key.number
                ) { ($0.text(0), $0.text(1)) }
            }
            guard let (subject, body) = texts else {
                notFound.append(id)
                continue
            }
            list.append([
                "emailId": .string(id), "subject": .text(Snippet(words: words, text: subject)?.text),
                "preview": .text(Snippet(words: words, text: body)?.text),
            ])
        }
        var answer: JSONObject = ["accountId": .string(Base32.id(account)), "list": .array(list)]
        if !notFound.isEmpty { answer["notFound"] = .list(notFound) }
        return answer
    }
}

/// A stretch of text with the words that were looked for marked.
struct Snippet {
    let text: String

    private static let length = 255

    /// Looks for the words without case; nil where none is in the text.
    init?(words: [String], text: String) {
        let wanted = Set(words.map { $0.lowercased() })
        var result = ""
        var isFound = false
        var rest = Substring(text)
        if let first = Self.words(rest).first(where: { wanted.contains($0.lowercased()) }) {
            let start =
                rest.index(first.startIndex, offsetBy: -Self.length / 2, limitedBy: rest.startIndex) ?? rest.startIndex
            rest = rest[start...]
        }
        rest = rest.prefix(Self.length)
        var end = rest.startIndex
        for word in Self.words(rest) where wanted.contains(word.lowercased()) {
            isFound = true
            result += Self.escaped(rest[end..<word.startIndex]) + "<mark>" + Self.escaped(word) + "</mark>"
            end = word.endIndex
        }
        guard isFound else { return nil }
        self.text = result + Self.escaped(rest[end...])
    }

    private static func words(_ text: Substring) -> [Substring] {
        text.split { !($0.isLetter || $0.isNumber) }
    }

    private static func escaped(_ text: Substring) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            default: result.append(character)
            }
        }
        return result
    }
}

extension Server {
    private static let countProperties: Set<String> = ["totalEmails", "unreadEmails", "totalThreads", "unreadThreads"]
    private static let rights: JSONValue = .object(
        JSONObject(
            [
                "mayReadItems", "mayAddItems", "mayRemoveItems", "maySetSeen", "maySetKeywords", "mayCreateChild",
                "mayRename", "maySubmit", "mayDelete", "mayShare",
            ].map { ($0, .bool(true)) }))

    /// Mailbox/get (RFC 8621 section 2.1).
    func mailboxGet(_ call: inout Call) throws -> JSONObject {
        try call.need("jmapMailboxGet")
        let account = try account(call)
        let ids = try call.ids()
        let properties = try call.strings("properties")
        // On the first call the mailboxes are made after the state was read: the real server answers `n` with them.
        let state = store.state(.mailbox, of: account).text
        let mailboxes = try store.mailboxes(account)
        let wantsCounts = properties.map { !Self.countProperties.isDisjoint(with: $0) } ?? true
        let counts = wantsCounts && ids?.isEmpty != true ? try store.mailboxCounts(account) : [:]
        var list: [JSONValue] = []
        var notFound: [String] = []
        func object(_ mailbox: StoredMailbox) -> JSONValue {
            Self.picked(properties, from: Self.json(mailbox, counts[mailbox.id] ?? MailboxCounts()))
        }
        if let ids {
            let byID = Dictionary(mailboxes.map { (Base32.id($0.id), $0) }, uniquingKeysWith: { $1 })
            for id in ids {
                if let mailbox = byID[id] { list.append(object(mailbox)) } else { notFound.append(id) }
            }
        } else {
            list = mailboxes.map(object)
        }
        var answer = getAnswer(account, .mailbox, list: list, notFound: notFound)
        answer["state"] = .string(state)
        return answer
    }

    private static func json(_ mailbox: StoredMailbox, _ counts: MailboxCounts) -> JSONObject {
        [
            "id": .string(Base32.id(mailbox.id)), "name": .string(mailbox.name),
            "parentId": .text(mailbox.parent.map { Base32.id($0) }), "role": .text(mailbox.role),
            "sortOrder": .count(mailbox.sortOrder), "isSubscribed": .bool(mailbox.isSubscribed),
            "totalEmails": .count(counts.emails), "unreadEmails": .count(counts.unreadEmails),
            "totalThreads": .count(counts.threads), "unreadThreads": .count(counts.unreadThreads), "myRights": rights,
        ]
    }

    /// Mailbox/changes (RFC 8621 section 2.2).
    func mailboxChanges(_ call: inout Call) throws -> JSONObject {
        try call.need("jmapMailboxChanges")
        return try changes(call, .mailbox) { Base32.id($0) }
    }

    /// Mailbox/query (RFC 8621 section 2.3).
    func mailboxQuery(_ call: inout Call) throws -> JSONObject {
        try call.need("jmapMailboxQuery")
        let account = try account(call)
        let found = try mailboxResults(call, account).map { Base32.id($0) }
        let window = try QueryWindow(call)
        return try window.answer(
            found, account: account, state: store.state(.mailbox, of: account).text, id: { $0 },
            anchor: window.anchor.flatMap { found.firstIndex(of: $0) })
    }

    /// Mailbox/queryChanges (RFC 8621 section 2.4).
    func mailboxQueryChanges(_ call: inout Call) throws -> JSONObject {
        try call.need("jmapMailboxQueryChanges")
        let account = try account(call)
        return try queryChanges(call, .mailbox, results: mailboxResults(call, account).map { Int64($0) }) {
            Base32.id($0)
        }
    }

    private func mailboxResults(_ call: Call, _ account: Int) throws -> [Int] {
        let mailboxes = try store.mailboxes(account)
        let filter = try call.object("filter")
        var found = try mailboxes.filter { mailbox in
            try filter.map { try Self.matches(mailbox, $0) } ?? true
        }
        for comparator in try Comparator.list(call).reversed() {
            switch comparator.property {
            case "name": comparator.sort(&found) { $0.name }
            case "sortOrder": comparator.sort(&found) { $0.sortOrder }
            case "parentId": comparator.sort(&found) { $0.parent ?? -1 }
            default: throw MethodError("unsupportedSort", comparator.property)
            }
        }
        return found.map(\.id)
    }

    private static func matches(_ mailbox: StoredMailbox, _ filter: JSONObject) throws(MethodError) -> Bool {
        if let operation = filter["operator"]?.string {
            var results: [Bool] = []
            for condition in filter["conditions"]?.array ?? [] {
                guard let condition = condition.object else { throw .invalidArguments("Invalid filter.") }
                results.append(try matches(mailbox, condition))
            }
            switch operation {
            case "AND": return !results.contains(false)
            case "OR": return results.contains(true)
            case "NOT": return !results.contains(true)
            default: throw MethodError("unsupportedFilter", operation)
            }
        }
        for (name, value) in filter {
            let isRight: Bool
            switch name {
            case "parentId": isRight = mailbox.parent == value.string.flatMap(Base32.number).map { Int($0) }
            case "name": isRight = mailbox.name.lowercased().contains((value.string ?? "").lowercased())
            case "role": isRight = mailbox.role == value.string
            case "hasAnyRole": isRight = (mailbox.role != nil) == value.bool
            case "isSubscribed": isRight = mailbox.isSubscribed == value.bool
            default: throw MethodError("unsupportedFilter", name)
            }
            if !isRight { return false }
        }
        return true
    }
}

/// One member of a query's `sort`.
struct Comparator {
    let property: String
    let isAscending: Bool
    let keyword: String?

    static func list(_ call: Call) throws(MethodError) -> [Comparator] {
        guard let value = call.arguments["sort"], !value.isNull else { return [] }
        guard let array = value.array else { throw .invalidArguments("invalid type, expected a sequence") }
        var result: [Comparator] = []
        for element in array {
            guard let property = element["property"]?.string else { throw MethodError("unsupportedSort", "property") }
            result.append(
                Comparator(
                    property: property, isAscending: element["isAscending"]?.bool ?? true,
                    keyword: element["keyword"]?.string))
        }
        return result
    }

    /// Sorts by a key; what is equal keeps its order.
    func sort<Element>(_ elements: inout [Element], by key: (Element) -> some Comparable) {
        let keyed = elements.enumerated().map { (offset: $0.offset, key: key($0.element), element: $0.element) }
        elements = keyed.sorted { left, right in
            if left.key == right.key { return left.offset < right.offset }
            return isAscending ? left.key < right.key : right.key < left.key
        }.map(\.element)
    }
}

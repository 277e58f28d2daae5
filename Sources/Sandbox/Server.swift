import SQLite

/// The mail server without its network: accounts, mail, and the answers to JMAP requests.
///
/// It belongs to one isolation: `SandboxService` keeps it in a mutex and calls it from the threads of the pool.
final class Server {
    let directory: Directory
    let store: Store
    var authenticator: Authenticator
    /// Whether mail to `.example` is taken: the sample workspace lives there.
    let takesExamples: Bool
    /// The port of the listener for mail from outside, nil where none is open.
    var smtpPort: UInt16?
    /// What hooks said to the submissions of the request that is answered now.
    var verdicts: [HookKey: HookVerdict] = [:]
    /// What was uploaded to each account in the running hour.
    var uploads: [Int: (since: Int, files: Int, bytes: Int)] = [:]

    /// What the limits of mail have counted in their running times, by limit and key.
    var taken: [String: (since: Int, count: Int)] = [:]

    /// Opens the database of a server.
    init(database: Connection, administrator: (name: String, password: String), takesExamples: Bool = false) throws {
        directory = try Directory(database: database)
        store = try Store(database: database)
        authenticator = Authenticator(administrator: administrator)
        self.takesExamples = takesExamples
        try makeThrottles()
    }

    /// The account that a call names, when the login may act in it.
    func account(_ call: Call, _ member: String = "accountId", refusal: String = "You do not have access to account")
        throws(MethodError) -> Int
    {
        guard let text = try call.string(member) else {
            throw .invalidArguments("The \"\(member)\" property is required.")
        }
        guard let number = Base32.number(text) else { throw .accountNotFound }
        let id = Int(number)
        guard id == call.login.account || call.login.groups.contains(id) || call.login.may("impersonate"),
            directory.account(id) != nil
        else { throw .forbidden("\(refusal) \(text)") }
        return id
    }

    // MARK: /get, /changes and /query as all types have them

    /// The start of a /get's answer.
    func getAnswer(_ account: Int, _ type: DataType, list: [JSONValue], notFound: [String]) -> JSONObject {
        [
            "accountId": .string(Base32.id(account)), "state": .string(store.state(type, of: account).text),
            "list": .array(list), "notFound": .list(notFound),
        ]
    }

    /// Answers a /changes.
    func changes(_ call: Call, _ type: DataType, id: (Int64) -> String) throws -> JSONObject {
        let since = try call.state("sinceState")
        let account = try account(call)
        let limit = try call.count("maxChanges") ?? 0
        let current = try store.counters(account).states[type.rawValue]
        let range: (after: Int, through: Int, sent: Int)
        switch since {
        case .initial: range = (0, current, 0)
        case .exact(let change):
            guard change <= current else { throw MethodError.cannotCalculateChanges }
            range = (change, current, 0)
        case .intermediate(let from, let to, let sent):
            guard to <= current else { throw MethodError.cannotCalculateChanges }
            range = (from, to, sent)
        }
        // From the beginning the real server answers what it still has, even where that is not all.
        if range.after > 0, try !store.isLogged(after: range.after, of: account) {
            throw MethodError.cannotCalculateChanges
        }
        var found: ArraySlice<(item: Int64, Store.Operation)> = []
        if range.after < range.through {
            found = try store.changes(type, of: account, after: range.after, through: range.through)[...].dropFirst(
                range.sent)
        }
        let page = limit > 0 ? found.prefix(limit) : found
        let isCut = page.count < found.count
        let newState: ChangeState
        if isCut {
            newState = .intermediate(from: range.after, to: range.through, sent: range.sent + page.count)
        } else {
            newState = ChangeState(change: range.through)
        }
        func ids(_ operations: Set<Store.Operation>) -> JSONValue {
            .list(page.filter { operations.contains($0.1) }.map { id($0.item) })
        }
        var answer: JSONObject = [
            "accountId": .string(Base32.id(account)), "oldState": .string(since.text),
            "newState": .string(newState.text),
            "hasMoreChanges": .bool(isCut || range.through < current), "created": ids([.created]),
            "updated": ids([.updated, .counted]), "destroyed": ids([.destroyed]),
        ]
        if type == .mailbox, !page.isEmpty, page.allSatisfy({ $0.1 == .counted }) {
            answer["updatedProperties"] = ["totalEmails", "unreadEmails", "totalThreads", "unreadThreads"]
        }
        return answer
    }

    /// Refuses a /set whose `ifInState` is not the state of now.
    func checkState(_ call: Call, _ old: ChangeState) throws(MethodError) {
        guard let wanted = try call.string("ifInState") else { return }
        guard wanted == old.text else { throw .stateMismatch }
    }

    /// An object with the wanted properties only; the id is always in it.
    static func picked(_ properties: [String]?, from object: JSONObject) -> JSONValue {
        guard let properties else { return .object(object) }
        var result: JSONObject = [:]
        for name in properties {
            if let value = object[name] { result[name] = value }
        }
        if let id = object["id"] { result["id"] = id }
        return .object(result)
    }
}

/// The part of a query's results that was asked for.
struct QueryWindow {
    let position: Int?
    let anchor: String?
    let anchorOffset: Int
    let limit: Int?
    let wantsTotal: Bool

    init(_ call: Call) throws(MethodError) {
        position = try call.integer("position")
        anchor = try call.string("anchor")
        anchorOffset = try call.integer("anchorOffset") ?? 0
        limit = try call.count("limit")
        wantsTotal = try call.bool("calculateTotal")
    }

    /// Cuts the results and writes the answer of a /query; `place` is where the anchor stands in them.
    func answer<Item>(
        _ items: [Item], account: Int, state: String, id: (Item) -> String, anchor place: Int?
    ) throws(MethodError) -> JSONObject {
        var start = position ?? 0
        if anchor != nil {
            guard let place else { throw .anchorNotFound }
            start = min(max(0, place.addingReportingOverflow(anchorOffset).partialValue), items.count)
        } else if start < 0 {
            start = items.count + max(start, -items.count)
        }
        start = min(start, items.count)
        let most = limit.map { $0 == 0 ? Limits.queryResults : min($0, Limits.queryResults) } ?? Limits.queryResults
        let page = items[start...].prefix(most)
        var answer: JSONObject = [
            "accountId": .string(Base32.id(account)), "queryState": .string(state), "canCalculateChanges": true,
            // Past the end the real server answers the position 0.
            "position": .count(page.isEmpty ? 0 : start), "ids": .list(page.map(id)),
        ]
        if wantsTotal { answer["total"] = .count(items.count) }
        if let limit, limit < items.count - start || limit == 0 { answer["limit"] = .count(limit) }
        return answer
    }
}

extension Server {
    /// Answers a /queryChanges: what left the results and what stands in them now, by what changed since.
    func queryChanges(
        _ call: Call, _ type: DataType, results: [Int64], id: (Int64) -> String
    ) throws -> JSONObject {
        let since = try call.state("sinceQueryState")
        let account = try account(call)
        let current = try store.counters(account).states[type.rawValue]
        let after: Int
        switch since {
        case .initial: after = 0
        case .exact(let change): after = change
        case .intermediate: throw MethodError.cannotCalculateChanges
        }
        guard after <= current, try store.isLogged(after: after, of: account) else {
            throw MethodError.cannotCalculateChanges
        }
        let changed = try store.changes(type, of: account, after: after, through: current)
        if let most = try call.count("maxChanges"), most > 0, changed.count > most {
            throw MethodError("tooManyChanges", "There are more changes than the maxChanges argument.")
        }
        let places = Dictionary(results.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { $1 })
        let added = changed.compactMap { item, operation in
            operation == .destroyed ? nil : places[item].map { (item: item, place: $0) }
        }.sorted { $0.place < $1.place }
        var answer: JSONObject = [
            "accountId": .string(Base32.id(account)), "oldQueryState": .string(since.text),
            "newQueryState": .string(store.state(type, of: account).text),
            "removed": .list(changed.filter { $0.1 != .created }.map { id($0.item) }),
            "added": .array(added.map { ["id": .string(id($0.item)), "index": .count($0.place)] }),
        ]
        if try call.bool("calculateTotal") { answer["total"] = .count(results.count) }
        return answer
    }
}

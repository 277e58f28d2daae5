import FoundationEssentials
import HTTPTransport
package import JMAP

/// Administration of Stalwart from 0.16 on, by JMAP objects whose names begin with `x:`.
package struct ObjectAdministration: Administration {
    package let client: JMAPClient

    /// Makes a value; nothing is asked yet.
    package init(client: JMAPClient) {
        self.client = client
    }

    package var kind: ServerKind { .objects }

    package func describe() async throws(StalwartError) -> ServerDescription {
        let act = "describe the server"
        let answer: JSON
        let limits: SessionLimits
        do throws(JMAPError) {
            limits = try await client.session().limits
            let response = try await client.http(path: "/api/account")
            if let failure = response.head.failure { throw JMAPError(failure) }
            answer = try JMAPError.reading(response, act)
        } catch {
            throw StalwartError(error, act: act, writes: false)
        }
        let permissions = (answer["permissions"]?.array ?? []).compactMap(\.string).map { Permission($0) }
        return ServerDescription(
            kind: .objects, version: nil, edition: answer["edition"]?.string, permissions: Set(permissions),
            limits: limits)
    }

    /// What one call of an act needs to be told well when it fails.
    struct Act: Sendable {
        /// What is asked, such as `make the account ada`.
        let words: String
        /// What the login needs for it.
        let permission: Permission
        /// Whether it changes something.
        var writes = false
    }

    /// Calls one method with the login's own account, or on behalf of another.
    func call(
        _ method: String, _ arguments: [String: JSON], of account: AccountID? = nil, for act: Act
    ) async throws(StalwartError) -> JSON {
        var arguments = arguments
        if let account { arguments["accountId"] = account.json }
        do throws(JMAPError) {
            return try await client.call(RawCall(method, arguments))
        } catch {
            throw StalwartError(error, act: act.words, writes: act.writes, permission: act.permission)
        }
    }

    /// The objects of some ids, each as the server gives it; ids that are gone are left out.
    func get(
        _ type: String, _ ids: [String], of account: AccountID? = nil, for act: Act
    ) async throws(StalwartError) -> [JSON] {
        guard !ids.isEmpty else { return [] }
        let answer = try await call("\(type)/get", ["ids": .array(ids.map { .string($0) })], of: account, for: act)
        return answer["list"]?.array ?? []
    }

    /// The objects that a filter finds, in pages of the server's own size, at most 100,000.
    func all(
        _ type: String, _ filter: [String: JSON], of account: AccountID? = nil, for act: Act
    ) async throws(StalwartError) -> [JSON] {
        var found: [JSON] = []
        var start = 0
        while start < 100_000 {
            let page = try await self.page(type, filter, from: start, limit: Self.pageSize, of: account, for: act)
            found += page.objects
            start += page.count
            if page.count < Self.pageSize { break }
        }
        return found
    }

    /// One page of the objects that a filter finds, in the order of their ids, and how many ids the page had.
    func page(
        _ type: String, _ filter: [String: JSON], from position: Int, limit: Int, of account: AccountID? = nil,
        for act: Act
    ) async throws(StalwartError) -> (objects: [JSON], count: Int) {
        var arguments: [String: JSON] = [
            "filter": .object(filter), "position": .int(Int64(position)), "limit": .int(Int64(limit)),
        ]
        if type == "x:Account" { arguments["sort"] = [["property": "id", "isAscending": true]] }
        let query = try await call("\(type)/query", arguments, of: account, for: act)
        let ids = (query["ids"]?.array ?? []).compactMap(\.string)
        return (try await get(type, Array(ids.prefix(limit)), of: account, for: act), ids.count)
    }

    /// How many objects are asked for at once.
    static let pageSize = 500

    /// Makes one object; gives what the server tells of it, its id at least.
    func make(
        _ type: String, _ object: [String: JSON], of account: AccountID? = nil, for act: Act
    ) async throws(StalwartError) -> JSON {
        let answer = try await call("\(type)/set", ["create": ["new": .object(object)]], of: account, for: act)
        if let created = answer["created"]?["new"], created["id"]?.string?.isEmpty == false { return created }
        throw refusal(answer["notCreated"]?["new"], for: act)
    }

    /// Changes one object by a patch.
    func update(
        _ type: String, _ id: String, _ patch: [String: JSON], of account: AccountID? = nil, for act: Act
    ) async throws(StalwartError) {
        let answer = try await call("\(type)/set", ["update": .object([id: .object(patch)])], of: account, for: act)
        if answer["updated"]?.object?.keys.contains(id) == true { return }
        throw refusal(answer["notUpdated"]?[id], for: act)
    }

    /// Destroys one object.
    func destroy(
        _ type: String, _ id: String, of account: AccountID? = nil, for act: Act
    ) async throws(StalwartError) {
        let answer = try await call("\(type)/set", ["destroy": [.string(id)]], of: account, for: act)
        if answer["destroyed"]?.array?.contains(.string(id)) == true { return }
        throw refusal(answer["notDestroyed"]?[id], for: act)
    }

    /// What the refusal of one object of a set means.
    private func refusal(_ error: JSON?, for act: Act) -> StalwartError {
        guard let error, let type = error["type"]?.string else {
            return StalwartError(
                .malformed, act: act.words, place: place, detail: "the answer names no result",
                mayHaveBeenDone: act.writes)
        }
        var properties = (error["properties"]?.array ?? []).compactMap(\.string)
        properties += (error["validationErrors"]?.array ?? []).compactMap { $0["property"]?.string }
        let code: StalwartError.Code
        switch type {
        case "primaryKeyViolation", "alreadyExists":
            code = .alreadyExists(id: error["objectId"]?["id"]?.string ?? error["existingId"]?.string)
        case "objectIsLinked":
            code = .inUse(by: (error["linkedObjects"]?.array ?? []).compactMap(Self.linked))
        case "overQuota": code = .quota
        case "notFound": code = .notFound
        case "forbidden":
            let isRace = error["description"]?.string?.contains("Another process modified") == true
            code = isRace ? .race : .missingPermission(act.permission)
        case "invalidForeignKey": code = .unknownReference
        case "invalidPatch", "invalidProperties", "validationFailed": code = .invalid(properties: properties)
        case "rateLimit": code = .limit
        default: code = .refused(type)
        }
        return StalwartError(code, act: act.words, place: place, detail: error["description"]?.string ?? "")
    }

    private static func linked(_ object: JSON) -> String? {
        guard let id = object["id"]?.string else { return nil }
        return "\(object["object"]?.string ?? "object") \(id)"
    }

    /// Where the server is, for errors.
    var place: String { client.origin.absoluteString }
}

extension JMAPError {
    /// The JSON of an answer that is not JMAP.
    static func reading(_ response: HTTPResponse, _ method: String) throws(JMAPError) -> JSON {
        do throws(JSONError) {
            return try JSON(parsing: response.body)
        } catch {
            throw JMAPError(.malformed, place: response.head.place, method: method, detail: error.description)
        }
    }
}

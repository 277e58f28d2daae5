internal import FoundationEssentials
internal import HTTPTransport
internal import JMAP
internal import Synchronization

// The REST interface: success is 200 with `data`, a refusal is 200 with `error`, everything else is a problem.

extension PrincipalServer {
    func answer(_ request: HTTPRequest, _ who: Who) async -> HTTPResponse {
        let path = request.url.path
        var body = JSON.null
        if case .bytes(let bytes) = request.body { body = (try? JSON(parsing: bytes)) ?? .null }
        switch (request.method, path) {
        case (.get, "/api/reload"):
            return who.may("settings-reload") ? Self.json(["data": [:]]) : Self.problem(403)
        case (.get, "/api/queue/messages"):
            guard who.may("message-queue-list") else { return Self.problem(403) }
            return Self.json(["data": ["items": [], "total": 0]])
        case (.post, "/api/dkim"):
            return who.may("dkim-signature-create") ? Self.json(["data": nil]) : Self.problem(403)
        case (.post, "/api/oauth"):
            guard who.may("authenticate-oauth") else { return Self.problem(403) }
            return Self.json(["data": ["code": "x", "permissions": [], "version": "0.15.5", "isEnterprise": false]])
        case (.get, "/api/principal"):
            guard who.may("individual-list") else { return Self.problem(403) }
            return list(request.url)
        case (.post, "/api/principal"):
            guard who.may("individual-create") else { return Self.problem(403) }
            return await make(body)
        case _ where path.hasPrefix("/api/dns/records/"):
            return who.may("domain-get") ? Self.json(["data": []]) : Self.problem(403)
        case _ where path.hasPrefix("/api/principal/"):
            return await one(String(path.dropFirst("/api/principal/".count)), request.method, body, who)
        default: return Self.problem(404)
        }
    }

    private func one(_ name: String, _ method: HTTPRequest.Method, _ body: JSON, _ who: Who) async -> HTTPResponse {
        // Who there is, every login can tell.
        guard let found = state.withLock({ $0.principals[name] }) else {
            return Self.json(["error": "notFound", "item": .string(name)])
        }
        switch method {
        case .get:
            guard who.may("individual-get") else { return Self.problem(403) }
            return Self.json(["data": Self.shown(found, fields: nil)])
        case .patch:
            guard who.may("individual-update") else { return Self.problem(403) }
            return await change(name, found, body.array ?? [])
        case .delete:
            guard who.may("individual-delete") else { return Self.problem(403) }
            let type = found.kind == "domain" ? "x:Domain" : found.kind == "role" ? "x:Role" : "x:Account"
            _ = try? await admin.call(RawCall("\(type)/set", ["destroy": [.string(found.behind)]]))
            state.withLock {
                $0.principals[name] = nil
                $0.keys[name] = nil
            }
            return Self.json(["data": nil])
        default: return Self.problem(404)
        }
    }

    /// A principal as it is told: empty lists and the quota 0 are left out.
    private static func shown(_ principal: Principal, fields: Set<String>?) -> JSON {
        var members: [String: JSON] = ["id": .int(Int64(principal.number)), "type": .string(principal.kind)]
        for (key, value) in principal.fields where fields?.contains(key) != false {
            if value.array?.isEmpty == true || value == .int(0) || value == .null { continue }
            members[key] = value
        }
        return .object(members)
    }

    private func list(_ url: URL) -> HTTPResponse {
        let items = URLComponents(url: url, resolvingAgainstBaseURL: false)?.queryItems ?? []
        func value(_ name: String) -> String? { items.first { $0.name == name }?.value }
        let types = value("types")?.split(separator: ",").map(String.init)
        let fields = value("fields").map { Set($0.split(separator: ",").map(String.init)) }
        var found = state.withLock { Array($0.principals.values) }
            .filter { types?.contains($0.kind) != false }
            .sorted { ($0.fields["name"]?.string ?? "") < ($1.fields["name"]?.string ?? "") }
        var words = Self.words(value("filter") ?? "")
        while !words.isEmpty {
            let hits = found.filter { principal in
                let text = ["name", "description"].compactMap { principal.fields[$0]?.string }.joined(separator: " ")
                return Self.words(text).contains(words[0])
            }
            // Where the first word finds nothing, the following ones alone decide.
            if !hits.isEmpty || words.count == 1 { found = hits }
            words.removeFirst()
        }
        let limit = value("limit").flatMap { Int($0) } ?? 100
        let page = max(1, value("page").flatMap { Int($0) } ?? 1)
        let shown = found.dropFirst((page - 1) * limit).prefix(limit).map { Self.shown($0, fields: fields) }
        return Self.json(["data": ["items": .array(Array(shown)), "total": .int(Int64(found.count))]])
    }

    private static func words(_ text: String) -> [String] {
        text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
    }

    // MARK: Making

    private func make(_ body: JSON) async -> HTTPResponse {
        guard let kind = body["type"]?.string, ["domain", "role", "individual", "group"].contains(kind) else {
            return Self.problem(400)
        }
        guard let name = body["name"]?.string?.lowercased(), !name.isEmpty else {
            return Self.json(["error": "fieldMissing", "field": "name"])
        }
        var fields = body.object ?? [:]
        fields["type"] = nil
        fields["name"] = .string(name)
        let known = state.withLock { $0.principals }
        if known[name] != nil {
            return Self.json(["error": "fieldAlreadyExists", "field": "name", "value": .string(name)])
        }
        let domain = name.split(separator: "@").last.map(String.init) ?? ""
        let roles = (fields["roles"]?.array ?? []).compactMap(\.string)
        if kind == "individual" || kind == "group" {
            guard let missing = ([domain] + roles.filter { $0 != "user" }).first(where: { known[$0] == nil }) else {
                return await keep(kind, name, fields, object: account(kind, name, fields, known))
            }
            return Self.json(["error": "notFound", "item": .string(missing)])
        }
        let object: (type: String, members: [String: JSON]) =
            kind == "role"
            ? (
                "x:Role",
                [
                    "description": .string(name), "roleIds": [:], "disabledPermissions": [:],
                    "enabledPermissions": Self.permissions(fields["enabledPermissions"]),
                ]
            )
            : (
                "x:Domain",
                [
                    "name": .string(name), "certificateManagement": ["@type": "Manual"],
                    "dkimManagement": ["@type": "Manual"], "dnsManagement": ["@type": "Manual"],
                ]
            )
        return await keep(kind, name, fields, object: object)
    }

    private func account(
        _ kind: String, _ name: String, _ fields: [String: JSON], _ known: [String: Principal]
    ) -> (type: String, members: [String: JSON]) {
        let parts = name.split(separator: "@").map(String.init)
        func set(_ field: String) -> JSON {
            let names = (fields[field]?.array ?? []).compactMap(\.string)
            return .object(Dictionary(names.compactMap { known[$0].map { ($0.behind, true) } }) { $1 })
        }
        let roles: JSON = kind == "group" ? ["@type": "Default"] : ["@type": "Custom", "roleIds": set("roles")]
        var members: [String: JSON] = [
            "@type": kind == "group" ? "Group" : "User", "name": .string(parts.first ?? ""),
            "domainId": .string(parts.last.flatMap { known[$0]?.behind } ?? ""), "roles": roles,
            "permissions": ["@type": "Inherit"],
        ]
        if kind == "individual" {
            members["credentials"] = [:]
            members["memberGroupIds"] = set("memberOf")
        }
        return ("x:Account", members)
    }

    private func keep(
        _ kind: String, _ name: String, _ fields: [String: JSON], object: (type: String, members: [String: JSON])
    ) async -> HTTPResponse {
        let call = RawCall("\(object.type)/set", ["create": ["n": .object(object.members)]])
        guard let answer = try? await admin.call(call), let behind = answer["created"]?["n"]?["id"]?.string else {
            return Self.problem(500)
        }
        let isAccount = object.type == "x:Account"
        let number = state.withLock { state -> UInt64 in
            state.last += 1
            // The id of an account in JMAP is its number in base 32.
            let number = isAccount ? Self.number(behind) : state.last
            state.principals[name] = Principal(number: number, kind: kind, fields: fields, behind: behind)
            return number
        }
        return Self.json(["data": .int(Int64(number))])
    }

    private static func number(_ id: String) -> UInt64 {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz792013")
        return id.reduce(0) { $0 << 5 | UInt64(alphabet.firstIndex(of: $1) ?? 0) }
    }

    /// Permissions by the names of 0.16, as far as they are about mail.
    private static func permissions(_ names: JSON?) -> JSON {
        var found: [String: JSON] = [:]
        for name in (names?.array ?? []).compactMap(\.string) {
            if name == "jmap-echo" || name == "jmap-search-snippet" { continue }
            let kinds = ["jmap-", "authenticate", "impersonate", "email-receive", "unlimited-"]
            guard kinds.contains(where: name.hasPrefix) else { continue }
            let words = name.split(separator: "-").map(String.init)
            let camel = words.enumerated().map { $0.offset == 0 ? $0.element : $0.element.capitalized }.joined()
            if camel.hasSuffix("Set") {
                for act in ["Create", "Update", "Destroy"] { found["\(camel.dropLast(3))\(act)"] = true }
            } else {
                found[camel] = true
            }
        }
        return .object(found)
    }

    // MARK: Changing

    private func change(_ name: String, _ found: Principal, _ operations: [JSON]) async -> HTTPResponse {
        var changed = found
        for operation in operations {
            guard let action = operation["action"]?.string, let field = operation["field"]?.string,
                let value = operation["value"]
            else { return Self.problem(400) }
            var list = changed.fields[field]?.array ?? []
            switch action {
            case "set": changed.fields[field] = value
            case "addItem":
                if !list.contains(value) { list.append(value) }
                changed.fields[field] = .array(list)
            case "removeItem":
                // An app password is named by its beginning.
                let isApp = field == "secrets" && value.string?.hasPrefix("$app$") == true
                list.removeAll { isApp ? $0.string?.hasPrefix(value.string ?? "") == true : $0 == value }
                changed.fields[field] = .array(list)
            default: return Self.problem(400)
            }
        }
        let patch = patch(of: changed)
        if let patch {
            let update: JSON = .object([found.behind: .object(patch.members)])
            guard (try? await admin.call(RawCall("\(patch.type)/set", ["update": update]))) != nil else {
                return Self.problem(500)
            }
        }
        let kept = changed
        state.withLock { $0.principals[name] = kept }
        return Self.json(["data": nil])
    }

    /// What the server behind must know of a principal that has changed.
    private func patch(of principal: Principal) -> (type: String, members: [String: JSON])? {
        switch principal.kind {
        case "role":
            return (
                "x:Role", ["enabledPermissions": Self.permissions(principal.fields["enabledPermissions"])]
            )
        case "individual":
            let known = state.withLock { $0.principals }
            let roles = principal.texts("roles").compactMap { known[$0].map { ($0.behind, JSON.bool(true)) } }
            let groups = principal.texts("memberOf").compactMap { known[$0].map { ($0.behind, JSON.bool(true)) } }
            return (
                "x:Account",
                [
                    "roles": ["@type": "Custom", "roleIds": .object(Dictionary(roles) { $1 })],
                    "memberGroupIds": .object(Dictionary(groups) { $1 }),
                ]
            )
        default: return nil
        }
    }
}

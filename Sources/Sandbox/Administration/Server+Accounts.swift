import Sodium

extension Server {
    /// x:Account/get.
    func accountGet(_ call: inout Call) throws -> JSONObject {
        try objectGet(.account, call) { id, object in
            var shown = object
            shown["emailAddress"] = .text(self.directory.account(id)?.address)
            // An account whose counters cannot be read shows no use.
            shown["usedDiskQuota"] = .count((try? self.store.counters(id).used) ?? 0)
            var credentials: JSONObject = [:]
            for (key, value) in object["credentials"]?.object ?? [:] {
                var credential = value.object ?? [:]
                credential["secret"] = "****"
                credentials[key] = .object(credential)
            }
            if object["credentials"] != nil { shown["credentials"] = .object(credentials) }
            return shown
        }
    }

    /// x:Account/query.
    func accountQuery(_ call: inout Call) throws -> JSONObject {
        try objectQuery(
            .account, call, filters: ["name", "text", "domainId", "@type", "memberGroupIds", "description"]
        ) { _, object, name, value in
            switch name {
            case "memberGroupIds": object["memberGroupIds"]?.object?.trueKeys.contains(value.string ?? "") ?? false
            case "text":
                Self.words(value.string ?? "").isSubset(
                    of: Self.words("\(object["name"]?.string ?? "") \(object["description"]?.string ?? "")"))
            default: object[name] == value
            }
        }
    }

    private static func words(_ text: String) -> Set<String> {
        Set(text.lowercased().split { !($0.isLetter || $0.isNumber) }.map(String.init))
    }

    /// x:Account/set.
    func accountSet(_ call: inout Call) throws -> JSONObject {
        try checkRoles(call)
        return try objectSet(
            .account, call,
            ObjectRules(
                create: { object, _ in (try self.checkedAccount(object, old: [:], id: nil), [:]) },
                update: { id, old, new in try self.checkedAccount(new, old: old, id: id) },
                destroy: { _, id in
                    let members = self.accounts { $0["memberGroupIds"]?.object?.trueKeys.contains(id) ?? false }
                    if !members.isEmpty { throw SetError.objectIsLinked(.account, id, by: members) }
                }, destroyed: { id in try self.store.transaction { try self.store.forget(id) } }))
    }

    /// An unknown role fails the whole call on the real server.
    private func checkRoles(_ call: Call) throws(MethodError) {
        let objects = try (call.object("create") ?? [:]).values + (call.object("update") ?? [:]).values
        for object in objects {
            for id in object["roles"]?["roleIds"]?.object?.trueKeys ?? [] {
                guard let number = Base32.number(id), directory.object(.role, Int(number)) != nil else {
                    throw .serverUnavailable
                }
            }
        }
    }

    private static let quotaNames: Set<String> = [
        "maxDiskQuota", "maxEmails", "maxMailboxes", "maxApiKeys", "maxAppPasswords", "maxEmailSubmissions",
        "maxEmailIdentities", "maxParticipantIdentities", "maxSieveScripts", "maxPushSubscriptions", "maxCalendars",
        "maxCalendarEvents", "maxAddressBooks", "maxContactCards", "maxFiles", "maxFolders", "maxMaskedAddresses",
        "maxPublicKeys",
    ]

    private func checkedAccount(_ object: JSONObject, old: JSONObject, id: Int?) throws -> JSONObject {
        var result = object
        if old["name"] != object["name"] || id == nil { result["name"] = .string(try Self.localPart(object["name"])) }
        try checkDomain(object["domainId"])
        for alias in object["aliases"]?.object?.values ?? [] { try checkDomain(alias["domainId"]) }
        for group in object["memberGroupIds"]?.object?.trueKeys ?? [] {
            guard let number = Base32.number(group), directory.account(Int(number))?.isGroup == true else {
                throw SetError.invalidForeignKey(.account, group)
            }
        }
        for name in object["quotas"]?.object?.keys ?? [] where !Self.quotaNames.contains(name) {
            throw SetError("invalidPatch", "Invalid value for object property", properties: ["quotas/\(name)"])
        }
        for address in addresses(of: result) {
            if let other = directory.account(address: address), other.id != id {
                throw SetError.primaryKeyViolation("email", .account, other.id)
            }
        }
        if let permissions = object["permissions"]?.object {
            try checkPermissions(permissions, ["enabledPermissions", "disabledPermissions"])
        }
        result["credentials"] = try object["credentials"].map { .object(try hashed($0, old: old["credentials"])) }
        return result
    }

    private func checkDomain(_ value: JSONValue?) throws(SetError) {
        let id = value?.string ?? ""
        guard let number = Base32.number(id), directory.domainName(Int(number)) != nil else {
            throw .invalidForeignKey(.domain, id)
        }
    }

    private func addresses(of object: JSONObject) -> [String] {
        func address(_ name: JSONValue?, _ domain: JSONValue?) -> String? {
            guard let name = name?.string, let id = domain?.string.flatMap(Base32.number),
                let domain = directory.domainName(Int(id))
            else { return nil }
            return "\(name)@\(domain)".lowercased()
        }
        let aliases = object["aliases"]?.object?.values.compactMap { address($0["name"], $0["domainId"]) } ?? []
        return [address(object["name"], object["domainId"])].compactMap { $0 } + aliases
    }

    /// A name as the server takes it: in lower case, without white space.
    private static func localPart(_ value: JSONValue?) throws(SetError) -> String {
        let name = (value?.string ?? "").lowercased().filter { !$0.isWhitespace }
        guard !name.isEmpty else { throw SetError("invalidPatch", "Invalid value for property.", properties: ["name"]) }
        let isDotted = name.hasPrefix(".") || name.hasSuffix(".") || name.contains("..")
        let allowed = Set("!#$%&'*+-/=?^_`{|}~.")
        guard !isDotted, name.allSatisfy({ $0.isLetter || $0.isNumber || allowed.contains($0) }) else {
            throw SetError("invalidPatch", "Invalid email local part", properties: ["name"])
        }
        return name
    }

    /// Credentials with their passwords hashed; one that was shown as `****` is the old one.
    private func hashed(_ value: JSONValue, old: JSONValue?) throws(SetError) -> JSONObject {
        var result: JSONObject = [:]
        for (key, value) in value.object ?? [:] {
            var credential = value.object ?? [:]
            let secret = credential["secret"]?.string ?? ""
            if secret == "****" || secret == old?[key]?["secret"]?.string {
                credential["secret"] = old?[key]?["secret"]
            } else {
                try Self.checkStrength(secret)
                guard let hash = PasswordHash(of: secret, cost: .minimal) else { throw SetError("serverFail") }
                credential["secret"] = .string(hash.text)
            }
            credential["credentialId"] = credential["credentialId"] ?? "a"
            credential["expiresAt"] = credential["expiresAt"] ?? .null
            credential["allowedIps"] = credential["allowedIps"] ?? [:]
            result[key] = .object(credential)
        }
        return result
    }

    /// The real server weighs passwords; here a short one and one made of a common word are weak.
    private static func checkStrength(_ secret: String) throws(SetError) {
        if secret.count < 8 {
            throw SetError("invalidProperties", "Password must be at least 8 characters long.", properties: ["secret"])
        }
        let common = ["password", "12345678", "qwertyui", "letmein", "iloveyou", "admin123", "welcome"]
        if secret.count < 16, common.contains(where: secret.lowercased().contains) {
            throw SetError(
                "invalidProperties",
                "Password is too weak. This is a very common password. Add another word or two. Uncommon words are better.",
                properties: ["secret"])
        }
    }
}

/// What members an administrator's object may have, and what it has where none are given.
struct ObjectSchema {
    /// Members that a client may write.
    let writable: Set<String>
    /// Members that the server alone sets.
    let serverSet: Set<String>
    /// Members that every create must name.
    let required: [String]
    /// What a new object has where its create says nothing.
    let defaults: JSONObject

    static func of(_ kind: ObjectKind, type: String? = nil) -> ObjectSchema {
        switch kind {
        case .domain: domain
        case .role: role
        case .account: type == "Group" ? group : user
        case .apiKey, .appPassword: secret
        case .signingKey: signingKey
        case .mtaHook: mtaHook
        case .throttle: throttle
        }
    }

    private static let domain = ObjectSchema(
        writable: [
            "name", "aliases", "isEnabled", "description", "logo", "certificateManagement", "dkimManagement",
            "dnsManagement", "memberTenantId", "directoryId", "catchAllAddress", "subAddressing", "allowRelaying",
            "reportAddressUri",
        ], serverSet: ["createdAt", "dnsZoneFile", "id"], required: ["name"],
        defaults: [
            "aliases": [:], "isEnabled": true, "description": nil, "logo": nil,
            "certificateManagement": ["@type": "Manual"], "dkimManagement": ["@type": "Manual"],
            "dnsManagement": ["@type": "Manual"], "memberTenantId": nil, "directoryId": nil, "catchAllAddress": nil,
            "subAddressing": ["@type": "Enabled"], "allowRelaying": false, "reportAddressUri": "mailto:postmaster",
        ])

    private static let role = ObjectSchema(
        writable: ["description", "memberTenantId", "roleIds", "enabledPermissions", "disabledPermissions"],
        serverSet: ["id"], required: ["description"],
        defaults: ["memberTenantId": nil, "roleIds": [:], "enabledPermissions": [:], "disabledPermissions": [:]])

    private static let user = ObjectSchema(
        writable: [
            "@type", "name", "domainId", "credentials", "memberGroupIds", "memberTenantId", "roles", "permissions",
            "quotas", "aliases", "description", "locale", "timeZone", "encryptionAtRest",
        ], serverSet: ["createdAt", "usedDiskQuota", "emailAddress", "id"], required: ["name", "domainId"],
        defaults: [
            "credentials": [:], "memberGroupIds": [:], "memberTenantId": nil, "roles": ["@type": "User"],
            "permissions": ["@type": "Inherit"], "quotas": [:], "aliases": [:], "description": nil, "locale": "en_US",
            "timeZone": nil, "encryptionAtRest": ["@type": "Disabled"],
        ])

    private static let group = ObjectSchema(
        writable: [
            "@type", "name", "domainId", "memberTenantId", "roles", "permissions", "quotas", "aliases", "description",
            "locale", "timeZone",
        ], serverSet: user.serverSet, required: user.required,
        defaults: [
            "memberTenantId": nil, "roles": ["@type": "Default"], "permissions": ["@type": "Inherit"], "quotas": [:],
            "aliases": [:], "description": nil, "locale": "en_US", "timeZone": nil,
        ])

    private static let secret = ObjectSchema(
        writable: ["description", "expiresAt", "permissions", "allowedIps"],
        serverSet: ["createdAt", "secret", "id"], required: ["description"],
        defaults: ["expiresAt": nil, "permissions": ["@type": "Inherit"], "allowedIps": [:]])

    private static let signingKey = ObjectSchema(
        writable: ["@type", "domainId", "selector", "privateKey", "stage"],
        serverSet: ["createdAt", "publicKey", "id"],
        required: ["domainId", "selector", "privateKey"], defaults: ["stage": "active"])

    private static let mtaHook = ObjectSchema(
        writable: [
            "url", "stages", "enable", "timeout", "tempFailOnError", "httpAuth", "httpHeaders", "allowInvalidCerts",
            "maxResponseSize",
        ], serverSet: ["id"], required: ["url"],
        defaults: [
            "stages": ["data": true], "enable": ["match": [:], "else": "true"], "timeout": 30_000,
            "tempFailOnError": true, "httpAuth": ["@type": "Unauthenticated"], "httpHeaders": [:],
            "allowInvalidCerts": false, "maxResponseSize": 52_428_800,
        ])

    private static let throttle = ObjectSchema(
        writable: ["enable", "description", "key", "match", "rate"], serverSet: ["id"], required: ["rate"],
        defaults: ["enable": true, "description": "", "key": [:], "match": ["match": [:], "else": "true"]])

    /// The object that a create asks for, with everything that it leaves out.
    func created(_ object: JSONObject) throws(SetError) -> JSONObject {
        guard object.keys.allSatisfy(writable.contains) else {
            throw SetError("invalidPatch", "Invalid key for object", properties: [""])
        }
        let missing = required.filter { object[$0] == nil || object[$0] == .null }
        guard missing.isEmpty else {
            throw SetError(
                "validationFailed",
                more: [
                    "validationErrors": .array(missing.map { ["type": "Required", "property": .string($0)] })
                ])
        }
        var result = object
        for (key, value) in defaults where result[key] == nil { result[key] = value }
        result["createdAt"] = .string(Timestamp.text(Timestamp.now))
        return result
    }

    /// The object after a patch; a path goes into members, null takes away.
    func patched(_ object: JSONObject, by patch: JSONObject) throws(SetError) -> JSONObject {
        var result = object
        for (path, value) in patch {
            let steps = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            if serverSet.contains(steps[0]) {
                throw SetError("invalidPatch", "Cannot modify server set property", properties: [path])
            }
            guard writable.contains(steps[0]) else {
                throw SetError("invalidPatch", "Invalid property", properties: [path])
            }
            if steps.count == 1 {
                result[path] = value.isNull ? defaults[path] ?? .null : value
                continue
            }
            guard let inner = Self.patched(result[steps[0]] ?? [:], steps.dropFirst(), value) else {
                throw SetError("invalidPatch", "Invalid property", properties: [path])
            }
            result[steps[0]] = inner
        }
        return result
    }

    private static func patched(_ value: JSONValue, _ steps: ArraySlice<String>, _ new: JSONValue) -> JSONValue? {
        guard let step = steps.first else { return new }
        guard var object = value.object else { return nil }
        if steps.count == 1, new.isNull || new.bool == false {
            object[step] = nil
        } else if steps.count == 1 {
            object[step] = new
        } else {
            guard let inner = patched(object[step] ?? [:], steps.dropFirst(), new) else { return nil }
            object[step] = inner
        }
        return .object(object)
    }
}

extension SetError {
    /// A reference to an object that is not there.
    static func invalidForeignKey(_ kind: ObjectKind, _ id: String) -> SetError {
        SetError("invalidForeignKey", more: ["objectId": ["object": .string(kind.rawValue), "id": .string(id)]])
    }

    /// Something unique that another object has already.
    static func primaryKeyViolation(_ property: String, _ kind: ObjectKind, _ id: Int) -> SetError {
        SetError(
            "primaryKeyViolation", properties: [property],
            more: ["objectId": ["object": .string(kind.rawValue), "id": .string(Base32.id(id))]])
    }

    /// A destroy of something that others need.
    static func objectIsLinked(_ kind: ObjectKind, _ id: String, by accounts: [Int]) -> SetError {
        SetError(
            "objectIsLinked",
            more: [
                "objectId": ["object": .string(kind.rawValue), "id": .string(id)],
                "linkedObjects": .array(accounts.map { ["object": "Account", "id": .string(Base32.id($0))] }),
            ])
    }
}

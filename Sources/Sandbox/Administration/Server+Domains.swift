extension Server {
    /// x:Domain/get.
    func domainGet(_ call: inout Call) throws -> JSONObject {
        try objectGet(.domain, call) { id, object in
            var shown = object
            let name = object["name"]?.string ?? ""
            shown["dnsZoneFile"] = .string(
                "\(name). IN TXT \"v=spf1 mx -all\"\n\(name). IN MX 10 mail.sandbox.local.\n"
                    + self.signingRecords(of: id, name))
            return shown
        }
    }

    /// x:Domain/query.
    func domainQuery(_ call: inout Call) throws -> JSONObject {
        try objectQuery(.domain, call, filters: ["name", "text"]) { _, object, name, value in
            name == "name"
                ? object["name"] == value : (object["name"]?.string ?? "").contains(value.string?.lowercased() ?? "")
        }
    }

    /// x:Domain/set.
    func domainSet(_ call: inout Call) throws -> JSONObject {
        try objectSet(
            .domain, call,
            ObjectRules(
                create: { object, _ in (try self.checkedDomain(object, id: nil), [:]) },
                update: { id, _, new in try self.checkedDomain(new, id: id) },
                destroy: { _, id in
                    let accounts = self.accounts { $0["domainId"]?.string == id }
                    if !accounts.isEmpty { throw SetError.objectIsLinked(.domain, id, by: accounts) }
                }, destroyed: { try self.removeSigningKeys(of: $0) }))
    }

    private func checkedDomain(_ object: JSONObject, id: Int?) throws(SetError) -> JSONObject {
        let name = (object["name"]?.string ?? "").lowercased()
        guard !name.isEmpty else { throw SetError("invalidPatch", "Invalid value for property.", properties: ["name"]) }
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        let isValid =
            labels.count > 1
            && labels.allSatisfy { label in
                !label.isEmpty && label.utf8.count < 64
                    && label.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
            }
        guard isValid, name.utf8.count < 254 else {
            throw SetError("invalidPatch", "Invalid domain name", properties: ["name"])
        }
        if let other = directory.ids(.domain).first(where: { $0 != id && directory.domainName($0) == name }) {
            throw .primaryKeyViolation("name", .domain, other)
        }
        var result = object
        result["name"] = .string(name)
        return result
    }

    // MARK: Roles

    /// x:Role/get.
    func roleGet(_ call: inout Call) throws -> JSONObject {
        try objectGet(.role, call) { _, object in
            var shown = object
            shown["createdAt"] = nil
            return shown
        }
    }

    /// x:Role/query.
    func roleQuery(_ call: inout Call) throws -> JSONObject {
        try objectQuery(.role, call, filters: ["description", "text"]) { _, object, _, value in
            object["description"] == value
        }
    }

    /// x:Role/set.
    func roleSet(_ call: inout Call) throws -> JSONObject {
        let members = ["enabledPermissions", "disabledPermissions"]
        return try objectSet(
            .role, call,
            ObjectRules(
                create: { object, _ in
                    try self.checkPermissions(object, members)
                    return (object, [:])
                },
                update: { _, _, new in
                    try self.checkPermissions(new, members)
                    return new
                },
                destroy: { _, id in
                    let accounts = self.accounts { $0["roles"]?["roleIds"]?.object?.trueKeys.contains(id) ?? false }
                    if !accounts.isEmpty { throw SetError.objectIsLinked(.role, id, by: accounts) }
                }))
    }
}

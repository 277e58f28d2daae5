extension Server {
    /// The session object (RFC 8620 section 2) for a login, or its skeleton for nobody.
    func session(_ login: Login?, origin: String) -> JSONValue {
        let socket = "ws" + origin.dropFirst(4) + "/jmap/ws"
        var accounts: JSONObject = [:]
        var primary: JSONObject = [:]
        if let login {
            let own = Base32.id(login.account)
            let capabilities = Capability.account(id: own, permissions: login.permissions)
            accounts[own] = [
                "name": .string(login.name), "isPersonal": true, "isReadOnly": false,
                "accountCapabilities": .object(capabilities),
            ]
            for name in capabilities.keys { primary[name] = .string(own) }
            for group in login.groups.sorted() {
                guard let account = directory.account(group) else { continue }
                let id = Base32.id(group)
                accounts[id] = [
                    "name": .string(account.address), "isPersonal": false, "isReadOnly": false,
                    "accountCapabilities": .object(Capability.account(id: id, permissions: login.permissions)),
                ]
            }
        }
        return [
            "capabilities": .object(Capability.session(socket: socket)), "accounts": .object(accounts),
            "primaryAccounts": .object(primary), "username": .string(login?.name ?? ""),
            "apiUrl": .string("\(origin)/jmap/"),
            "downloadUrl": .string("\(origin)/jmap/download/{accountId}/{blobId}/{name}?accept={type}"),
            "uploadUrl": .string("\(origin)/jmap/upload/{accountId}/"),
            "eventSourceUrl": .string(
                "\(origin)/jmap/eventsource/?types={types}&closeafter={closeafter}&ping={ping}"),
            "state": .string(sessionState(login)),
        ]
    }

    /// A text that changes when the session's accounts or their rights change.
    func sessionState(_ login: Login?) -> String {
        guard let login else { return "0" }
        // FNV-1a, so that the text is the same in every process.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func add(_ text: String) {
            for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            hash = (hash ^ 0xFF) &* 0x100_0000_01b3
        }
        add(login.name)
        for group in login.groups.sorted() { add(String(group)) }
        add(String(login.permissions.count))
        return String(hash & 0xFFFF_FFFF, radix: 16)
    }

    /// What `GET /api/account` answers: the credential's permissions.
    func account(_ login: Login) -> JSONValue {
        ["permissions": .list(login.permissions.sorted()), "edition": "oss", "locale": "en_US"]
    }
}

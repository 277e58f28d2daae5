import SQLite

extension Server {
    /// The account's identities by their numbers; the first one, of its own address, is made on the first call.
    func identities(_ account: Int) throws -> [(id: Int, object: JSONObject)] {
        let found = try store.database.query(
            "SELECT id, json FROM identity WHERE account = ? ORDER BY id", account
        ) { row in (id: row.int(0), object: (try? JSONValue(parsing: row.text(1)))?.object ?? [:]) }
        guard found.isEmpty, let owner = directory.account(account) else { return found }
        let object: JSONObject = [
            "id": .string(Base32.id(1)), "name": .string(owner.description ?? owner.address),
            "email": .string(owner.address), "replyTo": nil, "bcc": nil, "textSignature": "", "htmlSignature": "",
            "mayDelete": true,
        ]
        try store.transaction {
            try store.database.run("INSERT INTO identity VALUES (?, 1, ?)", account, JSONValue.object(object).text)
            try store.log(.identity, 1, .created, change: store.nextChange(account), account: account)
        }
        return [(1, object)]
    }

    static let notOwner = "You are not an owner of account"

    /// Identity/get (RFC 8621 section 6.1).
    func identityGet(_ call: inout Call) throws -> JSONObject {
        try call.need("jmapIdentityGet")
        let account = try account(call, refusal: Self.notOwner)
        let properties = try call.strings("properties")
        let wanted = try call.ids()
        let identities = try identities(account).map { (id: Base32.id($0.id), object: $0.object) }
        let list = (wanted ?? identities.map(\.id)).compactMap { id in
            identities.first { $0.id == id }.map { Self.picked(properties, from: $0.object) }
        }
        let notFound = (wanted ?? []).filter { id in !identities.contains { $0.id == id } }
        return getAnswer(account, .identity, list: list, notFound: notFound)
    }

    /// Identity/changes (RFC 8621 section 6.2).
    func identityChanges(_ call: inout Call) throws -> JSONObject {
        try call.need("jmapIdentityChanges")
        return try changes(call, .identity) { Base32.id($0) }
    }
}

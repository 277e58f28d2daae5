import SQLite

extension Server {
    /// Email/import (RFC 8621 section 4.8).
    func emailImport(_ call: inout Call) throws -> JSONObject {
        try call.need("jmapEmailImport")
        let account = try account(call)
        let emails = try call.object("emails") ?? [:]
        guard emails.count <= Limits.objectsInSet else { throw MethodError.requestTooLarge }
        return try adding(call, to: account, emails) { value in
            guard let blob = value["blobId"]?.string.flatMap(BlobID.init),
                let raw = try self.bytes(of: blob, for: call.login)
            else { throw SetError("invalidProperties", "Invalid blob id.", properties: ["blobId"]) }
            return (raw, [], nil)
        }
    }

    /// Email/copy (RFC 8621 section 4.7).
    func emailCopy(_ call: inout Call) throws -> JSONObject {
        try call.need("jmapEmailCopy")
        let account = try account(call)
        let source = try self.account(call, "fromAccountId")
        guard account != source else {
            throw MethodError.invalidArguments("From accountId is equal to fromAccountId")
        }
        let emails = try call.object("create") ?? [:]
        guard emails.count <= Limits.objectsInSet else { throw MethodError.requestTooLarge }
        var answer = try adding(call, to: account, emails) { value in
            guard let key = value["id"]?.string.flatMap(EmailKey.init),
                let email = try self.store.email(key.number, account: source),
                let raw = try self.store.bytes(hash: email.hash)
            else { throw SetError("notFound", "Message not found.") }
            let received = try self.store.database.first(
                "SELECT received FROM email WHERE id = ?", source << 32 | key.number
            ) { $0.int(0) }
            return (raw, [], received)
        }
        answer["fromAccountId"] = .string(Base32.id(source))
        if try call.bool("onSuccessDestroyOriginal") { try destroyOriginals(&call, emails, answer, source: source) }
        return answer
    }

    private func destroyOriginals(
        _ call: inout Call, _ emails: JSONObject, _ answer: JSONObject, source: Int
    ) throws {
        let copied = (answer["created"]?.object?.keys ?? []).compactMap { emails[$0]?["id"]?.string }
        guard !copied.isEmpty else { return }
        var destroy = Call(
            name: "Email/set", arguments: ["accountId": .string(Base32.id(source)), "destroy": .list(copied)],
            login: call.login, createdIDs: [:])
        call.following.append(followed("Email/set", &destroy) { try self.emailSet(&$0) })
    }

    /// Runs a call that follows another one: its response, or its error's.
    func followed(
        _ name: String, _ call: inout Call, _ run: (inout Call) throws -> JSONObject
    ) -> (name: String, arguments: JSONObject) {
        do {
            return (name, try run(&call))
        } catch let error as MethodError {
            return ("error", error.json)
        } catch {
            return ("error", MethodError("serverFail", "\(error)").json)
        }
    }

    /// Adds messages that are there already as bytes: what Email/import and Email/copy have in common.
    private func adding(
        _ call: Call, to account: Int, _ emails: JSONObject,
        source: (JSONValue) throws -> (raw: [UInt8], keywords: Set<String>, received: Int?)
    ) throws -> JSONObject {
        let old = store.state(.email, of: account)
        try checkState(call, old)
        let mailboxes = Set(try store.mailboxes(account).map(\.id))
        var result = SetResult()
        // All emails of a call are one change; it is taken with the first one.
        var number: Int?
        try store.transaction {
            for (key, value) in emails {
                do {
                    let target = try Self.mailboxIDs(
                        value["mailboxIds"], among: mailboxes, none: "Message must belong to at least one mailbox.")
                    let (raw, kept, received) = try source(value)
                    let keywords = try value["keywords"] == nil ? kept : Self.keywords(value["keywords"])
                    guard let metadata = EmailMetadata(raw) else {
                        throw SetError("invalidEmail", "Blob does not contain a valid RFC 5322 message.")
                    }
                    try checkDisk(account, adding: raw.count)
                    let moment = value["receivedAt"]?.string.flatMap(Timestamp.seconds) ?? received ?? Timestamp.now
                    let change = try number ?? store.nextChange(account)
                    number = change
                    result.created[key] = try store.add(
                        NewEmail(raw: raw, metadata: metadata, mailboxes: target, keywords: keywords, received: moment),
                        account: account, change: change
                    ).json
                } catch let error as SetError {
                    result.notCreated[key] = error.json
                }
            }
        }
        var answer: JSONObject = [
            "accountId": .string(Base32.id(account)), "oldState": .string(old.text),
            "newState": .string(store.state(.email, of: account).text),
        ]
        result.write(to: &answer)
        return answer
    }
}

import SQLite
import Sodium

extension Server {
    private static let submissionRow = """
        SELECT s.id, email, thread, identity, envelope, send_at, undo_status, delivery, q.recipients FROM submission s
            LEFT JOIN queue q ON q.id = s.queue WHERE s.account = ?
        """

    private static func submission(_ row: borrowing Row) -> JSONObject {
        // The text was written by `submit`; one that cannot be read tells of nobody.
        var delivery = (try? JSONValue(parsing: row.text(7)))?.object ?? [:]
        for recipient in QueuedRecipient.list(row.text(8)) {
            delivery[recipient.address] = status("queued", reply: "250 2.1.5 Queued")
        }
        return [
            "id": .string(Base32.id(row.int(0))),
            "emailId": .string(EmailKey(thread: row.int(2), number: row.int(1)).id),
            "identityId": .string(Base32.id(row.int(3))), "threadId": .string(Base32.id(row.int(2))),
            "envelope": .verbatim(row.text(4)), "sendAt": .string(Timestamp.text(row.int(5))),
            "undoStatus": .string(row.text(6)), "deliveryStatus": .object(delivery), "dsnBlobIds": [],
            "mdnBlobIds": [],
        ]
    }

    /// A recipient's member of `deliveryStatus`.
    private static func status(_ delivered: String, reply: String) -> JSONValue {
        ["delivered": .string(delivered), "smtpReply": .string(reply), "displayed": "unknown"]
    }

    /// EmailSubmission/get (RFC 8621 section 7.1).
    func submissionGet(_ call: inout Call) throws -> JSONObject {
        try call.need("jmapEmailSubmissionGet")
        let account = try account(call, refusal: Self.notOwner)
        let properties = try call.strings("properties")
        var list: [JSONValue] = []
        var notFound: [String] = []
        if let ids = try call.ids() {
            for id in ids {
                let object = try store.database.first(
                    Self.submissionRow + " AND s.id = ?", account, Base32.number(id) ?? -1, map: Self.submission)
                if let object { list.append(Self.picked(properties, from: object)) } else { notFound.append(id) }
            }
        } else {
            list = try store.database.query(
                Self.submissionRow + " ORDER BY s.id LIMIT ?", account, Limits.objectsInGet, map: Self.submission
            ).map { Self.picked(properties, from: $0) }
        }
        return getAnswer(account, .emailSubmission, list: list, notFound: notFound)
    }

    /// EmailSubmission/changes (RFC 8621 section 7.2).
    func submissionChanges(_ call: inout Call) throws -> JSONObject {
        try call.need("jmapEmailSubmissionChanges")
        return try changes(call, .emailSubmission) { Base32.id($0) }
    }

    /// EmailSubmission/query (RFC 8621 section 7.3).
    func submissionQuery(_ call: inout Call) throws -> JSONObject {
        try call.need("jmapEmailSubmissionQuery")
        let account = try account(call, refusal: Self.notOwner)
        var found = try store.database.query(Self.submissionRow + " ORDER BY s.id", account, map: Self.submission)
        for (name, value) in try call.object("filter") ?? [:] {
            let wanted = Set(value.strings ?? [])
            switch name {
            case "emailIds":
                let numbers = Set(wanted.compactMap { EmailKey($0)?.number })
                found = found.filter {
                    $0["emailId"]?.string.flatMap(EmailKey.init).map { numbers.contains($0.number) } ?? false
                }
            case "threadIds": found = found.filter { wanted.contains($0["threadId"]?.string ?? "") }
            case "identityIds": found = found.filter { wanted.contains($0["identityId"]?.string ?? "") }
            case "undoStatus": found = found.filter { $0["undoStatus"] == value }
            case "before", "after":
                guard let moment = value.string.flatMap(Timestamp.seconds) else {
                    throw MethodError.invalidArguments("invalid date")
                }
                found = found.filter {
                    let sent = $0["sendAt"]?.string.flatMap(Timestamp.seconds) ?? 0
                    return name == "before" ? sent < moment : sent > moment
                }
            default: throw MethodError("unsupportedFilter", name)
            }
        }
        for comparator in try Comparator.list(call).reversed() {
            switch comparator.property {
            case "sentAt": comparator.sort(&found) { $0["sendAt"]?.string ?? "" }
            case "emailId", "threadId":
                comparator.sort(&found) { $0[comparator.property]?.string.flatMap(Base32.number) ?? 0 }
            default: throw MethodError("unsupportedSort", "property")
            }
        }
        let window = try QueryWindow(call)
        return try window.answer(
            found, account: account, state: store.state(.emailSubmission, of: account).text,
            id: { $0["id"]?.string ?? "" },
            anchor: window.anchor.flatMap { anchor in found.firstIndex { $0["id"]?.string == anchor } })
    }

    /// EmailSubmission/set (RFC 8621 section 7.5). As on the real server `ifInState` is passed over.
    func submissionSet(_ call: inout Call) throws -> JSONObject {
        try call.needSet("EmailSubmission")
        let account = try account(call, refusal: Self.notOwner)
        let set = try SetArguments(call)
        let old = store.state(.emailSubmission, of: account)
        var result = SetResult()
        var emails: [String: String] = [:]
        try store.transaction {
            for (key, value) in set.create {
                do {
                    let created = try submit(value, account: account)
                    result.created[key] = created
                    emails["#" + key] = value["emailId"]?.string
                } catch let error as SetError {
                    result.notCreated[key] = error.json
                }
            }
            for (id, patch) in set.update {
                do {
                    try update(submission: id, patch, account: account)
                    result.updated[id] = .null
                } catch let error as SetError {
                    result.notUpdated[id] = error.json
                }
            }
            for id in set.destroy {
                do {
                    try destroy(submission: id, account: account)
                    result.destroyed.append(id)
                } catch let error as SetError {
                    result.notDestroyed[id] = error.json
                }
            }
        }
        let new = store.state(.emailSubmission, of: account)
        var answer: JSONObject = ["accountId": .string(Base32.id(account))]
        if new != old { answer["newState"] = .string(new.text) }
        result.write(to: &answer)
        try onSuccess(&call, emails, account: account)
        return answer
    }

    /// The Email/set that follows successful submissions. A name may be another email's own id as well.
    private func onSuccess(_ call: inout Call, _ emails: [String: String], account: Int) throws {
        guard !emails.isEmpty else { return }
        var update: JSONObject = [:]
        for (key, patch) in try call.object("onSuccessUpdateEmail") ?? [:] {
            if let id = key.hasPrefix("#") ? emails[key] : key { update[id] = patch }
        }
        let destroy = try (call.strings("onSuccessDestroyEmail") ?? []).compactMap {
            $0.hasPrefix("#") ? emails[$0] : $0
        }
        guard !update.isEmpty || !destroy.isEmpty else { return }
        var arguments: JSONObject = ["accountId": .string(Base32.id(account))]
        if !update.isEmpty { arguments["update"] = .object(update) }
        if !destroy.isEmpty { arguments["destroy"] = .list(destroy) }
        var next = Call(name: "Email/set", arguments: arguments, login: call.login, createdIDs: [:])
        call.following.append(followed("Email/set", &next) { try self.emailSet(&$0) })
    }

    // MARK: Create

    private func submit(_ value: JSONValue, account: Int) throws -> JSONValue {
        guard let emailID = value["emailId"]?.string, let identityID = value["identityId"]?.string else {
            throw SetError(
                "invalidProperties", "emailId and identityId properties are required.",
                properties: ["emailId", "identityId"])
        }
        guard let identity = try identities(account).first(where: { Base32.id($0.id) == identityID }) else {
            throw SetError("invalidProperties", "Identity not found.", properties: ["identityId"])
        }
        guard let key = EmailKey(emailID), let email = try store.email(key.number, account: account),
            let raw = try store.bytes(hash: email.hash), let metadata = EmailMetadata(raw)
        else { throw SetError("invalidProperties", "Email not found.", properties: ["emailId"]) }
        let envelope = try Envelope(
            value["envelope"], identity: identity.object["email"]?.string ?? "", email: metadata,
            takesExamples: takesExamples)
        let whole = IncomingMessage(
            raw: Self.withoutBcc(raw), sender: envelope.sender, recipients: envelope.recipients,
            login: directory.account(account)?.address ?? "")
        let accepted = try hooked(value, whole)
        let message = accepted.map { signed($0.raw, sender: envelope.sender) } ?? []
        let recipients = accepted?.recipients ?? []
        var delivery: JSONObject = [:]
        var waiting: [QueuedRecipient] = []
        for address in recipients {
            if let reply = refusal(of: address, from: envelope.sender) {
                delivery[address] = Self.status("no", reply: reply)
                continue
            }
            delivery[address] = Self.status("unknown", reply: "250 2.1.5 Queued")
            let final = directory.recipient(address).map {
                $0.addresses.contains(address.lowercased()) ? address : $0.address
            }
            var recipient = QueuedRecipient(
                address: final ?? address, original: final == nil || final == address ? nil : address)
            if envelope.heldUntil == nil {
                let outcome = try deliver(message, from: envelope.sender, to: address)
                if outcome == .delivered || outcome == .unknown { continue }
                recipient.isOverQuota = outcome == .overQuota
            }
            waiting.append(recipient)
        }
        let isRefused = !recipients.isEmpty && delivery.allSatisfy { $0.1["delivered"]?.string == "no" }
        let sendAt = envelope.heldUntil ?? Timestamp.now
        let id = try insert(
            email: email.key, identity: identity.id, envelope, sendAt: sendAt, delivery: delivery,
            isFinal: waiting.isEmpty,
            account: account)
        if !waiting.isEmpty { try queue(message, envelope, waiting, submission: id, account: account) }
        // What left at once is still called pending: the real server delivers after it has answered.
        return [
            "id": .string(Base32.id(id)), "sendAt": .string(Timestamp.text(sendAt)),
            "undoStatus": .string(isRefused ? "final" : "pending"),
        ]
    }

    /// The reply to a recipient that is not taken; nil where it is.
    private func refusal(of address: String, from sender: String) -> String? {
        if directory.recipient(address) == nil,
            directory.isLocal(domain: String(address.split(separator: "@").last ?? ""))
        {
            return "550 5.1.2 Mailbox does not exist."
        }
        return isThrottled(from: sender, to: address) ? "452 4.4.5 Rate limit exceeded, try again later." : nil
    }

    private func insert(
        email: EmailKey, identity: Int, _ envelope: Envelope, sendAt: Int, delivery: JSONObject, isFinal: Bool,
        account: Int
    ) throws -> Int {
        let last =
            try store.database.first("SELECT max(id) FROM submission WHERE account = ?", account) { $0.int(0) } ?? 0
        let logged =
            try store.database.first(
                "SELECT max(item) FROM change WHERE account = ? AND type = ?", account,
                DataType.emailSubmission.rawValue
            ) { $0.int(0) } ?? 0
        let id = max(last, logged) + 1
        try store.database.run(
            "INSERT INTO submission VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)", account, id, email.number, email.thread,
            identity, JSONValue.object(envelope.json).text, sendAt, isFinal ? "final" : "pending",
            JSONValue.object(delivery).text)
        try store.log(
            .emailSubmission, Int64(id), .created, change: store.nextChange(account), account: account)
        return id
    }

    private func queue(
        _ message: [UInt8], _ envelope: Envelope, _ waiting: [QueuedRecipient], submission: Int, account: Int
    ) throws {
        let hash = Sodium.sha256(message)
        try store.keep(message, hash: hash)
        try store.database.run(
            """
            INSERT INTO queue (account, submission, hash, return_path, recipients, created, due)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """, account, submission, hash, envelope.sender, JSONValue.array(waiting.map(\.json)).text, Timestamp.now,
            envelope.heldUntil ?? Int(Int32.max))
        try store.database.run(
            "UPDATE submission SET queue = ? WHERE account = ? AND id = ?", store.database.lastInsertRowID, account,
            submission)
    }

    // MARK: Update and destroy

    private func update(submission id: String, _ patch: JSONValue, account: Int) throws {
        let queue = try store.database.first(
            "SELECT queue FROM submission WHERE account = ? AND id = ?", account, Base32.number(id) ?? -1
        ) { row in [row.optionalInt(0)] }
        guard let queue = queue?.first else { throw SetError("notFound") }
        for (property, value) in patch.object ?? [:] {
            guard property == "undoStatus", value.string == "canceled" else {
                throw SetError("invalidProperties", "Field could not be set.", properties: [property])
            }
            guard let queue, try removeQueued(queue) else {
                throw SetError("cannotUnsend", "The requested message is no longer in the queue.")
            }
            try store.database.run(
                "UPDATE submission SET undo_status = 'canceled', queue = NULL WHERE account = ? AND id = ?", account,
                Base32.number(id) ?? -1)
            try store.log(
                .emailSubmission, Base32.number(id) ?? -1, .updated, change: store.nextChange(account), account: account
            )
        }
    }

    /// Takes a message out of the queue; false where it is not in it.
    func removeQueued(_ id: Int) throws -> Bool {
        let hash = try store.database.first("SELECT hash FROM queue WHERE id = ?", id) { $0.blob(0) }
        guard let hash else { return false }
        try store.database.run("DELETE FROM queue WHERE id = ?", id)
        try store.dropBlob(hash: hash)
        return true
    }

    private func destroy(submission id: String, account: Int) throws {
        guard let number = Base32.number(id) else { throw SetError("notFound") }
        try store.database.run("DELETE FROM submission WHERE account = ? AND id = ?", account, number)
        guard store.database.changes > 0 else { throw SetError("notFound") }
        try store.log(.emailSubmission, number, .destroyed, change: store.nextChange(account), account: account)
    }

    /// Forgets the records of the submissions that an answer tells of; what is queued stays queued.
    func forgetSubmissions(_ answer: [UInt8]) throws {
        let responses = (try? JSONValue(parsing: answer))?["methodResponses"]?.array ?? []
        for response in responses.compactMap(\.array) where response.count == 3 && response[0] == "EmailSubmission/set"
        {
            let account = response[1]["accountId"]?.string.flatMap(Base32.number) ?? -1
            for (_, created) in response[1]["created"]?.object ?? [:] {
                let id = created["id"]?.string.flatMap(Base32.number) ?? -1
                try store.database.run("DELETE FROM submission WHERE account = ? AND id = ?", account, id)
            }
        }
    }
}

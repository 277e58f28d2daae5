import SQLite

extension Server {
    /// An email's row as far as Email/get may need it; columns as in `EmailRow.columns`.
    private static let emailRow = """
        SELECT thread, blob_id, size, received, mailboxes, keywords, has_attachment, message_id, in_reply_to, refs, sender,
            "from", "to", cc, bcc, reply_to, subject, sent_at, preview, hash
        FROM email WHERE id = ?
        """
    /// The properties that are kept as JSON, by their column.
    private static let keptColumns: [String: Int] = [
        "mailboxIds": 4, "keywords": 5, "messageId": 7, "inReplyTo": 8, "references": 9, "sender": 10, "from": 11,
        "to": 12,
        "cc": 13, "bcc": 14, "replyTo": 15, "subject": 16, "sentAt": 17, "preview": 18,
    ]
    private static let ownProperties: Set<String> = ["id", "threadId", "blobId", "size", "receivedAt", "hasAttachment"]

    /// Email/get (RFC 8621 section 4.2).
    func emailGet(_ call: inout Call) throws -> JSONObject {
        try call.need("jmapEmailGet")
        let account = try account(call)
        let wanted = try call.ids()
        let request = try emailRequest(call)
        // What only the message itself can tell; where that is nothing the message is not read.
        var inner = request
        inner.properties = request.properties.filter {
            Self.keptColumns[$0] == nil && !Self.ownProperties.contains($0)
        }
        let ids = try wanted ?? allEmails(account)
        var list: [JSONValue] = []
        list.reserveCapacity(ids.count)
        var notFound: [String] = []
        for id in ids {
            let object = try EmailKey(id).flatMap { key in
                try store.database.first(Self.emailRow, account << 32 | key.number) { row in
                    try emailObject(row, id: id, request, inner)
                }
            }
            if let object { list.append(.object(object)) } else { notFound.append(id) }
        }
        return getAnswer(account, .email, list: list, notFound: notFound)
    }

    private func allEmails(_ account: Int) throws -> [String] {
        try store.database.query(
            "SELECT thread, id FROM email WHERE id >= ? AND id < ? LIMIT ?", account << 32, (account + 1) << 32,
            Limits.objectsInGet
        ) { EmailKey(thread: $0.int(0), number: $0.int(1) & 0xFFFF_FFFF).id }
    }

    private func emailObject(
        _ row: borrowing Row, id: String, _ request: EmailRequest, _ inner: EmailRequest
    ) throws -> JSONObject {
        var object: JSONObject = [:]
        for property in request.properties {
            if let column = Self.keptColumns[property] {
                object[property] = .verbatim(row.text(column))
                continue
            }
            switch property {
            case "id": object[property] = .string(id)
            case "threadId": object[property] = .string(Base32.id(row.int(0)))
            case "blobId": object[property] = .string(row.text(1))
            case "size": object[property] = .count(row.int(2))
            case "receivedAt": object[property] = .string(Timestamp.text(row.int(3)))
            case "hasAttachment": object[property] = .bool(row.bool(6))
            default: break
            }
        }
        if !inner.properties.isEmpty, let raw = try store.bytes(hash: row.blob(19)), let blob = BlobID(row.text(1)) {
            for (key, value) in EmailObject(parsing: raw).json(inner, blobID: { blob.part($0).text }) {
                object[key] = value
            }
        }
        object["id"] = .string(id)
        return object
    }

    private func emailRequest(_ call: Call) throws(MethodError) -> EmailRequest {
        do {
            return try EmailRequest(arguments: call.arguments)
        } catch {
            throw .invalidArguments("invalid type for argument \(error.argument)")
        }
    }

    /// Email/changes (RFC 8621 section 4.3).
    func emailChanges(_ call: inout Call) throws -> JSONObject {
        try call.need("jmapEmailChanges")
        return try changes(call, .email) { EmailKey(packed: $0).id }
    }

    /// Email/parse (RFC 8621 section 4.9).
    func emailParse(_ call: inout Call) throws -> JSONObject {
        try call.need("jmapEmailParse")
        let account = try account(call)
        guard let ids = try call.strings("blobIds") else {
            throw MethodError.invalidArguments("missing field `blobIds`")
        }
        guard ids.count <= Limits.objectsInGet else { throw MethodError.requestTooLarge }
        let request = try emailRequest(call)
        var (parsed, notParsable, notFound): (JSONObject, [String], [String]) = ([:], [], [])
        for id in ids {
            guard let blob = BlobID(id), let raw = try bytes(of: blob, for: call.login) else {
                notFound.append(id)
                continue
            }
            let email = EmailObject(parsing: raw)
            guard email.isMessage else {
                notParsable.append(id)
                continue
            }
            parsed[id] = .object(email.json(request) { blob.part($0).text })
        }
        var answer: JSONObject = ["accountId": .string(Base32.id(account))]
        if !parsed.isEmpty { answer["parsed"] = .object(parsed) }
        if !notParsable.isEmpty { answer["notParsable"] = .list(notParsable) }
        if !notFound.isEmpty { answer["notFound"] = .list(notFound) }
        return answer
    }

    // MARK: Threads

    /// Thread/get (RFC 8621 section 3.1).
    func threadGet(_ call: inout Call) throws -> JSONObject {
        try call.need("jmapThreadGet")
        let account = try account(call)
        let properties = try call.strings("properties")
        let ids = try call.ids() ?? allThreads(account)
        var list: [JSONValue] = []
        var notFound: [String] = []
        for id in ids {
            let thread = Base32.number(id).map { Int($0) } ?? -1
            let emails = try store.emails(inThread: thread, account: account)
            guard !emails.isEmpty else {
                notFound.append(id)
                continue
            }
            let keys = emails.map { EmailKey(thread: thread, number: $0).id }
            list.append(Self.picked(properties, from: ["id": .string(id), "emailIds": .list(keys)]))
        }
        return getAnswer(account, .thread, list: list, notFound: notFound)
    }

    private func allThreads(_ account: Int) throws -> [String] {
        try store.database.query(
            "SELECT DISTINCT thread FROM membership WHERE account = ? ORDER BY thread LIMIT ?", account,
            Limits.objectsInGet
        ) { Base32.id($0.int(0)) }
    }

    /// Thread/changes (RFC 8621 section 3.2).
    func threadChanges(_ call: inout Call) throws -> JSONObject {
        try call.need("jmapThreadChanges")
        return try changes(call, .thread) { Base32.id($0) }
    }
}

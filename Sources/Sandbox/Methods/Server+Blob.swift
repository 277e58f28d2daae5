import Sodium

extension Server {
    /// The bytes that a blob id names, nil where there are none or the login may not read them.
    func bytes(of blob: BlobID, for login: Login) throws -> [UInt8]? {
        if !login.may("fetchAnyBlob") {
            let isOwn = blob.account == login.account || login.groups.contains(blob.account)
            guard isOwn || login.may("impersonate"), try store.isReadable(blob) else { return nil }
        }
        switch blob {
        case .email(let hash, _, _), .upload(let hash, _): return try store.bytes(hash: hash)
        case .emailPart(let hash, _, _, let part), .uploadPart(let hash, _, let part):
            return try store.bytes(hash: hash).flatMap { EmailObject(parsing: $0).content(ofPart: part) }
        }
    }

    /// Keeps an upload to an account, as far as its hour's allowance goes; nil beyond it.
    func upload(_ bytes: [UInt8], to account: Int, by login: Login) throws -> BlobID? {
        if !login.may("unlimitedUploads") {
            var used = uploads[account] ?? (Timestamp.now, 0, 0)
            if Timestamp.now - used.since >= 3600 { used = (Timestamp.now, 0, 0) }
            guard used.files < Limits.uploadedFiles, used.bytes + bytes.count <= Limits.uploadedBytes else {
                return nil
            }
            uploads[account] = (used.since, used.files + 1, used.bytes + bytes.count)
        }
        return try store.upload(bytes, to: account)
    }

    /// How many seconds are left of an account's hour of uploads.
    func uploadPause(_ account: Int) -> Int {
        max(1, 3600 - (Timestamp.now - (uploads[account]?.since ?? Timestamp.now)))
    }

    /// Blob/copy (RFC 8620 section 6.3).
    func blobCopy(_ call: inout Call) throws -> JSONObject {
        try call.need("jmapBlobCopy")
        let account = try account(call)
        let source = try self.account(call, "fromAccountId")
        guard let ids = try call.strings("blobIds") else {
            throw MethodError.invalidArguments("missing field `blobIds`")
        }
        guard ids.count <= Limits.objectsInSet else { throw MethodError.requestTooLarge }
        var (copied, notCopied): (JSONObject, JSONObject) = ([:], [:])
        for id in ids {
            if let blob = BlobID(id), blob.account == source, let bytes = try bytes(of: blob, for: call.login) {
                copied[id] = .string(try store.upload(bytes, to: account).text)
            } else {
                notCopied[id] =
                    SetError("blobNotFound", "blobId does not exist or not enough permissions to access it.").json
            }
        }
        var answer: JSONObject = [
            "fromAccountId": .string(Base32.id(source)), "accountId": .string(Base32.id(account)),
        ]
        if !copied.isEmpty { answer["copied"] = .object(copied) }
        if !notCopied.isEmpty { answer["notCopied"] = .object(notCopied) }
        return answer
    }

    /// Blob/upload (RFC 9404 section 4.1).
    func blobUpload(_ call: inout Call) throws -> JSONObject {
        try call.need("jmapBlobUpload")
        let account = try account(call)
        let create = try call.object("create") ?? [:]
        guard create.count <= Limits.objectsInSet else { throw MethodError.requestTooLarge }
        var result = SetResult()
        for (key, value) in create {
            do {
                let bytes = try source(value["data"]?.array ?? [], for: call.login)
                guard let blob = try upload(bytes, to: account, by: call.login) else {
                    throw SetError("overQuota", "You have exceeded the blob upload quota.")
                }
                result.created[key] = [
                    "id": .string(blob.text), "type": value["type"] ?? .null, "size": .count(bytes.count),
                ]
            } catch let error as SetError {
                result.notCreated[key] = error.json
            }
        }
        var answer: JSONObject = ["accountId": .string(Base32.id(account))]
        result.write(to: &answer)
        return answer
    }

    /// The bytes of an upload's pieces: texts, base 64, or ranges of other blobs.
    private func source(_ pieces: [JSONValue], for login: Login) throws -> [UInt8] {
        var result: [UInt8] = []
        for piece in pieces {
            if let text = piece["data:asText"]?.string {
                result += Array(text.utf8)
            } else if let text = piece["data:asBase64"]?.string, let bytes = Base64.decode(text) {
                result += bytes
            } else if let blob = piece["blobId"]?.string.flatMap(BlobID.init),
                let bytes = try bytes(of: blob, for: login)
            {
                let start = min(Int(piece["offset"]?.integer ?? 0), bytes.count)
                let length = min(Int(piece["length"]?.integer ?? Int64(bytes.count)), bytes.count - max(0, start))
                guard start >= 0, length >= 0 else {
                    throw SetError("invalidProperties", "Invalid range.", properties: ["data"])
                }
                result += bytes[start..<start + length]
            } else {
                throw SetError("invalidProperties", "Invalid data source.", properties: ["data"])
            }
        }
        return result
    }

    /// Blob/get (RFC 9404 section 4.2).
    func blobGet(_ call: inout Call) throws -> JSONObject {
        try call.need("jmapBlobGet")
        let account = try account(call)
        let properties = try call.strings("properties") ?? ["data", "size"]
        var list: [JSONValue] = []
        var notFound: [String] = []
        for id in try call.ids() ?? [] {
            guard let blob = BlobID(id), let bytes = try bytes(of: blob, for: call.login) else {
                notFound.append(id)
                continue
            }
            list.append(Self.blob(id, bytes, properties))
        }
        return ["accountId": .string(Base32.id(account)), "list": .array(list), "notFound": .list(notFound)]
    }

    private static func blob(_ id: String, _ bytes: [UInt8], _ properties: [String]) -> JSONValue {
        var object: JSONObject = ["id": .string(id)]
        let text = String(validating: bytes, as: UTF8.self)
        for property in properties {
            switch property {
            case "size": object["size"] = .count(bytes.count)
            case "data:asText":
                object[property] = .text(text)
                if text == nil { object["isEncodingProblem"] = true }
            case "data:asBase64": object[property] = .string(Base64.encode(bytes))
            case "data":
                if let text {
                    object["data:asText"] = .string(text)
                } else {
                    object["data:asBase64"] = .string(Base64.encode(bytes))
                }
            case "digest:sha-256": object[property] = .string(Base64.encode(Sodium.sha256(bytes)))
            default: break
            }
        }
        return .object(object)
    }

    /// Blob/lookup (RFC 9404 section 4.3).
    func blobLookup(_ call: inout Call) throws -> JSONObject {
        try call.need("jmapBlobLookup")
        let account = try account(call)
        var list: [JSONValue] = []
        var notFound: [String] = []
        for id in try call.ids() ?? [] {
            guard case .email(let hash, account, let number)? = BlobID(id),
                let email = try store.email(number, account: account),
                email.hash == hash
            else {
                notFound.append(id)
                continue
            }
            list.append([
                "id": .string(id),
                "matchedIds": [
                    "Email": [.string(email.key.id)], "Thread": [.string(Base32.id(email.key.thread))],
                    "Mailbox": .list(email.mailboxes.sorted().map { Base32.id($0) }),
                ],
            ])
        }
        return ["accountId": .string(Base32.id(account)), "list": .array(list), "notFound": .list(notFound)]
    }

    // MARK: Quotas

    /// Quota/get (RFC 9425 section 4.2): the disk quota, where the account has one.
    func quotaGet(_ call: inout Call) throws -> JSONObject {
        try call.need("jmapQuotaGet")
        let account = try account(call)
        let ids = try call.ids()
        var list: [JSONValue] = []
        if let limit = directory.account(account)?.quotas["maxDiskQuota"], ids?.contains("a") ?? true {
            list = [
                Self.picked(
                    try call.strings("properties"),
                    from: [
                        "id": "a", "resourceType": "octets", "used": .count(try store.counters(account).used),
                        "hardLimit": .count(limit), "warnLimit": nil, "softLimit": nil, "scope": "account",
                        "name": .text(directory.account(account)?.address),
                        "types": ["Email", "SieveScript", "FileNode", "CalendarEvent", "ContactCard"],
                        "description": nil,
                    ])
            ]
        }
        let notFound = (ids ?? []).filter { $0 != "a" || list.isEmpty }
        return getAnswer(account, .quota, list: list, notFound: notFound)
    }
}

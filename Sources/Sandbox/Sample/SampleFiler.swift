import JMAP

/// Files messages into accounts by upload and import, one account beside the other.
struct SampleFiler: Sendable {
    let client: SampleClient
    /// How many messages go into one import.
    private static let batch = 200

    /// Makes the agents' mailboxes and files the messages; the ids of the mailboxes without a role.
    func file(
        _ mails: [SampleMail], agents: [SampleAgent: SampleWorkspace.Account], group: AccountID
    ) async throws(SampleError) -> [SampleAgent: [SampleMail.Place: String]] {
        typealias Filed = Result<(SampleAgent?, [SampleMail.Place: String]), SampleError>
        let results = await withTaskGroup(of: Filed.self) { tasks in
            for owner in SampleAgent.allCases.map(Optional.some) + [nil] {
                let account = owner.flatMap { agents[$0]?.id } ?? group
                let own = mails.filter { $0.owner == owner }
                tasks.addTask {
                    do throws(SampleError) {
                        return .success((owner, try await file(own, in: account.rawValue, makesFolders: owner != nil)))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            var results: [Filed] = []
            for await result in tasks { results.append(result) }
            return results
        }
        var folders: [SampleAgent: [SampleMail.Place: String]] = [:]
        for result in results {
            let (owner, places) = try result.get()
            if let owner { folders[owner] = places }
        }
        return folders
    }

    private func file(
        _ mails: [SampleMail], in account: String, makesFolders: Bool
    ) async throws(SampleError) -> [SampleMail.Place: String] {
        var places = try await self.places(of: account)
        if makesFolders {
            let made = try await client.create(
                "Mailbox/set", account: account,
                ["outbox": ["name": "Outbox"], "held": ["name": "Held"], "rejected": ["name": "Rejected"]])
            for place in [SampleMail.Place.outbox, .held, .rejected] {
                places[place] = made[place.rawValue]?["id"]?.string
            }
        }
        var rest = mails[...]
        while !rest.isEmpty {
            try await add(Array(rest.prefix(Self.batch)), to: account, places)
            rest = rest.dropFirst(Self.batch)
        }
        return places
    }

    /// The account's mailboxes that have a role.
    private func places(of account: String) async throws(SampleError) -> [SampleMail.Place: String] {
        let answer = try await client.call("Mailbox/get", ["accountId": .string(account), "ids": nil])
        let roles: [String: SampleMail.Place] = ["inbox": .inbox, "sent": .sent, "drafts": .drafts, "junk": .junk]
        var places: [SampleMail.Place: String] = [:]
        for mailbox in answer["list"]?.array ?? [] {
            if let role = mailbox["role"]?.string, let place = roles[role] { places[place] = mailbox["id"]?.string }
        }
        return places
    }

    /// Uploads and imports messages; an upload's creation id can't be used in an import, so these are two requests.
    func add(_ mails: [SampleMail], to account: String, _ places: [SampleMail.Place: String]) async throws(SampleError)
    {
        var uploads: [String: JSON] = [:]
        for (index, mail) in mails.enumerated() {
            let data: JSON = ["data:asBase64": .string(Base64.encode(mail.raw))]
            uploads[Self.name(index)] = ["data": [data], "type": "message/rfc822"]
        }
        let blobs = try await client.create("Blob/upload", account: account, uploads)
        var emails: [String: JSON] = [:]
        for (index, mail) in mails.enumerated() {
            guard let blob = blobs[Self.name(index)]?["id"], let mailbox = places[mail.place] ?? places[.inbox] else {
                continue
            }
            emails[Self.name(index)] = [
                "blobId": blob, "mailboxIds": .object([mailbox: true]),
                "keywords": .object(Dictionary(mail.keywords.map { ($0, true) }, uniquingKeysWith: { $1 })),
                "receivedAt": .string(Timestamp.text(Int(mail.received))),
            ]
        }
        _ = try await client.create("Email/import", account: account, member: "emails", emails)
    }

    /// Creation ids in an order that stays when they are sorted, so that messages are filed as they came.
    private static func name(_ index: Int) -> String {
        let digits = String(index)
        return "m" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }
}

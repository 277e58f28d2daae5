import JMAP
import Sodium
import Stalwart

/// Asks for mail of accounts, with errors as errors of this target.
struct MailAccess: Sendable {
    let client: JMAPClient

    func ask<Result>(
        _ act: String, _ body: (JMAPClient) async throws(JMAPError) -> Result
    ) async throws(AgentsError) -> Result {
        do throws(JMAPError) { return try await body(client) } catch {
            throw AgentsError(StalwartError(error, act: act, writes: false))
        }
    }
}

/// Reads all mail of an account, page by page, the oldest first.
struct MailReader: Sendable {
    /// Messages on a page.
    static let page = 200
    /// A longer message goes through a file.
    private static let held = 4 << 20

    let account: AccountID
    let mail: MailAccess

    /// A page of messages, the state of the account's mail, and how many there are in all.
    func page(from position: Int) async throws(AgentsError) -> (list: [Email], state: String, total: Int) {
        let account = account
        return try await mail.ask("read the mail") { (client) throws(JMAPError) in
            var request = Request()
            let query = request.call(
                RawCall(
                    "Email/query",
                    [
                        "accountId": account.json, "position": .int(Int64(position)), "limit": .int(Int64(Self.page)),
                        "sort": [["property": "receivedAt", "isAscending": true]], "calculateTotal": true,
                    ], capabilities: [.mail]))
            let get = request.call(
                EmailGet(
                    account: account, ids: .reference(query, "/ids"),
                    properties: ["id", "blobId", "mailboxIds", "keywords", "receivedAt", "size"]))
            let response = try await client.send(request)
            let found = try response.get(query)
            let answer = try response.get(get)
            return (answer.list, answer.state.rawValue, Int(clamping: found["total"]?.int ?? 0))
        }
    }

    /// What the server keeps of messages, by their bytes.
    func hashes(of messages: [Email]) async throws(AgentsError) -> [MessageTally.Fingerprint] {
        let results = await withTaskGroup(of: Result<MessageTally.Fingerprint, AgentsError>.self) { group in
            var found: [Result<MessageTally.Fingerprint, AgentsError>] = []
            for (number, message) in messages.enumerated() {
                // So many at once hold so many messages in memory.
                if number >= 4, let one = await group.next() { found.append(one) }
                group.addTask {
                    do throws(AgentsError) { return .success(try await fingerprint(message)) } catch {
                        return .failure(error)
                    }
                }
            }
            for await one in group { found.append(one) }
            return found
        }
        return try results.map { (result) throws(AgentsError) in try result.get() }
    }

    private func fingerprint(_ message: Email) async throws(AgentsError) -> MessageTally.Fingerprint {
        guard let blob = message.blobID else {
            throw AgentsError(.failed, "The server names no bytes for the message \(message.id).", cure: "Try again.")
        }
        let size = message.size ?? 0
        let account = account
        let bytes = try await mail.ask("read the message \(message.id)") { (client) throws(JMAPError) in
            try await client.download(blob, of: account, limit: max(Self.held, size + 1))
        }
        var hash = SHA256()
        hash.add(bytes)
        return MessageTally.Fingerprint(
            sha256: Hex.text(hash.digest()), size: bytes.count, mailboxes: Set(message.mailboxIDs ?? []),
            keywords: Set((message.keywords ?? []).map(\.rawValue)), time: message.receivedAt ?? UTCDate(seconds: 0))
    }
}

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
    static let page = 500
    /// So many messages are asked for at once.
    static let together = 8
    /// A longer message is not held together with others.
    private static let held = 512 << 10

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

    /// The bytes of those messages that are short enough to be held, several asked for at once.
    func bytes(of messages: ArraySlice<Email>) async throws(AgentsError) -> [EmailID: [UInt8]] {
        let short = messages.filter { ($0.size ?? .max) <= Self.held }
        let results = await withTaskGroup(of: (EmailID, Result<[UInt8], AgentsError>).self) { group in
            for message in short { group.addTask { (message.id, await bytes(of: message)) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        var found: [EmailID: [UInt8]] = [:]
        for (id, result) in results { found[id] = try result.get() }
        return found
    }

    private func bytes(of message: Email) async -> Result<[UInt8], AgentsError> {
        do throws(AgentsError) {
            guard let blob = message.blobID else {
                throw AgentsError(
                    .failed, "The server names no bytes for the message \(message.id).", cure: "Try again.")
            }
            let (account, limit) = (account, max(Self.held, (message.size ?? 0) + 1))
            return .success(
                try await mail.ask("read the message \(message.id)") { (client) throws(JMAPError) in
                    try await client.download(blob, of: account, limit: limit)
                })
        } catch { return .failure(error) }
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
        let bytes = try await bytes(of: message).get()
        var hash = SHA256()
        hash.add(bytes)
        return MessageTally.Fingerprint(
            sha256: Hex.text(hash.digest()), size: bytes.count, mailboxes: Set(message.mailboxIDs ?? []),
            keywords: Set((message.keywords ?? []).map(\.rawValue)), time: message.receivedAt ?? UTCDate(seconds: 0))
    }
}

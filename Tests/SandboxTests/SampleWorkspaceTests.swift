import FoundationEssentials
import JMAP
import Sandbox
import Testing

@Suite("the sample workspace")
struct SampleWorkspaceTests {
    private func client(_ sandbox: Sandbox, _ account: SampleWorkspace.Account) throws -> JMAPClient {
        JMAPClient(origin: try #require(URL(string: sandbox.url)), credential: try #require(account.credential))
    }

    private func emails(_ client: JMAPClient, _ account: AccountID, _ more: [String: JSON]) async throws -> [JSON] {
        var arguments = more
        arguments["accountId"] = .string(account.rawValue)
        arguments["ids"] = nil
        return try await client.call(RawCall("Email/get", arguments, capabilities: [.mail]))["list"]?.array ?? []
    }

    @Test("every message of every account can be got with its body values by the operator")
    func allIsReadable() async throws {
        let sandbox = try await Sandbox.start()
        defer { sandbox.stop() }
        let workspace = try await SampleWorkspace.fill(sandbox)
        let client = try client(sandbox, workspace.operator)
        var count = 0
        for account in workspace.agents.values + [workspace.group] {
            let list = try await emails(
                client, account.id,
                ["properties": ["subject", "bodyValues", "textBody", "preview"], "fetchAllBodyValues": true])
            for email in list {
                let values = email["bodyValues"]?.object ?? [:]
                for part in email["textBody"]?.array ?? [] where part["type"]?.string?.hasPrefix("text/") == true {
                    #expect(values[part["partId"]?.string ?? ""]?["value"]?.string != nil)
                }
            }
            count += list.count
        }
        #expect(count == workspace.messageCount)
        #expect((150...300).contains(count))
    }

    @Test("each agent has mail, drafts wait in Outbox or were rejected, and several messages are about an invoice")
    func contents() async throws {
        let sandbox = try await Sandbox.start()
        defer { sandbox.stop() }
        let workspace = try await SampleWorkspace.fill(sandbox)
        let client = try client(sandbox, workspace.operator)
        var invoices = 0
        var places: Set<String> = []
        for agent in SampleAgent.allCases {
            let account = try #require(workspace.agents[agent]).id
            let boxes = try await client.call(
                RawCall("Mailbox/get", ["accountId": .string(account.rawValue)], capabilities: [.mail]))
            for box in boxes["list"]?.array ?? [] where (box["totalEmails"]?.int ?? 0) > 0 {
                places.insert("\(agent.rawValue) \(box["name"]?.string ?? "")")
            }
            let found = try await client.call(
                RawCall(
                    "Email/query", ["accountId": .string(account.rawValue), "filter": ["text": "invoice"]],
                    capabilities: [.mail]))
            invoices += found["ids"]?.array?.count ?? 0
        }
        #expect(SampleAgent.allCases.allSatisfy { places.contains("\($0.rawValue) Inbox") })
        #expect(places.contains { $0.hasSuffix("Outbox") })
        #expect(places.contains { $0.hasSuffix("Rejected") })
        #expect(invoices >= 5)
    }

    @Test("an agent's key reads its own mail and no other, and may not send")
    func agentIsFenced() async throws {
        let sandbox = try await Sandbox.start()
        defer { sandbox.stop() }
        let workspace = try await SampleWorkspace.fill(sandbox)
        let support = try #require(workspace.agents[.support])
        let billing = try #require(workspace.agents[.billing])
        let client = try client(sandbox, support)
        #expect(try await !emails(client, support.id, ["properties": ["subject"]]).isEmpty)
        await #expect(throws: JMAPError.self) { _ = try await emails(client, billing.id, ["properties": ["subject"]]) }
        let session = try await client.session()
        #expect(session.accounts[support.id]?.capabilities[.submission] == nil)
    }

    @Test("the same seed writes the same mail")
    func deterministic() async throws {
        var previews: [[String]] = []
        for _ in 0..<2 {
            let sandbox = try await Sandbox.start()
            defer { sandbox.stop() }
            let workspace = try await SampleWorkspace.fill(sandbox, seed: 5, now: 1_800_000_000)
            let client = try client(sandbox, workspace.operator)
            let support = try #require(workspace.agents[.support])
            let list = try await emails(
                client, support.id, ["properties": ["subject", "messageId", "receivedAt", "size"]])
            previews.append(
                list.map {
                    "\($0["subject"] ?? nil) \($0["messageId"] ?? nil) \($0["receivedAt"] ?? nil) \($0["size"] ?? nil)"
                })
        }
        #expect(previews[0] == previews[1])
    }
}

@Suite("the player")
struct PlayerTests {
    @Test("every act writes, threads go on, and drafts come to Outbox")
    func writes() async throws {
        let sandbox = try await Sandbox.start()
        defer { sandbox.stop() }
        let workspace = try await SampleWorkspace.fill(sandbox)
        let player = try workspace.player(seed: 3)
        let client = JMAPClient(
            origin: try #require(URL(string: sandbox.url)), credential: try #require(workspace.operator.credential))
        func total() async throws -> Int {
            var total = 0
            for account in workspace.agents.values {
                let found = try await client.call(
                    RawCall(
                        "Email/query", ["accountId": .string(account.id.rawValue), "calculateTotal": true],
                        capabilities: [.mail]))
                total += Int(found["total"]?.int ?? 0)
            }
            return total
        }
        var before = try await total()
        for _ in 0..<12 {
            try await player.step()
            let after = try await total()
            #expect(after > before)
            before = after
        }
        #expect(await player.actCount == 12)
    }

    @Test("the player waits between two and eight seconds and stops when it is cancelled")
    func paces() async throws {
        let sandbox = try await Sandbox.start()
        defer { sandbox.stop() }
        let workspace = try await SampleWorkspace.fill(sandbox)
        let (pauses, continuation) = AsyncStream<Int>.makeStream()
        let clock = Player.Clock(
            now: { 1_800_000_000 },
            sleep: { milliseconds in
                try Task.checkCancellation()
                continuation.yield(milliseconds)
            })
        let player = try workspace.player(seed: 9, clock: clock)
        let playing = Task { await player.run() }
        var count = 0
        for await pause in pauses {
            #expect((2_000...8_000).contains(pause))
            count += 1
            if count == 5 { break }
        }
        playing.cancel()
        await playing.value
        #expect(await player.lastError == nil)
    }
}

import Agents
import Foundation
import HTTPTransport
import JMAP
import Sandbox
import Stalwart
import TestSupport
import Testing

@Suite(.waiting) struct RestoreTests {
    /// What is kept of a message: its bytes, the names of its mailboxes, its keywords and its time.
    private struct Kept: Hashable {
        let bytes: [UInt8]
        let mailboxes: Set<[String]>
        let keywords: Set<Keyword>
        let receivedAt: UTCDate?
    }

    /// All mail of an account.
    private func mail(_ server: TestServer, of account: AccountID) async throws -> [Kept: Int] {
        let client = server.administration.client
        let boxes = try await client.call(MailboxGet(account: account, ids: .all)).list
        func path(_ id: MailboxID) -> [String] {
            guard let box = boxes.first(where: { $0.id == id }) else { return [] }
            return (box.parentID.map(path) ?? []) + [box.name ?? ""]
        }
        let all = try await client.call(RawCall("Email/query", ["accountId": account.json], capabilities: [.mail]))
        let ids = (all["ids"]?.array ?? []).compactMap(\.string).map { EmailID($0) }
        var kept: [Kept: Int] = [:]
        for start in stride(from: 0, to: ids.count, by: 200) {
            let part = Array(ids[start..<min(start + 200, ids.count)])
            let list = try await client.call(
                EmailGet(
                    account: account, ids: .list(part),
                    properties: ["id", "blobId", "mailboxIds", "keywords", "receivedAt"])
            ).list
            for message in list {
                let blob = try #require(message.blobID)
                let one = Kept(
                    bytes: try await client.download(blob, of: account, limit: 64 << 20),
                    mailboxes: Set((message.mailboxIDs ?? []).map(path)), keywords: Set(message.keywords ?? []),
                    receivedAt: message.receivedAt)
                kept[one, default: 0] += 1
            }
        }
        return kept
    }

    private func message(_ number: Int, bytes: Int = 100) -> [UInt8] {
        // Long ones are of ASCII and made by whole blocks: a debug build takes a minute to mend what is no UTF-8.
        let block = (0..<256).map { place in
            let byte = UInt8(truncatingIfNeeded: place &* 31 &+ number)
            return bytes > 500 ? 0x20 + byte % 0x5E : byte
        }
        var content: [UInt8] = []
        content.reserveCapacity(bytes + block.count)
        while content.count < bytes { content += block }
        return Array("Message-ID: <\(number)@x>\r\nSubject: \(number)\r\n\r\n".utf8) + content.prefix(bytes)
    }

    /// An archived agent with mailboxes below each other, one of them empty, and messages in them.
    private func archived(
        _ server: TestServer, messages: [[UInt8]]
    ) async throws -> (path: String, agent: CreatedAgent, mail: [Kept: Int]) {
        let agent = try await server.provisioner().0.create(plan("ada"))
        let client = server.administration.client
        let made = try await client.call(
            MailboxSet(
                account: agent.account,
                create: [
                    "a": ["name": "Bills. 2026/%"], "b": ["name": "Paid", "parentId": "#a"], "c": ["name": "Empty"],
                    "d": ["name": "Paid"],
                ]))
        let boxes = try await client.call(MailboxGet(account: agent.account, ids: .all)).list
        let inbox = try #require(boxes.first { $0.role == .inbox }).id
        let paid = try made.created(CreationID("b"), method: "Mailbox/set")
        let other = try made.created(CreationID("d"), method: "Mailbox/set")
        for start in stride(from: 0, to: messages.count, by: 100) {
            var items: [CreationID: EmailImport.Item] = [:]
            for number in start..<min(start + 100, messages.count) {
                let blob = try await client.upload(
                    .bytes(messages[number]), to: agent.account, type: "message/rfc822")
                items[CreationID("m\(number)")] = .init(
                    blobID: blob.id, mailboxIDs: [[inbox], [inbox, paid], [other]][number % 3],
                    keywords: [[], ["$seen", "$flagged"], ["$draft", "Billing"]][number % 3],
                    receivedAt: UTCDate(seconds: 1_700_000_000 + Int64(number % 50)))
            }
            let answer = try await client.call(EmailImport(account: agent.account, emails: items))
            #expect(answer.notCreated.isEmpty)
        }
        let keeper = Keeper(server.administration, prover: Prover.trying { server.client($0) })
        let path = server.folder.file("ada.tar")
        _ = try await Archiver(keeper).archive(try await Roster(server.administration).find("ada"), to: path)
        return (path, agent, try await mail(server, of: agent.account))
    }

    private func restoration(of path: String, as name: String) throws -> AgentPlan {
        AgentPlan(
            restoring: try CheckedArchive.check(path), name: try AgentName(name),
            domain: try DomainName(TestServer.domain))
    }

    @Test("an agent is restored with every message, mailbox, keyword and time, and works under another name")
    func restored() async throws {
        let server = try await TestServer()
        // The first message is there twice.
        let messages = [message(0)] + (0..<400).map { message($0) } + [message(9_999, bytes: 3_000_000)]
        let (path, old, before) = try await archived(server, messages: messages)
        let agent = try await server.provisioner().0.create(try restoration(of: path, as: "ada-2"))
        #expect(try await mail(server, of: agent.account) == before)
        #expect(try await server.faults(of: agent) == [])
        let entry = try await Roster(server.administration).find("ada-2")
        #expect(entry.state == .active)
        #expect(entry.record?.details.owner == "ines@example.com")
        let boxes = try await server.administration.client.call(MailboxGet(account: agent.account, ids: .all)).list
        #expect(boxes.contains { $0.name == "Empty" && $0.totalEmails == 0 })
        #expect(try await mail(server, of: old.account) == before)
    }

    @Test("an agent that was deleted comes back under its own name")
    func ownName() async throws {
        let server = try await TestServer()
        let (path, _, before) = try await archived(server, messages: [message(1), message(2)])
        let keeper = Keeper(server.administration, prover: Prover.trying { server.client($0) })
        let refused = await #expect(throws: AgentsError.self) {
            try await server.provisioner().0.create(try restoration(of: path, as: "ada"))
        }
        #expect(refused?.code == .taken)
        _ = try await Archiver(keeper).remove(try await Roster(server.administration).find("ada"), archive: path)
        let agent = try await server.provisioner().0.create(try restoration(of: path, as: "ada"))
        #expect(try await mail(server, of: agent.account) == before)
    }

    @Test("an archive that is damaged, cut off or no archive is refused, and nothing is made")
    func damaged() async throws {
        let server = try await TestServer()
        let (path, _, _) = try await archived(server, messages: [message(1), message(2)])
        let whole = try #require(FileManager.default.contents(atPath: path))
        let before = try await server.objects()
        let other = server.folder.file("other.tar")
        var flipped = whole
        flipped[try #require(whole.range(of: Data("Subject: 2".utf8))).lowerBound] ^= 1
        for content in [flipped, whole.prefix(whole.count / 2), whole.prefix(700), Data("no tar".utf8), Data()] {
            #expect(FileManager.default.createFile(atPath: other, contents: content))
            let error = #expect(throws: AgentsError.self) { try CheckedArchive.check(other) }
            #expect(error?.message.contains(other) == true)
        }
        #expect(throws: AgentsError.self) { try CheckedArchive.check(server.folder.file("missing.tar")) }
        #expect(try await server.objects() == before)
    }

    @Test("a message that the server does not take, or alters, takes the whole agent away again")
    func undone() async throws {
        let server = try await TestServer()
        let (path, _, _) = try await archived(server, messages: (0..<150).map { message($0) })
        let before = try await server.objects()
        for (fault, part) in [(Faults.Fault.dropAnswer, "Email/import"), (.dropAnswer, "download")] {
            server.sandbox.faults.set(fault, for: part, times: 1_000)
            let (provisioner, journal) = try server.provisioner()
            await #expect(throws: AgentsError.self) {
                try await provisioner.create(try restoration(of: path, as: "bob"))
            }
            server.sandbox.faults.clear()
            #expect(try await server.objects() == before)
            #expect(try await journal.unfinished().isEmpty)
        }
    }

    @Test("a restoration that is stopped leaves nothing, and the same archive is restored when it is asked for again")
    func stopped() async throws {
        let server = try await TestServer()
        let (path, _, kept) = try await archived(server, messages: (0..<250).map { message($0) })
        let before = try await server.objects()
        let wanted = try restoration(of: path, as: "bob")
        let (provisioner, journal) = try server.provisioner()
        let (steps, continuation) = AsyncStream.makeStream(of: ProvisioningEvent.self)
        let work = Task { try await provisioner.create(wanted) { continuation.yield($0) } }
        for await event in steps {
            guard case .progressed = event else { continue }
            work.cancel()
            break
        }
        await #expect(throws: AgentsError.self) { try await work.value }
        #expect(try await server.objects() == before)
        #expect(try await journal.unfinished().isEmpty)
        let agent = try await provisioner.create(wanted)
        #expect(try await mail(server, of: agent.account) == kept)
    }
}

import Agents
import Foundation
import Glibc
import HTTPTransport
import JMAP
import Sandbox
import Stalwart
import TestSupport
import Testing

@Suite(.waiting) struct ArchiveTests {
    /// An agent with messages, and what archives it.
    private func agent(
        _ server: TestServer, messages: [[UInt8]]
    ) async throws -> (archiver: Archiver, entry: RosterEntry, agent: CreatedAgent) {
        let agent = try await server.provisioner().0.create(plan("ada"))
        let client = server.administration.client
        let boxes = try await client.call(MailboxGet(account: agent.account, ids: .all)).list
        let inbox = try #require(boxes.first { $0.role == .inbox }).id
        let held = try #require(boxes.first { $0.name == "Held" }).id
        for (number, message) in messages.enumerated() {
            let blob = try await client.upload(.bytes(message), to: agent.account, type: "message/rfc822")
            let answer = try await client.call(
                EmailImport(
                    account: agent.account,
                    emails: [
                        "a": .init(
                            blobID: blob.id, mailboxIDs: number % 2 == 0 ? [inbox] : [inbox, held],
                            keywords: number % 3 == 0 ? ["$seen"] : [], receivedAt: UTCDate(seconds: 1_700_000_000))
                    ]))
            #expect(answer.notCreated.isEmpty)
        }
        let keeper = Keeper(server.administration, prover: Prover.trying { server.client($0) })
        return (Archiver(keeper), try await Roster(server.administration).find("ada"), agent)
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

    @Test("an archive holds every message byte for byte, once, and tar reads it")
    func bytes() async throws {
        let server = try await TestServer()
        let messages = (0..<450).map { message($0) } + [message(9_999, bytes: 8_000_000)]
        let (archiver, entry, _) = try await agent(server, messages: messages)
        let path = server.folder.file("ada.tar")
        let report = try await archiver.archive(entry, to: path)
        #expect(report.messages == messages.count)
        #expect(report.bytes == messages.reduce(0) { $0 + $1.count })
        let folder = server.folder.file("out")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        #expect(try run(["tar", "-C", folder, "-xf", path]).status == 0)
        let files = try #require(FileManager.default.enumerator(atPath: folder)).compactMap { $0 as? String }
            .filter { $0.contains("/cur/") }
        let found = files.map { [UInt8](FileManager.default.contents(atPath: "\(folder)/\($0)") ?? Data()) }
        #expect(Set(found) == Set(messages) && found.count == messages.count)
        #expect(try await Roster(server.administration).find("ada").state == .archived)
        #expect(!FileManager.default.fileExists(atPath: path + ".part"))
    }

    @Test("an agent is deleted with its archive alone, and not with another, a damaged or an old one")
    func removal() async throws {
        let server = try await TestServer()
        let (archiver, entry, agent) = try await agent(server, messages: [message(1), message(2)])
        let path = server.folder.file("ada.tar")
        await #expect(throws: AgentsError.self) { try await archiver.remove(entry, archive: path) }
        _ = try await archiver.archive(entry, to: path)
        let archived = try await Roster(server.administration).find("ada")
        // One byte of a message differs.
        let whole = try #require(FileManager.default.contents(atPath: path))
        var damaged = whole
        let place = try #require(whole.range(of: Data("Subject: 2".utf8))).lowerBound
        damaged[place] ^= 1
        let other = server.folder.file("other.tar")
        #expect(FileManager.default.createFile(atPath: other, contents: damaged))
        await #expect(throws: AgentsError.self) { try await archiver.remove(archived, archive: other) }
        #expect(FileManager.default.createFile(atPath: other, contents: whole.prefix(whole.count / 2)))
        await #expect(throws: AgentsError.self) { try await archiver.remove(archived, archive: other) }
        // A message came since.
        let client = server.administration.client
        let blob = try await client.upload(.bytes(message(3)), to: agent.account)
        let boxes = try await client.call(MailboxGet(account: agent.account, ids: .all)).list
        _ = try await client.call(
            EmailImport(account: agent.account, emails: ["a": .init(blobID: blob.id, mailboxIDs: [boxes[0].id])]))
        let late = await #expect(throws: AgentsError.self) { try await archiver.remove(archived, archive: path) }
        #expect(late?.message.contains("changed since") == true)
        #expect(try await server.administration.account(agent.account) != nil)
        let second = server.folder.file("second.tar")
        _ = try await archiver.archive(archived, to: second)
        let again = try await Roster(server.administration).find("ada")
        #expect(try await archiver.remove(again, archive: second).messages == 3)
        #expect(try await server.administration.account(agent.account) == nil)
    }

    @Test("what an interrupted run left is begun anew, and a file that is there is left alone")
    func interrupted() async throws {
        let server = try await TestServer()
        let (archiver, entry, _) = try await agent(server, messages: [message(1)])
        let path = server.folder.file("ada.tar")
        #expect(FileManager.default.createFile(atPath: path + ".part", contents: Data("half".utf8)))
        server.sandbox.faults.set(.dropAnswer, for: "download", times: 1_000)
        await #expect(throws: AgentsError.self) { try await archiver.archive(entry, to: path) }
        server.sandbox.faults.clear()
        #expect(!FileManager.default.fileExists(atPath: path))
        #expect(try await Roster(server.administration).find("ada").state == .active)
        _ = try await archiver.archive(entry, to: path)
        let error = await #expect(throws: AgentsError.self) { try await archiver.archive(entry, to: path) }
        #expect(error?.message.contains("there already") == true)
    }

    @Test("10,000 messages and one of 40 MB are in the archive byte for byte")
    func many() async throws {
        let server = try await TestServer()
        let agent = try await server.provisioner().0.create(plan("ada"))
        let client = server.administration.client
        let inbox = try #require(
            try await client.call(MailboxGet(account: agent.account, ids: .all)).list.first { $0.role == .inbox }
        ).id
        var sizes = 0
        for group in 0..<20 {
            let bytes = message(group, bytes: 900 + group)
            let blob = try await client.upload(.bytes(bytes), to: agent.account, type: "message/rfc822")
            var items: [CreationID: EmailImport.Item] = [:]
            for number in 0..<500 {
                items[CreationID("m\(number)")] = .init(
                    blobID: blob.id, mailboxIDs: [inbox], receivedAt: UTCDate(seconds: Int64(group * 500 + number)))
            }
            #expect(try await client.call(EmailImport(account: agent.account, emails: items)).notCreated.isEmpty)
            sizes += 500 * bytes.count
        }
        let long = message(77, bytes: 40_000_000)
        let file = server.folder.file("long.eml")
        #expect(FileManager.default.createFile(atPath: file, contents: Data(long)))
        let blob = try await client.upload(.file(file), to: agent.account, type: "message/rfc822")
        _ = try await client.call(
            EmailImport(account: agent.account, emails: ["a": .init(blobID: blob.id, mailboxIDs: [inbox])]))
        let keeper = Keeper(server.administration, prover: Prover.trying { server.client($0) })
        let path = server.folder.file("ada.tar")
        let report = try await Archiver(keeper).archive(try await Roster(server.administration).find("ada"), to: path)
        #expect(report.messages == 10_001)
        #expect(report.bytes == sizes + long.count)
        let folder = server.folder.file("out")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        #expect(try run(["tar", "-C", folder, "-xf", path]).status == 0)
        let files = try #require(FileManager.default.enumerator(atPath: folder)).compactMap { $0 as? String }
            .filter { $0.contains("/cur/") }
        var counts: [Data: Int] = [:]
        for name in files {
            counts[FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data(), default: 0] += 1
        }
        #expect(counts[Data(long)] == 1)
        for group in 0..<20 { #expect(counts[Data(message(group, bytes: 900 + group))] == 500) }
    }

    @Test("an archive whose program is killed in the middle deletes nothing, and is made when it is asked for again")
    func killed() async throws {
        let server = try await TestServer()
        let (_, _, agent) = try await agent(server, messages: (0..<300).map { message($0, bytes: 20_000) })
        let program = try Program(server)
        let path = server.folder.file("ada.tar")
        let child = try program.start(["agent", "archive", "ada", "--to", path])
        #expect(eventually { FileManager.default.fileExists(atPath: path + ".part") })
        kill(child, SIGKILL)
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        if !FileManager.default.fileExists(atPath: path) {
            let refused = try program.run(["agent", "delete", "ada", "--archive", path + ".part", "--confirm", "ada"])
            #expect(refused.status != 0)
            #expect(try await server.administration.account(agent.account) != nil)
            let again = try program.run(["agent", "archive", "ada", "--to", path])
            #expect(again.status == 0, "\(again.errors)")
        }
        #expect(try CheckedArchive.check(path).messages == 300)
        #expect(try await server.administration.account(agent.account) != nil)
    }
}

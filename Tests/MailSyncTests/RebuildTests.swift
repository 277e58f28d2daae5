import Foundation
import JMAP
import MailCache
import MailSync
import TestSupport
import Testing

@Suite("A file that is lost while acts wait")
struct RebuildTests {
    /// What happens to a file.
    enum Loss: CaseIterable, Sendable {
        case deleted, overwritten, truncated

        func befall(_ path: String) throws {
            for name in [path, path + "-wal", path + "-shm"] where FileManager.default.fileExists(atPath: name) {
                switch self {
                case .deleted: try FileManager.default.removeItem(atPath: name)
                case .overwritten: try Data(repeating: 0x5a, count: 20_000).write(to: URL(filePath: name))
                case .truncated: truncate(name, 5_000)
                }
            }
        }
    }

    /// A server, and 5 messages flagged and 2 of them put into the trash while it could not be reached.
    private func waiting() async throws -> SyncFixture {
        let fixture = try await SyncFixture(agents: 1)
        for account in fixture.accounts { try await fixture.add(4, to: account) }
        try await fixture.running { sync, cache in
            try await fixture.settle(cache)
            fixture.isCut.set(true)
            let keys = try fixture.keys(cache)
            _ = try await sync.perform(ActRequest(.keyword("$flagged", isSet: true), on: Array(keys[0..<5])))
            _ = try await sync.perform(ActRequest(.role(.trash), on: Array(keys[0..<2])))
            #expect(cache.writer.acts.value.waiting == 7)
        }
        fixture.isCut.set(false)
        #expect(
            await until { Self.openFiles(in: fixture.folder.path).isEmpty },
            "\(Self.openFiles(in: fixture.folder.path))")
        return fixture
    }

    /// The files below a folder that this process has open.
    private static func openFiles(in folder: String) -> [String] {
        let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        let files = numbers.compactMap {
            try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
        }
        return files.filter { $0.hasPrefix(folder) }
    }

    @Test("the cache is filled again, and the acts are done", arguments: Loss.allCases)
    func cache(_ loss: Loss) async throws {
        let fixture = try await waiting()
        try loss.befall(fixture.folder.file("cache.sqlite"))
        try await fixture.running { _, cache in
            if loss != .deleted { #expect(cache.notice?.contains("cache.sqlite") == true) }
            #expect(await fixture.hasSent(cache))
            try await fixture.settle(cache)
            let rows = try cache.reader().messages(in: .all, limit: 9).rows
            #expect(rows.count { $0.flags.contains(.flagged) } == 5)
            let trash = try await fixture.mailbox("trash", of: fixture.operatorID)
            let other = try await fixture.mailbox("trash", of: fixture.agents[0])
            #expect(rows.count { $0.mailboxes == [trash] || $0.mailboxes == [other] } == 2)
        }
    }

    @Test(
        "the journal: what waited is lost and said, and the cache shows what the server has", arguments: Loss.allCases)
    func journal(_ loss: Loss) async throws {
        let fixture = try await waiting()
        try loss.befall(fixture.folder.file("acts.sqlite"))
        try await fixture.running { _, cache in
            if loss != .deleted { #expect(cache.notice?.contains("acts.sqlite") == true) }
            try await fixture.settle(cache)
            #expect(cache.writer.acts.value.waiting == 0)
            #expect(try cache.reader().messages(in: .all, limit: 9).rows.allSatisfy { !$0.flags.contains(.flagged) })
        }
    }
}

import Foundation
import Glibc
import JMAP
import MailCache
import MailSync
import SQLite
import Sandbox
import TestSupport
import Testing

/// A small disk in memory that is mounted while the value lives.
private final class SmallDisk {
    let folder: TemporaryFolder

    /// Nil where mounting is not permitted.
    init?(kilobytes: Int) {
        guard let folder = try? TemporaryFolder() else { return nil }
        guard mount("tmpfs", folder.path, "tmpfs", 0, "size=\(kilobytes)k") == 0 else { return nil }
        self.folder = folder
    }

    deinit { umount2(folder.path, Int32(MNT_DETACH)) }

    /// Fills what is left with a file.
    func fill() throws {
        let file = open(folder.file("filler"), O_CREAT | O_WRONLY | O_APPEND, 0o600)
        try #require(file >= 0)
        defer { close(file) }
        let block = [UInt8](repeating: 1, count: 4_096)
        while write(file, block, block.count) > 0 {}
        #expect(errno == ENOSPC)
    }

    /// Frees it again.
    func free() { unlink(folder.file("filler")) }

    static let isPermitted = SmallDisk(kilobytes: 64) != nil
}

@Suite("A disk that is full")
struct DiskFullTests {
    @Test(
        "is said with a cure, loses nothing, and the work goes on by itself once there is room",
        .enabled(if: SmallDisk.isPermitted, "mounting is not permitted here"))
    func full() async throws {
        let fixture = try await SyncFixture(agents: 1)
        for account in fixture.accounts { try await fixture.add(50, to: account) }
        let disk = try #require(SmallDisk(kilobytes: 32_768))
        try await fixture.running(in: disk.folder.path) { sync, cache in
            try await fixture.settle(cache)
            let before = try fixture.keys(cache, 200)
            try disk.fill()
            for account in fixture.accounts {
                try await fixture.add(500, to: account, text: String(repeating: "x", count: 2_000))
            }
            #expect(
                await until {
                    guard case .offline(_, let reason, let cure) = sync.currentStatus.connection else { return false }
                    return reason.contains("full") && cure.contains("Free some space")
                }, "\(sync.currentStatus)")
            // What is here is shown all the same.
            #expect(try fixture.keys(cache, 2_000).count >= before.count)
            var refused = 0
            for _ in 0..<40 {
                do throws(SyncError) {
                    _ = try await sync.perform(ActRequest(.keyword("word", isSet: true), on: before))
                    _ = try await sync.perform(ActRequest(.keyword("word", isSet: false), on: before))
                } catch {
                    #expect(error.cache?.code == .diskFull, "\(error)")
                    refused += 1
                }
            }
            #expect(refused > 0)
            disk.free()
            await sync.refresh()
            #expect(await fixture.hasSent(cache))
            #expect(await until { sync.currentStatus.connection == .live })
            try await fixture.settle(cache)
            _ = try await sync.perform(ActRequest(.keyword("$flagged", isSet: true), on: before))
            #expect(await fixture.hasSent(cache))
            try await fixture.settle(cache)
        }
        for name in ["cache.sqlite", "acts.sqlite"] {
            let check = try Connection.open(.file(disk.folder.file(name))).first("PRAGMA integrity_check") {
                $0.text(0)
            }
            #expect(check == "ok")
        }
    }

    @Test("a limit on the size of files is an error with a cure, not the end by a signal, and the next run goes on")
    func limited() async throws {
        let fixture = try await SyncFixture(agents: 1)
        for account in fixture.accounts { try await fixture.add(300, to: account) }
        let program = try ProgramFixture(fixture)
        let child = try program.start("sync", before: "ulimit -f 300")
        #expect(await until { child.hasEnded })
        #expect((1..<128).contains(child.status ?? 0), "\(child.output)")
        #expect(child.output.contains("full") && child.output.contains("Free some space"), "\(child.output)")
        #expect(try await program.run("sync") == 0)
        let cache = try MailCache.open(at: program.cachePath())
        #expect(cache.notice == nil)
        try await fixture.settle(cache)
    }
}

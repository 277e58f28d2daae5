import Glibc
import JMAP
import MailCache
import TestSupport
import Testing

@Suite("Acts are written down, shown, and outlive the cache")
struct ActTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func open(_ cache: String = "cache.sqlite") async throws -> MailCache {
        let cache = try MailCache.open(
            at: folder.file(cache), journal: folder.file("acts.sqlite"), now: { 1_700_000_000 })
        try await cache.writer.write(accounts: [AccountRecord(id: "a", kind: .agent, name: "ada")])
        return cache
    }

    private func fill(_ cache: MailCache, _ emails: [EmailRecord]) async throws {
        var batch = CacheBatch(account: "a")
        batch.mailboxes = [
            MailboxRecord(id: "in", name: "Inbox", role: "inbox"),
            MailboxRecord(id: "bin", name: "Trash", role: "trash"), MailboxRecord(id: "old", name: "Old"),
        ]
        batch.emails = emails
        _ = try await cache.writer.apply(batch)
    }

    private func row(_ cache: MailCache, _ id: EmailID) throws -> MessageRow {
        try #require(try cache.reader().message(id, in: "a"))
    }

    private let trash = ActRequest.Change.role(.trash)
    private let flag = ActRequest.Change.keyword("$flagged", isSet: true)

    @Test("an act is on its row at once, with the totals of both mailboxes")
    func shown() async throws {
        let cache = try await open()
        try await fill(cache, [email("1"), email("2", at: 1)])
        let keys = [try row(cache, "1").key, try row(cache, "2").key]
        let receipt = try await cache.writer.perform(ActRequest(trash, on: keys))
        #expect(receipt.act?.total == 2)
        #expect(try row(cache, "1").mailboxes == ["bin"])
        let boxes = try cache.reader().mailboxes(of: "a")
        #expect(boxes.first { $0.id == "in" }?.total == 0)
        #expect(boxes.first { $0.id == "bin" }?.unread == 2)
        #expect(cache.writer.acts.value.waiting == 2)
        #expect(try await cache.writer.perform(ActRequest(trash, on: keys)).unchanged == 2)
        let none = try await cache.writer.perform(ActRequest(.role(.archive), on: keys))
        #expect(none.act == nil && none.impossible.count == 2)
    }

    @Test("what the server tells meanwhile changes nothing that an open act has done, and holds once it is refused")
    func overlay() async throws {
        let cache = try await open()
        try await fill(cache, [email("1")])
        let key = try row(cache, "1").key
        _ = try await cache.writer.perform(ActRequest(trash, on: [key]))
        _ = try await cache.writer.perform(ActRequest(flag, on: [key]))
        var told = CacheBatch(account: "a")
        told.patches = [EmailChange(id: "1", threadID: "t1", mailboxIDs: ["old"], keywords: ["$seen"])]
        _ = try await cache.writer.apply(told)
        #expect(try row(cache, "1").mailboxes == ["bin"])
        #expect(try row(cache, "1").flags.isSuperset(of: [.seen, .flagged]))
        let target = try #require(try await cache.writer.nextToSend(of: "a", limit: 10).first)
        try await cache.writer.conclude([target.id: .refused("No.")])
        #expect(try row(cache, "1").mailboxes == ["old"])
        #expect(try row(cache, "1").flags.contains(.flagged))
        #expect(cache.writer.acts.value.refused == 1)
        #expect(cache.writer.acts.value.acts.last?.reason == "No.")
        try await cache.writer.dismiss()
        #expect(cache.writer.acts.value.refused == 0)
    }

    @Test("a confirmed act is shown until the server was read again, and then the server's row holds")
    func settled() async throws {
        let cache = try await open()
        try await fill(cache, [email("1")])
        _ = try await cache.writer.perform(ActRequest(trash, on: [try row(cache, "1").key]))
        let target = try #require(try await cache.writer.nextToSend(of: "a", limit: 10).first)
        try await cache.writer.conclude([target.id: .confirmed])
        // An answer that was on its way before.
        var late = CacheBatch(account: "a")
        late.patches = [EmailChange(id: "1", threadID: "t1", mailboxIDs: ["in"], keywords: [])]
        _ = try await cache.writer.apply(late)
        #expect(try row(cache, "1").mailboxes == ["bin"])
        var after = CacheBatch(account: "a")
        after.settled = cache.writer.acts.value.confirmed["a"] ?? []
        after.patches = [EmailChange(id: "1", threadID: "t1", mailboxIDs: ["old"], keywords: [])]
        _ = try await cache.writer.apply(after)
        #expect(try row(cache, "1").mailboxes == ["old"])
        #expect(cache.writer.acts.value.confirmed.isEmpty)
    }

    @Test("a program that ended between writing and sending goes on where it was, also with a new cache, in order")
    func restart() async throws {
        do {
            let cache = try await open()
            try await fill(cache, [email("1"), email("2", at: 1)])
            _ = try await cache.writer.perform(ActRequest(trash, on: [try row(cache, "1").key]))
            _ = try await cache.writer.perform(ActRequest(flag, on: [try row(cache, "1").key]))
            _ = try await cache.writer.nextToSend(of: "a", limit: 10)
        }
        let cache = try await open("rebuilt.sqlite")
        #expect(cache.writer.acts.value.waiting == 2)
        try await fill(cache, [email("1"), email("2", at: 1)])
        #expect(try row(cache, "1").mailboxes == ["bin"])
        let first = try #require(try await cache.writer.nextToSend(of: "a", limit: 10).first)
        #expect(first.state == .sent && first.edit.only == ["bin"])
        try await cache.writer.conclude([first.id: .confirmed])
        #expect(try await cache.writer.nextToSend(of: "a", limit: 10).map(\.edit.keywords) == [["$flagged": true]])
    }

    @Test(
        "what waits is taken back without being sent, what may be on the server is changed back there, several in a row"
    )
    func undo() async throws {
        let cache = try await open()
        try await fill(cache, [email("1"), email("2", at: 1)])
        let keys = [try row(cache, "1").key, try row(cache, "2").key]
        _ = try await cache.writer.perform(ActRequest(flag, on: keys))
        for target in try await cache.writer.nextToSend(of: "a", limit: 10) {
            try await cache.writer.conclude([target.id: .confirmed])
        }
        _ = try await cache.writer.perform(ActRequest(trash, on: keys))
        #expect(try await cache.writer.undo()?.unsent == 2)
        #expect(try row(cache, "1").mailboxes == ["in"])
        #expect(try await cache.writer.nextToSend(of: "a", limit: 10).isEmpty)
        #expect(try await cache.writer.undo()?.reversed == 2)
        #expect(try !row(cache, "1").flags.contains(.flagged))
        #expect(try await cache.writer.nextToSend(of: "a", limit: 10).map(\.edit.keywords).first == ["$flagged": false])
        #expect(try await cache.writer.undo() == nil)
    }

    @Test("an act follows its message to another id")
    func merge() async throws {
        let cache = try await open()
        try await fill(cache, [email("1")])
        _ = try await cache.writer.perform(ActRequest(flag, on: [try row(cache, "1").key]))
        var moved = email("9")
        moved.blobID = "b1"
        var batch = CacheBatch(account: "a")
        batch.emailsDestroyed = ["1"]
        batch.emails = [moved]
        _ = try await cache.writer.apply(batch)
        #expect(try row(cache, "9").flags.contains(.flagged))
        #expect(try await cache.writer.nextToSend(of: "a", limit: 10).map(\.emailID) == ["9"])
    }

    @Test("the journal is for its owner alone, and a damaged one is set aside with a line that says so")
    func damaged() async throws {
        do { _ = try await open() }
        var status = stat()
        #expect(stat(folder.file("acts.sqlite"), &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        let file = try #require(fopen(folder.file("acts.sqlite"), "w"))
        fputs("no database at all, whatever it was before this was written", file)
        fclose(file)
        let cache = try await open()
        #expect(cache.notice?.contains("set aside") == true)
        #expect(cache.notice?.contains("not sent") == true)
        #expect(stat(folder.file("acts.sqlite.aside-1"), &status) == 0)
    }
}

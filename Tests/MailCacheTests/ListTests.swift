import JMAP
import MailCache
import Testing

@Suite("Lists of the cache")
struct ListTests {
    @Test("a list stands in date order even when history arrives backwards")
    func order() async throws {
        let fixture = try await CacheFixture()
        try await fixture.write([email("3", at: 3), email("2", at: 2)])
        try await fixture.write([email("4", at: 4)])
        try await fixture.write([email("1", at: 1)])
        #expect(try fixture.reader.ids() == ["4", "3", "2", "1"])
        #expect(try fixture.reader.ids(order: .oldestFirst) == ["1", "2", "3", "4"])
        #expect(try fixture.reader.ids(.mailbox("a", "in")) == ["4", "3", "2", "1"])
    }

    @Test("messages of one second all have a place of their own")
    func oneSecond() async throws {
        let fixture = try await CacheFixture()
        try await fixture.write((0..<500).map { email("\($0)") })
        #expect(Set(try fixture.reader.ids(limit: 1_000)).count == 500)
        #expect(try fixture.reader.account("a", at: 0)?.total == 500)
    }

    @Test("dates outside of any calendar are put at the edge")
    func edges() async throws {
        let fixture = try await CacheFixture()
        try await fixture.write([email("old", at: .min + 1_700_000_000), email("new", at: .max - 1_700_000_000)])
        #expect(try fixture.reader.ids() == ["new", "old"])
    }

    @Test("windows meet without a gap, both ways", arguments: [1, 3, 7])
    func windows(size: Int) async throws {
        let fixture = try await CacheFixture()
        try await fixture.write((0..<20).map { email("\($0)", at: Int64($0 / 2)) })
        let whole = try fixture.reader.ids()
        for (first, isForward) in [(WindowStart.top, true), (.bottom, false)] {
            var start = first
            var found: [String] = []
            while true {
                let window = try fixture.reader.messages(in: .account("a"), from: start, limit: size)
                let ids = window.rows.map(\.emailID.rawValue)
                found = isForward ? found + ids : ids + found
                if window.isEnd { break }
                start = window.next
            }
            #expect(found == whole)
        }
    }

    @Test("totals of accounts, mailboxes and threads follow every change")
    func totals() async throws {
        let fixture = try await CacheFixture()
        try await fixture.write([
            email("1", at: 1, thread: "t"), email("2", at: 2, thread: "t", keywords: ["$seen"]),
            email("3", at: 3, thread: "t", in: ["held"], keywords: ["$draft"]),
        ])
        func check(_ total: Int, _ unread: Int, _ held: Int, inbox: (Int, Int), line: Int = #line) throws {
            let row = try fixture.reader.account("a", at: 0)
            #expect([row?.total, row?.unread, row?.held] == [total, unread, held], "line \(line)")
            let box = try fixture.reader.mailboxes(of: "a").first { $0.id == "in" }
            #expect([box?.total, box?.unread] == [inbox.0, inbox.1], "line \(line)")
        }
        try check(3, 1, 1, inbox: (2, 1))
        #expect(try fixture.reader.message("2", in: "a")?.threadCount == 3)
        var batch = CacheBatch(account: "a")
        batch.patches = [
            EmailChange(id: "1", threadID: "t", mailboxIDs: ["in"], keywords: ["$seen", "$flagged", "custom"]),
            EmailChange(id: "2", threadID: "other", mailboxIDs: ["held"], keywords: []),
            EmailChange(id: "9", threadID: "t", mailboxIDs: ["in"], keywords: []),
        ]
        #expect(try await fixture.cache.writer.apply(batch).unknown == ["9"])
        try check(3, 1, 2, inbox: (1, 0))
        let row = try #require(try fixture.reader.message("1", in: "a"))
        #expect(row.keywords == ["custom"])
        #expect(row.flags == [.seen, .flagged])
        #expect(row.threadCount == 2)
        batch = CacheBatch(account: "a")
        batch.emailsDestroyed = ["2", "3", "77"]
        _ = try await fixture.cache.writer.apply(batch)
        try check(1, 0, 0, inbox: (1, 0))
        #expect(try fixture.reader.ids(.thread("a", "other")) == [])
    }

    @Test("filters by flag give the right rows in every scope")
    func flags() async throws {
        let fixture = try await CacheFixture(accounts: ["a", "b"])
        try await fixture.write([
            email("1", at: 1), email("2", at: 2, keywords: ["$seen"]),
            email("3", at: 3, keywords: ["$seen", "$flagged"]),
            email("4", at: 4, in: ["held"], keywords: ["$flagged"]),
        ])
        try await fixture.write([email("5", at: 5, in: ["held"])], to: "b")
        func filter(_ with: MessageFlags, _ without: MessageFlags = []) -> MessageFilter {
            var filter = MessageFilter()
            filter.with = with
            filter.without = without
            return filter
        }
        let reader = fixture.reader
        #expect(try reader.ids(.all, filter(.unread)) == ["5", "4", "1"])
        #expect(try reader.ids(.account("a"), filter(.unread)) == ["4", "1"])
        #expect(try reader.ids(.mailbox("a", "in"), filter(.unread)) == ["1"])
        #expect(try reader.ids(.all, filter(.held)) == ["5", "4"])
        #expect(try reader.ids(.account("a"), filter(.held)) == ["4"])
        #expect(try reader.ids(.mailbox("b", "held"), filter(.held)) == ["5"])
        #expect(try reader.ids(.all, filter(.flagged, .seen)) == ["4"])
        #expect(try reader.ids(.all, filter([.flagged, .seen])) == ["3"])
        #expect(try reader.ids(.account("nobody"), filter(.unread)) == [])
    }

    @Test("a mailbox that is renamed to Held or destroyed changes its messages with it")
    func mailboxes() async throws {
        let fixture = try await CacheFixture()
        var batch = CacheBatch(account: "a")
        batch.mailboxes = [MailboxRecord(id: "x", name: "Other")]
        batch.emails = [email("1", in: ["x", "in"])]
        _ = try await fixture.cache.writer.apply(batch)
        #expect(try fixture.reader.account("a", at: 0)?.held == 0)
        batch = CacheBatch(account: "a")
        batch.mailboxes = [MailboxRecord(id: "x", name: "held")]
        _ = try await fixture.cache.writer.apply(batch)
        #expect(try fixture.reader.account("a", at: 0)?.held == 1)
        batch = CacheBatch(account: "a")
        batch.mailboxesDestroyed = ["x"]
        _ = try await fixture.cache.writer.apply(batch)
        #expect(try fixture.reader.account("a", at: 0)?.held == 0)
        #expect(try fixture.reader.message("1", in: "a")?.mailboxes == ["in"])
    }

    @Test("a collapsed list has one row a thread, its newest in the scope")
    func collapsed() async throws {
        let fixture = try await CacheFixture()
        try await fixture.write([
            email("1", at: 1, thread: "t"), email("2", at: 2, thread: "u"),
            email("3", at: 3, thread: "t", in: ["held"]),
            email("4", at: 4, thread: "t", keywords: ["$seen"]),
        ])
        #expect(try fixture.reader.ids(.all, collapsed: true) == ["4", "2"])
        #expect(try fixture.reader.ids(.mailbox("a", "held"), collapsed: true) == ["3"])
        var filter = MessageFilter()
        filter.with = .unread
        #expect(try fixture.reader.ids(.mailbox("a", "in"), filter, collapsed: true) == ["2", "1"])
    }

    @Test("lists by sender, subject and size are sorted and page both ways")
    func sorted() async throws {
        let fixture = try await CacheFixture()
        try await fixture.write([
            email("1", at: 1, from: "Zoe@x", subject: "Re: apple", size: 10),
            email("2", at: 2, from: "ann@x", subject: "banana", size: 30),
            email("3", at: 3, from: "Bob@x", subject: "Apple", size: 20),
        ])
        #expect(try fixture.reader.ids(order: .sender) == ["2", "3", "1"])
        #expect(try fixture.reader.ids(order: .subject) == ["3", "1", "2"])
        #expect(try fixture.reader.ids(order: .size) == ["2", "3", "1"])
        let first = try fixture.reader.messages(in: .all, order: .size, limit: 2)
        #expect(!first.isEnd)
        let second = try fixture.reader.messages(in: .all, order: .size, from: first.next, limit: 2)
        #expect(second.rows.map(\.emailID) == ["1"])
        #expect(second.isEnd)
        let back = try fixture.reader.messages(in: .all, order: .size, from: second.next, limit: 2)
        #expect(back.rows.isEmpty)
    }

    @Test("counts and positions stop at their bound")
    func bounds() async throws {
        let fixture = try await CacheFixture()
        try await fixture.write((0..<30).map { email("\($0)", at: Int64($0)) })
        let whole = try fixture.reader.count(in: .all, upTo: 100)
        #expect(whole.count == 30 && !whole.isMore)
        let part = try fixture.reader.count(in: .all, upTo: 10)
        #expect(part.count == 10 && part.isMore)
        let key = try #require(try fixture.reader.message("20", in: "a")?.key)
        #expect(try fixture.reader.position(of: key, in: .all, upTo: 100) == 9)
        #expect(try fixture.reader.position(of: key, in: .all, upTo: 5) == nil)
    }

    @Test("the day's traffic counts messages by their hours")
    func traffic() async throws {
        let fixture = try await CacheFixture()
        try await fixture.write([email("1"), email("2", at: 1), email("3", at: -3_600), email("4", at: -90_000_000)])
        let row = try #require(try fixture.reader.account("a", at: 1_700_000_000))
        #expect(row.traffic[23] == 2)
        #expect(row.traffic[22] == 1)
        #expect(row.traffic.reduce(0, +) == 3)
        #expect(row.lastHeard == 1_700_000_001)
    }
}

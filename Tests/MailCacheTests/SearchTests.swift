import JMAP
import MailCache
import SQLite
import Testing

@Suite("Search in the cache")
struct SearchTests {
    private func fixture() async throws -> CacheFixture {
        let fixture = try await CacheFixture(accounts: ["a", "b"])
        // Small parts, so that every search crosses several.
        await fixture.cache.writer.configure(shardSize: 3)
        return fixture
    }

    private func index(_ fixture: CacheFixture) async throws {
        while try await fixture.cache.writer.index(limit: 2) > 0 {}
    }

    /// Fails where a part of the full text says something else than the tables.
    private func check(_ fixture: CacheFixture) throws {
        let connection = try Connection.open(.file(fixture.cache.path))
        try connection.addWordTokenizer()
        let tables = try connection.query("SELECT 'words_' || number FROM shard") { $0.text(0) }
        for table in tables {
            try connection.run("INSERT INTO \(table) (\(table), rank) VALUES ('integrity-check', 1)")
        }
    }

    @Test("words are found newest first across the parts, the last one by its beginning")
    func words() async throws {
        let fixture = try await fixture()
        try await fixture.write((0..<10).map { email("\($0)", at: Int64($0), subject: "Invoice number \($0)") })
        try await fixture.write([email("x", at: 50, subject: "Holiday", preview: "the invoices are late")], to: "b")
        try await index(fixture)
        #expect(try fixture.reader.search("invo") == ["x"] + (0..<10).reversed().map(String.init))
        #expect(try fixture.reader.search("invoice numb") == (0..<10).reversed().map(String.init))
        #expect(try fixture.reader.search("invo numb") == [])
        #expect(try fixture.reader.search("invo", in: .account("b")) == ["x"])
        #expect(try fixture.reader.search("invo", in: .mailbox("a", "held")) == [])
        #expect(try fixture.reader.search("invo", in: .thread("a", "t3")) == ["3"])
        #expect(try fixture.reader.search("\"number 3\"") == ["3"])
        try check(fixture)
    }

    @Test("four letters find what begins with them and nothing that only holds them, in the field that is asked")
    func longBeginnings() async throws {
        let fixture = try await fixture()
        let subjects = [
            "invoices", "Re:INVOICE", "in-voice", "disinvoice", "invo", "Ínvoïcing", "請求書invoiced", "inv oice",
            "x_invoice9",
            "invoi\u{301}ce", "inventory", "ĳinvoice", "",
        ]
        try await fixture.write(
            subjects.enumerated().map { email("\($0)", at: Int64($0), subject: $1, preview: "nothing") })
        try await fixture.write([email("p", at: 60, subject: "other", preview: "of the invoice")], to: "b")
        try await index(fixture)
        #expect(try fixture.reader.search("invoi") == ["p", "9", "8", "6", "5", "1", "0"])
        #expect(try fixture.reader.search("INVOI", in: .account("a")) == ["9", "8", "6", "5", "1", "0"])
        #expect(try fixture.reader.search("noth invoi", in: .account("b")) == [])
        #expect(try fixture.reader.search("nothing invoi").count == 6)
        #expect(try fixture.reader.search("-invoices invoi", in: .account("a")) == ["9", "8", "6", "5", "1"])
        var filter = MessageFilter()
        filter.subject = "invoi"
        #expect(try fixture.reader.ids(.all, filter) == ["9", "8", "6", "5", "1", "0"])
        filter.text = "nothi"
        #expect(try fixture.reader.ids(.all, filter) == ["9", "8", "6", "5", "1", "0"])
        filter.from = "nobod"
        #expect(try fixture.reader.ids(.all, filter) == [])
    }

    @Test("a word with - before it must not be there, by itself or beside others, in any list")
    func excluded() async throws {
        let fixture = try await fixture()
        try await fixture.write(
            (0..<6).map { email("\($0)", at: Int64($0), subject: "Invoice \($0 % 2 == 0 ? "paid in full" : "open")") })
        try await fixture.write([email("x", at: 50, subject: "well-known holiday")], to: "b")
        try await index(fixture)
        #expect(try fixture.reader.search("invoice -paid") == ["5", "3", "1"])
        #expect(try fixture.reader.search("invoice -pai") == ["5", "3", "1"])
        #expect(try fixture.reader.search("-paid invoice") == ["5", "3", "1"])
        #expect(try fixture.reader.search("invoice -\"paid in\"") == ["5", "3", "1"])
        #expect(try fixture.reader.search("invoice -\"in paid\"").count == 6)
        #expect(try fixture.reader.search("-invoice") == ["x"])
        #expect(try fixture.reader.search("-invoice -holiday") == [])
        #expect(try fixture.reader.search("-paid", in: .account("a")) == ["5", "3", "1"])
        #expect(try fixture.reader.search("-paid", in: .account("b")) == ["x"])
        #expect(try fixture.reader.search("well-known") == ["x"])
        #expect(try fixture.reader.search("-") == [])
        #expect(try fixture.reader.search("-\"") == [])
    }

    @Test("windows of a search meet without a gap, both ways", arguments: [1, 2, 5])
    func windows(size: Int) async throws {
        let fixture = try await fixture()
        for second in [5, 1, 8, 3, 9, 2, 7, 0, 4, 6] {
            try await fixture.write([email("\(second)", at: Int64(second), subject: "invoice")])
            try await index(fixture)
        }
        var filter = MessageFilter()
        filter.text = "invoice"
        for (first, isForward) in [(WindowStart.top, true), (.bottom, false)] {
            var start = first
            var found: [String] = []
            while true {
                let window = try fixture.reader.messages(in: .all, filter: filter, from: start, limit: size)
                let ids = window.rows.map(\.emailID.rawValue)
                found = isForward ? found + ids : ids + found
                if window.isEnd { break }
                start = window.next
            }
            #expect(found == (0..<10).reversed().map(String.init))
        }
    }

    @Test("sender, recipients and subject are searched by themselves")
    func columns() async throws {
        let fixture = try await fixture()
        try await fixture.write([
            email("1", at: 1, from: "alice@ext.example", subject: "to bob"),
            email("2", at: 2, from: "bob@ext.example", subject: "to alice"),
        ])
        try await index(fixture)
        var filter = MessageFilter()
        filter.from = "bob"
        #expect(try fixture.reader.ids(.all, filter) == ["2"])
        filter.from = "bob@ext.ex"
        #expect(try fixture.reader.ids(.all, filter) == ["2"])
        filter = MessageFilter()
        filter.subject = "bob"
        #expect(try fixture.reader.ids(.all, filter) == ["1"])
        filter = MessageFilter()
        filter.to = "ada@agents.example"
        #expect(try fixture.reader.ids(.all, filter) == ["2", "1"])
        filter.isNegated = true
        #expect(try fixture.reader.ids(.all, filter) == [])
        filter = MessageFilter()
        filter.from = "bob"
        filter.isNegated = true
        #expect(try fixture.reader.ids(.all, filter) == ["1"])
    }

    @Test("any part of a text without spaces is found, and letters without their marks")
    func scripts() async throws {
        let fixture = try await fixture()
        try await fixture.write([
            email("ja", at: 1, subject: "来週の会議資料について"), email("zh", at: 2, subject: "發票已經付款"),
            email("ko", at: 3, subject: "회의록을 보내드립니다"), email("th", at: 4, subject: "ใบแจ้งหนี้เดือนนี้"),
            email("fr", at: 5, subject: "Réunion à l'hôtel"), email("mix", at: 6, subject: "請求書invoice第3号"),
        ])
        try await index(fixture)
        #expect(try fixture.reader.search("会議") == ["ja"])
        #expect(try fixture.reader.search("議") == ["ja"])
        #expect(try fixture.reader.search("付款") == ["zh"])
        #expect(try fixture.reader.search("의록") == ["ko"])
        #expect(try fixture.reader.search("หนี้") == ["th"])
        #expect(try fixture.reader.search("reunion hotel") == ["fr"])
        #expect(try fixture.reader.search("invoice") == ["mix"])
        #expect(try fixture.reader.search("書invo") == ["mix"])
        #expect(try fixture.reader.search("議会") == [])
    }

    @Test(
        "whatever is typed is only words",
        arguments: [
            "\"", "\"\"", "a OR b", "NEAR(a b)", "subject:", "-x", "x*", "(", ")", "^x", "{a b}: c", "*", "'", "\u{0}",
            "%_",
            "AND", "NOT", "a\"b", "\u{E000}1", "👩‍🚀", "𝕏", String(repeating: "\"x ", count: 500), "\u{202E}", "[x]",
            ";--",
        ])
    func hostile(text: String) async throws {
        let fixture = try await fixture()
        try await fixture.write([email("1", subject: "Zebra")])
        try await index(fixture)
        for field in [\MessageFilter.text, \.from, \.to, \.subject] {
            var filter = MessageFilter()
            filter[keyPath: field] = text
            #expect(try fixture.reader.ids(.all, filter) == [])
        }
    }

    @Test("one letter finds words that begin with it")
    func letter() async throws {
        let fixture = try await fixture()
        try await fixture.write([email("1", at: 1, subject: "Hello Zebra"), email("2", at: 2, subject: "Hazel")])
        try await index(fixture)
        #expect(try fixture.reader.search("z") == ["1"])
        #expect(try fixture.reader.search("hello z") == ["1"])
        #expect(try fixture.reader.search("Z", in: .account("a")) == ["1"])
        #expect(try fixture.reader.search("Z", in: .account("b")) == [])
    }

    @Test("parts that are full are joined and say the same as before")
    func joined() async throws {
        let fixture = try await fixture()
        let writer = fixture.cache.writer
        await writer.configure(shardSize: 40)
        for start in stride(from: 0, to: 100, by: 10) {
            try await fixture.write(
                (start..<start + 10).map { email("\($0)", at: Int64($0), subject: "Invoice \($0) from \($0 % 7)") })
            try await index(fixture)
        }
        func segments() throws -> [Int] {
            let connection = try Connection.open(.file(fixture.cache.path))
            return try [1, 2].map { number in
                try connection.query("SELECT DISTINCT segid FROM words_\(number)_idx") { $0.int(0) }.count
            }
        }
        let found = try fixture.reader.search("invoice 3")
        #expect(try segments().allSatisfy { $0 > 1 })
        while try await writer.joinSegments() {}
        #expect(try segments() == [1, 1])
        #expect(try fixture.reader.search("invoice 3") == found)
        #expect(try await !writer.joinSegments())
        try check(fixture)
    }

    @Test("bodies join the full text, leave it when they are evicted, and go with their messages")
    func bodies() async throws {
        let fixture = try await fixture()
        let writer = fixture.cache.writer
        try await fixture.write((0..<8).map { email("\($0)", at: Int64($0), preview: "short") })
        try await index(fixture)
        #expect(try await writer.wantedBodies(of: "a", limit: 3).map(\.emailID) == ["7", "6", "5"])
        for id in (0..<8).reversed() {
            var content = BodyRow()
            content.values["1"] = BodyRow.Value(text: "secret \(id)", isTruncated: false, isEncodingProblem: false)
            try await writer.store(bodies: [
                BodyRecord(account: "a", emailID: EmailID("\(id)"), content: content, text: "secret \(id)")
            ])
        }
        try check(fixture)
        #expect(try fixture.reader.search("secret").count == 8)
        let key = try #require(try fixture.reader.message("3", in: "a")?.key)
        #expect(try fixture.reader.body(of: key)?.values["1"]?.text == "secret 3")
        await writer.configure(bodyBound: try writer.bodyBytes() / 2)
        try await writer.store(bodies: [])
        let kept = try fixture.reader.search("secret")
        #expect(kept == ["7", "6", "5", "4"])
        #expect(try fixture.reader.search("short").count == 4)
        try check(fixture)
        var batch = CacheBatch(account: "a")
        batch.emailsDestroyed = ["7", "0", "4"]
        _ = try await writer.apply(batch)
        #expect(try fixture.reader.search("secret") == ["6", "5"])
        try check(fixture)
        try await writer.remove(account: "a")
        #expect(try fixture.reader.search("secret") == [])
        #expect(try await writer.bodyBytes() == 0)
        try check(fixture)
    }

    @Test("a message that moves to another id keeps its body")
    func move() async throws {
        let fixture = try await fixture()
        try await fixture.write([email("1")])
        var content = BodyRow()
        content.messageID = ["m@x"]
        try await fixture.cache.writer.store(bodies: [
            BodyRecord(account: "a", emailID: "1", content: content, text: "words")
        ])
        var moved = email("9")
        moved.blobID = "b1"
        var batch = CacheBatch(account: "a")
        batch.emailsDestroyed = ["1"]
        batch.emails = [moved]
        _ = try await fixture.cache.writer.apply(batch)
        try await index(fixture)
        let row = try #require(try fixture.reader.message("9", in: "a"))
        #expect(row.hasBody)
        #expect(try fixture.reader.body(of: row.key)?.messageID == ["m@x"])
        #expect(try fixture.reader.search("words") == ["9"])
        try check(fixture)
    }
}

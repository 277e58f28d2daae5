import Console
import JMAP
import MailCache
import SafeText
import Testing

@Suite("Accounts and previews")
struct AccountBookTests {
    private func book() async throws -> (AccountBook, [AccountRow]) {
        let sample = try await SampleCache.filled()
        let rows = try sample.cache.reader().accounts(at: SampleCache.now)
        var book = AccountBook()
        book.replace(rows)
        return (book, rows)
    }

    @Test("agents stand before the person's own account, each kind by name")
    func order() async throws {
        let (book, _) = try await book()
        #expect(book.rows.map(\.id.rawValue) == ["a", "b", "c", "d", "e", "op"])
        #expect(book.refusedCount == 1)
    }

    @Test("one account is taken as it is now; a renamed one asks for all")
    func update() async throws {
        var (book, rows) = try await book()
        let index = try #require(rows.firstIndex { $0.id == "a" })
        rows[index].unread = 99
        rows[index].condition = .refused
        let isTaken = book.update(rows[index])
        #expect(isTaken)
        #expect(book["a"]?.unread == 99)
        #expect(book.refusedCount == 2)
        rows[index].name = "adele"
        let isRenamedTaken = book.update(rows[index])
        #expect(!isRenamedTaken)
    }

    @Test(
        "an account is found by name, address, id or how its name begins",
        arguments: [
            ("ada", "a"), ("ADA@example.com", "a"), ("b", "b"), ("bas", "b"), ("nobody", nil),
        ])
    func named(text: String, id: String?) async throws {
        let (book, _) = try await book()
        #expect(book.account(named: text)?.id.rawValue == id)
    }

    @Test(
        "an address is an account's here, of a domain here, or outside",
        arguments: [
            ("ADA@example.com", AccountBook.Place.account), ("zoe@example.com", .domain), ("bob@ext.example", .outside),
            ("example.com", .outside), ("a@evil.example@example.com", .domain), ("", .outside),
        ])
    func place(address: String, place: AccountBook.Place) async throws {
        let (book, _) = try await book()
        #expect(book.place(of: address) == place)
    }

    @Test(
        "a preview is one line: line ends are blanks, other controls stay marks",
        arguments: [
            ("a\r\n\r\nb\tc  d", "a b c d"), ("\n\n", ""), ("a\u{1B}b", "a␛b"),
            (String(repeating: "x", count: 50), "xxxxxxxxxx"),
        ])
    func preview(text: String, line: String) {
        #expect(Preview.text(text, limit: 10).string == line)
    }

    @Test(
        "a sender is the name, or the address where the name pretends to be one",
        arguments: [
            ("Bob", "bob@x.example", "Bob"), ("", "bob@x.example", "bob@x.example"),
            ("ada@example.com", "mallory@x.example", "<mallory@x.example> ada@example.com"), ("", "", "(nobody)"),
            ("Bob", "", "Bob <no address>"),
        ])
    func people(name: String, address: String, shown: String) {
        #expect(People.short(Correspondent(name: name, address: address)).string == shown)
    }
}

import SafeText
import Testing

@Suite("Wrapping")
struct WrappingTests {
    private func rows(_ text: String, _ columns: Int, keepQuote: Bool = false, limit: Int = .max) -> [String] {
        SafeText(untrusted: text).wrapped(to: columns, keepQuote: keepQuote, limit: limit).map(\.string)
    }

    @Test("breaks between words")
    func words() {
        #expect(rows("the quick brown fox", 10) == ["the quick", "brown fox"])
        #expect(rows("the quick", 9) == ["the quick"])
        #expect(rows("aaa bbb", 3) == ["aaa", "bbb"])
        #expect(rows("aaa    bbb", 4) == ["aaa", "bbb"])
        #expect(rows("", 4) == [""])
    }

    @Test("breaks a word that is too long for a row")
    func longWords() {
        #expect(rows("abcdefgh", 3) == ["abc", "def", "gh"])
        #expect(rows("ab cdefgh", 4) == ["ab", "cdef", "gh"])
        #expect(rows("    abcdefgh", 6) == ["    ab", "cdefgh"])
    }

    @Test("breaks beside wide characters and never inside one")
    func wide() {
        #expect(rows("日本語です", 5) == ["日本", "語で", "す"])
        #expect(rows("abc日本", 4) == ["abc", "日本"])
        #expect(rows("日本", 1) == ["日", "本"])
    }

    @Test("shows a text behind a hundred thousand blanks on the second row")
    func manyBlanks() {
        #expect(rows("a" + String(repeating: " ", count: 100_000) + "b", 80) == ["a", "b"])
    }

    @Test("repeats a quote's prefix, unless that takes more than half of the row")
    func quotes() {
        #expect(rows("> > one two three", 11, keepQuote: true) == ["> > one two", "> > three"])
        #expect(rows(">>>>>>> one two", 8, keepQuote: true) == [">>>>>>>", "one two"])
    }

    @Test("makes no more rows than asked for and says so")
    func limits() {
        #expect(rows("one two three four", 5, limit: 2) == ["one", "two…"])
        #expect(rows("one two", 3, limit: 2) == ["one", "two"])
        #expect(rows("one two", 0).isEmpty)
    }

    @Test("loses nothing but blanks", arguments: [1, 2, 3, 7, 40])
    func losesNothing(columns: Int) {
        let text = "Grüße, 日本語 и кириллица: 👨\u{200D}👩\u{200D}👧 e\u{301} " + String(repeating: "x", count: 90)
        let joined = rows(text, columns).joined().filter { $0 != " " }
        #expect(joined == SafeText(untrusted: text).string.filter { $0 != " " })
        for row in SafeText(untrusted: text).wrapped(to: columns) { #expect(row.width <= max(2, columns)) }
    }
}

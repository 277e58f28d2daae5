import Console
import Testing

@Suite("Filter")
struct FilterTests {
    @Test("words, negated words, fields, flags and a pattern are told apart")
    func parsed() {
        let filter = FilterExpression("invoice !draft from:bob is:unread has:attachment re:^Re: [0-9]+ x")
        #expect(
            filter.terms == [
                .word("invoice"), .not(.word("draft")), .field(.from, "bob"), .flag(.unread), .flag(.attachment),
                .pattern("^Re: [0-9]+ x"),
            ])
    }

    @Test("a second slash typed by habit changes nothing")
    func doubledSlash() {
        #expect(FilterExpression("/!spam").terms == FilterExpression("!spam").terms)
    }

    @Test(
        "what is not finished yet hides nothing", arguments: ["", " ", "!", "from:", "re:", "is:", "is:unr", "!from:"])
    func unfinished(source: String) {
        #expect(FilterExpression(source).terms.isEmpty)
    }

    @Test("words in quotes stay together, also after a field's name")
    func quoted() {
        #expect(FilterExpression("\"two words\" from:\"a b\"").terms == [.word("two words"), .field(.from, "a b")])
    }

    @Test("an unknown field's name is a word, so that times and links can be looked for")
    func unknownField() {
        #expect(FilterExpression("12:30").terms == [.word("12:30")])
    }

    private let row = FilterSubject(
        from: "Bob <bob@ext.example>", to: "ada@example.com", subject: "Re: Invoice 4411", preview: "as agreed",
        flags: [.unread])

    @Test(
        "a row passes where every term holds",
        arguments: [
            ("invoice", true), ("INVOICE agreed", true), ("invoice missing", false), ("!missing", true),
            ("!invoice", false), ("from:bob", true), ("from:ada", false), ("to:ada", true), ("subject:4411", true),
            ("is:unread", true), ("!is:unread", false), ("is:flagged", false), ("re:^re: .*[0-9]{4}$", true),
            ("re:^invoice", false), ("!re:^invoice", true),
        ])
    func matched(source: String, passes: Bool) {
        #expect(FilterMatcher(FilterExpression(source).terms).matches(row) == passes)
    }

    @Test("a pattern that is not valid hides nothing and is named")
    func invalidPattern() {
        let matcher = FilterMatcher(FilterExpression("re:(unclosed").terms)
        #expect(matcher.matches(row))
        #expect(matcher.invalidPattern == "(unclosed")
    }

    @Test("a pattern that could take exponential time is refused")
    func backReference() {
        #expect(Pattern("(a*)*\\1b") == nil)
        #expect(Pattern("a\\\\1") != nil)
    }
}

import Console
import Testing

@Suite("Typing commands")
struct CommandInputTests {
    @Test("a fuzzy pattern finds the candidate whose words begin with it first")
    func ranking() {
        let names = ["history-back", "headers", "half-down", "help", "theme"]
        #expect(FuzzyMatch.ranked(names, by: "hb") { $0 }.first == "history-back")
        #expect(FuzzyMatch.ranked(names, by: "he") { $0 }.prefix(2).sorted() == ["headers", "help"])
        #expect(FuzzyMatch.ranked(names, by: "xyz") { $0 }.isEmpty)
        #expect(FuzzyMatch.ranked(names, by: "") { $0 } == names)
    }

    @Test("a very long candidate is looked at no further than it can be shown")
    func bounded() {
        #expect(FuzzyMatch.score("b", in: String(repeating: "a", count: 100_000) + "b") == nil)
    }

    @Test("words are cut at spaces outside quotes")
    func words() {
        #expect(CommandWords("inbox ada").words == ["inbox", "ada"])
        #expect(CommandWords("  inbox   \"two words\" ").words == ["inbox", "two words"])
        #expect(CommandWords("inbox \"\"").words == ["inbox", ""])
        #expect(CommandWords("inbox a").endsInWord)
        #expect(!CommandWords("inbox ").endsInWord)
        #expect(CommandWords("").words.isEmpty)
        #expect(CommandWords.quoted("two words") == "\"two words\"")
    }
}

import Configuration
import Glibc
import Inspection
import TestSupport
import Testing

@Suite("A person's own rules")
struct OwnRuleTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func write(_ name: String, _ text: String) throws {
        let file = try #require(fopen("\(folder.path)/\(name)", "w"))
        defer { fclose(file) }
        fputs(text, file)
    }

    private static let rule = """
        [[rule]]
        id = "project-name"
        category = "agent"
        severity = "high"
        confidence = 0.8
        why = "It names the project."
        keywords = ["bluebird"]
        pattern = '(?i)\\bproject bluebird\\b'
        matches = ["Project Bluebird is late."]
        spares = ["A bluebird sang."]
        """

    @Test("a rule in the folder is used beside the program's own, and is read again when its file changes")
    func used() throws {
        let rules = RuleFolder(path: folder.path)
        let mail = Mail.make("About Project Bluebird: it is late.")
        #expect(Inspector(rules: try rules.current()).inspectOutbound(mail).verdict == .release)
        try write("mine.toml", Self.rule)
        let book = try rules.current()
        #expect(book.faults(["project-name"]).isEmpty)
        #expect(Inspector(rules: book).inspectOutbound(mail).findings.map(\.rule) == ["project-name"])
        #expect(Inspector(rules: book).inspectOutbound(Mail.make(Mail.key)).verdict == .hold)
    }

    @Test("a rule that is wrong is named with its file, its line and a cure, and the last sound rules stay")
    func wrong() throws {
        let rules = RuleFolder(path: folder.path)
        try write("mine.toml", Self.rule)
        _ = try rules.current()
        try write("mine.toml", "[[rule]]\nid = \"Bad Name\"\npattern = '('\nchecks = [\"lun\"]\ncolour = 1\n")
        do throws(ConfigurationError) {
            _ = try rules.current()
            Issue.record("wrong rules were taken")
        } catch {
            let text = error.sentence
            for part in [
                "mine.toml:2", "mine.toml:3", "no pattern of RE2", "mine.toml:4", "mine.toml:5", "is not known",
            ] {
                #expect(text.contains(part), "\(text)")
            }
        }
        #expect(rules.last.rules.contains { $0.id == "project-name" })
    }
}

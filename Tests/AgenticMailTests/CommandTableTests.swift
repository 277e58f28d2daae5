import AgenticMail
import Testing

@Suite("AgenticMail: the command table")
struct CommandTableTests {
    let table = CommandTable.standard

    @Test("every command has an id of its own and can be reached")
    func ids() {
        var seen: Set<Command.ID> = []
        for command in table.commands {
            #expect(seen.insert(command.id).inserted, "\(command.id) is there twice")
            #expect(command.commandLine != nil || command.console != nil, "\(command.id) cannot be reached")
            #expect(!command.summary.hasSuffix("."), "\(command.id)")
            #expect(command.summary.count <= 70, "\(command.id) is long")
        }
    }

    @Test("no two commands are named alike after the colon or on the command line")
    func names() {
        var typed: Set<String> = []
        for console in table.commands.compactMap(\.console) {
            for name in [console.name] + console.aliases {
                #expect(typed.insert(name).inserted, ":\(name) is there twice")
            }
        }
        var words: Set<[String]> = []
        for form in table.commands.compactMap(\.commandLine) {
            #expect(words.insert(form.words).inserted, "\(form.name) is there twice")
        }
    }

    @Test("a key means one thing on each screen", arguments: Screen.allCases)
    func keys(screen: Screen) {
        var seen: [String: Command.ID] = [:]
        for (key, command) in table.defaultKeys(on: screen) {
            #expect(KeySpelling.fault(in: key.keys) == nil, "\(command.id): \(key.keys)")
            #expect(seen[key.keys] == nil, "\(key.keys) is \(seen[key.keys]?.rawValue ?? "") and \(command.id)")
            seen[key.keys] = command.id
        }
    }

    @Test("what the footer of a screen shows has a key there", arguments: Screen.allCases)
    func footer(screen: Screen) {
        for command in table.footer(on: screen) {
            #expect(table.defaultKeys(on: screen).contains { $0.command.id == command.id }, "\(command.id)")
        }
    }

    @Test("a key that cannot act says why")
    func reasons() {
        #expect(table["history.back"]?.unavailability(given: []) == "There is no earlier view.")
        #expect(table["history.back"]?.unavailability(given: [.earlierView]) == nil)
        for requirement in Command.Requirement.allCases { #expect(requirement.reason.hasSuffix(".")) }
    }

    @Test("an unfinished name is completed to the shortest first")
    func completion() {
        #expect(table.consoleNames(beginningWith: "age").first == "agent")
        #expect(table.console(named: "q")?.id == "quit")
        #expect(table.console(named: "nothing") == nil)
    }

    @Test(
        "keys that nobody can press are refused",
        arguments: [
            "", "Ctrl-", "Control-x", "jj", "Ctrl-Ctrl-x", "Shift-a", "Ctrl-A", "a b c d e", " ", "F13",
        ])
    func badKeys(text: String) {
        #expect(KeySpelling.fault(in: text) != nil)
    }

    @Test(
        "keys that can be pressed are taken",
        arguments: [
            "j", "Ctrl-d", "PgDn", "g g", "Alt-Enter", "?", "-", "ü", "Ctrl--", "Shift-Tab",
        ])
    func goodKeys(text: String) {
        #expect(KeySpelling.fault(in: text) == nil)
    }
}

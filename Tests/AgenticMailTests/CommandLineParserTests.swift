import AgenticMail
import Testing

@Suite("AgenticMail: the command line")
struct CommandLineParserTests {
    private let parser = CommandLineParser()

    private func run(_ line: String) throws -> ParsedCommand {
        guard case .run(let parsed) = try parser.parse(line.split(separator: " ").map(String.init)) else {
            throw UsageError("\(line) asks for no command.", cure: "")
        }
        return parsed
    }

    private func usageFault(_ line: String) -> UsageError? {
        do throws(UsageError) {
            _ = try parser.parse(line.split(separator: " ").map(String.init))
            return nil
        } catch {
            return error
        }
    }

    @Test("without a command it is the console")
    func console() throws {
        #expect(try run("--sandbox").command.id == "console")
        #expect(try run("").command.id == "console")
        let scripted = try run("--sandbox --script mail.txt --size 80x24")
        #expect(scripted.command.id == "console")
        #expect(scripted.value("script") == "mail.txt")
    }

    @Test("options stand before, between and after the words of a command")
    func options() throws {
        let parsed = try run("--sandbox mail -w prod search --limit 5 --json invoice paid")
        #expect(parsed.command.id == "mail.search")
        #expect(parsed.arguments["query"] == ["invoice", "paid"])
        #expect(parsed.integer("limit") == 5)
        #expect(parsed.has("json") && parsed.has("sandbox"))
        #expect(parsed.value("workspace") == "prod")
        #expect(try run("mail --limit 7 list").integer("limit") == 7)
    }

    @Test("values may follow an equals sign or their letter at once")
    func attached() throws {
        #expect(try run("mail list -n5 --agent=ada").integer("limit") == 5)
        #expect(try run("mail list -n5 --agent=ada").value("agent") == "ada")
        #expect(try run("mail list -n 7").integer("limit") == 7)
    }

    @Test("a value is not mistaken for a command, nor a word after two hyphens for an option")
    func values() throws {
        #expect(try run("--workspace mail mail list").value("workspace") == "mail")
        #expect(try run("mail search -- -draft --x").arguments["query"] == ["-draft", "--x"])
        #expect(try run("mail search mail search").arguments["query"] == ["mail", "search"])
    }

    @Test("an option that repeats keeps every value")
    func repeated() throws {
        #expect(try run("mail save b/a --part 1 --part 2").options["part"] == ["1", "2"])
    }

    @Test(
        "what does not make sense is refused with what was meant",
        arguments: [
            ("mial list", "mail"), ("mail lst", "list"), ("mail", "read"), ("agent list --jsn", "--json"),
            ("mail list --limit", "NUMBER"), ("mail list --limit ten", "from 1 to"),
            ("mail list --limit 0", "from 1 to"),
            ("mail read", "MESSAGE"), ("mail read x", "account/email"), ("mail read a/b c/d", "MESSAGE"),
            ("completions bsh", "bash"), ("--json=1 doctor", "equals sign"), ("sandbox serve --port 70000", "65535"),
            ("completions bash --json", "--json"), ("--url ftp://x doctor", "https"),
            ("mail list --limit 1 --limit 2", "once"),
            ("mail search -draft", "--"), ("mail list --agent=", "value"),
        ])
    func refused(line: String, word: String) throws {
        let fault = try #require(usageFault(line))
        #expect(fault.cure.contains(word), "\(fault.sentence)")
        #expect(fault.message.hasSuffix("."))
    }

    @Test("help is asked for anywhere, of commands and of groups")
    func help() throws {
        for (line, words) in [("--help", []), ("mail --help", ["mail"]), ("mail read -h", ["mail", "read"])] {
            guard case .help(let found) = try parser.parse(line.split(separator: " ").map(String.init)) else {
                Issue.record("\(line) is no help")
                continue
            }
            #expect(found == words)
        }
    }

    @Test("the version is asked for as an option too")
    func version() throws {
        guard case .version = try parser.parse(["--version"]) else {
            Issue.record("no version")
            return
        }
    }

    @Test("every command and every group has help that names what it takes")
    func everyHelp() throws {
        let help = HelpText()
        for command in CommandTable.standard.commandLine {
            let words = try #require(command.commandLine?.words)
            let text = try #require(help.text(for: words))
            for option in command.options { #expect(text.contains("--\(option.name)"), "\(command.id)") }
            for argument in command.arguments { #expect(text.contains(argument.name.uppercased()), "\(command.id)") }
            #expect(help.text(for: Array(words.prefix(1))) != nil)
            for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(command.id): \(line)") }
        }
        #expect(help.text(for: ["nothing"]) == nil)
    }

    @Test("every example is a command line that is taken")
    func examples() throws {
        for command in CommandTable.standard.commandLine {
            for example in command.commandLine?.examples ?? [] {
                let line = example.prefix { $0 != ">" && $0 != "|" }
                #expect(try run(String(line)).command.id == command.id)
            }
        }
    }
}

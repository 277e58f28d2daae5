import AgenticMail
import FoundationEssentials
import TestSupport
import Testing

/// Whether a program is on this machine; checks with it are extra.
func isInstalled(_ program: String) -> Bool {
    ["/usr/bin", "/bin", "/usr/local/bin"].contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
}

@Suite("AgenticMail: completions and manual page")
struct GeneratedTextTests {
    private func write(_ text: String, to name: String, in folder: TemporaryFolder) throws -> String {
        let path = folder.file(name)
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    @Test("each shell accepts its completions", arguments: Completions.Shell.allCases)
    func syntax(shell: Completions.Shell) throws {
        guard isInstalled(shell.rawValue) else { return }
        let folder = try TemporaryFolder()
        let path = try write(Completions.script(for: shell), to: "completions", in: folder)
        let outcome = try run([shell.rawValue, "-n", path])
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty, "\(outcome.errors)")
    }

    @Test(
        "bash completes commands, options, choices and what follows an option with a value",
        arguments: [
            (["agenticmail", "mail", "se"], ["search"]),
            (["agenticmail", "--workspace", "mail", "sa"], ["sandbox"]),
            (["agenticmail", "completions", ""], ["bash", "zsh", "fish"]),
            (["agenticmail", "mail", "read", "--js"], ["--json"]),
            (["agenticmail", "mail", "save", "--pa"], ["--part", "--password-file"]),
        ])
    func bash(words: [String], expected: [String]) throws {
        let folder = try TemporaryFolder()
        let quoted = words.map { "'\($0)'" }.joined(separator: " ")
        let script =
            Completions.script(for: .bash)
            + "COMP_WORDS=(\(quoted)); COMP_CWORD=\(words.count - 1); _agenticmail; printf '%s\\n' \"${COMPREPLY[@]}\"\n"
        let outcome = try run(["bash", try write(script, to: "try", in: folder)])
        #expect(outcome.errors.isEmpty, "\(outcome.errors)")
        #expect(Set(outcome.output.split(separator: "\n").map(String.init)) == Set(expected))
    }

    @Test("fish completes commands of a group")
    func fish() throws {
        guard isInstalled("fish") else { return }
        let folder = try TemporaryFolder()
        let path = try write(Completions.script(for: .fish), to: "completions.fish", in: folder)
        let outcome = try run(
            ["fish", "--no-config", "-c", "source \(path); complete -C 'agenticmail --workspace x mail se'"],
            environment: ["HOME": folder.path])
        #expect(outcome.output.hasPrefix("search\t"), "\(outcome.output) \(outcome.errors)")
    }

    @Test("the manual page is without fault and names every command")
    func manual() throws {
        let page = ManualPage(date: "November 24, 2026").text
        for command in CommandTable.standard.commandLine {
            let name = (command.commandLine?.name ?? "").replacing("-", with: "\\-")
            #expect(page.contains(".Ss \(name)\n"))
        }
        guard isInstalled("mandoc") else { return }
        let folder = try TemporaryFolder()
        let outcome = try run([
            "mandoc", "-T", "lint", "-W", "warning", try write(page, to: "agenticmail.1", in: folder),
        ])
        #expect(outcome.status == 0)
        #expect(outcome.output.isEmpty, "\(outcome.output)")
    }
}

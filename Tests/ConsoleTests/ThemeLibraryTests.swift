import Configuration
import Console
import FoundationEssentials
import TerminalUI
import TestSupport
import Testing

@Suite("console: themes from files")
struct ThemeLibraryTests {
    private func write(_ text: String, _ name: String, in folder: TemporaryFolder) throws {
        try Data(text.utf8).write(to: URL(filePath: folder.file(name)), options: .atomic)
    }

    @Test("the four themes are inside the program and without fault")
    func builtIn() throws {
        let library = ThemeLibrary(folder: "/nowhere")
        #expect(library.themes.map(\.name) == ["dark", "light", "high-contrast", "mono"])
        #expect(library.faults.isEmpty)
        #expect(try library.chosen("mono", environment: [:]).first?.name == "mono")
        #expect(try library.chosen(nil, environment: ["COLORFGBG": "0;15"]).first?.name == "light")
    }

    @Test("a person's theme takes the place of one of the same name, and others are added")
    func own() throws {
        let folder = try TemporaryFolder()
        try write("[roles]\nkey = \"bold #010203\"\n", "dark.toml", in: folder)
        try write("[roles]\ntext = \"#ffffff\"\n", "mine.toml", in: folder)
        let library = ThemeLibrary(folder: folder.path)
        #expect(library.faults.isEmpty)
        #expect(Set(library.themes.map(\.name)) == ["dark", "light", "high-contrast", "mono", "mine"])
        #expect(library.themes.first { $0.name == "dark" } != ThemeLibrary(folder: "/nowhere").themes.first)
    }

    @Test(
        "a broken theme is named with file and line, and the one before is kept",
        arguments: [
            ("[roles]\nkye = \"bold\"\n", 2), ("[roles]\n\nkey = \"bald\"\n", 3), ("[roles]\nkey = 3\n", 2),
            ("[roles\n", 1),
            ("colour = 1\n[roles]\n", 1),
        ])
    func broken(text: String, line: Int) throws {
        let folder = try TemporaryFolder()
        try write("[roles]\nkey = \"bold\"\n", "mine.toml", in: folder)
        let before = ThemeLibrary(folder: folder.path)
        try write(text, "mine.toml", in: folder)
        let after = ThemeLibrary(folder: folder.path, keeping: before.themes)
        #expect(after.faults.first?.line == line)
        #expect(after.faults.first?.file == folder.file("mine.toml"))
        #expect(after.themes == before.themes)
    }

    @Test("a change of a file is told with the themes as they are then")
    func watching() async throws {
        let folder = try TemporaryFolder()
        let library = ThemeLibrary(folder: folder.path)
        let changes = try #require(ThemeWatcher.changes(in: folder.path, from: library))
        try write("[roles]\nkey = \"bold\"\n", "mine.toml", in: folder)
        var names: [String] = []
        for await change in changes {
            names = change.themes.map(\.name)
            if names.contains("mine") { break }
        }
        #expect(names.contains("mine"))
    }

    @Test("a theme that is not there is refused with the nearest")
    func unknown() {
        #expect(throws: (any Error).self) { try ThemeLibrary(folder: "/nowhere").chosen("drak", environment: [:]) }
    }
}

import Configuration
import FoundationEssentials
import Testing

/// Decodes text as if it stood in `/etc/agenticmail/config.toml`.
func decode(_ text: String) throws(ConfigurationError) -> Configuration {
    try Configuration.decode(Array(text.utf8), file: "/etc/agenticmail/config.toml")
}

/// The faults of a text, in the order of the file.
func faults(_ text: String) -> [ConfigurationFault] {
    do throws(ConfigurationError) {
        _ = try decode(text)
        return []
    } catch {
        return error.faults
    }
}

@Suite("Configuration: what a person wrote")
struct ConfigurationDecodingTests {
    static let whole = """
        default-workspace = "prod"

        [workspace.prod]
        url = "https://mail.example.com:8443"
        login = "ops@example.com"
        password-command = ["pass", "show", "mail/ops"]
        ca-file = "ca.pem"
        label = "Production"
        colour = "#ff8800"
        kind = "production"
        agents-domain = "agents.example.com"

        [workspace.lab]
        url = "http://127.0.0.1:8080"
        key-file = "/secret/key"
        kind = "test"

        [console]
        theme = "dark"
        mouse = false
        linear = true
        time-format = "iso"

        [console.keys]
        "cursor.down" = ["j", "Down"]
        cursor.up = "k"

        [cache]
        body-limit = "512 MB"
        """

    @Test("a whole configuration is read as it was written")
    func whole() throws {
        let configuration = try decode(Self.whole)
        #expect(configuration.defaultWorkspace == "prod")
        #expect(configuration.workspaces.map(\.name) == ["prod", "lab"])
        let prod = try #require(configuration[workspace: "prod"])
        #expect(prod.url.absoluteString == "https://mail.example.com:8443")
        #expect(prod.caFile == "/etc/agenticmail/ca.pem")
        #expect(prod.colour == RGB(red: 0xFF, green: 0x88, blue: 0))
        #expect(prod.agentsDomain == "agents.example.com")
        guard case .password(let login, .command(let words)) = prod.authentication else {
            Issue.record("prod signs in by \(prod.authentication)")
            return
        }
        #expect(login == "ops@example.com")
        #expect(words == ["pass", "show", "mail/ops"])
        let lab = try #require(configuration[workspace: "lab"])
        #expect(lab.kind == .test)
        guard case .key(.file("/secret/key")) = lab.authentication else {
            Issue.record("lab signs in by \(lab.authentication)")
            return
        }
        #expect(!configuration.console.usesMouse)
        #expect(configuration.console.isLinear)
        #expect(configuration.console.timeFormat == .iso)
        #expect(configuration.console.keys.map(\.command) == ["cursor.down", "cursor.up"])
        #expect(configuration.console.keys.map(\.keys) == [["j", "Down"], ["k"]])
        #expect(configuration.cache.bodyLimit == 512 << 20)
    }

    @Test("an empty configuration is the defaults")
    func empty() throws {
        let configuration = try decode("")
        #expect(configuration.workspaces.isEmpty)
        #expect(configuration.console.usesMouse)
    }

    @Test("an unknown key is named with its line and the key that was meant")
    func unknownKey() throws {
        let found = faults("[workspace.a]\nurl = \"https://a\"\nlogn = \"x\"\nlogin = \"x\"\npassword-file = \"/p\"\n")
        let fault = try #require(found.first)
        #expect(found.count == 1)
        #expect(fault.code == .unknownKey)
        #expect(fault.line == 3)
        #expect(fault.column == 1)
        #expect(fault.key == "workspace.a.logn")
        #expect(
            fault.sentence
                == "/etc/agenticmail/config.toml:3:1: workspace.a.logn: is not known; did you mean “login”?")
    }

    @Test(
        "a value of the wrong type is named with its line",
        arguments: [
            ("[console]\nmouse = \"yes\"", "console.mouse", 2),
            ("[console]\n\ntheme = 3", "console.theme", 3),
            ("console = 1", "console", 1),
            ("[workspace]\na = 2", "workspace.a", 2),
            ("[console.keys]\n\"cursor.down\" = [1]", "console.keys.cursor.down", 2),
        ])
    func wrongType(text: String, key: String, line: Int) throws {
        let fault = try #require(faults(text).first)
        #expect(fault.code == .wrongType)
        #expect(fault.key == key)
        #expect(fault.line == line)
    }

    @Test("a missing value is named with the line of its table")
    func missing() throws {
        let found = faults("# a comment\n[workspace.a]\nlogin = \"x\"\n")
        #expect(found.map(\.key) == ["workspace.a.url", "workspace.a.password-command"])
        #expect(found.allSatisfy { $0.code == .missingKey && $0.line == 2 })
    }

    @Test("every fault of a file is told at once, in the order of the file")
    func allAtOnce() {
        let found = faults(
            "colour = 1\n[console]\nmouse = 1\nlinear = 2\ntime-format = \"25h\"\n[cache]\nbody-limit = 0\n")
        #expect(found.map(\.line) == [1, 3, 4, 5, 7])
    }

    @Test("a password in the file is refused with where it belongs")
    func passwordInFile() throws {
        let found = faults("[workspace.a]\nurl=\"https://a\"\nlogin=\"x\"\npassword=\"hunter2\"\npassword-file=\"/p\"")
        let fault = try #require(found.first)
        #expect(fault.cure.contains("password-command or password-file"))
        #expect(!fault.sentence.contains("hunter2"))
    }

    @Test(
        "text that is no TOML is refused with line and column",
        arguments: [
            ("a = ", 1), ("[x\n", 1), ("\n\na = 1\na = 2", 4), ("a = \"\u{1}\"", 1), ("=", 1), ("\n[[[", 2),
        ])
    func syntax(text: String, line: Int) throws {
        let fault = try #require(faults(text).first)
        #expect(fault.code == .syntax)
        #expect(fault.line == line)
        #expect((fault.column ?? 0) >= 1)
    }

    @Test("bytes that are no UTF-8 and nesting without end are refused, not followed")
    func hostile() {
        #expect(throws: ConfigurationError.self) { try Configuration.decode([0xFF, 0xFE, 0], file: "x") }
        #expect(!faults("a = " + String(repeating: "[", count: 100_000)).isEmpty)
        #expect(!faults(String(repeating: "a.", count: 60_000) + "a = 1").isEmpty)
    }

    @Test(
        "an address that is no server's is refused with its cure",
        arguments: [
            ("ftp://mail", "ftp"), ("https://", "no address"), ("http://mail.example.com", "not encrypted"),
            ("https://u:p@mail", "login"), ("https://mail/jmap", "path"), ("https://mail?x", "path"),
            ("mail", "no address"),
            ("https://mail:99999", "port"), ("http://127.0.0.1.evil.example", "not encrypted"),
            ("http://localhost.evil.example", "not encrypted"),
        ])
    func origins(text: String, word: String) {
        guard case .failure(let fault) = Configuration.origin(text) else {
            Issue.record("\(text) was taken")
            return
        }
        #expect(fault.message.contains(word) || fault.cure.contains(word))
    }

    @Test("loopback may be plain", arguments: ["http://127.0.0.1:8080", "http://[::1]:80", "http://localhost"])
    func loopback(text: String) throws {
        #expect(try Configuration.origin(text).get().absoluteString == text)
    }

    @Test("a default workspace that is not there is refused with the nearest")
    func defaultWorkspace() throws {
        let text = "default-workspace = \"prd\"\n[workspace.prod]\nurl=\"https://a\"\nkey-file=\"/k\"\n"
        let fault = try #require(faults(text).first)
        #expect(fault.cure == "did you mean “prod”?")
        #expect(fault.line == 1)
    }

    @Test(
        "a command with what only a shell understands is refused",
        arguments: [
            "pass show $X", "cat ~/secret", "a | b", "a; b", "a `b`", "\"$(x)\"", "a > b", "'open",
        ])
    func shellWords(text: String) {
        #expect(throws: ShellWordsError.self) { try ShellWords.split(text) }
    }

    @Test("a command is split as a shell would split it")
    func splitting() throws {
        #expect(try ShellWords.split("pass show 'a b' \"c d\" e\\ f ''") == ["pass", "show", "a b", "c d", "e f", ""])
    }

    @Test("sizes are read in bytes or with a unit")
    func sizes() {
        #expect(ByteSize.parse("2 GB") == 2 << 30)
        #expect(ByteSize.parse("100") == 100)
        #expect(ByteSize.parse("9999999999 TB") == nil)
        #expect(ByteSize.parse("-1 MB") == nil)
        #expect(ByteSize.parse("") == nil)
    }
}

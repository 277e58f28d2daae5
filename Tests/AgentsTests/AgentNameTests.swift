import Agents
import Testing

@Suite struct AgentNameTests {
    @Test("names that every server keeps as they are are taken", arguments: ["ada", "a", "billing-2", "a.b_c", "0x"])
    func good(name: String) throws {
        #expect(try AgentName(name).text == name)
    }

    @Test("64 characters are taken and 65 are not")
    func length() throws {
        let longest = String(repeating: "a", count: 64)
        #expect(try AgentName(longest).text == longest)
        let error = #expect(throws: AgentsError.self) { try AgentName(longest + "a") }
        #expect(error?.message.contains("65 characters") == true)
    }

    @Test(
        "a name that a server would change or refuse is refused with one that would do",
        arguments: [
            ("Ada", "ada"), ("a b", "a-b"), ("ada+1", "ada"), ("ada@example.com", "ada"), (".ada", "ada"),
            ("ada.", "ada"), ("a..b", "a.b"), ("ädä", "d"), ("ada!", "ada"),
        ])
    func bad(name: String, instead: String) {
        let error = #expect(throws: AgentsError.self) { try AgentName(name) }
        #expect(error?.code == .invalid)
        #expect(error?.cure.contains("“\(instead)”") == true, "\(error?.sentence ?? "")")
    }

    @Test(
        "a name without a letter that could be kept is refused",
        arguments: ["", " ", "+", "日本", "\u{1b}[2J", "@", "-", "…"])
    func hopeless(name: String) {
        #expect(throws: AgentsError.self) { try AgentName(name) }
    }

    @Test("no control character of a name reaches a sentence")
    func control() {
        let error = #expect(throws: AgentsError.self) { try AgentName("a\u{1b}[31mb\u{202e}") }
        #expect(error?.sentence.unicodeScalars.contains { $0 == "\u{1b}" || $0 == "\u{202e}" } == false)
    }

    @Test(
        "names that mail or this program keeps are refused",
        arguments: ["postmaster", "abuse", "admin", "guard", "review", "mailer-daemon"])
    func reserved(name: String) {
        let error = #expect(throws: AgentsError.self) { try AgentName(name) }
        #expect(error?.message.contains("kept") == true)
    }

    @Test("domain names are lowered and checked")
    func domains() throws {
        #expect(try DomainName("Agents.Example.COM").text == "agents.example.com")
        for bad in ["", ".", "a..b", "-a.b", "a-.b", "a b.c", "ü.example", String(repeating: "a", count: 64) + ".b"] {
            #expect(throws: AgentsError.self) { try DomainName(bad) }
        }
    }

    @Test("details say which of them does not do")
    func details() throws {
        _ = try AgentDetails(owner: "ines@example.com", purpose: "Reads bills", policy: "strict", labels: ["a", "b:c"])
        let cases: [(owner: String, purpose: String, policy: String, labels: [String], word: String)] = [
            ("ines", "", "", [], "owner"), ("a@b@c.d", "", "", [], "owner"), ("a b@c.d", "", "", [], "owner"),
            ("", "two\nlines", "", [], "purpose"), ("", "", "a b", [], "policy"), ("", "", "", [""], "label"),
            ("", "", "", Array(repeating: "x", count: 17), "labels"),
        ]
        for (owner, purpose, policy, labels, word) in cases {
            let error = #expect(throws: AgentsError.self) {
                try AgentDetails(owner: owner, purpose: purpose, policy: policy, labels: labels)
            }
            #expect(error?.message.contains(word) == true)
        }
    }
}

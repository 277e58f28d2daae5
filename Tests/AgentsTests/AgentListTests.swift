import Agents
import Testing

@Suite struct AgentListTests {
    private func read(_ text: String) -> AgentList { AgentList(Array(text.utf8), path: "agents") }

    /// The faults as `line:column message`.
    private func faults(_ text: String) -> [String] {
        read(text).faults.map { "\($0.line):\($0.column) \($0.message)" }
    }

    @Test("comma separated values are read as RFC 4180 writes them")
    func csv() {
        let list = read(
            "Name,owner,PURPOSE,labels,quota,key-days,allow_from\r\n"
                + "ada,ines@example.com,\"Reads \"\"bills\"\", all\",billing;eu,50,30,192.0.2.0/24\r\n\r\n"
                + "bob@b.example,,\"two words\",,,,\n")
        #expect(list.faults.isEmpty)
        #expect(list.agents.map(\.name?.text) == ["ada", "bob"])
        #expect(list.agents[0].owner == "ines@example.com")
        #expect(list.agents[0].purpose == "Reads \"bills\", all")
        #expect(list.agents[0].labels == ["billing", "eu"])
        #expect(list.agents[0].quota == 50_000_000)
        #expect(list.agents[0].days == 30)
        #expect(list.agents[0].networks == ["192.0.2.0/24"])
        #expect(list.agents[1].domain?.text == "b.example")
        #expect(list.agents[1].owner == nil)
        #expect(list.agents.map(\.line) == [2, 4])
    }

    @Test(
        "a JSON array, objects one a line, and objects over several lines say the same",
        arguments: [
            "[{\"name\": \"ada\", \"labels\": [\"a\", \"b\"], \"quota\": 5}, {\"name\": \"bob\", \"owner\": null}]",
            "{\"name\": \"ada\", \"labels\": \"a b\", \"quota\": \"5\"}\n{\"name\": \"bob\"}\n",
            "\u{FEFF}{\n\"name\": \"ada\",\n\"labels\": [\"a\", \"b\"], \"quota\": 5}\r\n\r\n  {\"name\": \"bob\"}",
        ])
    func json(text: String) {
        let list = read(text)
        #expect(list.faults.isEmpty)
        #expect(list.agents.map(\.name?.text) == ["ada", "bob"])
        #expect(list.agents.first?.labels == ["a", "b"])
        #expect(list.agents.first?.quota == 5_000_000)
    }

    @Test("whatever is wrong is named with line and column")
    func places() {
        #expect(
            faults("name,owner\nada,nobody\nAda,i@x.de\n") == [
                "2:5 The owner is no address.", "3:1 “Ada” has upper case letters; names are in lower case.",
            ])
        #expect(faults("name,owner\né,i@x.de,3\nö,,\n").map { String($0.prefix(4)) } == ["2:3 ", "3:3 "])
        #expect(faults("name,colour\n") == ["1:6 There is no column “colour”."])
        #expect(faults("ada\nbob\n") == ["1:1 There is no column “ada”. The first line names the columns."])
        #expect(faults("name\n\"ada\n") == ["2:1 A quote is not closed."])
        #expect(faults("name,purpose\n,x\n") == ["2:1 A name is missing."])
        #expect(faults("[{\"name\": \"ada\",\n  \"quota\": 1.5}]").map { String($0.prefix(4)) } == ["2:12"])
        #expect(faults("{\"name\": \"ada\"}\n{\"owner\": \"i@x.de\"}") == ["2:1 A name is missing."])
        #expect(
            faults("{\"name\": true, \"size\": 1}") == [
                "1:10 The name is neither a text nor a number.", "1:24 There is no member “size”.",
            ])
        #expect(faults("[{\"name\": \"ada\"}, 5]") == ["1:19 This is no object."])
        #expect(faults("[{\"name\": \"ada\"}").count == 1)
        #expect(faults("") == ["1:1 The list is empty."])
        #expect(faults("\n \n") == ["1:1 The list is empty."])
    }

    @Test("bytes that are no list end in faults, not in a crash")
    func nonsense() {
        for start in ["name\n", "[", "{", "\"", "name,owner\n\""] {
            for byte in UInt8.min...UInt8.max {
                let list = AgentList(Array(start.utf8) + [byte, 0x2C, byte, 0x0A, byte], path: "agents")
                #expect(!list.faults.isEmpty || list.agents.allSatisfy { $0.name != nil })
            }
        }
    }
}

import Agents
import Testing

@Suite struct AgentRecordTests {
    private func record(_ stage: AgentRecord.Stage) throws -> AgentRecord {
        AgentRecord(
            intent: "abcdefghij0123456789", stage: stage,
            details: try AgentDetails(owner: "ines@example.com", purpose: "Liest “Rechnungen” \\ 請求書", labels: ["x"]),
            created: 1_764_000_000, keyHash: KeyHash(of: "API_key"))
    }

    @Test(
        "a record is read back from the description that it makes",
        arguments: [.provisioning, .active, .suspended, .archived] as [AgentRecord.Stage])
    func roundTrip(stage: AgentRecord.Stage) throws {
        let record = try record(stage)
        #expect(record.text.hasPrefix("agenticmail/1 {"))
        #expect(AgentRecord(description: record.text) == record)
    }

    @Test(
        "descriptions of others are none of this program's",
        arguments: [
            "", "A person", "agenticmail", "agenticmail/1", "agenticmail/2 {\"i\":\"abcdefghij0123456789\"}",
            "agenticmail/1 {\"i\":\"short\"}", "agenticmail/1 {\"i\":\"abcdefghij012345678/\"}",
            "agenticmail/1 {\"i\":\"abcdefghij0123456789\",\"s\":\"king\"}", "agenticmail/1 [1]",
            "agenticmail/1 {\"i\":7}",
            "agenticmail/1 {\"i\":\"abcdefghij0123456789\",\"p\":\"a\\u001b[2J\"}",
            " agenticmail/1 {\"i\":\"abcdefghij0123456789\"}",
        ])
    func foreign(description: String) {
        #expect(AgentRecord(description: description) == nil)
    }

    @Test("a description that is far too long is none of this program's")
    func long() {
        let text = "agenticmail/1 {\"i\":\"abcdefghij0123456789\",\"z\":\"\(String(repeating: "x", count: 70_000))\"}"
        #expect(AgentRecord(description: text) == nil)
    }

    @Test("a key's hash knows the key and nothing else, and is another one each time")
    func hash() throws {
        let hash = KeyHash(of: "API_key")
        #expect(hash.matches("API_key"))
        #expect(!hash.matches("API_kez"))
        #expect(KeyHash(of: "API_key") != hash)
        #expect(KeyHash(text: hash.text) == hash)
        #expect(!hash.text.contains("API"))
        for bad in ["", ".", "00.00", "zz", hash.text + "0", hash.text.uppercased()] {
            #expect(KeyHash(text: bad) == nil)
        }
    }
}

import Agents
import Foundation
import JMAP
import Stalwart
import TestSupport
import Testing

/// The commands `agent …` of the built program, on a server of the test's own.
@Suite(.waiting) struct AgentProgramTests {
    /// The objects that a command printed, a line each.
    private func objects(_ text: String) throws -> [JSON] {
        try text.split(separator: "\n").map { try JSON(parsing: Array($0.utf8)) }
    }

    @Test("a list that is wrong is refused with file, line and column of all that is wrong, and nothing is made")
    func wrongList() async throws {
        let server = try await TestServer()
        let program = try Program(server)
        let before = try await server.objects()
        let list = server.folder.file("list.csv")
        try "name,owner\nada,ines@example.com\nBob,nobody\nada,\n".write(
            toFile: list, atomically: false, encoding: .utf8)
        let wrong = try program.run(["agent", "create", "--from", list, "--domain", TestServer.domain])
        #expect(wrong.status == 2)
        #expect(wrong.errors.contains("\(list):3:1: “Bob” has upper case letters"))
        #expect(wrong.errors.contains("\(list):3:5: The owner is no address."))
        try "name\nada\nbob\nada\n".write(toFile: list, atomically: false, encoding: .utf8)
        let twice = try program.run(["agent", "create", "--from", list, "--domain", TestServer.domain, "--json"])
        #expect(twice.status == 2)
        #expect(twice.errors.contains("stands in line 2 already"))
        let missing = try program.run(["agent", "create", "--from", "-", "--domain", "none.example"])
        #expect(missing.status == 2)
        #expect(missing.errors.contains("The list is empty"))
        #expect(try await server.objects() == before)
    }

    @Test("a list is planned, made, and passed over, with a line of JSON for each agent")
    func list() async throws {
        let server = try await TestServer()
        let program = try Program(server)
        let list = server.folder.file("list.json")
        try "[{\"name\": \"ada\", \"owner\": \"ines@example.com\"}, {\"name\": \"bob\", \"labels\": [\"eu\"]}]"
            .write(toFile: list, atomically: false, encoding: .utf8)
        let words = ["agent", "create", "--from", list, "--domain", TestServer.domain, "--policy", "strict", "--json"]
        let before = try await server.objects()
        let planned = try program.run(words + ["--dry-run"])
        #expect(try objects(planned.output).map { $0["result"]?.string } == ["planned", "planned", nil])
        #expect(try await server.objects() == before)
        let made = try program.run(words)
        #expect(made.status == 0, "\(made.errors)")
        let lines = try objects(made.output)
        #expect(lines.prefix(2).allSatisfy { $0["result"] == "created" && $0["key"]?.string?.isEmpty == false })
        #expect(lines.last?["created"]?.int == 2)
        let again = try objects(try program.run(words).output)
        #expect(again.prefix(2).allSatisfy { $0["result"] == "skipped" })
        let shown = try JSON(parsing: Array(try program.run(["agent", "show", "bob", "--json"]).output.utf8))
        #expect(shown["policy"] == "strict" && shown["labels"] == ["eu"])
    }

    @Test("what is known about an agent is read back from the server when the cache is lost")
    func lostCache() async throws {
        let server = try await TestServer()
        let program = try Program(server)
        let made = try program.run([
            "agent", "create", "ada", "--domain", TestServer.domain, "--owner", "ines@example.com", "--purpose",
            "Reads bills", "--label", "eu", "--label", "bills", "--policy", "strict",
        ])
        #expect(made.status == 0, "\(made.errors)")
        for kind in ["cache", "data"] {
            try? FileManager.default.removeItem(atPath: server.folder.file("home-\(kind)"))
        }
        let listed = try program.run(["agent", "list", "--json"])
        let agent = try #require(
            try JSON(parsing: Array(listed.output.utf8)).array?.first { $0["name"] == "ada" }, "\(listed.errors)")
        #expect(agent["owner"] == "ines@example.com" && agent["purpose"] == "Reads bills")
        #expect(agent["labels"] == ["eu", "bills"] && agent["policy"] == "strict")
        #expect(agent["role"] == "agenticmail-agent" && agent["state"] == "active")
        #expect(agent["created"]?.string?.isEmpty == false)
    }

    @Test("an agent is archived, deleted and restored by commands, and its key is stored where it is said")
    func restored() async throws {
        let server = try await TestServer()
        let program = try Program(server)
        let folder = server.folder
        #expect(try program.run(["agent", "create", "ada", "--domain", TestServer.domain]).status == 0)
        let archive = folder.file("ada.tar")
        #expect(try program.run(["agent", "archive", "ada", "--to", archive]).status == 0)
        #expect(try program.run(["agent", "delete", "ada", "--archive", archive, "--confirm", "ada"]).status == 0)
        let before = try await server.objects()
        let planned = try program.run(["agent", "restore", archive, "--dry-run", "--json"])
        #expect(try objects(planned.output).first?["isDryRun"] == true, "\(planned.errors)")
        #expect(try await server.objects() == before)
        let store = folder.file("{name}.key")
        let restored = try program.run(["agent", "restore", archive, "--name", "ada-2", "--store", store])
        #expect(restored.status == 0, "\(restored.errors)")
        #expect(FileManager.default.fileExists(atPath: folder.file("ada-2.key")))
        let missing = try program.run(["agent", "restore", folder.file("none.tar"), "--json"])
        #expect(missing.status == 1)
        #expect(missing.errors.contains("none.tar"))
    }
}

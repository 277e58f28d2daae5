import Console
import Foundation
import TerminalUI
import TestSupport
import Testing

@Suite("Playing scripts")
@UIActor
struct ScriptRunnerTests {
    @Test("keys, commands, conditions and saved screens follow each other")
    func plays() async throws {
        let sample = try await SampleCache.filled()
        let console = try sample.console()
        let file = sample.folder.file("screen.txt")
        try await console.play(
            """
            # to the first message of ada
            :inbox ada
            wait-for "Invoice"
            Enter
            save-screen \(file)
            resize 40x12
            """)
        #expect(console.terminal.size == Size(width: 40, height: 12))
        #expect(try String(contentsOfFile: file, encoding: .utf8).contains("I have paid it"))
    }

    @Test(
        "a text that does not come names the line and shows the screen", arguments: ["wait-for \"nothing such\" 0.05"])
    func timesOut(line: String) async throws {
        let console = try await SampleCache.filled().console()
        let error = await #expect(throws: ScriptError.self) { try await console.play("j\n\(line)\n") }
        #expect(error?.line == 2)
        #expect(error?.code == .timedOut)
        #expect(error?.reason.contains("basil") == true)
    }

    @Test(
        "an unknown key, a file that cannot be written and a line after the end are told",
        arguments: [
            ("Hyper-x", ScriptError.Code.unknownKey), ("save-screen /nowhere/at/all", .notWritten), ("q\nj", .left),
        ])
    func fails(lines: String, code: ScriptError.Code) async throws {
        let console = try await SampleCache.filled().console()
        let error = await #expect(throws: ScriptError.self) { try await console.play(lines) }
        #expect(error?.code == code)
    }
}

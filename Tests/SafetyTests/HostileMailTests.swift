import Foundation
import JMAP
import Sandbox
import TestSupport
import Testing

/// Mail that tries to drive the terminal, in the built program: on a terminal, as text, and as JSON.
@Suite("Hostile mail in the built program")
struct HostileMailTests {
    private static let texts = [
        "\u{1B}[2J\u{1B}[Hgone", "\u{1B}]0;owned\u{7}", "\u{1B}]52;c;aGk=\u{7}", "\u{9B}31mred", "\u{202E}fdp.exe",
        "\u{1B}P$q\"p\u{1B}\\", "\u{1B}c", "\u{1B}[?1049l", "\u{1B}[6n", "a\u{200B}b\u{E0041}", "\u{8}\u{8}\u{8}\u{7F}",
    ]

    private static let messages: [[UInt8]] = texts.map { text in
        let word = "=?utf-8?B?\(Data(text.utf8).base64EncodedString())?="
        return Array(
            """
            From: \(word) <b@ext.example>\r
            To: \(word) <ada@agents.example.test>\r
            Subject: subject \(word)\r
            X-Raw: \(text)\r
            Content-Type: multipart/mixed; boundary=b\r
            \r
            --b\r
            Content-Type: text/plain; charset=utf-8\r
            \r
            \(text)\r
            --b\r
            Content-Type: application/pdf\r
            Content-Disposition: attachment; filename="\(word)"\r
            \r
            x\r
            --b--\r

            """.utf8)
    }

    @Test("drives no terminal, whatever screen or command shows it", .timeLimit(.minutes(2)))
    func everywhere() async throws {
        let place = try await Workplace()
        let ids = try await place.add(Self.messages)
        #expect(ids.count == Self.texts.count)
        let list = try place.agenticmail("mail", "list", "--json")
        #expect(list.status == 0, "\(list.errors)")
        var outputs = [list.output, try place.agenticmail("mail", "list").output]
        for id in ids.prefix(6) {
            let name = "\(place.agent.rawValue)/\(id.rawValue)"
            for words in [["mail", "read", name], ["mail", "read", name, "--json"], ["mail", "headers", name]] {
                let outcome = try run(place.arguments(words), environment: place.environment)
                #expect(outcome.status == 0, "\(outcome.errors)")
                outputs += [outcome.output, outcome.errors]
            }
        }
        for output in outputs {
            let bad = output.unicodeScalars.first {
                VirtualTerminal.isForbidden($0) && $0 != "\n" && $0 != "\t"
            }
            #expect(bad == nil, "U+\(String(bad?.value ?? 0, radix: 16)) in \(output.prefix(300).debugDescription)")
        }
        let program = try place.terminal(columns: 100, rows: 30)
        #expect(program.shows("ada"))
        program.type(":inbox ada\r")
        #expect(program.shows("subject"))
        for _ in ids.prefix(4) {
            for key in ["\r", "y", "G", "\u{1B}", "h", "G", "\u{1B}", "\u{1B}", "j"] {
                program.type(key)
                // Until the answer has come: a lone Esc is one only after a moment.
                let count = program.screen.count
                _ = program.waits(within: 1) { $0.count > count }
            }
        }
        program.type("\u{3}:quit\r")
        #expect(program.screen.faults.isEmpty, "\(program.screen.faults)")
    }
}

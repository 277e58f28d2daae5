import Foundation
import TestSupport
import Testing

/// The built program and servers that mean harm before anything of theirs is believed: it ends with a sentence and a cure,
/// shows nothing that acts, and tells nobody else who it is.
@Suite("A hostile server and the built program")
struct HostileServerTests {
    private static let acting = "\u{1B}[2J\u{1B}]0;owned\u{7}\u{9B}31m\u{202E}fdp"

    /// What a server answers every request with.
    private static func answers(elsewhere: Int) -> [(String, HTTPPeer.Script)] {
        let escaped = "\\u001b[2J\\u001b]0;owned\\u0007\\u009b31m\\u202efdp"
        let session = """
            {"capabilities":{"urn:ietf:params:jmap:core":{"maxSizeUpload":1,"maxConcurrentUpload":1,"maxSizeRequest":1000000,
            "maxConcurrentRequests":4,"maxCallsInRequest":16,"maxObjectsInGet":500,"maxObjectsInSet":500,
            "collationAlgorithms":[]},"urn:ietf:params:jmap:mail":{}},"accounts":{"a":{"name":"\(escaped)",
            "isPersonal":true,"isReadOnly":false,"accountCapabilities":{"urn:ietf:params:jmap:mail":{}}}},
            "primaryAccounts":{"urn:ietf:params:jmap:mail":"a"},"username":"\(escaped)",
            "apiUrl":"http://127.0.0.1:\(elsewhere)/jmap","downloadUrl":"http://127.0.0.1:\(elsewhere)/d",
            "uploadUrl":"http://127.0.0.1:\(elsewhere)/u","eventSourceUrl":"http://127.0.0.1:\(elsewhere)/e","state":"s"}
            """
        func problem(_ status: Int) -> HTTPPeer.Script {
            { _, connection in
                connection.answer(
                    status, ["Content-Type": "application/problem+json"],
                    "{\"type\":\"about:blank\",\"title\":\"\(escaped)\",\"detail\":\"\(escaped)\",\"status\":\(status)}"
                )
            }
        }
        return [
            (
                "a page",
                { _, connection in connection.answer(200, ["Content-Type": "text/html"], "<h1>\(acting)</h1>") }
            ),
            ("nothing", { _, connection in connection.close() }),
            (
                "a redirect elsewhere",
                { _, connection in connection.answer(302, ["Location": "http://127.0.0.1:\(elsewhere)/jmap/session"]) }
            ),
            (
                "headers without end",
                { _, connection in
                    var isTaken = connection.write("HTTP/1.1 200 OK\r\n")
                    while isTaken { isTaken = connection.write("X-More: \(acting)\r\n") }
                }
            ),
            (
                "a body without end",
                { _, connection in
                    var isTaken = connection.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[")
                    let chunk = String(repeating: "0,", count: 50_000)
                    while isTaken { isTaken = connection.write(chunk) }
                }
            ),
            (
                "arrays without end",
                { _, connection in
                    connection.answer(
                        200, ["Content-Type": "application/json"], String(repeating: "[", count: 1_000_000))
                }
            ),
            (
                "a session of the wrong types",
                { _, connection in
                    connection.answer(
                        200, ["Content-Type": "application/json"],
                        "{\"capabilities\":[],\"accounts\":\"\(escaped)\",\"apiUrl\":7}")
                }
            ),
            (
                "a session that acts, and errors that act",
                { request, connection in
                    if request.method == "GET" {
                        return connection.answer(200, ["Content-Type": "application/json"], session)
                    }
                    connection.answer(
                        200, ["Content-Type": "application/json"],
                        """
                        {"methodResponses":[["error",{"type":"\(escaped)","description":"\(escaped)"},"0"],
                        ["error",{"type":"serverFail","description":"\(escaped)"},"c0"]],"sessionState":"s"}
                        """)
                }
            ),
            ("a refusal that acts", problem(403)), ("a login refused with words that act", problem(401)),
            ("a fault that acts", problem(500)), ("a problem with the request that acts", problem(400)),
        ]
    }

    @Test("end every command with a sentence and a cure", .timeLimit(.minutes(2)))
    func everyCommand() async throws {
        let elsewhere = try HTTPPeer(answering: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        let place = try await Workplace()
        for (name, script) in Self.answers(elsewhere: elsewhere.port) {
            let peer = try HTTPPeer(script)
            let url = "http://127.0.0.1:\(peer.port)"
            for words in [["sync"], ["doctor"], ["agent", "list"], ["sync", "--json"], ["doctor", "--json"]] {
                let outcome = try run(place.arguments(words, url: url), environment: place.environment)
                let said = outcome.output + outcome.errors
                #expect(outcome.status > 0 && outcome.status < 5, "\(name), \(words): \(outcome.status) \(said)")
                #expect(!said.isEmpty, "\(name), \(words)")
                expectQuiet(said, "\(name), \(words)")
                #expect(!said.contains(place.password), "\(name), \(words)")
            }
        }
        #expect(elsewhere.connections == 0)
        let logs = try FileManager.default.subpathsOfDirectory(atPath: place.folder.path).filter {
            $0.hasSuffix(".log")
        }
        #expect(!logs.isEmpty)
        for log in logs {
            let text = String(
                decoding: FileManager.default.contents(atPath: place.folder.file(log)) ?? Data(), as: UTF8.self)
            expectQuiet(text, log)
            #expect(!text.contains(place.password))
        }
    }

    private func expectQuiet(_ text: String, _ place: String) {
        let bad = text.unicodeScalars.first { VirtualTerminal.isForbidden($0) && $0 != "\n" && $0 != "\t" }
        #expect(bad == nil, "\(place): U+\(String(bad?.value ?? 0, radix: 16)) in \(text.prefix(300).debugDescription)")
    }

    @Test(
        "a certificate that nobody known has signed is taken only where its authority or its key is configured",
        .enabled(if: TLSPeer.isPossible))
    func certificate() async throws {
        let place = try await Workplace()
        let (peer, other) = (try TLSPeer(), try TLSPeer())
        func encryption(_ line: String) throws -> String {
            try place.write(
                "config.toml",
                """
                [workspace.prod]
                url = "\(peer.url.absoluteString)"
                login = "\(place.login)"
                password-file = "\(place.folder.file("password"))"
                \(line)

                """)
            let outcome = try run(
                [Places.program, "--config", place.folder.file("config.toml"), "doctor"],
                environment: place.environment)
            #expect(outcome.status != 0, "no JMAP is spoken there")
            return outcome.output.split(separator: "\n").first { $0.contains("encryption") }.map(String.init) ?? ""
        }
        #expect(try encryption("").contains("not signed by anybody"))
        #expect(try encryption("pinned-key = \"\(peer.pin)\"").contains("with the pinned key"))
        #expect(try encryption("pinned-key = \"\(other.pin)\"").contains("not the pinned one"))
        #expect(
            try encryption("ca-file = \"\(peer.authority)\"").contains("a certificate that this machine does not know"))
        #expect(try encryption("ca-file = \"\(other.authority)\"").contains("not signed by anybody"))
    }
}

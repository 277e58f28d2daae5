import HTTPTransport
import Sandbox
import Testing

@Suite struct HostileRequestTests {
    private static let large = Int64.max
    private static let least = Int64.min

    @Test(
        "numbers at their ends are answered or refused",
        arguments: [
            ("Email/query", ["position": .integer(large)]), ("Email/query", ["position": .integer(least)]),
            ("Email/query", ["limit": .integer(large)]),
            ("Email/query", ["anchor": "b", "anchorOffset": .integer(large)]),
            ("Email/query", ["filter": ["minSize": .integer(large), "maxSize": .integer(least)]]),
            ("Email/query", ["filter": ["after": "9999-99-99T99:99:99Z"]]),
            ("Email/changes", ["sinceState": "n", "maxChanges": .integer(large)]),
            ("Email/get", ["ids": ["3333333333333", "g777777777777", ""], "maxBodyValueBytes": .integer(large)]),
            ("Email/get", ["ids": nil, "maxBodyValueBytes": .integer(least)]),
            ("Thread/get", ["ids": ["3333333333333"]]),
            ("Email/query", ["position": .number(1e300)]),
        ] as [(String, JSONObject)])
    func numbers(_ method: String, _ arguments: JSONObject) async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        try await agent.draft("one")
        var arguments = arguments
        arguments["accountId"] = .string(agent.account)
        let answers = try await agent.calls([(method, .object(arguments))])
        #expect(answers.count == 1)
        #expect(answers.first?.arguments["type"] != "serverFail")
    }

    @Test("holds at the ends of time are refused")
    func holds() async throws {
        let fixture = try await Fixture()
        let sender = try await fixture.account("sender")
        let email = try await sender.draft("x", to: sender.address)
        for hold in ["-1", "9223372036854775807", "-9223372036854775808", "1e9", ""] {
            let answer = try await sender.submit(email, to: sender.address, hold: hold)
            #expect(answer["notCreated"]?["s"] != nil, "\(hold)")
        }
    }

    @Test("ranges of a blob that lie outside it are cut or refused")
    func ranges() async throws {
        let fixture = try await Fixture()
        let operatorClient = try await fixture.operatorAccount()
        let blob = try await operatorClient.upload(Array("0123456789".utf8))
        for (offset, length, size) in [
            (Int64(8), Int64(99), 2), (Self.large, 1, 0), (0, Self.large, 10), (-1, 5, nil), (Self.least, 5, nil),
            (0, -5, nil),
        ] as [(Int64, Int64, Int?)] {
            let piece: JSONValue = ["blobId": .string(blob), "offset": .integer(offset), "length": .integer(length)]
            let answer = try await operatorClient.call("Blob/upload", ["create": ["k": ["data": [piece]]]])
            #expect(answer["created"]?["k"]?["size"]?.integer.map { Int($0) } == size, "\(offset) \(length)")
        }
    }

    @Test("a filter that is very deep or very wide is an error, not an end")
    func filters() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        var deep: JSONValue = ["hasKeyword": "x"]
        for _ in 0..<25 { deep = ["operator": "NOT", "conditions": [deep]] }
        #expect(try await agent.error("Email/query", ["filter": deep])["type"] == "unsupportedFilter")
        let wide: JSONValue = [
            "operator": "OR", "conditions": .array(Array(repeating: ["hasKeyword": "x"], count: 20_000)),
        ]
        _ = try await agent.error("Email/query", ["filter": wide])
        #expect(try await agent.call("Email/query", [:])["ids"] == [])
    }

    @Test(
        "a strange target is answered",
        arguments: [
            "/", "//", "/jmap/upload/", "/jmap/download/b", "/%", "/%zz/%", "/jmap/../..", "/?%=%&=&a",
            "/jmap/eventsource/?ping=9223372036854775807&types=,,,", "/jmap/download/!!/c/%0d%0aSet-Cookie:%20a",
        ])
    func targets(_ target: String) async throws {
        let fixture = try await Fixture()
        let response = try await fixture.admin.with(nil).http(.get, target)
        #expect([400, 401, 404].contains(response.status))
    }

    @Test("a name cannot break out of a download's header")
    func headerInjection() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        let blob = try #require(try await agent.add("x")["blobId"]?.string)
        let name = "a%22%0d%0aSet-Cookie:%20b%5c.eml"
        let response = try await agent.http(
            .get, "/jmap/download/\(agent.account)/\(blob)/\(name)?accept=text/plain%0d%0aX-Own:%201")
        #expect(response.headers["set-cookie"] == nil)
        #expect(response.headers["x-own"] == nil)
        #expect(response.headers["content-disposition"] == "attachment; filename=\"aSet-Cookie: b.eml\"")
    }
}

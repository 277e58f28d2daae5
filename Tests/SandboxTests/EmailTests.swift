import HTTPTransport
import Sandbox
import Testing

@Suite struct EmailTests {
    private func ids(_ client: SandboxClient, _ arguments: JSONObject) async throws -> [String] {
        try await client.call("Email/query", arguments)["ids"]?.strings ?? []
    }

    @Test("an imported message keeps every byte")
    func byteExact() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        let raw = Array("X-Weird:  two  spaces \nFrom: a@b.test\r\n\nline\nand ".utf8) + [0xFF, 0xFE, 0x0A]
        let blob = try await agent.upload(raw)
        let answer = try await agent.call(
            "Email/import", ["emails": ["k": ["blobId": .string(blob), "mailboxIds": ["a": true]]]])
        let kept = try #require(answer["created"]?["k"]?["blobId"]?.string)
        let response = try await agent.http(.get, "/jmap/download/\(agent.account)/\(kept)/m.eml?accept=message/rfc822")
        #expect(response.body == raw)
        #expect(response.headers["content-type"] == "message/rfc822")
    }

    @Test("a blob is read by its account alone")
    func foreignBlob() async throws {
        let fixture = try await Fixture()
        let (agent, other) = (try await fixture.agent(), try await fixture.agent("other"))
        let blob = try #require(try await agent.add("mine")["blobId"]?.string)
        for account in [agent.account, other.account] {
            let response = try await other.http(.get, "/jmap/download/\(account)/\(blob)/m.eml")
            #expect(response.status == 404)
        }
        let anonymous = try await agent.with(nil).http(.get, "/jmap/download/\(agent.account)/\(blob)/m.eml")
        #expect(anonymous.status == 401)
    }

    @Test(
        "a blob id that cannot be one is not found",
        arguments: ["b", "c", "czzz", "%00", "c%F0%9F%98%80", "e" + String(repeating: "a", count: 900)])
    func badBlobID(_ id: String) async throws {
        let fixture = try await Fixture()
        let response = try await fixture.admin.http(.get, "/jmap/download/b/\(id)/x")
        #expect(response.status == 404)
    }

    @Test("lists come from what the message says, in the order asked")
    func listProperties() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        let first = try #require(try await agent.add("one", body: "first body")["id"])
        let second = try #require(try await agent.add("two")["id"])
        let list = try await agent.call(
            "Email/get",
            ["ids": [second, first], "properties": ["id", "subject", "from", "preview", "receivedAt", "mailboxIds"]])[
                "list"]
        let found = try JSONValue(parsing: try #require(list?.bytes)).array ?? []
        #expect(found.map { $0["id"] } == [second, first])
        #expect(found.last?["subject"] == "one")
        #expect(found.last?["preview"] == "first body")
        #expect(found.last?["from"] == [["name": nil, "email": "x@y.test"]])
        #expect(found.last?["mailboxIds"] == ["a": true])
        #expect(found.last?["receivedAt"] == "2026-01-01T00:00:00Z")
    }

    @Test("a draft's body comes back as it was given")
    func bodyValues() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        let id = try await agent.draft("body", text: "two\nlines ü")
        let answer = try await agent.call(
            "Email/get",
            ["ids": [.string(id)], "properties": ["bodyValues", "textBody"], "fetchTextBodyValues": true])
        let email = answer["list"]?.array?.first
        let part = try #require(email?["textBody"]?.array?.first?["partId"]?.string)
        #expect(email?["bodyValues"]?[part]?["value"] == "two\nlines ü")
    }

    @Test("an attachment downloads byte for byte by its part's blob")
    func attachment() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        let data = (0..<5000).map { UInt8($0 & 0xFF) }
        let blob = try await agent.upload(data)
        let email = try await agent.create(
            "Email/set",
            [
                "mailboxIds": ["d": true], "subject": "file",
                "attachments": [["blobId": .string(blob), "type": "application/octet-stream", "name": "a.bin"]],
            ])
        let answer = try await agent.call(
            "Email/get", ["ids": [email["id"] ?? .null], "properties": ["attachments", "hasAttachment"]])
        let found = try #require(answer["list"]?.array?.first)
        #expect(found["hasAttachment"] == true)
        let part = try #require(found["attachments"]?.array?.first?["blobId"]?.string)
        let response = try await agent.http(.get, "/jmap/download/\(agent.account)/\(part)/a.bin")
        #expect(response.body == data)
    }

    @Test("keywords and mailboxes change by patches, nothing else does")
    func patches() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        let id = try await agent.draft("patched")
        func patch(_ patch: JSONValue) async throws -> JSONValue {
            try await agent.call("Email/set", ["update": .object([id: patch])])
        }
        #expect(
            try await patch(["keywords/$flagged": true, "keywords/$draft": nil, "mailboxIds/a": true])["updated"] != nil
        )
        let answer = try await agent.call(
            "Email/get", ["ids": [.string(id)], "properties": ["keywords", "mailboxIds"]])
        #expect(answer["list"]?.array?.first?["keywords"] == ["$flagged": true, "$seen": true])
        #expect(answer["list"]?.array?.first?["mailboxIds"] == ["a": true, "d": true])
        for wrong in [
            ["subject": "x"], ["mailboxIds": [:]], ["mailboxIds/zz": true], ["keywords/$x": "yes"], ["size": 1],
        ] as [JSONValue] {
            #expect(try await patch(wrong)["notUpdated"]?[id]?["type"] == "invalidProperties", "\(wrong.text)")
        }
    }

    @Test("what changes nothing is updated and gives no new state")
    func emptyPatch() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        let id = try await agent.draft("same")
        let state = try await agent.state("Email")
        for patch in [[:], nil, ["keywords/$nothing": false], ["keywords/$seen": true]] as [JSONValue] {
            let answer = try await agent.call("Email/set", ["update": .object([id: patch])])
            #expect(answer["updated"] == .object([id: nil]))
            #expect(answer["newState"]?.string == state)
        }
    }

    @Test("an account shows ninety-nine keywords of its own, more vanish")
    func keywordLimit() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        let id = try await agent.draft("many")
        let keywords = JSONObject((0..<120).map { ("own\($0)", .bool(true)) })
        _ = try await agent.call("Email/set", ["update": .object([id: ["keywords": .object(keywords)]])])
        let answer = try await agent.call("Email/get", ["ids": [.string(id)], "properties": ["keywords"]])
        #expect(answer["list"]?.array?.first?["keywords"]?.object?.count == 99)
    }

    @Test("a destroyed email is gone, with its right to the bytes")
    func destroy() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        let email = try await agent.add("gone")
        let (id, blob) = (try #require(email["id"]), try #require(email["blobId"]?.string))
        #expect(try await agent.call("Email/set", ["destroy": [id]])["destroyed"] == [id])
        #expect(try await agent.call("Email/get", ["ids": [id]])["notFound"] == [id])
        #expect(try await agent.http(.get, "/jmap/download/\(agent.account)/\(blob)/m").status == 404)
        #expect(try await ids(agent, [:]).isEmpty)
    }

    @Test("filters, sorts and pages find what they should")
    func query() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        var made: [String] = []
        for number in 1...6 {
            let email = try await agent.add(
                "Subject \(number)", body: "zebra\(number)", received: "2026-01-0\(number)T00:00:00Z",
                keywords: number % 2 == 0 ? ["$flagged"] : [])
            made.append(try #require(email["id"]?.string))
        }
        let flagged = [made[1], made[3], made[5]]
        #expect(try await ids(agent, ["filter": ["hasKeyword": "$flagged"]]) == flagged)
        #expect(
            try await ids(agent, ["filter": ["operator": "NOT", "conditions": [["notKeyword": "$flagged"]]]]) == flagged
        )
        #expect(try await ids(agent, ["filter": ["inMailbox": "d"]]).isEmpty)
        #expect(try await ids(agent, ["filter": ["text": "zebra3"]]) == [made[2]])
        #expect(try await ids(agent, ["filter": ["subject": "zebra3"]]).isEmpty)
        #expect(try await ids(agent, ["filter": ["text": "\" OR (* NEAR^ \"zebra3"]]).isEmpty)
        #expect(try await ids(agent, ["filter": ["after": "2026-01-03T00:00:00Z"]]) == Array(made[3...]))
        let newest: JSONValue = [["property": "receivedAt", "isAscending": false]]
        #expect(try await ids(agent, ["sort": newest]) == made.reversed())
        #expect(try await ids(agent, ["position": 2, "limit": 2]) == Array(made[2...3]))
        #expect(try await ids(agent, ["position": -2]) == Array(made[4...]))
        #expect(
            try await ids(agent, ["anchor": .string(made[2]), "anchorOffset": -1, "limit": 2]) == Array(made[1...2]))
        #expect(try await ids(agent, ["position": 99]).isEmpty)
        #expect(try await agent.error("Email/query", ["anchor": "zzzz"])["type"] == "anchorNotFound")
        #expect(try await agent.error("Email/query", ["filter": ["frob": 1]])["type"] == "unsupportedFilter")
        #expect(try await agent.error("Email/query", ["sort": [["property": "frob"]]])["type"] == "unsupportedSort")
    }

    @Test("an answer joins its thread, and joining two threads changes ids")
    func threads() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        let first = try await agent.add("talk", headers: "Message-ID: <one@y.test>\r\n")
        let second = try await agent.add("Re: talk", headers: "Message-ID: <two@y.test>\r\n")
        let answer = try await agent.add(
            "Re: talk", headers: "Message-ID: <three@y.test>\r\nIn-Reply-To: <one@y.test>\r\n")
        #expect(answer["threadId"] == first["threadId"])
        #expect(second["threadId"] != first["threadId"])
        let state = try await agent.state("Email")
        try await agent.add("Re: talk", headers: "References: <one@y.test> <two@y.test>\r\n")
        let threads = try await agent.call("Thread/get", ["ids": [first["threadId"] ?? .null]])
        #expect(threads["list"]?.array?.first?["emailIds"]?.array?.count == 4)
        let changes = try await agent.call("Email/changes", ["sinceState": .string(state)])
        #expect(changes["destroyed"] == [second["id"] ?? .null])
        #expect(changes["created"]?.array?.count == 2)
        let old = try await agent.call("Email/get", ["ids": [second["id"] ?? .null], "properties": ["subject"]])
        #expect(old["list"]?.array?.count == 1)
    }

    @Test("a draft beyond the disk quota is refused")
    func diskQuota() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent("small", more: ["quotas": ["maxDiskQuota": 4096]])
        let big: JSONValue = [
            "mailboxIds": ["d": true], "subject": "big", "textBody": [["partId": "1"]],
            "bodyValues": ["1": ["value": .string(String(repeating: "x", count: 8000))]],
        ]
        #expect(try await agent.notCreated("Email/set", big)["type"] == "overQuota")
        let quota = try await agent.call("Quota/get", ["ids": nil])["list"]?.array?.first
        #expect(quota?["hardLimit"] == 4096)
    }
}

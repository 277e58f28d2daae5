import Sandbox
import TestSupport
import Testing

extension SandboxClient {
    /// Submits a new draft and gives what the answer says of it.
    @discardableResult
    func send(_ subject: String, to address: String, hold: String? = nil, from: String? = nil) async throws -> JSONValue
    {
        let email = try await draft(subject, to: address)
        let answer = try await submit(email, to: address, hold: hold, from: from)
        return try #require(answer["created"]?["s"], "\(answer.text)")
    }

    /// Submits an email and gives the whole answer.
    func submit(
        _ email: String, to address: String, hold: String? = nil, from: String? = nil, more: JSONObject = [:]
    ) async throws -> JSONValue {
        let identity = try await call("Identity/get", ["ids": nil])["list"]?.array?.first?["id"] ?? .null
        var sender: JSONObject = ["email": .string(from ?? self.address)]
        if let hold { sender["parameters"] = ["HOLDFOR": .string(hold)] }
        var arguments: JSONObject = [
            "create": [
                "s": [
                    "emailId": .string(email), "identityId": identity,
                    "envelope": ["mailFrom": .object(sender), "rcptTo": [["email": .string(address)]]],
                ]
            ]
        ]
        for (key, value) in more { arguments[key] = value }
        return try await call("EmailSubmission/set", arguments)
    }

    /// The subjects in the Inbox.
    func inbox() async throws -> [String] {
        let ids = try await call("Email/query", ["filter": ["inMailbox": "a"]])["ids"] ?? []
        let list = try await call("Email/get", ["ids": ids, "properties": ["subject"]])["list"]
        return try JSONValue(parsing: (list ?? []).bytes).array?.compactMap { $0["subject"]?.string } ?? []
    }
}

@Suite struct SubmissionTests {
    @Test("a guard submits an agent's draft, which arrives with Delivered-To before its own bytes")
    func guardSubmits() async throws {
        let fixture = try await Fixture()
        let (agent, other) = (try await fixture.agent(), try await fixture.agent("other"))
        let role = try await fixture.role([
            "authenticate", "impersonate", "jmapEmailCreate", "jmapEmailUpdate", "jmapIdentityGet",
            "jmapEmailSubmissionCreate", "jmapEmailSubmissionGet",
        ])
        let guardian = try await fixture.account("guard", ["@type": "Custom", "roleIds": .object([role: true])])
        let email = try await agent.draft("from the guard", to: other.address)
        var acting = guardian
        acting.account = agent.account
        acting.address = agent.address
        let answer = try await acting.submit(
            email, to: other.address,
            more: ["onSuccessUpdateEmail": ["#s": ["mailboxIds/d": nil, "mailboxIds/e": true, "keywords/$draft": nil]]])
        #expect(answer["created"]?["s"]?["undoStatus"] == "pending")
        #expect(try await other.inbox() == ["from the guard"])
        let moved = try await agent.call("Email/get", ["ids": [.string(email)], "properties": ["mailboxIds"]])
        #expect(moved["list"]?.array?.first?["mailboxIds"] == ["e": true])
        let arrived = try await other.call("Email/get", ["ids": nil, "properties": ["header:Delivered-To:asText"]])
        #expect(arrived["list"]?.array?.first?["header:Delivered-To:asText"] == .string(other.address))
    }

    @Test("an agent that may not send is refused")
    func agentCannotSend() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        let error = try await agent.error("EmailSubmission/set", ["create": ["s": ["emailId": "b"]]])
        #expect(error["type"] == "forbidden")
    }

    @Test("a held message arrives when its time has come, and not when it was cancelled")
    func hold() async throws {
        let fixture = try await Fixture()
        let (sender, other) = (try await fixture.account("sender"), try await fixture.agent("other"))
        let held = try await sender.send("held", to: other.address, hold: "600")
        let id = try #require(held["id"]?.string)
        let cancel: JSONObject = ["update": .object([id: ["undoStatus": "canceled"]])]
        #expect(try await sender.call("EmailSubmission/set", cancel)["updated"] == .object([id: nil]))
        let again = try await sender.call("EmailSubmission/set", cancel)
        #expect(again["notUpdated"]?[id]?["type"] == "cannotUnsend")
        try await sender.send("late", to: other.address, hold: "1")
        #expect(try await eventually { try await other.inbox() == ["late"] })
    }

    @Test("an unknown recipient is told by the delivery status, not by an error")
    func unknownRecipient() async throws {
        let fixture = try await Fixture()
        let sender = try await fixture.account("sender")
        let address = "nobody@\(fixture.domain)"
        let id = try #require(try await sender.send("lost", to: address)["id"])
        let answer = try await sender.call("EmailSubmission/get", ["ids": [id]])
        let list = try JSONValue(parsing: (answer["list"] ?? []).bytes)
        #expect(list.array?.first?["deliveryStatus"]?[address]?["delivered"] == "no")
    }

    @Test("a sender that is not the identity's is refused")
    func foreignSender() async throws {
        let fixture = try await Fixture()
        let sender = try await fixture.account("sender")
        let email = try await sender.draft("x", to: sender.address)
        let answer = try await sender.submit(email, to: sender.address, from: "other@\(fixture.domain)")
        #expect(answer["notCreated"]?["s"]?["type"] == "forbiddenFrom")
    }

    @Test("the Bcc header stays with the sender, the tag of an address is dropped")
    func bccAndTag() async throws {
        let fixture = try await Fixture()
        let (sender, other) = (try await fixture.account("sender"), try await fixture.agent("other"))
        let email = try #require(
            try await sender.create(
                "Email/set",
                [
                    "mailboxIds": ["d": true], "subject": "blind", "from": [["email": .string(sender.address)]],
                    "bcc": [["email": .string(other.address)]],
                ])["id"]?.string)
        _ = try await sender.submit(email, to: "other+tag@\(fixture.domain)")
        let arrived = try await other.call(
            "Email/get", ["ids": nil, "properties": ["bcc", "header:Delivered-To:asText"]])
        let list = try JSONValue(parsing: (arrived["list"] ?? []).bytes)
        #expect(list.array?.first?["bcc"] == .null)
        #expect(list.array?.first?["header:Delivered-To:asText"] == .string(other.address))
    }
}

import Sandbox
import Testing

@Suite struct MailboxTests {
    @Test("a new account has five mailboxes with ids that are always the same")
    func defaults() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        let list = try await agent.call("Mailbox/get", ["ids": nil])["list"]?.array ?? []
        #expect(list.map { $0["id"]?.string } == ["a", "b", "c", "d", "e"])
        #expect(list.map { $0["role"]?.string } == ["inbox", "trash", "junk", "drafts", "sent"])
    }

    @Test("an operator makes mailboxes in an agent's account, the agent itself may not")
    func operatorCreates() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        let box = try await fixture.admin.create("Mailbox/set", ["name": "Held"], in: agent.account)
        #expect(box["id"] == "h")
        #expect(try await agent.error("Mailbox/set", ["create": ["k": ["name": "x"]]])["type"] == "forbidden")
    }

    @Test("a name is there once under a parent, and Inbox in any case")
    func duplicates() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        let admin = fixture.admin
        let box = try await admin.create("Mailbox/set", ["name": "Held"], in: agent.account)
        for name in ["Held", "INBOX"] {
            let error = try await admin.notCreated("Mailbox/set", ["name": .string(name)], in: agent.account)
            #expect(error["type"] == "alreadyExists")
            #expect(error["existingId"]?.string != nil)
        }
        let inside: JSONValue = ["name": "Held", "parentId": box["id"] ?? .null]
        #expect(try await admin.create("Mailbox/set", inside, in: agent.account)["id"] != nil)
    }

    @Test(
        "a bad mailbox is not created",
        arguments: [
            ["name": ""], [:], ["name": "x", "parentId": "zz"], ["name": "x", "role": "drafts"],
            ["name": .string(String(repeating: "x", count: 256))], ["name": "x", "frob": 1],
        ] as [JSONValue])
    func badMailbox(_ object: JSONValue) async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        let error = try await fixture.admin.notCreated("Mailbox/set", object, in: agent.account)
        #expect(error["type"] == "invalidProperties")
    }

    @Test("a mailbox with mail is destroyed only where its mail may go too")
    func destroyWithMail() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        let admin = fixture.admin
        let box = try #require(try await admin.create("Mailbox/set", ["name": "Held"], in: agent.account)["id"]?.string)
        let id = try #require(try await agent.add("in it", mailbox: box)["id"])
        var arguments: JSONObject = ["accountId": .string(agent.account), "destroy": [.string(box)]]
        let refused = try await admin.call("Mailbox/set", arguments)
        #expect(refused["notDestroyed"]?[box]?["type"] == "mailboxHasEmail")
        arguments["onDestroyRemoveEmails"] = true
        #expect(try await admin.call("Mailbox/set", arguments)["destroyed"] == [.string(box)])
        #expect(try await agent.call("Email/get", ["ids": [id]])["notFound"] == [id])
    }

    @Test("counts follow mail and keywords, and changes name them alone")
    func counts() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        let first = try #require(try await agent.add("one")["id"]?.string)
        try await agent.add("two", keywords: ["$seen"])
        func inbox() async throws -> JSONValue? {
            try await agent.call("Mailbox/get", ["ids": ["a"]])["list"]?.array?.first
        }
        #expect(try await inbox()?["totalEmails"] == 2)
        #expect(try await inbox()?["unreadEmails"] == 1)
        let state = try await agent.state("Mailbox")
        _ = try await agent.call("Email/set", ["update": .object([first: ["keywords/$seen": true]])])
        #expect(try await inbox()?["unreadEmails"] == 0)
        #expect(try await inbox()?["unreadThreads"] == 0)
        let changes = try await agent.call("Mailbox/changes", ["sinceState": .string(state)])
        #expect(changes["updated"] == ["a"])
        #expect(changes["updatedProperties"]?.strings?.contains("unreadEmails") == true)
    }

    @Test("a set with an old ifInState changes nothing")
    func ifInState() async throws {
        let fixture = try await Fixture()
        let agent = try await fixture.agent()
        let state = try await agent.state("Mailbox")
        let box = try #require(
            try await fixture.admin.create("Mailbox/set", ["name": "Held"], in: agent.account)["id"]?.string)
        let error = try await fixture.admin.error(
            "Mailbox/set",
            [
                "accountId": .string(agent.account), "ifInState": .string(state),
                "update": .object([box: ["name": "Other"]]),
            ])
        #expect(error["type"] == "stateMismatch")
        let list = try await agent.call("Mailbox/get", ["ids": [.string(box)], "properties": ["name"]])["list"]
        #expect(list == [["id": .string(box), "name": "Held"]])
    }
}

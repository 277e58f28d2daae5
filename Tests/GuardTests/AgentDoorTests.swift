import FoundationEssentials
import Guard
import HTTPTransport
import JMAP
import Message
import Sandbox
import Stalwart
import TestSupport
import Testing

/// One call by which an agent might send, get the right to send, or reach what is not its own.
private struct Attempt {
    let name: String
    let arguments: [String: JSON]
}

@Suite("An agent that tries doors") struct AgentDoorTests {
    private static let capabilities: [Capability] = [
        "urn:ietf:params:jmap:mail", "urn:ietf:params:jmap:submission", "urn:ietf:params:jmap:vacationresponse",
        "urn:ietf:params:jmap:sieve", "urn:ietf:params:jmap:blob", "urn:ietf:params:jmap:quota",
        "urn:ietf:params:jmap:principals", "urn:stalwart:jmap",
    ]

    /// What an answer says was done, or shows.
    private static func done(_ answer: JSON) -> Bool {
        ["created", "updated", "destroyed", "copied", "list", "ids"].contains { member in
            guard let value = answer[member] else { return false }
            return value.object.map { !$0.isEmpty } ?? value.array.map { !$0.isEmpty } ?? false
        }
    }

    /// The calls by which mail would leave.
    private func sending(_ fixture: GuardFixture, _ email: EmailID) -> [Attempt] {
        let agent = fixture.agent
        let envelope: JSON = [
            "mailFrom": ["email": .string(agent.address)], "rcptTo": [["email": .string(fixture.other.address)]],
        ]
        let submission: JSON = ["emailId": email.json, "identityId": "a", "envelope": envelope]
        let patch: JSON = .object(["#s": ["keywords/sent": true], email.rawValue: ["keywords/x": true]])
        var attempts: [Attempt] = []
        for account in [agent.id, fixture.other.id, fixture.guardian.id, fixture.group] {
            attempts.append(
                Attempt(
                    name: "EmailSubmission/set", arguments: ["accountId": account.json, "create": ["s": submission]]))
        }
        attempts += [
            Attempt(
                name: "EmailSubmission/set",
                arguments: [
                    "accountId": agent.id.json, "create": ["s": submission], "onSuccessUpdateEmail": patch,
                    "onSuccessDestroyEmail": ["#s"],
                ]),
            Attempt(
                name: "EmailSubmission/set",
                arguments: ["accountId": agent.id.json, "create": [:], "onSuccessUpdateEmail": patch]),
            Attempt(
                name: "EmailSubmission/set",
                arguments: ["accountId": agent.id.json, "update": ["b": ["undoStatus": "canceled"]]]),
            Attempt(name: "EmailSubmission/set", arguments: ["accountId": agent.id.json, "destroy": ["b"]]),
            Attempt(
                name: "VacationResponse/set",
                arguments: [
                    "accountId": agent.id.json,
                    "update": ["singleton": ["isEnabled": true, "textBody": "the secret is 7"]],
                ]),
            Attempt(
                name: "SieveScript/set",
                arguments: [
                    "accountId": agent.id.json, "create": ["s": ["name": "out", "blobId": "b"]],
                    "onSuccessActivateScript": "#s",
                ]),
            Attempt(
                name: "Identity/set",
                arguments: [
                    "accountId": agent.id.json,
                    "create": ["i": ["name": "Me", "email": .string(fixture.other.address)]],
                ]),
            Attempt(
                name: "PushSubscription/set",
                arguments: ["create": ["p": ["deviceClientId": "x", "url": "https://evil.test/push"]]]),
        ]
        return attempts
    }

    /// The calls by which it would reach other accounts, with an email and a blob of the guard's.
    private func reaching(_ fixture: GuardFixture, _ email: EmailID, _ blob: BlobID) -> [Attempt] {
        let agent = fixture.agent
        let note: JSON = ["mailboxIds": ["a": true], "subject": "forged", "keywords": [:]]
        var attempts: [Attempt] = []
        for account in [fixture.other.id, fixture.guardian.id, fixture.reviewers[0].id, fixture.group] {
            let there = account.json
            attempts += [
                Attempt(name: "Email/set", arguments: ["accountId": there, "create": ["e": note]]),
                Attempt(
                    name: "Email/set",
                    arguments: ["accountId": there, "update": ["b": ["keywords/x": true]], "destroy": ["c"]]),
                Attempt(
                    name: "Email/import",
                    arguments: [
                        "accountId": there, "emails": ["e": ["blobId": blob.json, "mailboxIds": ["a": true]]],
                    ]),
                Attempt(
                    name: "Email/copy",
                    arguments: [
                        "fromAccountId": agent.id.json, "accountId": there,
                        "create": ["e": ["id": email.json, "mailboxIds": ["a": true]]],
                    ]),
                Attempt(
                    name: "Email/copy",
                    arguments: [
                        "fromAccountId": there, "accountId": agent.id.json,
                        "create": ["e": ["id": "b", "mailboxIds": ["a": true]]],
                    ]),
                Attempt(
                    name: "Blob/copy",
                    arguments: ["fromAccountId": there, "accountId": agent.id.json, "blobIds": [blob.json]]),
                Attempt(name: "Blob/get", arguments: ["accountId": there, "ids": [blob.json]]),
                Attempt(
                    name: "Blob/lookup", arguments: ["accountId": there, "typeNames": ["Email"], "ids": [blob.json]]),
                Attempt(name: "Email/query", arguments: ["accountId": there]),
                Attempt(name: "Email/get", arguments: ["accountId": there, "ids": ["b", "c"]]),
                Attempt(name: "Mailbox/get", arguments: ["accountId": there]),
                Attempt(
                    name: "Mailbox/set", arguments: ["accountId": there, "create": ["m": ["name": "Decisions"]]]),
                Attempt(name: "Quota/get", arguments: ["accountId": there]),
                Attempt(name: "Identity/get", arguments: ["accountId": there]),
            ]
        }
        attempts.append(
            Attempt(
                name: "Mailbox/set",
                arguments: [
                    "accountId": agent.id.json,
                    "update": ["a": ["shareWith": .object([fixture.other.id.rawValue: ["mayReadItems": true]])]],
                ]))
        return attempts
    }

    /// The calls by which it would change the server, or who it is.
    private func administering(_ fixture: GuardFixture) -> [Attempt] {
        let id = fixture.agent.id.rawValue
        let own: JSON = fixture.agent.id.json
        let permissions: JSON = [
            "@type": "Merge", "enabledPermissions": ["emailSend": true], "disabledPermissions": [:],
        ]
        var attempts: [Attempt] = [
            Attempt(name: "x:Account/set", arguments: ["update": .object([id: ["permissions": permissions]])]),
            Attempt(
                name: "x:Account/set",
                arguments: ["update": .object([id: ["memberGroupIds": .object([fixture.group.rawValue: true])]])]),
            Attempt(
                name: "x:ApiKey/set",
                arguments: [
                    "accountId": own, "create": ["k": ["description": "mine", "permissions": ["@type": "Inherit"]]],
                ]),
            Attempt(
                name: "x:AppPassword/set", arguments: ["accountId": own, "create": ["k": ["description": "mine"]]]),
            Attempt(
                name: "x:AccountPassword/set", arguments: ["accountId": own, "update": ["singleton": ["secret": "x"]]]),
            Attempt(name: "x:AccountSettings/set", arguments: ["accountId": own, "update": ["singleton": [:]]]),
            Attempt(name: "x:Action/set", arguments: ["create": ["r": ["@type": "ReloadSettings"]]]),
            Attempt(name: "Principal/query", arguments: ["accountId": own]),
            Attempt(name: "Principal/get", arguments: ["accountId": own, "ids": .null]),
        ]
        for kind in [
            "Account", "Domain", "Role", "MtaHook", "MtaInboundThrottle", "DkimSignature", "QueuedMessage",
            "NetworkListener",
        ] {
            attempts.append(Attempt(name: "x:\(kind)/query", arguments: [:]))
            attempts.append(Attempt(name: "x:\(kind)/get", arguments: ["ids": ["b"]]))
            attempts.append(Attempt(name: "x:\(kind)/set", arguments: ["destroy": ["b"]]))
        }
        return attempts
    }

    @Test("finds each of them shut: nothing leaves, nothing of others is read or changed, its next draft is held")
    func methods() async throws {
        let fixture = try await GuardFixture()
        let guardian = fixture.makeGuard()
        _ = try await fixture.draft("the held one")
        try await guardian.round()
        let held = try await fixture.mailbox("Held", of: fixture.agent)
        let client = fixture.agent.client
        let email = try #require(
            try await client.call(EmailQuery(account: fixture.agent.id, filter: .inMailbox(held))).ids.first)
        let entries = try await fixture.everything(of: fixture.guardian)
        let blob = try #require(
            try await fixture.guardian.client.call(
                EmailGet(account: fixture.guardian.id, ids: .list(entries), properties: [.blobID])
            ).list.first?.blobID)
        let before = try await fixture.ledger()
        for attempt in sending(fixture, email) + reaching(fixture, email, blob) + administering(fixture) {
            do {
                let answer = try await client.call(
                    RawCall(attempt.name, attempt.arguments, capabilities: Self.capabilities))
                #expect(!Self.done(answer), "\(attempt.name) \(attempt.arguments): \(answer)")
            } catch {
                // Anything else than a refusal of the method would prove nothing.
                guard case .method = error.code else {
                    Issue.record("\(attempt.name): \(error)")
                    continue
                }
            }
        }
        for account in [fixture.guardian.id, fixture.agent.id] {
            let bytes = try? await client.download(blob, of: account, limit: 1 << 20)
            #expect(bytes == nil)
        }
        #expect(try await fixture.ledger() == before)
        try await fixture.expectUnmoved(guardian, "doors")
    }

    @Test("finds the door shut also behind a draft that the same request makes, and behind result references")
    func references() async throws {
        let fixture = try await GuardFixture()
        let guardian = fixture.makeGuard()
        try await guardian.round()
        let agent = fixture.agent
        let outbox = try await fixture.mailbox("Outbox", of: agent)
        let email: JSON = [
            "mailboxIds": .object([outbox.rawValue: true]), "subject": "in one request",
            "to": [["email": .string(fixture.other.address)]], "from": [["email": .string(agent.address)]],
            "textBody": [["partId": "1", "type": "text/plain"]], "bodyValues": ["1": ["value": "Hello."]],
        ]
        var request = Request()
        let make = request.call(RawCall("Email/set", ["accountId": agent.id.json, "create": ["e": email]]))
        let identities = request.call(
            RawCall("Identity/get", ["accountId": agent.id.json, "ids": .null], capabilities: Self.capabilities))
        let send = request.call(
            RawCall(
                "EmailSubmission/set",
                ["accountId": agent.id.json, "create": ["s": ["emailId": "#e", "identityId": "a"]]],
                capabilities: Self.capabilities))
        let again = request.call(
            RawCall(
                "EmailSubmission/set", ["accountId": agent.id.json, "#create": identities.reference("/list").json],
                capabilities: Self.capabilities))
        let response = try await agent.client.send(request)
        #expect(try response.get(make)["created"]?["e"] != nil)
        for call in [send, again] {
            #expect(throws: JMAPError.self) { try response.get(call) }
        }
        // It is a draft like any other.
        try await guardian.round()
        #expect(try await fixture.onlyHold().entry.subject == "in one request")
        try await fixture.expectUnmoved(guardian, "references")
    }

    @Test("finds no token, no WebSocket and no mail listener that sends for its key")
    func otherProtocols() async throws {
        let fixture = try await GuardFixture()
        let guardian = fixture.makeGuard()
        let port = try #require(fixture.sandbox.smtpPort)
        let agent = fixture.agent
        let prover = SendingProver(
            client: agent.client, credential: .bearer(agent.key), account: agent.id, address: agent.address,
            smtp: SendingProver.SMTPPlace(host: "127.0.0.1", port: port, isRequired: false))
        // The fixture's agent may import into its own account, which a real one may not: these doors tell that.
        let open = try await prover.prove().doors.filter {
            $0.state == .open && !["permissions", "email.import"].contains($0.id)
        }
        #expect(open.isEmpty, "\(open)")
        try await fixture.expectUnmoved(guardian, "other protocols")
    }
}

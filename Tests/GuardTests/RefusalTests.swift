import Guard
import HTTPTransport
import JMAP
import Sandbox
import Synchronization
import TestSupport
import Testing

@Suite("What the server refuses")
struct RefusalTests {
    /// A transport that lets the server refuse every submission with an error of RFC 8620 or 8621.
    private final class Refusing: Sendable {
        let count = Mutex(0)
        let isRefusing = Mutex(true)

        func transport(_ error: String) -> HTTPInterceptor {
            HTTPInterceptor(HTTPTransport()) { [self] (request, base) throws(HTTPError) in
                guard case .bytes(let bytes) = request.body, isRefusing.withLock({ $0 }),
                    let json = try? JSON(parsing: bytes), let call = json["methodCalls"]?[0],
                    call[0]?.string == "EmailSubmission/set", call[1]?["create"] != nil
                else { return try await base.send(request) }
                count.withLock { $0 += 1 }
                let answer = """
                    {"sessionState":"s","methodResponses":[["EmailSubmission/set",\
                    {"accountId":"\(call[1]?["accountId"]?.string ?? "")","oldState":"n","newState":"n",\
                    "notCreated":{"s":\(error)}},"\(call[2]?.string ?? "")"]]}
                    """
                return HTTPResponse(
                    status: 200, headers: ["Content-Type": "application/json"], body: Array(answer.utf8))
            }
        }
    }

    private func approved(
        _ fixture: GuardFixture, by guardian: Guard, to recipient: String? = nil
    ) async throws {
        _ = try await fixture.draft("an offer", to: recipient.map { [$0] })
        try await guardian.round()
        try await fixture.decide(.approve, try await fixture.onlyHold())
        try await guardian.round()
        try await guardian.round()
    }

    private func note(_ fixture: GuardFixture) async throws -> String {
        try await AgentOutbox.open(fixture.agent.client).list().first?.note ?? ""
    }

    @Test(
        "for good becomes failed, with the server's words for the agent, and the server is not asked again",
        arguments: [
            (#"{"type":"forbiddenFrom","description":"Not this sender."}"#, "Not this sender"),
            (#"{"type":"forbiddenMailFrom","description":"Hold too long."}"#, "Hold too long"),
            (
                #"{"type":"invalidProperties","properties":["envelope"],"description":"Invalid e-mail"}"#,
                "Invalid e-mail"
            ),
            (#"{"type":"noRecipients","description":"Nobody."}"#, "Nobody"),
            (#"{"type":"tooLarge","description":"Too large."}"#, "Too large"),
            (#"{"type":"forbiddenToSend","description":"Server rejected DATA: 550 5.7.1 No."}"#, "550 5.7.1"),
        ])
    func forGood(error: String, words: String) async throws {
        let fixture = try await GuardFixture()
        let refusing = Refusing()
        let client = JMAPClient(
            origin: fixture.guardian.client.origin, credential: .bearer(fixture.guardianKey),
            transport: refusing.transport(error))
        let guardian = fixture.makeGuard(client: client)
        try await approved(fixture, by: guardian)
        #expect(try await fixture.ledger().values.allSatisfy { $0 == ["failed"] })
        let note = try await note(fixture)
        #expect(note.contains(words), "\(note)")
        refusing.isRefusing.withLock { $0 = false }
        fixture.clock.advance(3_600)
        try await guardian.round()
        #expect(refusing.count.withLock { $0 } == 1)
        #expect(try await fixture.arrived().isEmpty)
    }

    @Test(
        "for now waits and is sent once later",
        arguments: [
            #"{"type":"forbiddenToSend","description":"Server rejected DATA: 451 4.3.5 Try again."}"#,
            #"{"type":"forbiddenToSend","description":"Server rejected: 452 4.4.5 Rate limit exceeded."}"#,
            #"{"type":"rateLimit","description":"Later."}"#,
        ])
    func forNow(error: String) async throws {
        let fixture = try await GuardFixture()
        let refusing = Refusing()
        let client = JMAPClient(
            origin: fixture.guardian.client.origin, credential: .bearer(fixture.guardianKey),
            transport: refusing.transport(error))
        let guardian = fixture.makeGuard(client: client)
        try await approved(fixture, by: guardian)
        #expect(try await fixture.ledger().values.allSatisfy { $0 == ["approved"] })
        // Not before its time.
        try await guardian.round()
        #expect(refusing.count.withLock { $0 } == 1)
        refusing.isRefusing.withLock { $0 = false }
        fixture.clock.advance(61)
        #expect(try await fixture.isSent(by: guardian))
        #expect(try await eventually { try await fixture.arrived() == ["an offer"] })
    }

    @Test("of every attempt becomes failed in the end, after longer and longer pauses")
    func everyAttempt() async throws {
        let fixture = try await GuardFixture()
        let refusing = Refusing()
        let client = JMAPClient(
            origin: fixture.guardian.client.origin, credential: .bearer(fixture.guardianKey),
            transport: refusing.transport(#"{"type":"rateLimit","description":"Later."}"#))
        let guardian = fixture.makeGuard(fixture.policy(deadline: 86_400), lease: 86_400, client: client)
        try await approved(fixture, by: guardian)
        for (asked, pause) in [(1, 60), (2, 300), (3, 900), (4, 1_800)] as [(Int, Int64)] {
            #expect(refusing.count.withLock { $0 } == asked)
            fixture.clock.advance(pause - 5)
            try await guardian.round()
            #expect(refusing.count.withLock { $0 } == asked)
            fixture.clock.advance(10)
            for _ in 0..<3 { try await guardian.round() }
        }
        fixture.clock.advance(2_000)
        for _ in 0..<3 { try await guardian.round() }
        #expect(refusing.count.withLock { $0 } == 5)
        #expect(try await fixture.ledger().values.allSatisfy { $0 == ["failed"] })
    }

    @Test("every recipient for now, by the limit of the server, waits; nobody is told that it has failed")
    func throttled() async throws {
        let fixture = try await GuardFixture()
        // The server takes one message in an hour from one domain to one recipient, and has taken it.
        let throttle: JSON = [
            "description": "one an hour", "enable": true, "key": ["rcpt": true, "senderDomain": true],
            "match": ["else": "true"], "rate": ["count": 1, "period": 3_600_000],
        ]
        let set = try await fixture.admin.call(RawCall("x:MtaInboundThrottle/set", ["create": ["t": throttle]]))
        try #require(set["created"]?["t"] != nil, "\(set)")
        let boxes = try await fixture.admin.call(MailboxGet(account: fixture.agent.id, ids: .all)).list
        let inbox = try #require(boxes.first { $0.role?.rawValue == "inbox" }?.id)
        let mail: JSON = [
            "mailboxIds": .set([inbox]), "from": [["email": .string(fixture.agent.address)]],
            "to": [["email": .string(fixture.other.address)]], "subject": "before",
            "textBody": [["partId": "1", "type": "text/plain"]], "bodyValues": ["1": ["value": "x"]],
        ]
        let made = try await fixture.admin.call(EmailSet(account: fixture.agent.id, create: ["m": mail])).created("m")
        let identity = try #require(
            try await fixture.admin.call(IdentityGet(account: fixture.agent.id, ids: .all)).list.first?.id)
        let envelope = Envelope(mailFrom: .init(fixture.agent.address), rcptTo: [.init(fixture.other.address)])
        let sent = try await fixture.admin.call(
            EmailSubmissionSet(
                account: fixture.agent.id,
                create: ["s": ["emailId": made.json, "identityId": identity.json, "envelope": envelope.json]]))
        #expect(sent.notCreated.isEmpty)
        let guardian = fixture.makeGuard()
        try await approved(fixture, by: guardian)
        #expect(try await fixture.ledger().values.allSatisfy { $0 == ["approved"] })
        #expect(try await !fixture.arrived().contains("an offer"))
        let audit = try await AuditTrail.open(fixture.guardian.client).all().entries
        #expect(audit.last { $0.event == "attempt.failed" }?.detail.contains("452") == true)
    }

    @Test("a recipient that does not exist is told to the agent as failed, with the server's reply")
    func unknownRecipient() async throws {
        let fixture = try await GuardFixture()
        let guardian = fixture.makeGuard()
        try await approved(fixture, by: guardian, to: "nobody@\(GuardFixture.domain)")
        #expect(try await fixture.ledger().values.allSatisfy { $0 == ["failed"] })
        #expect(try await note(fixture).contains("550"))
    }
}

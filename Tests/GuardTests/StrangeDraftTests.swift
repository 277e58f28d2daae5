import Guard
import HTTPTransport
import JMAP
import Message
import Sandbox
import Synchronization
import TestSupport
import Testing

@Suite("Drafts that are strange or many") struct StrangeDraftTests {
    /// A guard that lets go what nothing speaks against, so that what is held is held for what it is.
    private func lenient(_ fixture: GuardFixture) -> Guard {
        fixture.makeGuard(fixture.policy(mode: .byFindings), holdFor: 0)
    }

    private static let pem =
        "-----BEGIN RSA PRIVATE KEY-----\r\n" + String(repeating: "MIIEowIBAAKCAQEAq7sLzBbX", count: 12)
        + "\r\n-----END RSA PRIVATE KEY-----"

    @Test("two From, a From or a Sender of another agent: held under the most lenient policy")
    func strangers() async throws {
        let fixture = try await GuardFixture()
        let guardian = fixture.makeGuard(fixture.policy(mode: .releaseAll), holdFor: 0)
        let bob = fixture.other.address
        let headers = [
            "From: \(bob)\r\n", "From: \(fixture.agent.address), \(bob)\r\n", "Sender: \(bob)\r\n",
        ]
        for (number, header) in headers.enumerated() {
            try await fixture.file(fixture.raw("strange \(number)", headers: header))
        }
        let forged = "From: \(bob)\r\nTo: \(bob)\r\nSubject: forged\r\nMessage-ID: <forged@agents.test>\r\n\r\nHi.\r\n"
        try await fixture.file(Array(forged.utf8))
        for _ in 0..<2 { try await guardian.round() }
        let states = try await fixture.ledger().values.flatMap { $0 }
        let ledger = try await fixture.ledger()
        #expect(states == Array(repeating: "held", count: 4), "\(ledger)")
        try await fixture.expectNothingLeft("strangers")
        let items = try await AgentOutbox.open(fixture.agent.client).list()
        #expect(items.count == 4 && items.allSatisfy { $0.state == "held" && !$0.note.isEmpty }, "\(items)")
    }

    @Test("a recipient in Bcc alone is judged and shown like every other, and stands in nobody's copy")
    func blindCopy() async throws {
        let fixture = try await GuardFixture()
        let guardian = fixture.makeGuard(fixture.policy(mode: .reviewOutside), holdFor: 0)
        for (number, name) in ["Bcc", "BCC", "bCc"].enumerated() {
            let raw =
                "From: \(fixture.agent.address)\r\n\(name): \(fixture.other.address),\r\n eve@evil.test\r\n"
                + "Subject: blind \(number)\r\nMessage-ID: <blind\(number)@agents.test>\r\n\r\nHello \(number).\r\n"
            try await fixture.file(Array(raw.utf8))
        }
        try await guardian.round()
        let desk = try await ReviewDesk.open(fixture.reviewers[0].client)
        let holds = try await desk.holds(in: [.held]).holds
        #expect(holds.count == 3)
        for hold in holds {
            #expect(hold.entry.envelope.recipients == [fixture.other.address, "eve@evil.test"].sorted())
            try await fixture.decide(.approve, hold)
        }
        #expect(
            try await eventually {
                try await guardian.round(); return try await fixture.arrived().count == 3
            })
        for number in 0..<3 {
            let read = try await fixture.firstArrived(subject: "blind \(number)")
            #expect(!String(decoding: read.raw, as: UTF8.self).contains("eve@evil.test"))
        }
    }

    @Test("ten thousand recipients are held, every one of them in the envelope")
    func manyRecipients() async throws {
        let fixture = try await GuardFixture()
        let guardian = lenient(fixture)
        let recipients = (0..<10_000).map { "r\($0)@agents.test" }
        try await fixture.file(fixture.raw("to many", to: [recipients.joined(separator: ",\r\n ")]))
        try await guardian.round()
        let hold = try await fixture.onlyHold()
        #expect(hold.entry.envelope.recipients.count == 10_000)
        #expect(hold.entry.reasons.contains { $0.contains("10000 recipients") }, "\(hold.entry.reasons)")
        try await fixture.expectNothingLeft("many recipients")
        try await fixture.expectGoingOn(guardian, "many recipients", isHeld: false)
    }

    @Test("a key in a message inside a message inside the draft holds it")
    func nested() async throws {
        let fixture = try await GuardFixture()
        let guardian = lenient(fixture)
        var inner = "From: x@y.test\r\nSubject: inner\r\n\r\n\(Self.pem)\r\n"
        for level in 0..<4 {
            inner =
                "From: x@y.test\r\nSubject: level \(level)\r\nMIME-Version: 1.0\r\n"
                + "Content-Type: multipart/mixed; boundary=b\(level)\r\n\r\n--b\(level)\r\n\r\nsee below\r\n"
                + "--b\(level)\r\nContent-Type: message/rfc822\r\n\r\n\(inner)\r\n--b\(level)--\r\n"
        }
        let outer = inner.replacingFirst("From: x@y.test", with: "From: \(fixture.agent.address)")
            .replacingFirst(
                "Subject: level 3",
                with: "Subject: nested\r\nTo: \(fixture.other.address)\r\nMessage-ID: <n@agents.test>")
        try await fixture.file(Array(outer.utf8))
        try await guardian.round()
        let hold = try await fixture.onlyHold()
        #expect(
            hold.entry.findings.contains { $0.category == "keys" || $0.rule.contains("key") }, "\(hold.entry.findings)")
        try await fixture.expectNothingLeft("nested")
        try await fixture.expectGoingOn(guardian, "nested", isHeld: false)
    }

    @Test("a draft of fifty megabytes is turned down with a note, without being read, and stops nobody", .ownSandbox)
    func huge() async throws {
        let fixture = try await GuardFixture()
        let largest = Mutex(0)
        let counting = HTTPInterceptor(HTTPTransport()) { (request, base) throws(HTTPError) in
            do throws(HTTPError) {
                let answer = try await base.send(request)
                largest.withLock { $0 = max($0, answer.body.count) }
                return answer
            } catch {
                // One that is too large for whoever asks fails here.
                largest.withLock { $0 = .max }
                throw error
            }
        }
        let guardian = fixture.makeGuard(
            client: JMAPClient(
                origin: fixture.guardian.client.origin, credential: .bearer(fixture.guardianKey), transport: counting))
        try await guardian.round()
        var raw = fixture.raw("huge", headers: "X-Note: it is large\r\n")
        raw += Array(repeating: UInt8(ascii: "a"), count: 49_000_000)
        try await fixture.file(raw)
        let bob = try await fixture.draft("a small one", to: [fixture.agent.address], from: fixture.other)
        try await guardian.round()
        #expect(largest.withLock { $0 } < 1_000_000)
        let item = try #require(try await AgentOutbox.open(fixture.agent.client).list().first)
        #expect(item.state == "rejected" && item.note.contains("25000000 are the most"), "\(item)")
        #expect(item.messageID == ParsedMessage(fixture.raw("huge")).messageID?.first)
        #expect(try await fixture.told(bob, fixture.other)?.state == "held")
        try await fixture.expectUnmoved(guardian, "huge")
    }

    @Test("an agent that hands in drafts without end keeps no other agent waiting, and each gets its verdict")
    func flood() async throws {
        let fixture = try await GuardFixture()
        let guardian = fixture.makeGuard()
        try await guardian.round()
        let count = times(150, "AGENTICMAIL_FLOOD")
        let outbox = try await fixture.mailbox("Outbox", of: fixture.agent)
        for start in stride(from: 0, to: count, by: 100) {
            var create: [CreationID: JSON] = [:]
            for number in start..<min(count, start + 100) {
                create[CreationID("d\(number)")] = [
                    "mailboxIds": .set([outbox]), "subject": .string("flood \(number)"),
                    "from": [["email": .string(fixture.agent.address)]],
                    "to": [["email": .string(fixture.other.address)]],
                    "textBody": [["partId": "1", "type": "text/plain"]],
                    "bodyValues": ["1": ["value": .string("Number \(number).")]],
                ]
            }
            _ = try await fixture.agent.client.call(EmailSet(account: fixture.agent.id, create: create))
        }
        let bob = try await fixture.draft("in between", to: [fixture.agent.address], from: fixture.other)
        try await guardian.round()
        #expect(try await fixture.told(bob, fixture.other)?.state == "held")
        let isOver = try await eventually(within: 300) {
            try await guardian.round()
            return try await fixture.ledger().count == count + 1
        }
        #expect(isOver)
        #expect(try await fixture.ledger().values.allSatisfy { $0 == ["held"] })
        try await fixture.expectUnmoved(guardian, "flood")
    }

    @Test("an agent that fills the upload quotas of everybody stops neither the guard nor another agent")
    func uploads() async throws {
        let fixture = try await GuardFixture()
        let guardian = fixture.makeGuard(holdFor: 0)
        try await guardian.round()
        let bytes = [UInt8](repeating: 0, count: 25_000_000)
        for account in [
            fixture.agent.id, fixture.other.id, fixture.guardian.id, fixture.reviewers[0].id, fixture.group,
        ] {
            for _ in 0..<3 {
                _ = try? await fixture.agent.client.upload(.bytes(bytes), to: account, type: "application/octet-stream")
            }
        }
        let bob = try await fixture.draft("from bob", to: [fixture.agent.address], from: fixture.other)
        let ada = try await fixture.draft("from ada")
        try await guardian.round()
        #expect(try await fixture.told(bob, fixture.other)?.state == "held")
        #expect(try await fixture.told(ada)?.state == "held")
        let desk = try await ReviewDesk.open(fixture.reviewers[0].client)
        for hold in try await desk.holds(in: [.held]).holds { try await fixture.decide(.approve, hold) }
        #expect(try await fixture.isSent(by: guardian))
        #expect(try await eventually { try await fixture.arrived() == ["from ada"] })
    }
}

extension String {
    /// The text with the first occurrence of another one replaced.
    fileprivate func replacingFirst(_ text: String, with other: String) -> String {
        guard let range = firstRange(of: text) else { return self }
        return self[..<range.lowerBound] + other + self[range.upperBound...]
    }
}

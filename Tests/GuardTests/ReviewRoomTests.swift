import AgenticMail
import Guard
import JMAP
import Message
import Sandbox
import Sodium
import TestSupport
import Testing

@Suite("The reviewers' room") struct ReviewRoomTests {
    private func room(_ fixture: GuardFixture, _ number: Int = 0) -> ReviewRoom {
        let key = fixture.keys[number].secretKey
        let clock = fixture.clock
        return ReviewRoom(client: fixture.reviewers[number].client, secretKey: { key }, now: { clock.now })
    }

    /// Decides while the guard goes its rounds.
    private func decide(
        _ room: ReviewRoom, _ guardian: Guard, _ action: Decision.Action, _ hold: HoldSummary, note: String = ""
    ) async throws -> ReviewRoom.Outcome {
        async let outcome = room.decide(action, on: ReviewRoom.Seen(hold), note: note, wait: 20)
        let rounds = Task {
            while !Task.isCancelled { try await guardian.round() }
        }
        defer { rounds.cancel() }
        return try await outcome
    }

    @Test("the queue shows who claims, who has approved, and what is left")
    func queue() async throws {
        let fixture = try await GuardFixture(reviewers: 2)
        let guardian = fixture.makeGuard(fixture.policy(approvals: 2))
        _ = try await fixture.draft("an offer", to: [fixture.other.address, "x@agents-test.example", "y@agents.tset"])
        try await guardian.round()
        let (one, two) = (room(fixture), room(fixture, 1))
        let hold = try #require(try await one.queue().holds.first)
        #expect(hold.state == .held && hold.claim == nil && hold.approvedBy.isEmpty)
        #expect(hold.outside.count == 2)
        #expect(try await decide(one, guardian, .claim, hold) == .accepted(holdFor: 1))
        #expect(try await decide(one, guardian, .approve, hold) == .accepted(holdFor: 1))
        let seen = try #require(try await two.queue().holds.first)
        #expect(seen.claim?.reviewer == fixture.reviewers[0].address)
        #expect(seen.approvedBy == [fixture.reviewers[0].address])
        #expect(!seen.isPastReminder(at: fixture.clock.now))
        #expect(seen.isPastReminder(at: fixture.clock.now + 1_801))
        #expect(try await decide(one, guardian, .release, seen) == .accepted(holdFor: 1))
        #expect(try await two.queue().holds.first?.claim == nil)
    }

    @Test("a decision on what was changed, decided or has run out is refused before it is handed in")
    func stale() async throws {
        let fixture = try await GuardFixture(reviewers: 2)
        let guardian = fixture.makeGuard(fixture.policy(deadline: 600))
        _ = try await fixture.draft("an offer")
        try await guardian.round()
        let room = room(fixture)
        let hold = try #require(try await room.queue().holds.first)
        let other = ReviewRoom.Seen(hold: hold.id, digest: Digest(text: "sha256:0"))
        guard case .refused(let changed) = try await room.decide(.approve, on: other, wait: 0) else {
            Issue.record("a decision on another digest was handed in")
            return
        }
        #expect(changed.contains("was changed since it was shown"))
        fixture.clock.advance(601)
        guard case .refused(let late) = try await room.decide(.approve, on: .init(hold), wait: 0) else {
            Issue.record("a decision after the deadline was handed in")
            return
        }
        #expect(late.contains("deadline"))
        try await guardian.round()
        guard case .refused(let over) = try await room.decide(.reject, on: .init(hold), note: "no", wait: 0) else {
            Issue.record("an expired hold was decided")
            return
        }
        #expect(over.contains("expired already"))
        #expect(try await fixture.arrived().isEmpty)
    }

    @Test("without a guard a decision stands and waits, and a bell that nobody hears tells since when")
    func silence() async throws {
        let fixture = try await GuardFixture(reviewers: 1)
        let guardian = fixture.makeGuard()
        _ = try await fixture.draft("an offer")
        try await guardian.round()
        let room = room(fixture)
        let hold = try #require(try await room.queue().holds.first)
        try await room.ring()
        #expect(try await !room.queue().isSilent)
        #expect(try await room.decide(.approve, on: .init(hold), wait: 0) == .waiting)
        fixture.clock.advance(60)
        let silent = try await room.queue()
        #expect(silent.isSilent && silent.guardSeen != nil)
        #expect(
            try await eventually {
                try await guardian.round()
                fixture.clock.advance(5)
                return try await fixture.arrived() == ["an offer"]
            })
        #expect(try await !room.queue().isSilent)
    }

    @Test("earlier decisions on the agent and the recipient are told with who decided and the note")
    func earlier() async throws {
        let fixture = try await GuardFixture(reviewers: 1)
        let guardian = fixture.makeGuard()
        _ = try await fixture.draft("first")
        try await guardian.round()
        let room = room(fixture)
        let first = try #require(try await room.queue().holds.first)
        #expect(try await decide(room, guardian, .reject, first, note: "Not like this.") == .accepted(holdFor: 1))
        _ = try await fixture.draft("second")
        try await guardian.round()
        let second = try #require(try await room.queue().holds.first)
        let sheet = try await room.sheet(String(second.id.prefix(8)))
        #expect(sheet.earlier.map(\.state) == [.rejected])
        #expect(sheet.earlier.map(\.note) == ["Not like this."])
        #expect(sheet.earlier.map(\.reviewer) == [fixture.reviewers[0].address])
        #expect(sheet.recipients.map(\.isKnown) == [false])
    }

    @Test("an edit becomes the next revision with its files as they were, shows what changed, and another approves it")
    func edit() async throws {
        let fixture = try await GuardFixture(reviewers: 2)
        let guardian = fixture.makeGuard()
        _ = try await fixture.draft("an offer", text: "Good day.\n\nOne.\nTwo.")
        try await guardian.round()
        let (one, two) = (room(fixture), room(fixture, 1))
        let hold = try #require(try await one.queue().holds.first)
        var edit = HoldEdit(of: try await one.sheet(hold.id).parsed)
        edit.text = edit.text.replacing("Two.", with: "Three.")
        edit.bcc = [MailAddress(email: "spy@outside.test")]
        let wanted = edit
        async let outcome = one.decide(.edit, on: .init(hold), edit: wanted, wait: 20)
        let rounds = Task { while !Task.isCancelled { try await guardian.round() } }
        #expect(try await outcome == .accepted(holdFor: 1))
        rounds.cancel()
        let revised = try #require(try await two.queue().holds.first)
        #expect(revised.id == hold.id && revised.entry.digest != hold.entry.digest)
        #expect(revised.entry.reasons.contains { $0.contains("adds somebody outside: spy@outside.test") })
        let sheet = try await two.sheet(hold.id)
        let changed = (sheet.changes?.lines ?? []).filter { $0.kind != .same }.map { "\($0.kind.rawValue)\($0.text)" }
        #expect(changed == ["-Bcc: ", "+Bcc: spy@outside.test", "-Two.", "+Three."])
        #expect(sheet.recipients.map(\.field) == [.to, .bcc])
        guard case .refused(let stale) = try await two.decide(.approve, on: .init(hold), wait: 0) else {
            Issue.record("the form before the edit was approved")
            return
        }
        #expect(stale.contains("changed since it was shown"))
        guard case .refused(let own) = try await decide(one, guardian, .approve, revised) else {
            Issue.record("who edited was the only one to approve")
            return
        }
        #expect(own.contains("another one must approve"))
        #expect(try await decide(two, guardian, .approve, revised) == .accepted(holdFor: 1))
    }

    @Test("the files of an edited message stay byte for byte; its HTML form is left out")
    func files() throws {
        var builder = MessageBuilder()
        builder.from = [MailAddress(email: "ada@agents.test")]
        builder.to = [MailAddress(email: "bob@agents.test")]
        builder.subject = "Zahlen für März"
        builder.text = "Hello."
        builder.html = "<p>Hello.</p>"
        builder.headers = [("X-Kept", "as it is")]
        let bytes = (0...255).map { UInt8($0) }
        builder.attachments = [.attachment(name: "all.bin", type: "application/octet-stream", bytes: bytes)]
        let message = ParsedMessage(try builder.build())
        var edit = HoldEdit(of: message)
        #expect(edit.text == "Hello." && edit.subject == "Zahlen für März")
        edit.text = "Good evening."
        let after = ParsedMessage(try edit.apply(to: message))
        #expect(after.headers.last(named: "X-Kept")?.text == "as it is")
        #expect(after.messageID == message.messageID)
        #expect(after.subject == "Zahlen für März")
        #expect(!after.isAmbiguous)
        #expect(!after.parts.contains { $0.mediaType == "text/html" })
        let files = BodyLists(after).attachments.map { after.parts[$0] }
        #expect(files.map { after.content(of: $0) } == [bytes])
    }

    @Test("the file for an editor is read back as it was written, and what is wrong in it is named with its line")
    func editText() throws {
        let edit = HoldEdit(
            to: [MailAddress(name: "Bob, the \"builder\"", email: "bob@x.test"), MailAddress(email: "c@x.test")],
            cc: [], bcc: [MailAddress(email: "d@x.test")], subject: "Hello: again", text: "To: nobody\n\nText.\n")
        let back = try EditText.read(EditText.write(edit))
        #expect(back.to.map(\.email) == ["bob@x.test", "c@x.test"])
        #expect(back.bcc == edit.bcc && back.subject == edit.subject && back.text == edit.text)
        for (text, words) in [("To: a@b.c\nFrom: x@y.z\n\nHi", "Line 2"), ("To: nobody\n\nHi", "no address")] {
            let error = #expect(throws: GuardError.self) { try EditText.read(text) }
            #expect(error?.message.contains(words) == true)
        }
    }

    @Test("a difference shows what went and what came, with a little around it")
    func diff() {
        let old = (1...20).map(String.init).joined(separator: "\n")
        let diff = LineDiff(old, old.replacing("\n10\n", with: "\nten\n"))
        let lines = diff.hunks.map { $0.map { "\($0.kind.rawValue)\($0.text)" } ?? "…" }
        #expect(lines == ["…", " 7", " 8", " 9", "-10", "+ten", " 11", " 12", " 13", "…"])
        #expect(LineDiff("a\nb", "a\nb").isEmpty)
        #expect(LineDiff("", "a").hunks.compactMap { $0?.text } == ["", "a"])
    }
}

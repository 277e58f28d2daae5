import HTTPTransport
import JMAP
import MailCache
import MailSync
import Sandbox
import Synchronization
import TestSupport
import Testing

@Suite("A cache equals its server after faults")
struct FaultTests {
    /// Sets a fault, changes every account, and waits until the cache equals the server all the same.
    private func survives(
        _ fixture: SyncFixture, _ fault: Faults.Fault, for methods: [String?], silence: Duration = .seconds(75),
        times: Int = 2
    ) async throws {
        for account in fixture.accounts { try await fixture.add(30, to: account) }
        for method in methods { fixture.sandbox.faults.set(fault, for: method, times: times) }
        try await fixture.running(silence: silence) { _, cache in
            // The comparison asks the same server, so the faults must be used up first.
            #expect(await until { (try? cache.reader().totals().messages) == 30 * fixture.accounts.count })
            fixture.sandbox.faults.clear()
            try await fixture.settle(cache)
            for account in fixture.accounts {
                for method in methods { fixture.sandbox.faults.set(fault, for: method, times: times) }
                _ = try? await fixture.add(3, to: account, subject: "Under fault", from: 1_760_000_000)
            }
            #expect(await until { (try? cache.reader().totals().messages) ?? 0 >= 30 * fixture.accounts.count })
            fixture.sandbox.faults.clear()
            try await fixture.settle(cache)
        }
    }

    @Test(
        "answers that are dropped, late, refused, broken or no JSON",
        arguments: [
            Faults.Fault.dropAnswer, .lateAnswer(.milliseconds(200)), .tooManyRequests(retryAfter: nil),
            .tooManyRequests(retryAfter: 0), .serverError, .html, .truncatedJSON, .wrongTypes,
        ])
    func requests(fault: Faults.Fault) async throws {
        let fixture = try await SyncFixture(agents: 1)
        try await survives(fixture, fault, for: ["Email/get", "Email/changes", "Email/query", "session"])
    }

    @Test("a change that is refused in one call is asked for again", arguments: ["Email/changes", "Mailbox/changes"])
    func cannotCalculate(method: String) async throws {
        let fixture = try await SyncFixture(agents: 1)
        try await survives(fixture, .cannotCalculateChanges, for: [method], times: 3)
    }

    @Test("a replay that the server cannot give any longer ends in a comparison")
    func replayIsTooOld() async throws {
        let fixture = try await SyncFixture(agents: 1)
        for account in fixture.accounts { try await fixture.add(150, to: account) }
        var options = SyncFixture.options
        options.firstPage = 10
        fixture.sandbox.faults.set(.cannotCalculateChanges, for: "Email/changes", times: 6)
        try await fixture.running(options) { _, cache in
            try await fixture.settle(cache)
            let reader = try cache.reader()
            #expect(await until { (try? reader.accounts(at: 0))?.allSatisfy { $0.fill == .complete } == true })
        }
    }

    @Test("a stream that is cut again and again")
    func cutStream() async throws {
        let fixture = try await SyncFixture(agents: 0)
        try await fixture.running { sync, cache in
            for round in 0..<5 {
                fixture.sandbox.faults.cutStreams()
                try await fixture.add(3, to: fixture.operatorID, subject: "Round \(round)")
                fixture.sandbox.faults.cutStreams()
                try await fixture.settle(cache)
            }
            #expect(await until { sync.currentStatus.connection == .live })
        }
    }

    @Test("a stream that falls silent is dead after its time and opened again")
    func silentStream() async throws {
        let fixture = try await SyncFixture(agents: 0)
        var options = SyncFixture.options
        // Without the stream nothing would be seen within the test.
        options.pollInterval = .seconds(600)
        try await fixture.add(3, to: fixture.operatorID)
        try await fixture.running(options, silence: .seconds(1)) { sync, cache in
            try await fixture.settle(cache)
            #expect(await until { sync.currentStatus.connection == .live })
            // What the opening of the stream had asked for is over once something else was told.
            try await fixture.add(1, to: fixture.operatorID, subject: "Told")
            try await fixture.settle(cache)
            fixture.sandbox.faults.silenceStreams()
            try await fixture.add(3, to: fixture.operatorID, subject: "Into silence")
            try await fixture.settle(cache)
            #expect(sync.currentStatus.retries > 0)
        }
    }

    @Test("a server without push is asked every so often, and that is said")
    func noPush() async throws {
        let fixture = try await SyncFixture(agents: 1) { base in
            HTTPInterceptor(
                base,
                events: { _, _ in
                    AsyncThrowingStream { continuation in
                        continuation.yield(.opened(HTTPResponseHead(status: 204)))
                        continuation.finish()
                    }
                })
        }
        try await fixture.running { sync, cache in
            #expect(
                await until {
                    if case .polling = sync.currentStatus.connection { true } else { false }
                })
            for account in fixture.accounts { try await fixture.add(5, to: account) }
            try await fixture.settle(cache)
        }
    }

    @Test("a page of the first fill that arrives after a newer change does not undo it")
    func latePage() async throws {
        let isHeld = Switch()
        let isReleased = Switch()
        let fixture = try await SyncFixture(agents: 0) { base in
            answered(base) { text in
                // The first page that asks for rows by their ids has its answer, which is kept back.
                guard text.contains("\"ids\":[\""), !isHeld.isOn else { return }
                isHeld.set(true)
                _ = await until { isReleased.isOn }
            }
        }
        let account = fixture.operatorID
        let ids = try await fixture.add(60, to: account)
        var options = SyncFixture.options
        options.firstPage = 10
        options.objectsInGet = 100
        options.fetchesBodies = false
        options.pollInterval = .seconds(600)
        try await fixture.running(options) { _, cache in
            #expect(await until { isHeld.isOn })
            try await fixture.destroy(Array(ids[0..<10]), in: account)
            try await fixture.update(Array(ids[10..<30]), in: account, JMAP.EmailPatch().keyword(.seen, true))
            // Once this one is seen, the changes before it were written.
            let late = try await fixture.add(1, to: account, subject: "Late", from: 1_760_000_000)
            let reader = try cache.reader()
            #expect(await until { (try? reader.message(late[0], in: account)) != .some(nil) })
            isReleased.set(true)
            try await fixture.settle(cache)
            #expect(await until { (try? reader.account(account, at: 0))??.fill == .complete })
            try await fixture.settle(cache)
        }
    }

    @Test("a replay whose answer is late does not undo what was caught up with meanwhile")
    func lateReplay() async throws {
        let page = (isHeld: Switch(), isReleased: Switch())
        let replay = (isHeld: Switch(), isReleased: Switch())
        let fixture = try await SyncFixture(agents: 0) { base in
            answered(base) { text in
                if text.contains("\"ids\":[\""), !page.isHeld.isOn {
                    page.isHeld.set(true)
                    _ = await until { page.isReleased.isOn }
                }
                // The replay is the only one that asks for changes of messages alone.
                if text.contains("Email/changes"), !text.contains("Mailbox/changes"), !replay.isHeld.isOn {
                    replay.isHeld.set(true)
                    _ = await until { replay.isReleased.isOn }
                }
            }
        }
        let account = fixture.operatorID
        let ids = try await fixture.add(60, to: account)
        var options = SyncFixture.options
        options.firstPage = 10
        options.fetchesBodies = false
        options.pollInterval = .seconds(600)
        try await fixture.running(options) { _, cache in
            #expect(await until { page.isHeld.isOn })
            // The replay will tell of this one as it is before the next change.
            try await fixture.update(Array(ids[0..<20]), in: account, JMAP.EmailPatch().keyword(.flagged, true))
            page.isReleased.set(true)
            #expect(await until { replay.isHeld.isOn })
            try await fixture.update(Array(ids[0..<20]), in: account, JMAP.EmailPatch().keyword(.seen, true))
            let late = try await fixture.add(1, to: account, subject: "Late", from: 1_760_000_000)
            let reader = try cache.reader()
            #expect(await until { (try? reader.message(late[0], in: account)) != .some(nil) })
            replay.isReleased.set(true)
            try await fixture.settle(cache)
            #expect(await until { (try? reader.account(account, at: 0))??.fill == .complete })
            try await fixture.settle(cache)
        }
    }

    @Test("a server that goes away and comes back: offline with reason and cure, then in step")
    func offline() async throws {
        let fixture = try await SyncFixture(agents: 1)
        try await fixture.running { sync, cache in
            try await fixture.settle(cache)
            fixture.isCut.set(true)
            fixture.sandbox.faults.cutStreams()
            #expect(
                await until {
                    guard case .offline(_, let reason, let cure) = sync.currentStatus.connection else { return false }
                    return !reason.isEmpty && !cure.isEmpty
                })
            for account in fixture.accounts { try await fixture.add(5, to: account) }
            fixture.isCut.set(false)
            try await fixture.settle(cache)
            #expect(await until { sync.currentStatus.connection == .live })
        }
    }

    @Test("a credential that is revoked is offline with a cure and keeps the rows")
    func revoked() async throws {
        let fixture = try await SyncFixture(agents: 1)
        for account in fixture.accounts { try await fixture.add(5, to: account) }
        try await fixture.running { sync, cache in
            try await fixture.settle(cache)
            try await fixture.disable("authenticate")
            fixture.sandbox.faults.cutStreams()
            #expect(
                await until {
                    if case .offline = sync.currentStatus.connection { true } else { false }
                })
            #expect(try cache.reader().totals().messages == 10)
        }
    }

    @Test("bodies come by themselves, an opened one at once with its header fields, and search finds their words")
    func bodies() async throws {
        let fixture = try await SyncFixture(agents: 1)
        for account in fixture.accounts { try await fixture.add(60, to: account, text: "zanzibar") }
        try await fixture.running { sync, cache in
            try await fixture.settle(cache)
            let reader = try cache.reader()
            var filter = MessageFilter()
            filter.text = "zanzi"
            #expect(await until { (try? reader.count(in: .all, filter: filter, upTo: 200).count) == 120 })
            #expect(await until { (try? reader.messages(in: .all, limit: 200))?.rows.allSatisfy(\.hasBody) == true })
            let key = try #require(try reader.messages(in: .all, limit: 1).rows.first?.key)
            #expect(try reader.body(of: key)?.headers.isEmpty == true)
            try await sync.body(of: key)
            let body = try #require(try reader.body(of: key))
            #expect(body.headers.contains { $0.name == "Subject" })
            #expect(body.values.values.contains { $0.text.contains("zanzibar") })
            await #expect(throws: SyncError.self) { try await sync.body(of: MessageKey(rawValue: 3)) }
        }
    }
}

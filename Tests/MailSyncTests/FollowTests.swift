import HTTPTransport
import JMAP
import MailCache
import MailSync
import Sandbox
import Synchronization
import TestSupport
import Testing

@Suite("A cache follows its server")
struct FollowTests {
    @Test("a first fill of own and agents' accounts ends equal to the server, and live")
    func firstFill() async throws {
        let fixture = try await SyncFixture(agents: 3)
        for account in fixture.accounts { try await fixture.add(120, to: account) }
        try await fixture.running { sync, cache in
            try await fixture.settle(cache)
            #expect(await until { sync.currentStatus.connection == .live })
            let rows = try cache.reader().accounts(at: 0)
            #expect(rows.map(\.kind) == [.own, .agent, .agent, .agent])
            #expect(rows.allSatisfy { $0.fill == .complete })
        }
    }

    @Test("arrivals, flags, moves and deletions by another client come over, pushed and swept")
    func changes() async throws {
        let fixture = try await SyncFixture(agents: 1)
        for account in fixture.accounts {
            let ids = try await fixture.add(20, to: account)
            try await fixture.running { _, cache in
                try await fixture.settle(cache)
                let trash = try await fixture.mailbox("trash", of: account)
                let inbox = try await fixture.mailbox("inbox", of: account)
                try await fixture.add(8, to: account, subject: "New", from: 1_760_000_000)
                try await fixture.update(Array(ids[0..<5]), in: account, JMAP.EmailPatch().keyword(.seen, true))
                try await fixture.update(
                    Array(ids[5..<10]), in: account, JMAP.EmailPatch().mailbox(trash, true).mailbox(inbox, false))
                try await fixture.update(
                    Array(ids[8..<12]), in: account,
                    JMAP.EmailPatch().keyword("project-7", true).keyword(.flagged, true))
                try await fixture.destroy(Array(ids[14..<18]), in: account)
                try await fixture.settle(cache)
            }
        }
    }

    @Test("what changed while nothing ran is caught up with, however much it was")
    func restart() async throws {
        let fixture = try await SyncFixture(agents: 1)
        let ids = try await fixture.add(50, to: fixture.operatorID)
        try await fixture.running { _, cache in try await fixture.settle(cache) }
        try await fixture.add(1_200, to: fixture.operatorID, subject: "While away")
        try await fixture.destroy(Array(ids[0..<30]), in: fixture.operatorID)
        try await fixture.update(Array(ids[30..<50]), in: fixture.operatorID, JMAP.EmailPatch().keyword(.seen, true))
        try await fixture.add(10, to: fixture.agents[0])
        try await fixture.running { _, cache in try await fixture.settle(cache) }
    }

    @Test("a quiet account that is asked in full writes nothing and wakes nobody who shows it")
    func quiet() async throws {
        let asked = Mutex(0)
        let fixture = try await SyncFixture(agents: 2) { base in
            HTTPInterceptor(
                base,
                send: { request, base async throws(HTTPError) in
                    if case .bytes(let body) = request.body,
                        String(decoding: body, as: UTF8.self).contains("Mailbox/changes")
                    {
                        asked.withLock { $0 += 1 }
                    }
                    return try await base.send(request)
                })
        }
        for account in fixture.accounts { try await fixture.add(5, to: account) }
        try await fixture.running { _, cache in
            try await fixture.settle(cache)
            let told = Mutex(0)
            let listening = Task { for await _ in cache.changes() { told.withLock { $0 += 1 } } }
            defer { listening.cancel() }
            // What the first minute still has to do ends at some time; then nothing comes for as long as nothing happens.
            let isStill = await eventually {
                let (before, first) = (told.withLock { $0 }, asked.withLock { $0 })
                guard await until({ asked.withLock { $0 } >= first + 6 }) else { return false }
                return told.withLock { $0 } == before
            }
            #expect(isStill)
        }
    }

    @Test("mailboxes that are made, renamed and destroyed by another client come over")
    func mailboxes() async throws {
        let fixture = try await SyncFixture(agents: 1)
        for account in fixture.accounts {
            try await fixture.running { _, cache in
                let made = try await fixture.admin.call(
                    MailboxSet(account: account, create: ["b": ["name": "Projects"], "h": ["name": "Held"]]))
                let box = try #require(made.created["b"]?.id)
                let held = try #require(made.created["h"]?.id)
                try await fixture.add(12, to: account, in: box)
                try await fixture.add(3, to: account, in: held)
                try await fixture.settle(cache)
                #expect(try cache.reader().account(account, at: 0)?.held == 3)
                _ = try await fixture.admin.call(
                    MailboxSet(account: account, update: [box: ["name": "Renamed"], held: ["name": "Kept"]]))
                try await fixture.settle(cache)
                #expect(try cache.reader().account(account, at: 0)?.held == 0)
                _ = try await fixture.admin.call(
                    MailboxSet(account: account, destroy: [box], extra: ["onDestroyRemoveEmails": true]))
                try await fixture.settle(cache)
            }
        }
    }

    @Test("a state that is too old leads to a comparison that ends equal")
    func cannotCalculateChanges() async throws {
        let fixture = try await SyncFixture(agents: 1)
        for account in fixture.accounts {
            let ids = try await fixture.add(60, to: account)
            try await fixture.running { _, cache in try await fixture.settle(cache) }
            try await fixture.destroy(Array(ids[0..<20]), in: account)
            try await fixture.update(Array(ids[20..<40]), in: account, JMAP.EmailPatch().keyword(.flagged, true))
            try await fixture.add(30, to: account, subject: "Later")
            fixture.sandbox.faults.set(.cannotCalculateChanges, for: "Email/changes", times: 2)
            try await fixture.running { _, cache in try await fixture.settle(cache) }
            fixture.sandbox.faults.clear()
        }
    }

    @Test("arrivals and changes during the first fill are neither lost nor doubled")
    func arrivalsDuringFill() async throws {
        let fixture = try await SyncFixture(agents: 1)
        let account = fixture.operatorID
        let ids = try await fixture.add(900, to: account)
        var options = SyncFixture.options
        options.firstPage = 10
        options.idPage = 60
        options.objectsInGet = 20
        try await fixture.running(options) { sync, cache in
            let reader = try cache.reader()
            #expect(await until { (try? reader.account(account, at: 0))??.total ?? 0 > 30 })
            try await fixture.add(40, to: account, subject: "Arrival", from: 1_760_000_000)
            try await fixture.destroy(Array(ids[0..<100]), in: account)
            try await fixture.destroy(Array(ids[850..<870]), in: account)
            try await fixture.update(Array(ids[100..<200]), in: account, JMAP.EmailPatch().keyword(.seen, true))
            try await fixture.settle(cache)
        }
    }

    @Test("a first fill that was broken off goes on where it was, and 5,001 messages come whole")
    func brokenFill() async throws {
        let fixture = try await SyncFixture(agents: 1)
        let account = fixture.agents[0]
        try await fixture.add(5_001, to: account)
        var options = SyncFixture.options
        options.objectsInGet = 100
        options.fetchesBodies = false
        try await fixture.running(options) { _, cache in
            let reader = try cache.reader()
            #expect(await until { (try? reader.account(account, at: 0))??.total ?? 0 > 300 })
        }
        try await fixture.add(10, to: account, subject: "Between", from: 1_760_000_000)
        try await fixture.running(options) { _, cache in
            try await fixture.settle(cache, seconds: 60)
            #expect(await until { (try? cache.reader().account(account, at: 0))??.fill == .complete })
        }
    }

    @Test("an account that is destroyed leaves the cache with everything of it")
    func accountGone() async throws {
        let fixture = try await SyncFixture(agents: 2)
        for account in fixture.accounts { try await fixture.add(10, to: account) }
        try await fixture.running { _, cache in
            try await fixture.settle(cache)
            let reader = try cache.reader()
            _ = try await fixture.admin.call(
                RawCall("x:Account/set", ["destroy": [.string(fixture.agents[0].rawValue)]]))
            #expect(await until { (try? reader.accounts(at: 0))?.count == 2 })
            #expect(try reader.totals().messages == 20)
        }
    }

    @Test("a merge of threads gives messages other ids, and they keep their bodies")
    func threadMerge() async throws {
        let fixture = try await SyncFixture(agents: 1)
        for account in fixture.accounts {
            let inbox = try await fixture.mailbox("inbox", of: account)
            try await fixture.running { _, cache in
                _ = try await fixture.admin.call(
                    EmailSet(
                        account: account,
                        create: [
                            "a": fixture.message("one@x", in: inbox), "b": fixture.message("two@x", in: inbox),
                        ]))
                try await fixture.settle(cache)
                _ = try await fixture.admin.call(
                    EmailSet(
                        account: account,
                        create: ["c": fixture.message("three@x", references: ["one@x", "two@x"], in: inbox)]))
                try await fixture.settle(cache)
                let reader = try cache.reader()
                #expect(
                    await until {
                        (try? reader.messages(in: .account(account), limit: 9))?.rows.allSatisfy(\.hasBody) == true
                    })
            }
        }
    }

    @Test("two programs on one cache keep it equal to the server together")
    func twoPrograms() async throws {
        let fixture = try await SyncFixture(agents: 2)
        for account in fixture.accounts { try await fixture.add(300, to: account) }
        var options = SyncFixture.options
        options.objectsInGet = 50
        try await fixture.running(options) { _, cache in
            try await fixture.running(options) { _, second in
                try await fixture.settle(cache)
                for account in fixture.accounts { try await fixture.add(40, to: account, subject: "New") }
                try await fixture.settle(second)
            }
        }
    }

    @Test("a group that is joined comes over with a stream that tells of it, and goes when it is left")
    func group() async throws {
        let fixture = try await SyncFixture(agents: 0)
        try await fixture.running { sync, cache in
            try await fixture.settle(cache)
            let domains = try await fixture.admin.call(RawCall("x:Domain/query", [:]))
            let made = try await fixture.admin.call(
                RawCall(
                    "x:Account/set",
                    [
                        "create": [
                            "g": [
                                "@type": "Group", "name": "review", "domainId": domains["ids"]?.array?.first ?? .null,
                                "roles": ["@type": "Default"], "permissions": ["@type": "Inherit"],
                            ]
                        ]
                    ]))
            let group = AccountID(try #require(made["created"]?["g"]?["id"]?.string, "\(made)"))
            func setMember(_ isMember: Bool) async throws {
                let patch: JSON = ["memberGroupIds/\(group)": isMember ? true : .null]
                _ = try await fixture.admin.call(
                    RawCall("x:Account/set", ["update": .object([fixture.operatorID.rawValue: patch])]))
                await sync.refresh()
            }
            try await fixture.add(5, to: group)
            try await setMember(true)
            let reader = try cache.reader()
            #expect(await until { (try? reader.account(group, at: 0))??.total == 5 })
            try await fixture.add(3, to: group, subject: "Later")
            #expect(await until { (try? reader.account(group, at: 0))??.total == 8 })
            #expect(try reader.account(group, at: 0)?.kind == .group)
            try await setMember(false)
            #expect(await until { (try? reader.account(group, at: 0)) == .some(nil) })
        }
    }
}

import HTTPTransport
import JMAP
import MailCache
import MailSync
import Sandbox
import Synchronization
import TestSupport
import Testing

@Suite("Acts are shown first, sent once, and end as the server has it")
struct ActTests {
    @Test(
        "flags of many messages survive a failing answer",
        arguments: [
            Faults.Fault.dropAnswer, .tooManyRequests(retryAfter: nil), .serverError, .truncatedJSON, .html,
        ])
    func faults(fault: Faults.Fault) async throws {
        let fixture = try await SyncFixture(agents: 1)
        for account in fixture.accounts { try await fixture.add(250, to: account) }
        try await fixture.running { sync, cache in
            try await fixture.settle(cache)
            fixture.sandbox.faults.set(fault, for: "Email/set", times: 2)
            let marked = try fixture.keys(cache, 500)
            let receipt = try await sync.perform(ActRequest(.keyword("$seen", isSet: true), on: marked))
            #expect(receipt.act?.total == 500)
            #expect(try cache.reader().totals().unread == 0)
            #expect(await fixture.hasSent(cache))
            #expect(try cache.reader().totals().unread == 0)
            try await fixture.settle(cache)
        }
    }

    @Test("a row never goes back while an older page arrives between the act and its answer")
    func flicker() async throws {
        let page = (isHeld: Switch(), isReleased: Switch())
        let act = (isHeld: Switch(), isReleased: Switch())
        let fixture = try await SyncFixture(agents: 0) { base in
            answered(base) { text in
                if text.contains("Email/set"), !act.isReleased.isOn {
                    act.isHeld.set(true)
                    _ = await until { act.isReleased.isOn }
                }
                if page.isHeld.isOn, text.contains("Email/changes"), !page.isReleased.isOn {
                    _ = await until { page.isReleased.isOn }
                }
            }
        }
        let account = fixture.operatorID
        let id = try await fixture.add(1, to: account)[0]
        try await fixture.running { sync, cache in
            try await fixture.settle(cache)
            let reader = try cache.reader()
            let key = try fixture.keys(cache)[0]
            var seen: [Bool] = []
            func look() throws { seen.append(try reader.message(key)?.flags.contains(.flagged) == true) }
            // A page that tells of the message as it was before the act.
            page.isHeld.set(true)
            try await fixture.update([id], in: account, JMAP.EmailPatch().keyword(.seen, true))
            await sync.refresh(account)
            _ = try await sync.perform(ActRequest(.keyword("$flagged", isSet: true), on: [key]))
            try look()
            #expect(await until { act.isHeld.isOn })
            page.isReleased.set(true)
            #expect(await until { (try? reader.message(key))??.flags.contains(.seen) == true })
            try look()
            act.isReleased.set(true)
            _ = await until {
                (try? look()) != nil && cache.writer.acts.value.confirmed.isEmpty
                    && cache.writer.acts.value.waiting == 0
            }
            try look()
            #expect(!seen.contains(false))
            try await fixture.settle(cache)
        }
    }

    @Test("done offline, kept over a restart, sent in order once the server is there")
    func offline() async throws {
        let fixture = try await SyncFixture(agents: 1)
        for account in fixture.accounts { try await fixture.add(3, to: account) }
        let trash = try await fixture.mailbox("trash", of: fixture.operatorID)
        try await fixture.running { sync, cache in
            try await fixture.settle(cache)
            fixture.isCut.set(true)
            let all = try fixture.keys(cache)
            _ = try await sync.perform(ActRequest(.keyword("$flagged", isSet: true), on: all))
            _ = try await sync.perform(ActRequest(.keyword("$flagged", isSet: false), on: [all[0]]))
            _ = try await sync.perform(ActRequest(.role(.trash), on: all))
            #expect(cache.writer.acts.value.waiting == 13)
        }
        fixture.isCut.set(false)
        try await fixture.running { _, cache in
            #expect(await fixture.hasSent(cache))
            try await fixture.settle(cache)
            let rows = try cache.reader().messages(in: .account(fixture.operatorID), limit: 9).rows
            #expect(rows.allSatisfy { $0.mailboxes == [trash] })
            #expect(try cache.reader().messages(in: .all, limit: 9).rows.count { $0.flags.contains(.flagged) } == 5)
        }
    }

    @Test("refused by the server: the row is as the server has it, with the reason in words")
    func refused() async throws {
        let fixture = try await SyncFixture(agents: 1)
        let agent = fixture.agents[0]
        try await fixture.add(2, to: agent)
        try await fixture.running { sync, cache in
            try await fixture.settle(cache)
            try await fixture.disable("jmapEmailUpdate")
            _ = try await sync.perform(ActRequest(.keyword("$flagged", isSet: true), on: try fixture.keys(cache)))
            #expect(await until { cache.writer.acts.value.refused == 2 })
            #expect(cache.writer.acts.value.acts.first?.reason.isEmpty == false)
            #expect(try cache.reader().messages(in: .all, limit: 9).rows.allSatisfy { !$0.flags.contains(.flagged) })
            #expect(try await sync.undo()?.refused == 2)
            try await fixture.settle(cache)
        }
    }

    @Test("another client moves the message, a mailbox is deleted under the act, the message is destroyed")
    func races() async throws {
        let fixture = try await SyncFixture(agents: 0)
        let account = fixture.operatorID
        let ids = try await fixture.add(3, to: account)
        let made = try await fixture.admin.call(
            MailboxSet(account: account, create: ["m": ["name": "Elsewhere"], "n": ["name": "Doomed"]]))
        let elsewhere = try #require(made.created["m"]?.id)
        let doomed = try #require(made.created["n"]?.id)
        try await fixture.running { sync, cache in
            try await fixture.settle(cache)
            let reader = try cache.reader()
            func key(_ id: EmailID) throws -> MessageKey { try #require(try reader.message(id, in: account)).key }
            fixture.isCut.set(true)
            _ = try await sync.perform(ActRequest(.role(.trash), on: [try key(ids[0])]))
            let move = ActRequest.Change.move(to: [account: doomed], from: nil, name: "Doomed")
            _ = try await sync.perform(ActRequest(move, on: [try key(ids[1])]))
            _ = try await sync.perform(ActRequest(.keyword("$seen", isSet: true), on: [try key(ids[2])]))
            let inbox = try await fixture.mailbox("inbox", of: account)
            try await fixture.update(
                [ids[0]], in: account, JMAP.EmailPatch().mailbox(inbox, false).mailbox(elsewhere, true))
            _ = try await fixture.admin.call(MailboxSet(account: account, destroy: [doomed]))
            try await fixture.destroy([ids[2]], in: account)
            fixture.isCut.set(false)
            await sync.refresh()
            #expect(await fixture.hasSent(cache))
            try await fixture.settle(cache)
            let trash = try await fixture.mailbox("trash", of: account)
            #expect(try reader.message(ids[0], in: account)?.mailboxes == [trash])
            #expect(cache.writer.acts.value.refused == 2)
        }
    }

    @Test("an act on a message whose id changes by a merge of threads reaches the message")
    func merge() async throws {
        let fixture = try await SyncFixture(agents: 0)
        let account = fixture.operatorID
        let inbox = try await fixture.mailbox("inbox", of: account)
        _ = try await fixture.admin.call(
            EmailSet(
                account: account,
                create: [
                    "a": fixture.message("one@x", in: inbox), "b": fixture.message("two@x", in: inbox),
                ]
            ))
        try await fixture.running { sync, cache in
            try await fixture.settle(cache)
            fixture.isCut.set(true)
            _ = try await sync.perform(ActRequest(.keyword("$flagged", isSet: true), on: try fixture.keys(cache)))
            _ = try await fixture.admin.call(
                EmailSet(
                    account: account,
                    create: ["c": fixture.message("three@x", references: ["one@x", "two@x"], in: inbox)]))
            fixture.isCut.set(false)
            await sync.refresh()
            #expect(await fixture.hasSent(cache))
            try await fixture.settle(cache)
            #expect(cache.writer.acts.value.refused == 0)
            #expect(try cache.reader().messages(in: .all, limit: 9).rows.count { $0.flags.contains(.flagged) } == 2)
        }
    }

    @Test("taken back after the server had it: flags and mailboxes are as before, several in a row")
    func undo() async throws {
        let fixture = try await SyncFixture(agents: 1)
        for account in fixture.accounts { try await fixture.add(4, to: account) }
        try await fixture.running { sync, cache in
            try await fixture.settle(cache)
            let before = try cache.reader().messages(in: .all, limit: 9).rows
            _ = try await sync.perform(ActRequest(.keyword("$seen", isSet: true), on: before.map(\.key)))
            #expect(await fixture.hasSent(cache))
            _ = try await sync.perform(ActRequest(.role(.trash), on: before.map(\.key)))
            #expect(await fixture.hasSent(cache))
            try await fixture.settle(cache)
            #expect(try await sync.undo()?.reversed == 8)
            #expect(try await sync.undo()?.reversed == 8)
            #expect(try cache.reader().messages(in: .all, limit: 9).rows.map(Shown.init) == before.map(Shown.init))
            #expect(await fixture.hasSent(cache))
            try await fixture.settle(cache)
            #expect(try cache.reader().messages(in: .all, limit: 9).rows.map(Shown.init) == before.map(Shown.init))
        }
    }

    @Test("an account that is gone refuses what waits, with the reason, until that is taken off the list")
    func accountGone() async throws {
        let fixture = try await SyncFixture(agents: 2)
        let gone = fixture.agents[0]
        for account in fixture.agents { try await fixture.add(2, to: account) }
        try await fixture.running { sync, cache in
            try await fixture.settle(cache)
            fixture.isCut.set(true)
            _ = try await sync.perform(ActRequest(.keyword("$flagged", isSet: true), on: try fixture.keys(cache)))
            _ = try await fixture.admin.call(RawCall("x:Account/set", ["destroy": [.string(gone.rawValue)]]))
            fixture.isCut.set(false)
            await sync.refresh()
            #expect(await fixture.hasSent(cache))
            #expect(cache.writer.acts.value.refused == 2)
            #expect(cache.writer.acts.value.acts.first?.reason.isEmpty == false)
            #expect(await until { (try? cache.reader().account(gone, at: 0)) == .some(nil) })
            let left = CacheComparison(client: fixture.admin, reader: try cache.reader())
            #expect(await eventually { (try? await left.differences(of: [fixture.agents[1]])) == [] })
            try await cache.writer.dismiss()
            #expect(cache.writer.acts.value.refused == 0)
        }
    }

    @Test("of two programs on one cache one sends an act, and both see it")
    func twoPrograms() async throws {
        let sets = Counter()
        let fixture = try await SyncFixture(agents: 0) { base in
            answered(base) { text in if text.contains("Email/set") { sets.add() } }
        }
        try await fixture.add(5, to: fixture.operatorID)
        try await fixture.running { first, cache in
            try await fixture.settle(cache)
            try await fixture.running { second, other in
                _ = try await first.perform(ActRequest(.keyword("$flagged", isSet: true), on: try fixture.keys(cache)))
                await second.refresh()
                #expect(await fixture.hasSent(cache))
                try await fixture.settle(other)
                #expect(sets.count == 1)
            }
        }
    }
}

/// What an act changes of a row.
private struct Shown: Equatable {
    var flags: MessageFlags
    var mailboxes: [MailboxID]

    init(_ row: MessageRow) {
        flags = row.flags
        mailboxes = row.mailboxes
    }
}

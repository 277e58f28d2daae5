package import JMAP
import Message

/// What a guard is doing, without any content of mail.
package struct GuardStatus: Sendable, Hashable {
    /// Whether this guard holds the lease.
    package var isActive = false
    /// The agents whose outboxes are watched.
    package var agents = 0
    /// Open holds by state.
    package var holds: [HoldState: Int] = [:]
    /// Since the start.
    package var taken = 0
    package var released = 0
    package var sent = 0
    /// Messages in the ledger that cannot be read.
    package var unreadable = 0
    /// What went wrong last; nil after a round without a fault.
    package var lastError: String?

    /// The status as JSON.
    package var json: JSON {
        let open = Dictionary(uniqueKeysWithValues: holds.map { ($0.key.rawValue, JSON.int(Int64($0.value))) })
        return [
            "active": .bool(isActive), "agents": .int(Int64(agents)), "holds": .object(open),
            "taken": .int(Int64(taken)), "released": .int(Int64(released)), "sent": .int(Int64(sent)),
            "unreadable": .int(Int64(unreadable)), "lastError": lastError.map { .string($0) } ?? .null,
        ]
    }
}

extension GuardStatus {
    /// The counters as Prometheus reads them.
    package func prometheus(hook: HookCounts) -> String {
        func line(_ name: String, _ kind: String, _ help: String, _ values: [(label: String, value: Int)]) -> String {
            "# HELP agenticmail_guard_\(name) \(help)\n# TYPE agenticmail_guard_\(name) \(kind)\n"
                + values.map { "agenticmail_guard_\(name)\($0.label) \($0.value)\n" }.joined()
        }
        let states = HoldState.allCases.filter { !$0.isFinal }.map {
            (label: "{state=\"\($0.rawValue)\"}", value: holds[$0] ?? 0)
        }
        let verdicts = [
            ("accepted", hook.accepted), ("rejected", hook.rejected), ("diverted", hook.diverted),
            ("deferred", hook.deferred), ("refused", hook.refused),
        ].map { (label: "{verdict=\"\($0.0)\"}", value: $0.1) }
        return line("active", "gauge", "Whether this guard holds the lease.", [("", isActive ? 1 : 0)])
            + line("agents", "gauge", "Agents whose outboxes are watched.", [("", agents)])
            + line("holds", "gauge", "Open holds by state.", states)
            + line("taken_total", "counter", "Drafts taken since the start.", [("", taken)])
            + line("released_total", "counter", "Submissions since the start.", [("", released)])
            + line("sent_total", "counter", "Messages that left since the start.", [("", sent)])
            + line("unreadable", "gauge", "Messages of the ledger that cannot be read.", [("", unreadable)])
            + line("failing", "gauge", "Whether the last round had a fault.", [("", lastError == nil ? 0 : 1)])
            + line("hook_total", "counter", "Answers of the hook since the start.", verdicts)
    }
}

/// A line of the guard's log: what happened to which hold, never what is in it.
package struct GuardEvent: Sendable, Hashable {
    package let at: UTCDate
    package let event: String
    package let hold: String?
    package let actor: String
    package let detail: String

    /// The line as JSON.
    package var json: JSON {
        [
            "at": at.json, "event": .string(event), "hold": hold.map { .string($0) } ?? .null,
            "actor": .string(actor), "detail": .string(detail),
        ]
    }
}

/// What can be seen of the guards on the server, also while none runs.
package struct GuardHealth: Sendable, Hashable {
    /// Until when a guard has the lease; nil where none has.
    package var activeUntil: UTCDate?
    /// How many holds lie in each state.
    package var holds: [HoldState: Int] = [:]
    /// What the active guard said of itself when it wrote its lease, some seconds ago; nil where none is active.
    package var running: JSON?
    /// Open entries of the ledger that cannot be read.
    package var unreadable = 0

    /// Reads the ledger with the guard's login.
    package static func read(_ client: JMAPClient, now: Int64) async throws(GuardError) -> GuardHealth {
        let server = MailServer(client: client)
        let ledger = try await Ledger.open(server)
        var health = GuardHealth()
        let boxes = try await server.run { () async throws(JMAPError) in
            try await client.call(
                MailboxGet(account: ledger.account, ids: .all, properties: ["id", "totalEmails"])
            ).list
        }
        for state in HoldState.allCases {
            health.holds[state] = boxes.first { $0.id == ledger.mailbox(state) }?.totalEmails ?? 0
        }
        let leases = try await server.list(ledger.mailbox(.lease), in: ledger.account)
        let ends = leases.compactMap { $0.subject.split(separator: " ").dropFirst().first.flatMap { Int64($0) } }
        health.activeUntil = ends.max().flatMap { $0 > now ? UTCDate(seconds: $0) : nil }
        if health.activeUntil != nil, let lease = leases.last {
            let note = ParsedMessage(try await server.bytes(lease.blob, of: ledger.account))
            health.running = try? JSON(parsing: Array(note.text(of: note.root).text.utf8))
        }
        health.unreadable = try await unreadable(ledger)
        return health
    }

    /// How many of the oldest open entries cannot be read.
    private static func unreadable(_ ledger: Ledger) async throws(GuardError) -> Int {
        var count = 0
        let (items, nameless) = try await ledger.items(in: HoldState.allCases.filter { !$0.isFinal })
        count += nameless.count
        for item in items.prefix(checked) {
            do throws(GuardError) { _ = try await ledger.read(item) } catch  where error.code == .damaged { count += 1 }
        }
        return count
    }

    /// How many open entries are looked into.
    private static let checked = 200
}

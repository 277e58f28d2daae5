import JMAP
import Sodium

/// Which of several guards is the active one: a message in the guard's account that says until when.
///
/// The active guard writes the next lease before it destroys the last one. A stand-by takes over by destroying a lease
/// that has expired, or whose process is known to be dead, which only one can. A lease keeps guards out of each other's way; that nothing is sent twice hangs on
/// the holds' own tokens.
struct Lease: Sendable {
    /// What this guard calls itself.
    let name: String
    /// Seconds that a lease lasts.
    let duration: Int64
    /// The lease that this guard holds, and when it ends.
    private(set) var held: (id: EmailID, until: Int64)?

    init(name: String = "\(ProcessMark.own).\(Sodium.randomText(8))", duration: Int64) {
        self.name = name
        self.duration = duration
    }

    /// Whether this guard may act at a moment.
    func isActive(at now: Int64) -> Bool { held.map { now < $0.until } ?? false }

    /// Forgets the lease, as after a loss.
    mutating func drop() { held = nil }

    /// Acquires or renews; whether this guard is active afterwards.
    ///
    /// - Parameter telling: What stands in the lease for whoever asks how the guard is.
    mutating func keep(_ ledger: Ledger, now: Int64, telling: String) async throws(GuardError) -> Bool {
        if let held, now < held.until {
            guard held.until - now <= duration * 2 / 3 else { return true }
            let next = try await write(ledger, until: now + duration, telling)
            guard try await ledger.server.destroy(held.id, in: ledger.account) else {
                // Another one took over: what was just written must not stand.
                self.held = nil
                _ = try await ledger.server.destroy(next.id, in: ledger.account)
                return false
            }
            self.held = next
            return true
        }
        held = nil
        return try await acquire(ledger, now: now, telling)
    }

    /// Gives the lease back, so that a stand-by need not wait for its end.
    mutating func release(_ ledger: Ledger) async throws(GuardError) {
        guard let held else { return }
        self.held = nil
        _ = try await ledger.server.destroy(held.id, in: ledger.account)
    }

    private mutating func acquire(_ ledger: Ledger, now: Int64, _ telling: String) async throws(GuardError) -> Bool {
        let leases = try await list(ledger)
        if leases.contains(where: { $0.until > now && !ProcessMark.isDead($0.name) }) { return false }
        for lease in leases {
            guard try await ledger.server.destroy(lease.id, in: ledger.account) else { return false }
        }
        let own = try await write(ledger, until: now + duration, telling)
        // Where nothing was there to destroy, two may have written at once: the first of the list has it.
        let after = try await list(ledger)
        guard after.first(where: { $0.until > now })?.id == own.id else {
            _ = try await ledger.server.destroy(own.id, in: ledger.account)
            return false
        }
        held = own
        return true
    }

    private func write(
        _ ledger: Ledger, until: Int64, _ telling: String
    ) async throws(GuardError) -> (id: EmailID, until: Int64) {
        let note = MailServer.note(
            "lease \(until) \(name)", text: telling, from: ledger.address, mailbox: ledger.mailbox(.lease))
        let ids = try await ledger.server.create([note], in: ledger.account)
        return (ids[0], until)
    }

    private func list(_ ledger: Ledger) async throws(GuardError) -> [(id: EmailID, until: Int64, name: String)] {
        try await ledger.server.list(ledger.mailbox(.lease), in: ledger.account)
            .sorted { ($0.id.rawValue.utf8.count, $0.id) < ($1.id.rawValue.utf8.count, $1.id) }
            .map { item in
                let words = item.subject.split(separator: " ")
                // A lease that cannot be read has run out.
                guard words.count == 3 else { return (item.id, 0, "") }
                return (item.id, Int64(words[1]) ?? 0, String(words[2]))
            }
    }
}

import JMAP

/// The copies of the holds in the group of reviewers: what the server pushes to each of them.
///
/// A courtesy view: the guard repairs it from the ledger and decides nothing by it.
struct Mirror: Sendable {
    /// The group's account.
    let group: AccountID
    let states: [HoldState: MailboxID]
    let bell: MailboxID
    let answers: MailboxID
    /// The copy of each open hold and where it lies.
    var copies: [String: (id: EmailID, state: HoldState)] = [:]
    var checkedAt: Int64 = 0

    static let parent = "Holds"

    static func open(_ group: AccountID, _ server: MailServer) async throws(GuardError) -> Mirror {
        let roots = try await server.ensure([parent, "Bell", "Answers"], in: group)
        let boxes = try await server.ensure(HoldState.allCases.map(\.rawValue), in: group, under: roots[parent])
        return Mirror(
            group: group,
            states: Dictionary(uniqueKeysWithValues: HoldState.allCases.map { ($0, boxes[$0.rawValue] ?? "") }),
            bell: roots["Bell"] ?? "", answers: roots["Answers"] ?? "")
    }
}

extension Guard {
    /// The mirror with the copies that are there; nil where no group is named or it is not there.
    func openedMirror() async throws(GuardError) -> Mirror? {
        if let mirror { return mirror }
        guard let address = policy.group, let group = accounts.byAddress[address.lowercased()] else { return nil }
        var opened = try await Mirror.open(group, server)
        opened.copies = try await copies(opened)
        mirror = opened
        return opened
    }

    private func copies(_ mirror: Mirror) async throws(GuardError) -> [String: (id: EmailID, state: HoldState)] {
        var found: [String: (id: EmailID, state: HoldState)] = [:]
        for state in [HoldState.held, .approved, .sending] {
            for item in try await server.list(mirror.states[state] ?? "", in: mirror.group) {
                guard let name = HoldEntry.name(inSubject: item.subject) else { continue }
                found[name.hold] = (item.id, state)
            }
        }
        return found
    }

    /// Files the copy of a new hold.
    func mirror(_ file: [UInt8], of hold: String, _ state: HoldState, _ ledger: Ledger) async throws(GuardError) {
        guard let mirror = try await openedMirror(), mirror.copies[hold] == nil else { return }
        let id = try await server.file(file, in: mirror.group, mailbox: mirror.states[state] ?? "")
        self.mirror?.copies[hold] = (id, state)
        try await step(.mirrored)
    }

    /// Moves the copy of a hold after its entry.
    func mirror(_ hold: String, to state: HoldState) async throws(GuardError) {
        guard let mirror = try await openedMirror(), let copy = mirror.copies[hold] else { return }
        let moved = try await server.move(copy.id, to: mirror.states[state] ?? "", in: mirror.group)
        self.mirror?.copies[hold] = moved && !state.isFinal ? (copy.id, state) : nil
    }

    /// Puts right what reviewers, or a crash, changed in the group: every few seconds, and only for open holds.
    func repairMirror(_ ledger: Ledger) async throws(GuardError) {
        guard let mirror = try await openedMirror(), options.now() - mirror.checkedAt >= 5 else { return }
        var found = try await copies(mirror)
        let (items, _) = try await ledger.items(in: [.held, .approved, .sending])
        for item in items {
            if let copy = found.removeValue(forKey: item.hold) {
                if copy.state != item.state {
                    try await server.move(copy.id, to: mirror.states[item.state] ?? "", in: mirror.group)
                }
                self.mirror?.copies[item.hold] = (copy.id, item.state)
            } else {
                let bytes = try await server.bytes(item.blob, of: ledger.account)
                let id = try await server.file(bytes, in: mirror.group, mailbox: mirror.states[item.state] ?? "")
                self.mirror?.copies[item.hold] = (id, item.state)
            }
        }
        // What is left has no open hold: closed meanwhile, or never one.
        for (hold, copy) in found {
            self.mirror?.copies[hold] = nil
            if let state = known?[hold]?.state, state.isFinal {
                try await server.move(copy.id, to: mirror.states[state] ?? "", in: mirror.group)
            } else {
                _ = try await server.destroy(copy.id, in: mirror.group)
            }
        }
        try await sweep(mirror)
        self.mirror?.checkedAt = options.now()
    }

    /// Takes away bells that were heard and answers that nobody waits for any longer.
    private func sweep(_ mirror: Mirror) async throws(GuardError) {
        let old = options.now() - 3_600
        let bells = try await server.list(mirror.bell, in: mirror.group)
        let answers = try await server.list(mirror.answers, in: mirror.group).filter { $0.receivedAt < old }
        let ids = (bells + answers).map(\.id)
        guard !ids.isEmpty else { return }
        _ = try await server.run { () async throws(JMAPError) in
            try await server.client.call(EmailSet(account: mirror.group, destroy: .list(ids)))
        }
    }
}

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
    /// What was decided and claimed, a note each.
    let activity: MailboxID
    /// The copy of each open hold and where it lies.
    var copies: [String: Copy] = [:]
    var checkedAt: Int64 = 0
    /// The note that says that a guard is there, and until when it holds true.
    var heartbeat: (id: EmailID, until: Int64)?

    /// Where the copy of a hold lies, and of which revision it is.
    struct Copy: Sendable {
        let id: EmailID
        var state: HoldState
        let revision: Int
    }

    static let parent = "Holds"
    static let activity = "Activity"
    /// The subject of the note of an entry that cannot be read, before the entry's message.
    static let unreadable = "unreadable "

    static func open(_ group: AccountID, _ server: MailServer) async throws(GuardError) -> Mirror {
        let roots = try await server.ensure([parent, "Bell", "Answers", activity], in: group)
        let boxes = try await server.ensure(HoldState.allCases.map(\.rawValue), in: group, under: roots[parent])
        return Mirror(
            group: group,
            states: Dictionary(uniqueKeysWithValues: HoldState.allCases.map { ($0, boxes[$0.rawValue] ?? "") }),
            bell: roots["Bell"] ?? "", answers: roots["Answers"] ?? "", activity: roots[activity] ?? "")
    }
}

extension Guard {
    /// The mirror with the copies that are there; nil where no group is named or it is not there.
    func openedMirror() async throws(GuardError) -> Mirror? {
        if let mirror { return mirror }
        guard let address = policy.group, let group = accounts.byAddress[address.lowercased()] else { return nil }
        var opened = try await Mirror.open(group, server)
        opened.copies = try await copies(opened).found
        mirror = opened
        return opened
    }

    /// The copies of the open holds, and the notes of entries that cannot be opened, by their messages in the ledger.
    private func copies(
        _ mirror: Mirror
    ) async throws(GuardError) -> (found: [String: Mirror.Copy], notes: [EmailID: EmailID]) {
        var found: [String: Mirror.Copy] = [:]
        var notes: [EmailID: EmailID] = [:]
        for state in [HoldState.held, .approved, .sending] {
            for item in try await server.list(mirror.states[state] ?? "", in: mirror.group) {
                guard let name = HoldEntry.name(inSubject: item.subject) else {
                    if item.subject.hasPrefix(Mirror.unreadable) {
                        notes[EmailID(String(item.subject.dropFirst(Mirror.unreadable.count)))] = item.id
                    }
                    continue
                }
                found[name.hold] = Mirror.Copy(id: item.id, state: state, revision: name.revision)
            }
        }
        return (found, notes)
    }

    /// Takes the copy of a revision away that another one replaces.
    func dropCopy(of item: Ledger.Item) async throws(GuardError) {
        guard let mirror = try await openedMirror() else { return }
        for copy in try await server.list(mirror.states[item.state] ?? "", in: mirror.group)
        where HoldEntry.name(inSubject: copy.subject)?.hold == item.hold {
            _ = try await server.destroy(copy.id, in: mirror.group)
        }
        self.mirror?.copies[item.hold] = nil
    }

    /// Files the copy of a new hold.
    func mirror(_ file: [UInt8], of entry: HoldEntry, _ state: HoldState) async throws(GuardError) {
        guard let mirror = try await openedMirror(), mirror.copies[entry.id] == nil else { return }
        let id = try await server.file(file, in: mirror.group, mailbox: mirror.states[state] ?? "")
        self.mirror?.copies[entry.id] = Mirror.Copy(id: id, state: state, revision: entry.revision)
        try await step(.mirrored)
    }

    /// Tells the reviewers of a decision that counts.
    func publish(_ decision: Decision) async throws(GuardError) {
        guard let mirror = try await openedMirror(), let address = ledger?.address else { return }
        let line = ActivityLine(decision, at: options.now())
        let note = MailServer.note(line.subject, text: decision.note, from: address, mailbox: mirror.activity)
        _ = try await server.create([note], in: mirror.group)
    }

    /// Keeps the note in the group that says that a guard is there.
    func beat() async throws(GuardError) {
        let now = options.now()
        guard let mirror = try await openedMirror(), let address = ledger?.address else { return }
        let last = mirror.heartbeat
        if let last, last.until - Heartbeat.duration + Heartbeat.renewal > now { return }
        let until = now + Heartbeat.duration
        let note = MailServer.note(
            Heartbeat.subject(until: until, holdFor: holdSeconds), text: "The guard is there.", from: address,
            mailbox: mirror.answers)
        let made = try await server.create([note], in: mirror.group)
        self.mirror?.heartbeat = (made[0], until)
        if let last { _ = try await server.destroy(last.id, in: mirror.group) }
    }

    /// Takes the heartbeat away, as this guard stops.
    func stopBeating() async {
        guard let mirror, let last = mirror.heartbeat else { return }
        // What cannot be taken away runs out by itself.
        _ = try? await server.destroy(last.id, in: mirror.group)
    }

    /// Moves the copy of a hold after its entry.
    func mirror(_ hold: String, to state: HoldState) async throws(GuardError) {
        guard let mirror = try await openedMirror(), let copy = mirror.copies[hold] else { return }
        let moved = try await server.move(copy.id, to: mirror.states[state] ?? "", in: mirror.group)
        self.mirror?.copies[hold] =
            moved && !state.isFinal ? Mirror.Copy(id: copy.id, state: state, revision: copy.revision) : nil
    }

    /// Puts right what reviewers, or a crash, changed in the group: every few seconds, and only for open holds.
    func repairMirror(_ ledger: Ledger) async throws(GuardError) {
        guard let mirror = try await openedMirror(), options.now() - mirror.checkedAt >= 5 else { return }
        var (found, notes) = try await copies(mirror)
        let (items, unreadable) = try await ledger.items(in: [.held, .approved, .sending])
        for item in items {
            var copy = found.removeValue(forKey: item.hold)
            if let old = copy, old.revision != item.revision {
                _ = try await server.destroy(old.id, in: mirror.group)
                copy = nil
            }
            if let copy {
                if copy.state != item.state {
                    try await server.move(copy.id, to: mirror.states[item.state] ?? "", in: mirror.group)
                }
                self.mirror?.copies[item.hold] = Mirror.Copy(
                    id: copy.id, state: item.state, revision: item.revision)
            } else {
                let bytes = try await server.bytes(item.blob, of: ledger.account)
                let id = try await server.file(bytes, in: mirror.group, mailbox: mirror.states[item.state] ?? "")
                self.mirror?.copies[item.hold] = Mirror.Copy(id: id, state: item.state, revision: item.revision)
            }
        }
        // Of an entry that nobody can open there is no copy: a note says that it is there.
        for id in unreadable where notes.removeValue(forKey: id) == nil {
            let text =
                "An entry of the guard's ledger cannot be read: the message \(id) of its account. Nothing is sent of it."
            let note = MailServer.note(
                "\(Mirror.unreadable)\(id)", text: text, from: ledger.address, mailbox: mirror.states[.held] ?? "")
            _ = try await server.create([note], in: mirror.group)
        }
        for note in notes.values { _ = try await server.destroy(note, in: mirror.group) }
        // What is left has no open hold: closed meanwhile, or never one.
        for (hold, copy) in found {
            self.mirror?.copies[hold] = nil
            if let state = try await standing(of: hold, ledger)?.state, state.isFinal {
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
        let now = options.now()
        let bells = try await server.list(mirror.bell, in: mirror.group)
        let answers = try await server.list(mirror.answers, in: mirror.group).filter { answer in
            guard let end = Heartbeat.end(inSubject: answer.subject) else { return answer.receivedAt < now - 3_600 }
            // The heartbeat of a guard that was killed.
            return end <= now && answer.id != mirror.heartbeat?.id
        }
        // A month of decisions is shown beside a hold; the audit has all of them.
        let activity = try await server.list(mirror.activity, in: mirror.group, limit: 100).filter {
            $0.receivedAt < now - 30 * 86_400
        }
        let ids = (bells + answers + activity).map(\.id)
        guard !ids.isEmpty else { return }
        _ = try await server.run { () async throws(JMAPError) in
            try await server.client.call(EmailSet(account: mirror.group, destroy: .list(ids)))
        }
    }
}

package import JMAP

/// The one that can submit an agent's mail: it takes drafts, holds what the policy holds, and sends what may be sent.
///
/// All that it knows is on the server; whatever is in memory is read again when it becomes the active guard. It may be
/// killed or stopped at any moment.
package actor Guard {
    let server: MailServer
    let options: GuardOptions
    let inspector: any OutboundInspector
    let screener: any InboundInspector
    /// What the hook lets through.
    let gate = SubmissionGate()
    let policySource: @Sendable () -> PolicyReading
    var policy: Policy
    /// Why the policy's file is not used; while it is there, everything is held.
    var policyFault: String?
    /// The policy's digest, and whether the audit does not know it yet.
    var policyDigest: String?
    var isPolicyNew = false
    var lease: Lease
    var ledger: Ledger?
    var accounts = AccountList()
    var accountsAt: Int64 = 0
    /// By the agent's account.
    var boxes: [AccountID: AgentBoxes] = [:]
    var identities: [AccountID: IdentityID] = [:]
    /// By the reviewer's address: the mailboxes `Decisions` and `Decided`.
    var decisionBoxes: [String: (account: AccountID, decisions: MailboxID, decided: MailboxID)] = [:]
    /// Where holds stand, and the messages of the ledger that they are; nil until it was read.
    var known: HoldIndex?
    /// The open entries that were read, by their message in the ledger.
    var entries: [EmailID: HoldEntry] = [:]
    /// The decisions that count for open holds, by hold.
    var decisions: [String: [(record: EmailID, decision: Decision)]] = [:]
    /// Entries of the ledger that cannot be read: those that nobody can open by their subject, and those whose content is
    /// not what the guard wrote.
    var nameless: Set<EmailID> = []
    var damaged: Set<EmailID> = []
    /// Closed entries and decisions that cannot be read.
    var unreadableClosed = 0
    /// What left in the last day, for quotas and the limits of loops.
    var usage = Usage()
    /// When the copies of an attempt were destroyed, by hold.
    var fenced: [String: Int64] = [:]
    /// Before when a hold is not tried again.
    var retryAt: [String: Int64] = [:]
    /// What the server said to submissions of these copies.
    var refusals: [EmailID: SetError] = [:]
    var mirror: Mirror?
    /// What was looked at in the Inboxes of agents whose mail is not screened, by the agent's account.
    var advice: [AccountID: InboxAdvice] = [:]
    /// The mailboxes of the account for diverted mail.
    var intakeBoxes: (inbox: MailboxID, rejected: MailboxID)?
    var auditHead: AuditEntry??
    /// How many messages in the audit are no links of the chain and stay there.
    var unexplainedLinks = 0
    /// When open holds are to be looked at again, whatever moves, and when everything is.
    var holdsDueAt: Int64 = 0
    var everythingDueAt: Int64 = 0
    var policyReadAt: Int64 = 0
    /// How many rounds over everything had a fault, one after the other.
    var faultyRounds = 0
    /// What is remembered for longer than one message; nil until it was read.
    var books: Books?
    /// How many rounds were gone as the active guard.
    package internal(set) var rounds = 0
    package internal(set) var status = GuardStatus()
    /// Where lines of the log go.
    let log: @Sendable (GuardEvent) -> Void

    /// Makes a guard; nothing is asked of the server yet.
    ///
    /// - Parameters:
    ///   - policy: Read again in every round; it says so where the file has a fault.
    package init(
        client: JMAPClient, options: GuardOptions, inspector: any OutboundInspector = RuleInspector(),
        screener: any InboundInspector = RuleInspector(),
        policy: @escaping @Sendable () -> PolicyReading, log: @escaping @Sendable (GuardEvent) -> Void = { _ in }
    ) {
        server = MailServer(client: client)
        self.options = options
        self.inspector = inspector
        self.screener = screener
        policySource = policy
        self.policy = Policy()
        lease = Lease(duration: options.leaseDuration)
        self.log = log
    }

    /// What answers the server's hook with this secret; it works whether this guard is the active one or not.
    package nonisolated func hookDesk(secret: [UInt8]) -> HookDesk {
        HookDesk(server, gate, screener: screener, secret: secret, now: options.now, log: log)
    }

    /// How the hook has answered since the start.
    package nonisolated var hookCounts: HookCounts { gate.hookCounts }

    func keepLease(_ ledger: Ledger) async throws(GuardError) -> Bool {
        var kept = lease
        do throws(GuardError) {
            let isActive = try await kept.keep(
                ledger, now: options.now(), telling: status.json.description)
            lease = kept
            return isActive
        } catch {
            lease = kept
            throw error
        }
    }

    /// Reports a step and makes sure that this guard is still the active one: it may have been stopped meanwhile.
    func step(_ step: GuardStep) async throws(GuardError) {
        try await options.reached(step)
        try checkLease()
    }

    /// Throws where this guard is not the active one any more; called right before anything that another guard would do.
    func checkLease() throws(GuardError) {
        guard lease.isActive(at: options.now()) else {
            forget()
            throw GuardError(
                .notActive, "This guard's lease ran out in the middle of its work.",
                cure: "It goes on as a stand-by by itself.")
        }
    }

    /// Logs a fault and gives it back; throws those after which the round makes no sense.
    func told(_ error: GuardError) throws(GuardError) -> GuardError {
        if error.code == .notActive || error.cause?.isUnreachable == true { throw error }
        note(error)
        return error
    }

    func note(_ error: GuardError) {
        status.lastError = error.message
        log(
            GuardEvent(
                at: UTCDate(seconds: options.now()), event: "fault", hold: nil, actor: "guard",
                detail: "\(error.message) \(error.cure)"))
    }

    func openedLedger() async throws(GuardError) -> Ledger {
        if let ledger { return ledger }
        let opened = try await Ledger.open(server)
        ledger = opened
        return opened
    }

    /// Forgets what another guard may have changed.
    func forget() {
        lease = lease.isActive(at: options.now()) ? lease : Lease(name: lease.name, duration: lease.duration)
        status.isActive = false
        known = nil
        entries = [:]
        decisions = [:]
        fenced = [:]
        nameless = []
        damaged = []
        auditHead = nil
        mirror = nil
        everythingDueAt = 0
        books = nil
    }

    func readPolicy() {
        policyReadAt = options.now()
        switch policySource() {
        case .good(let policy):
            if policyDigest != policy.digest { isPolicyNew = true }
            policyDigest = policy.digest
            self.policy = policy
            gate.policy = policy
            policyFault = nil
        case .fault(let sentence):
            if policyFault != sentence {
                log(
                    GuardEvent(
                        at: UTCDate(seconds: options.now()), event: "policy.fault", hold: nil, actor: "guard",
                        detail: sentence))
            }
            policyFault = sentence
        }
    }

    func listAccounts() async throws(GuardError) {
        // A list of thousands is not asked for as often.
        let pause = max(10, Int64(accounts.byAddress.count / 200))
        guard accountsAt == 0 || options.now() - accountsAt >= pause else { return }
        accounts = try await AccountList.load(server)
        accountsAt = options.now()
        let present = Set(accounts.agents.map(\.id))
        boxes = boxes.filter { present.contains($0.key) }
        identities = identities.filter { present.contains($0.key) }
        status.agents = accounts.agents.count
    }

    /// Reads where every hold stands, page by page, once for each time that this guard becomes active.
    func load(_ ledger: Ledger) async throws(GuardError) {
        guard known == nil else { return }
        var found = HoldIndex(closedLimit: options.closedInMemory)
        unreadableClosed = 0
        usage = Usage()
        // The closed ones first: an open entry of a hold that was closed is a double.
        for state in HoldState.allCases.sorted(by: { $0.isFinal && !$1.isFinal }) {
            try await ledger.walk(state) { items, unreadable throws(GuardError) in
                if state.isFinal { unreadableClosed += unreadable.count }
                for item in items {
                    try await note(item, in: &found, ledger)
                    if try await !remember(item, ledger), state.isFinal { unreadableClosed += 1 }
                }
                return true
            }
        }
        try await loadDecisions(ledger)
        countUnreadable()
        known = found
    }

    /// Counts what cannot be read.
    func countUnreadable() {
        status.unreadable = unreadableClosed + nameless.union(damaged).count
    }

    /// Notes where an entry stands; of two of one hold the later revision counts, then the one that got further, then the
    /// older one.
    private func note(_ item: Ledger.Item, in index: inout HoldIndex, _ ledger: Ledger) async throws(GuardError) {
        var other = index[item.hold]
        if other == nil, !item.state.isFinal, index.mayHold(item.hold) {
            other = try await ledger.find(item.hold).map(Standing.init)
        }
        if let other, other.id != item.id, (other.revision, other.state.rank) >= (item.revision, item.state.rank) {
            index[item.hold] = other
        } else {
            index[item.hold] = Standing(item)
        }
    }

    /// Counts what left lately; false where the entry cannot be read.
    private func remember(_ item: Ledger.Item, _ ledger: Ledger) async throws(GuardError) -> Bool {
        guard [.sent, .sending].contains(item.state), item.receivedAt > options.now() - Usage.memory else {
            return true
        }
        do throws(GuardError) {
            let entry = try await ledger.read(item).entry
            if entry.direction == .outbound { usage.add(entry, at: item.receivedAt) }
            return true
        } catch  where error.code == .damaged {
            return false
        }
    }

    /// Where a hold stands, also where it was closed long ago; nil where there is none.
    func standing(of hold: String, _ ledger: Ledger) async throws(GuardError) -> Standing? {
        if let standing = known?[hold] { return standing }
        guard known?.mayHold(hold) == true, let item = try await ledger.find(hold) else { return nil }
        known?[hold] = Standing(item)
        return Standing(item)
    }
}

/// Where a hold stands in the ledger.
struct Standing: Sendable, Hashable {
    /// The message that is its entry.
    let id: EmailID
    var state: HoldState
    let revision: Int
    /// The agent's account.
    let owner: AccountID

    init(_ item: Ledger.Item) {
        (id, state, revision, owner) = (item.id, item.state, item.revision, item.owner)
    }

    init(_ entry: HoldEntry, at id: EmailID, _ state: HoldState) {
        (self.id, self.state, revision, owner) = (id, state, entry.revision, entry.account)
    }
}

/// What a policy's file says now.
package enum PolicyReading: Sendable {
    case good(Policy)
    /// Why it cannot be used, with file and line.
    case fault(String)
}

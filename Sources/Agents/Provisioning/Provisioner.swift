import FoundationEssentials
import JMAP
package import Stalwart

/// Makes agents: each as one transaction, of which either everything is there at the end or nothing.
///
/// What is on the server already is never touched, adopted or removed. An intent whose way back is barred, by a network
/// that is gone say, stays in the journal and is undone at the next start.
package struct Provisioner: Sendable {
    let administration: any Administration
    private let journal: IntentJournal
    private let prover: Prover
    private let fault: FaultPoint?
    private let clock: any Clock<Duration>

    /// Makes a provisioner.
    ///
    /// - Parameters:
    ///   - prover: What tries whether an agent can send.
    ///   - fault: A failure that is asked for.
    ///   - clock: What waits between tries are measured by.
    package init(
        administration: any Administration, journal: IntentJournal, prover: Prover, fault: FaultPoint? = nil,
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.administration = administration
        self.journal = journal
        self.prover = prover
        self.fault = fault
        self.clock = clock
    }

    /// Makes an agent, and tells each step as it happens. A failure undoes what was made before it is thrown.
    package func create(
        _ plan: AgentPlan, report: @escaping @Sendable (ProvisioningEvent) -> Void = { _ in }
    ) async throws(AgentsError) -> CreatedAgent {
        try await create(plan, knowing: nil, report)
    }

    /// The same for one of many, which know what those before have found.
    func create(
        _ plan: AgentPlan, knowing known: KnownPlaces?, _ report: @escaping @Sendable (ProvisioningEvent) -> Void
    ) async throws(AgentsError) -> CreatedAgent {
        try plan.store?.check()
        let intent = Intent(plan, made: Int64(Date().timeIntervalSince1970))
        let context = context(intent, knowing: known) { report(.progressed($0, $1, $2)) }
        var state = ProvisioningState(made: IntentProgress())
        try await journal.begin(intent, state.made)
        fault?.after(0)
        var current = ProvisioningStep.domain
        do throws(AgentsError) {
            for step in ProvisioningStep.all(of: plan) {
                current = step
                if Task.isCancelled { throw AgentsError.cancelled }
                report(.began(step.kind))
                try await step.prepare(context, &state)
                if step.kind.isJournalled { try await journal.note(intent.id, state.made, begins: step.kind) }
                try fault?.before(step.kind)
                try await run(step, context, &state)
                fault?.after(step.kind.rawValue)
                report(.done(step.kind))
            }
        } catch {
            // Whatever a step makes of being stopped, stopped is what it was: a proof finds every door uncertain then.
            let error = Task.isCancelled ? AgentsError.cancelled : error
            report(.failed(current.kind, error))
            try await giveUp(intent, at: current.kind, state, report)
            throw error
        }
        guard let account = state.made.account, let key = state.key else {
            throw AgentsError(.failed, "The steps left no key.", cure: "Report this.")
        }
        // The agent is whole: a journal that cannot be written now is read at the next start, which finds it so.
        try? await journal.end(intent.id)
        known?.learn(state.made, domain: plan.domain)
        return CreatedAgent(
            account: account, address: plan.address, keyID: key.id.rawValue, key: key.secret,
            storedAt: plan.store?.place)
    }

    /// Does a step; where it is not known whether it was done, looks first.
    private func run(
        _ step: ProvisioningStep, _ context: ProvisioningContext, _ state: inout ProvisioningState
    ) async throws(AgentsError) {
        var tries = 0
        while true {
            do throws(AgentsError) {
                return try await step.perform(context, &state)
            } catch {
                tries += 1
                guard error.isTransient || error.mayHaveBeenDone, !Task.isCancelled else { throw error }
                if error.mayHaveBeenDone, try await step.check(context, &state) { return }
                guard tries < 3 else { throw error }
                do { try await clock.sleep(for: .milliseconds(50 << tries)) } catch { throw AgentsError.cancelled }
            }
        }
    }

    /// Takes back what was made, and throws only where the journal fails.
    private func giveUp(
        _ intent: Intent, at step: ProvisioningStep.Kind, _ state: ProvisioningState,
        _ report: @Sendable (ProvisioningEvent) -> Void
    ) async throws(AgentsError) {
        let context = context(intent)
        // What was begun is taken back even where the caller has lost interest: a task of its own is not cancelled.
        let (events, isUndone) = await Task { () async -> ([ProvisioningEvent], Bool) in
            await self.undo(from: step, context, state)
        }.value
        for event in events { report(event) }
        if isUndone { try await journal.end(intent.id) } else { await journal.letGo(intent.id) }
    }

    /// Undoes the steps from one back to the first; stops at one that cannot be undone now.
    private func undo(
        from step: ProvisioningStep.Kind, _ context: ProvisioningContext, _ state: ProvisioningState
    ) async -> ([ProvisioningEvent], Bool) {
        var state = state
        var events: [ProvisioningEvent] = []
        let steps = ProvisioningStep.all(of: context.intent.plan)
        let begun = (steps.firstIndex { $0.kind == step } ?? steps.count - 1) + 1
        for each in steps.prefix(begun).reversed() {
            do throws(AgentsError) {
                // The step that was begun last may have been done without our knowing.
                if each.kind == step { _ = try await each.check(context, &state) }
                let before = state.made
                try await each.undo(context, &state)
                if state.made != before {
                    events += [.undoing(each.kind), .undone(each.kind)]
                    try? await journal.note(context.intent.id, state.made, begins: step)
                }
            } catch {
                events.append(.left(each.kind, error))
                return (events, false)
            }
        }
        return (events, true)
    }

    private func context(
        _ intent: Intent, knowing known: KnownPlaces? = nil,
        _ progress: @escaping @Sendable (ProvisioningStep.Kind, Int, Int) -> Void = { _, _, _ in }
    ) -> ProvisioningContext {
        ProvisioningContext(
            administration: administration, intent: intent, prover: prover, progress: progress, known: known)
    }

    /// What became of an intent that an earlier run left behind.
    package struct Recovery: Sendable, Hashable {
        /// The agent's address.
        package let address: String
        /// How it ended.
        package let outcome: Outcome

        /// How it ended.
        package enum Outcome: Sendable, Hashable {
            /// The agent is whole; its key may never have been seen, and rotating gives a new one.
            case finished
            /// Nothing of it is left.
            case undone
            /// It could not be ended now: why.
            case left(String)
        }
    }

    /// Ends what earlier runs left behind: finishes an agent that is whole, and undoes every other.
    @discardableResult
    package func recover() async throws(AgentsError) -> [Recovery] {
        var recoveries: [Recovery] = []
        for entry in try await journal.takeAbandoned() {
            let address = entry.intent.plan.address
            let context = context(entry.intent)
            var state = ProvisioningState(made: entry.progress)
            do throws(AgentsError) {
                if entry.step == .row, try await ProvisioningStep.row.check(context, &state) {
                    try await journal.end(entry.intent.id)
                    recoveries.append(Recovery(address: address, outcome: .finished))
                    continue
                }
            } catch {
                await journal.letGo(entry.intent.id)
                recoveries.append(Recovery(address: address, outcome: .left(error.sentence)))
                continue
            }
            let (events, isUndone) = await undo(from: entry.step, context, state)
            if isUndone {
                try await journal.end(entry.intent.id)
                recoveries.append(Recovery(address: address, outcome: .undone))
            } else {
                await journal.letGo(entry.intent.id)
                let reason = events.compactMap { event in
                    if case .left(_, let error) = event { error.sentence } else { nil }
                }
                recoveries.append(Recovery(address: address, outcome: .left(reason.first ?? "")))
            }
        }
        return recoveries
    }
}

extension AgentsError {
    /// The caller gave up.
    static let cancelled = AgentsError(
        .cancelled, "It was stopped before it was done.", cure: "Nothing of it is left; run it again when it is wanted."
    )
}

import AgenticMail
import Agents
import JMAP
import SafeText
import Synchronization

extension CommandHandlers {
    /// `agent create --from FILE [--keys-to FILE] [--dry-run]`
    static func agentCreateList(_ file: String, _ context: CommandContext) async throws -> ExitCode {
        var request = try AgentRequest(context.parsed)
        request.name = ""
        if let store = request.store, !store.isOfOneAgent {
            throw UsageError(
                "Every agent of the list has a key of its own, and one place is named for all of them.",
                cure: "Give --keys-to FILE, or write {name} or {address} where the agent's own goes.")
        }
        let asked = request
        let list = try await blocking {
            do throws(AgentsError) { return try AgentList(reading: file) } catch { throw WorkspaceError(error) }
        }
        try context.refuse(list.faults, of: file)
        return try await context.withWorkspace { workspace in
            let administration = try await workspace.administration()
            let (plans, faults) = try await workspace.plans(for: list, asked, administration)
            try context.refuse(faults, of: file)
            for plan in plans.prefix(1) {
                try await workspace.ofAgents { () async throws(AgentsError) in try plan.plan.store?.check() }
            }
            let isDryRun = context.parsed.has("dry-run")
            var provisioner: Provisioner?
            if !isDryRun {
                let (made, recoveries) = try await workspace.provisioner(administration)
                for recovery in recoveries { context.output.note(SafeText(untrusted: recovery.sentence)) }
                provisioner = made
            }
            let listPlan = try await workspace.ofAgents { () async throws(AgentsError) in
                try await ListPlan(plans, on: administration)
            }
            let printer = ListPrinter(context.output, total: plans.count, showsKeys: asked.store == nil)
            if let provisioner {
                await workspace.create(listPlan, with: provisioner) { printer.tell($0, $1) }
            } else {
                for item in listPlan.items { printer.plan(item) }
            }
            return try printer.end(isDryRun: isDryRun)
        }
    }
}

extension CommandContext {
    /// Throws where something is wrong about a list; the first twenty faults are named.
    fileprivate func refuse(_ faults: [ListFault], of file: String) throws {
        guard let first = faults.first else { return }
        func place(_ fault: ListFault) -> String { "\(file):\(fault.line):\(fault.column)" }
        for fault in faults.dropFirst().prefix(19) {
            output.note("\(untrusted: place(fault)): \(untrusted: fault.message) \(untrusted: fault.cure)")
        }
        let more = faults.count > 1 ? " \(faults.count) things are wrong in all." : ""
        throw Failure(
            code: "wrongUsage", message: "\(place(first)): \(first.message)",
            cure: "\(first.cure)\(more) Nothing was made.", exitCode: .wrongUsage)
    }
}

/// Prints what comes of each agent of a list: a line each, of JSON for programs, and how far it is on the terminal.
private final class ListPrinter: Sendable {
    /// A line for a program.
    private struct Line: Encodable {
        let line: Int
        let address: String
        /// `created`, `skipped`, `refused`, `failed` or `planned`.
        let result: String
        var id: String?
        var key: String?
        var keyID: String?
        var storedAt: String?
        var error: Failure?
    }

    /// The last line for a program.
    private struct Summary: Encodable {
        var created = 0
        var skipped = 0
        var refused = 0
        var failed = 0
        /// Those that a stop left out.
        var notMade = 0
        var planned = 0
        var isDryRun = false
    }

    private struct State {
        var summary = Summary()
        var done = 0
        /// Why printing failed; the work goes on to its end.
        var failure: (any Error)?
        /// Why the rest was left out.
        var reason: Failure?
    }

    private let output: Output
    private let total: Int
    private let showsKeys: Bool
    private let meter: ProgressMeter
    private let state = Mutex(State())

    init(_ output: Output, total: Int, showsKeys: Bool) {
        self.output = output
        self.total = total
        self.showsKeys = showsKeys
        meter = ProgressMeter(output, unit: "agents")
    }

    /// Prints what came of an agent.
    func tell(_ item: ListPlan.Item, _ outcome: ListOutcome) {
        let address = item.plan.address
        var line: Line
        var words: SafeText
        switch outcome {
        case .made(let agent):
            line = Line(line: item.line, address: address, result: "created")
            line.id = agent.account.rawValue
            line.keyID = agent.keyID
            line.storedAt = agent.storedAt
            line.key = showsKeys ? agent.key : nil
            words = "\(untrusted: showsKeys ? agent.key : agent.storedAt ?? "")"
        case .there(let entry):
            line = Line(line: item.line, address: address, result: "skipped")
            line.id = entry.account.rawValue
            words = "it is an agent already, \(untrusted: entry.state.rawValue)"
        case .refused(let error), .failed(let error):
            let isRefused = if case .refused = outcome { true } else { false }
            line = Line(line: item.line, address: address, result: isRefused ? "refused" : "failed")
            line.error = Failure(WorkspaceError(error))
            words = SafeText(untrusted: error.sentence)
        case .leftOut:
            // There may be a thousand of them: they are counted.
            return state.withLock { $0.summary.notMade += 1 }
        }
        show(line, words)
    }

    /// Prints what would be done with an agent.
    func plan(_ item: ListPlan.Item) {
        switch item.standing {
        case .free: show(Line(line: item.line, address: item.plan.address, result: "planned"), "")
        case .agent(let entry): tell(item, .there(entry))
        case .refused(let error): tell(item, .refused(error))
        }
    }

    private func show(_ line: Line, _ words: SafeText) {
        state.withLock { state in
            switch line.result {
            case "created": state.summary.created += 1
            case "skipped": state.summary.skipped += 1
            case "refused": state.summary.refused += 1
            case "failed": state.summary.failed += 1
            case "planned": state.summary.planned += 1
            default: break
            }
            state.done += 1
            if line.result == "failed", state.reason == nil { state.reason = line.error }
            if output.isTerminal { meter.clear() }
            do {
                if output.isJSON {
                    try output.print(JSONText.encode(line))
                } else {
                    let address = SafeText(untrusted: line.address)
                    try output.print("\(address.string)\t\(line.result)\t\(words.string)")
                }
            } catch {
                state.failure = state.failure ?? error
            }
            meter.show(state.done, of: total)
        }
    }

    /// Prints what came of all; gives what the shell is told.
    func end(isDryRun: Bool) throws -> ExitCode {
        meter.clear()
        let (summary, reason) = try state.withLock { state in
            if let failure = state.failure { throw failure }
            state.summary.isDryRun = isDryRun
            return (state.summary, state.reason)
        }
        if output.isJSON {
            try output.print(JSONText.encode(summary))
        } else if isDryRun {
            output.note(
                "\(summary.planned) would be made; \(summary.skipped) are there already, \(summary.refused) refused. Nothing was changed."
            )
        } else {
            output.note(
                "\(summary.created) made; \(summary.skipped) there already, \(summary.refused) refused, \(summary.failed) failed, \(summary.notMade) left out."
            )
            if summary.notMade > 0 || summary.failed > 0 {
                output.note("Run it again to go on: what is made is passed over.")
            }
        }
        if Task.isCancelled { return .interrupted }
        if summary.notMade > 0, let reason { return reason.exitCode }
        return summary.failed + summary.refused + summary.notMade > 0 ? .failed : .done
    }
}

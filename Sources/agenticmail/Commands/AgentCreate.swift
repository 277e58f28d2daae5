import AgenticMail
import Agents
import Configuration
import JMAP
import SafeText

extension CommandHandlers {
    /// `agent create NAME [--owner ADDRESS …] [--store FILE] [--dry-run]`
    @Sendable static func agentCreate(_ context: CommandContext) async throws -> ExitCode {
        if let file = context.parsed.value("from") {
            guard context.parsed.argument("name") == nil else {
                throw UsageError("A name and a list of names are given.", cure: "Give one of them.")
            }
            return try await agentCreateList(file, context)
        }
        guard context.parsed.argument("name") != nil else {
            throw UsageError("A name is missing.", cure: "Give one, or a list of them: --from FILE.")
        }
        let request = try AgentRequest(context.parsed)
        try await context.withWorkspace { workspace in
            let administration = try await workspace.administration()
            let plan = try await workspace.plan(request, administration)
            if context.parsed.has("dry-run") {
                try await workspace.examine(plan, administration)
                try context.output.object(
                    CreationReport(plan), lines: ["\(untrusted: plan.address) can be made. Nothing was changed."])
                return
            }
            let (provisioner, recoveries) = try await workspace.provisioner(administration)
            for recovery in recoveries { context.output.note(SafeText(untrusted: recovery.sentence)) }
            let agent = try await workspace.create(plan, with: provisioner, report: context.stepPrinter())
            var lines: [SafeText] = [
                "\(untrusted: agent.address) is made; its account is \(untrusted: agent.account.rawValue)."
            ]
            if let place = agent.storedAt { lines.append("Its key is stored at \(untrusted: place).") }
            lines.append("Its key, shown this once: \(untrusted: agent.key)")
            try context.output.object(CreationReport(plan, agent), lines: lines)
        }
        return .done
    }
}

/// What `agent create` and `agent restore` print.
struct CreationReport: Encodable {
    let name: String
    let address: String
    let domain: String
    let owner: String
    let purpose: String
    let policy: String
    let labels: [String]
    var id: String?
    var key: String?
    var keyID: String?
    var storedAt: String?
    /// The archive and the messages in it, where one was restored.
    var archive: String?
    var messages: Int?
    let isDryRun: Bool

    init(_ plan: AgentPlan, _ agent: CreatedAgent? = nil) {
        archive = plan.archive?.path
        messages = plan.archive?.messages
        name = plan.name.text
        address = plan.address
        domain = plan.domain.text
        owner = plan.details.owner
        purpose = plan.details.purpose
        policy = plan.details.policy
        labels = plan.details.labels
        id = agent?.account.rawValue
        key = agent?.key
        keyID = agent?.keyID
        storedAt = agent?.storedAt
        isDryRun = agent == nil
    }
}

extension AgentRequest {
    /// What the command line says.
    init(_ parsed: ParsedCommand) throws {
        self.init(keyOf: parsed)
        domain = parsed.value("domain")
        owner = parsed.value("owner") ?? ""
        purpose = parsed.value("purpose") ?? ""
        policy = parsed.value("policy") ?? ""
        labels = parsed.options["label"] ?? []
        quota = parsed.integer("quota").map { Int64($0) * 1_000_000 }
        makesDomain = parsed.has("make-domain")
        store = try KeyStore(parsed)
    }
}

extension AgentRequest {
    /// What the command line says about a key.
    init(keyOf parsed: ParsedCommand) {
        self.init(name: parsed.argument("name") ?? "")
        days = parsed.integer("key-days")
        networks = parsed.options["allow-from"] ?? []
    }
}

extension KeyStore {
    /// Where the command line says that a key goes; nil where it says nothing.
    init?(_ parsed: ParsedCommand) throws {
        if let list = parsed.value("keys-to") {
            guard parsed.value("store") == nil, parsed.value("store-command") == nil else {
                throw UsageError("--keys-to and --store name two places.", cure: "Give one of them.")
            }
            self = .list(list, address: "")
            return
        }
        switch (parsed.value("store"), parsed.value("store-command")) {
        case (nil, nil): return nil
        case (let file?, nil): self = .file(file)
        case (nil, let command?):
            do throws(ShellWordsError) {
                self = .command(try ShellWords.split(command))
            } catch {
                throw UsageError(
                    "The command that stores the key \(error.message).", cure: "\(capitalised(error.cure)).")
            }
        case (_?, _?):
            throw UsageError("--store and --store-command name two places.", cure: "Give one of them.")
        }
    }
}

extension CommandContext {
    /// What tells a person each step as it happens; a program that reads JSON wants the end alone.
    func stepPrinter() -> @Sendable (ProvisioningEvent) -> Void {
        guard !output.isJSON else { return { _ in } }
        let meter = ProgressMeter(output, unit: "messages")
        return { event in
            if case .progressed(_, let done, let total) = event { return meter.show(done, of: total) }
            meter.clear()
            output.note(event.line)
        }
    }
}

extension ProvisioningEvent {
    /// The event as a line for a person.
    var line: SafeText {
        switch self {
        case .began(let step): "… \(untrusted: step.title)"
        case .done(let step): "✓ \(untrusted: step.title)"
        case .failed(let step, let error): "✗ \(untrusted: step.title): \(untrusted: error.message)"
        case .progressed(let step, let done, let total): "… \(untrusted: step.title): \(done) of \(total)"
        case .undoing(let step): "… undo: \(untrusted: step.title)"
        case .undone(let step): "✓ undone: \(untrusted: step.title)"
        case .left(let step, let error):
            "✗ not undone: \(untrusted: step.title): \(untrusted: error.message) The next start tries again."
        }
    }
}

import AgenticMail
import Configuration
import FoundationEssentials
import JMAP
import SafeText
import Setup
import Stalwart

extension CommandHandlers {
    /// `setup --url URL --admin LOGIN [--domain D] [--reviewer ADDRESS] … [--dry-run]`
    @Sendable static func setup(_ context: CommandContext) async throws -> ExitCode {
        let output = context.output
        let asking = SetupQuestions(context)
        let (request, login) = try await blocking { try asking.answers() }
        let setup = try await Setup.open(request, login: login, context.locations, fault: try context.setupFault())
        if context.parsed.has("dry-run") {
            let steps = SetupSteps()
            try await setup.examine { steps.note($0) }
            try output.object(
                SetupOutcome(setup, steps.list),
                lines: steps.list.map { "\(untrusted: $0.line)" }
                    + (try setup.files.additions().flatMap(\.difference).map { SafeText(untrusted: $0) })
                    + ["Nothing was changed."])
            return .done
        }
        let steps = SetupSteps()
        let report = try await setup.run { event in
            steps.note(event)
            // A program that reads JSON wants the end alone.
            if !output.isJSON { output.note(event.line) }
        }
        for warning in report.warnings where !output.isJSON { output.note(SafeText(untrusted: warning)) }
        try output.object(SetupOutcome(setup, steps.list, report), lines: report.lines)
        return .done
    }
}

extension CommandContext {
    /// The failure that the environment asks for; nil where it asks for none.
    func setupFault() throws -> SetupFault? {
        guard let text = environment["AGENTICMAIL_FAULT"], !text.isEmpty else { return nil }
        guard let fault = SetupFault(text) else {
            throw UsageError(
                "AGENTICMAIL_FAULT is none of step:N and kill:N.", cure: "Name a step that there is, or unset it.")
        }
        return fault
    }
}

/// What setup needs to know: from the command line, or asked on the terminal.
private struct SetupQuestions: Sendable {
    let context: CommandContext

    init(_ context: CommandContext) { self.context = context }

    /// Blocks for as long as a person types.
    func answers() throws -> (SetupRequest, Credential) {
        let parsed = context.parsed
        for option in ["sandbox", "login"] where parsed.has(option) {
            throw UsageError("setup takes no --\(option).", cure: "Give --url and --admin.")
        }
        let url = try asked("url", "The server's address, such as https://mail.example.com")
        let origin = try Configuration.origin(url).mapError { fault in
            UsageError("The address of the server \(fault.message).", cure: "\(fault.cure).")
        }.get()
        let admin = try asked("admin", "The administrator's login")
        let secret = try secret(admin, url)
        var request = SetupRequest(origin: origin, reviewer: "")
        request.domain = parsed.value("domain")
        // Where the server has one domain alone, that one is taken; whether it has is not known yet.
        if request.domain == nil, !context.output.isJSON, context.output.isTerminal {
            let typed = try Question.ask(
                "The domain of the agents' addresses", suggestion: "the server's", option: "--domain")
            request.domain = typed == "the server's" ? nil : typed
        }
        request.reviewer = try asked("reviewer", "The first reviewer's address")
        request.reviewerKey = parsed.value("reviewer-key")
        request.workspace = parsed.value("workspace")
        request.operatorName = parsed.value("operator") ?? request.operatorName
        request.guardName = parsed.value("guard") ?? request.guardName
        request.groupName = parsed.value("group") ?? request.groupName
        request.caFile = parsed.value("ca-file")
        request.pinnedKey = parsed.value("pinned-key")
        request.hook = parsed.value("hook")
        request.appends = parsed.has("append")
        return (request, .basic(user: admin, password: secret.reveal()))
    }

    private func asked(_ option: String, _ words: String) throws -> String {
        if let value = context.parsed.value(option) { return value }
        guard !context.output.isJSON else {
            throw UsageError("--\(option) is missing.", cure: "Give it; with --json nothing is asked.")
        }
        return try Question.ask(words, option: "--\(option)")
    }

    /// The administrator's secret: never from an argument.
    private func secret(_ admin: String, _ url: String) throws -> Secret {
        let parsed = context.parsed
        let ways = ["password-file", "password-command", "password-stdin"].filter(parsed.has)
        guard ways.count <= 1 else {
            throw UsageError("--\(ways[0]) and --\(ways[1]) name two places.", cure: "Give one of them.")
        }
        if parsed.has("password-stdin") {
            guard let line = readLine(strippingNewline: true), !line.isEmpty else {
                throw UsageError("Standard input holds no password.", cure: "Write it there as the first line.")
            }
            return Secret(line)
        }
        let source: SecretSource
        if let file = parsed.value("password-file") {
            source = .file(file)
        } else if let command = parsed.value("password-command") {
            do throws(ShellWordsError) { source = .command(try ShellWords.split(command)) } catch {
                throw UsageError("--password-command \(error.message).", cure: "\(error.cure).")
            }
        } else if context.output.isJSON {
            throw UsageError(
                "The administrator's password is missing.",
                cure: "Give --password-file, --password-command or --password-stdin.")
        } else {
            return try PasswordPrompt.ask("Password of \(admin) at \(url): ")
        }
        do throws(SecretError) { return try source.read() } catch { throw WorkspaceError(error) }
    }
}

/// The steps of a setup as they end.
final class SetupSteps: Sendable {
    /// A step with how it ended.
    struct Ended: Sendable, Encodable {
        let step: String
        /// `there`, `wanted` or `done`.
        let outcome: String
        let title: String

        private enum CodingKeys: String, CodingKey {
            case step, outcome
        }

        /// The step as a line of text.
        var line: String { "\(outcome == "there" ? "is there" : "would be done"): \(title)" }
    }

    private let ended = Locked<[Ended]>([])

    /// Every step that has ended so far.
    var list: [Ended] { ended.value }

    /// Notes an event.
    func note(_ event: Setup.Event) {
        let (kind, outcome): (SetupStep.Kind, String)
        switch event {
        case .there(let step): (kind, outcome) = (step, "there")
        case .wanted(let step): (kind, outcome) = (step, "wanted")
        case .done(let step): (kind, outcome) = (step, "done")
        case .began, .failed, .undone, .left: return
        }
        ended.change { $0.append(Ended(step: kind.name, outcome: outcome, title: kind.title)) }
    }
}

/// What `setup` prints.
private struct SetupOutcome: Encodable {
    struct SignIn: Encodable {
        let login: String
        let secret: String
        let configuration: String
    }

    let workspace: String
    let url: String
    let domain: String
    let group: String
    let `guard`: String
    let `operator`: String
    let reviewer: String
    let configuration: String
    let policy: String
    let steps: [SetupSteps.Ended]
    let written: [String]
    let signIn: SignIn?
    let warnings: [String]
    let isDryRun: Bool

    init(_ setup: Setup, _ steps: [SetupSteps.Ended], _ report: SetupReport? = nil) {
        workspace = setup.plan.workspace
        url = setup.plan.origin.absoluteString
        domain = setup.plan.domain
        group = setup.plan.group
        `guard` = setup.plan.address(.guardian)
        `operator` = setup.plan.address(.manager)
        reviewer = setup.plan.address(.reviewer)
        configuration = setup.files.configuration
        policy = setup.files.policy
        self.steps = steps
        written = report?.written ?? []
        signIn = report?.signIn.map { SignIn(login: $0.login, secret: $0.secret, configuration: $0.configuration) }
        warnings = report?.warnings ?? []
        isDryRun = report == nil
    }
}

extension SetupReport {
    /// What a person is told at the end.
    var lines: [SafeText] {
        if done.isEmpty { return ["Everything was there already. Nothing was changed."] }
        var lines: [SafeText] = ["The workspace \(untrusted: workspace) is set up."]
        lines += written.map { "Written: \(untrusted: $0)" }
        if let signIn {
            lines.append("\(untrusted: signIn.login), the first reviewer, signs in with this secret, shown this once:")
            lines.append("  \(untrusted: signIn.secret)")
            lines.append(
                "On a reviewer's own machine it goes into a file of mode 0600, and these lines into the configuration:")
            lines += signIn.configuration.split(separator: "\n").map { "  \(untrusted: String($0))" }
        }
        lines.append("Next: agenticmail                              opens the console")
        lines.append("      agenticmail agent create NAME            makes an agent")
        lines.append("      agenticmail -w \(untrusted: workspace)-guard guard run     runs the guard")
        lines.append("      agenticmail -w \(untrusted: workspace)-review review list  lists what waits for a reviewer")
        return lines
    }
}

extension Setup.Event {
    /// The event as a line for a person.
    var line: SafeText {
        switch self {
        case .began(let step): "… \(untrusted: step.title)"
        case .there(let step): "✓ there already: \(untrusted: step.title)"
        case .wanted(let step): "… would be done: \(untrusted: step.title)"
        case .done(let step): "✓ \(untrusted: step.title)"
        case .failed(let step, let error): "✗ \(untrusted: step.title): \(untrusted: error.message)"
        case .undone(let step): "✓ undone: \(untrusted: step.title)"
        case .left(let step, let error):
            "✗ not undone: \(untrusted: step.title): \(untrusted: error.message) The next run goes on with it."
        }
    }
}

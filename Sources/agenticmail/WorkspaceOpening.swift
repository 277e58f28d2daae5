import AgenticMail
import Configuration
import FoundationEssentials
import HTTPTransport
import JMAP
import SafeText
import Sandbox
import Setup

/// A workspace as the command line names it, with what must be cleaned up after it.
struct OpenedWorkspace: Sendable {
    let workspace: Workspace
    let configuration: Configuration
    let sandbox: RunningSandbox?
    private let scratch: ScratchFolder?

    /// Opens what the global options name; nothing is asked of the server.
    ///
    /// - Parameter showsFirst: True where what is kept here is shown before a command is run for the login's secret.
    static func open(_ context: CommandContext, showsFirst: Bool = false) async throws -> OpenedWorkspace {
        let parsed = context.parsed
        for (one, other) in [("sandbox", "url"), ("sandbox", "workspace"), ("url", "workspace")]
        where parsed.has(one) && parsed.has(other) {
            throw UsageError("--\(one) and --\(other) name two servers.", cure: "Give one of them.")
        }
        if parsed.has("sandbox") { return try await openSandbox(context) }
        if let text = parsed.value("url") { return try await openURL(text, context) }
        for option in ["login", "password-file", "ca-file", "pinned-key"] where parsed.has(option) {
            throw UsageError("--\(option) goes with --url.", cure: "Give --url too, or leave it out.")
        }
        let configuration = try Workspace.load(context.locations)
        let chosen = try Workspace.choose(parsed.value("workspace"), of: configuration, context.locations)
        let login = showsFirst ? askedLogin(of: chosen) : nil
        var options = try await blocking {
            try WorkspaceOptions(chosen, in: configuration, context.locations, login: login)
        }
        options.fault = try context.fault()
        options.furtherChecks = [HookCheck(policyPath: context.policyPath).run]
        return OpenedWorkspace(
            workspace: try await Workspace.open(options), configuration: configuration, sandbox: nil, scratch: nil)
    }

    /// The login of a workspace whose secret a command gives, to be asked for later; nil where it is in a file.
    private static func askedLogin(of workspace: WorkspaceConfiguration) -> Login? {
        switch workspace.authentication {
        case .password(_, .file), .key(.file): nil
        case .password(_, .command), .key(.command):
            .asked { () async throws(JMAPError) in
                do {
                    return try await blocking { try WorkspaceOptions.credential(of: workspace) }
                } catch {
                    let reason =
                        (error as? SecretError).map { WorkspaceError($0) }
                        ?? WorkspaceError(.failed, "The secret cannot be read: \(error).", cure: "Try again.")
                    throw JMAPError(
                        .noSecret(cure: reason.cure), place: workspace.url.absoluteString, detail: reason.message)
                }
            }
        }
    }

    private static func openSandbox(_ context: CommandContext) async throws -> OpenedWorkspace {
        let scratch = try ScratchFolder()
        do {
            let sandbox = try await RunningSandbox.start(SandboxOptions(), isEmpty: false)
            guard let origin = URL(string: sandbox.server.url) else {
                throw Failure(
                    code: "sandbox", message: "The sandbox has no address.", cure: "Report this.", exitCode: .failed)
            }
            var options = WorkspaceOptions(
                name: "sandbox", origin: origin,
                credential: sandbox.watcher, cachePath: "\(scratch.path)/cache.sqlite")
            options.kind = .test
            options.fault = try context.fault()
            return OpenedWorkspace(
                workspace: try await Workspace.open(options), configuration: try Workspace.load(context.locations),
                sandbox: sandbox, scratch: scratch)
        } catch {
            scratch.remove()
            throw error
        }
    }

    private static func openURL(_ text: String, _ context: CommandContext) async throws -> OpenedWorkspace {
        let origin = try Configuration.origin(text).get()
        guard let login = context.parsed.value("login") else {
            throw UsageError("--url needs a login.", cure: "Add --login NAME.")
        }
        let password: Secret
        if let file = context.parsed.value("password-file") {
            do throws(SecretError) {
                password = try SecretSource.file(file).read()
            } catch {
                throw WorkspaceError(error)
            }
        } else {
            password = try await blocking { try PasswordPrompt.ask("Password of \(login) at \(text): ") }
        }
        let configuration = try Workspace.load(context.locations)
        let name = origin.host() ?? "server"
        var options = WorkspaceOptions(
            name: name, origin: origin, credential: .basic(user: login, password: password.reveal()),
            cachePath: WorkspaceOptions.cachePath(name, origin, login, context.locations),
            journalPath: WorkspaceOptions.journalPath(name, origin, login, context.locations))
        options.transport.extraAuthorities = context.parsed.value("ca-file")
        options.transport.pinnedKey = context.parsed.value("pinned-key")
        options.fault = try context.fault()
        options.furtherChecks = [HookCheck(policyPath: context.policyPath).run]
        options.logFolder = context.locations.state
        options.bodyLimit = configuration.cache.bodyLimit
        return OpenedWorkspace(
            workspace: try await Workspace.open(options), configuration: configuration, sandbox: nil, scratch: nil)
    }

    /// Ends what runs for it and removes what it left.
    func close() async {
        await sandbox?.stop()
        scratch?.remove()
    }
}

extension CommandContext {
    /// Opens the workspace, hands it to the closure and cleans up after it.
    func withWorkspace<Result: Sendable>(_ body: (Workspace) async throws -> Result) async throws -> Result {
        let opened = try await OpenedWorkspace.open(self)
        // A program that reads JSON finds it in the log and in doctor.
        if let notice = opened.workspace.notice, !output.isJSON { output.note(SafeText(untrusted: notice)) }
        do {
            let result = try await body(opened.workspace)
            await opened.close()
            return result
        } catch {
            await opened.close()
            throw error
        }
    }

    /// Brings the cache up to date before something is read from it.
    ///
    /// Where the server is not reached and mail is kept here, that is said and the kept mail is used.
    func catchUp(_ workspace: Workspace, withText: Bool = false) async throws {
        guard let failure = await Self.failure(of: workspace, withText) else { return }
        guard failure.code == .notReachable else { throw failure }
        guard try await workspace.report().messages > 0 else { throw failure }
        output.note("\(untrusted: failure.message) What is shown was kept here before.")
    }

    /// Why the cache could not be brought up to date, or nil.
    private static func failure(of workspace: Workspace, _ withText: Bool) async -> WorkspaceError? {
        do throws(WorkspaceError) {
            _ = try await workspace.catchUp(withText: withText)
            return nil
        } catch {
            return error
        }
    }
}

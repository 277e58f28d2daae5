import AgenticMail
import Configuration
import Console
import Glibc
import JMAP
import MailCache
import Setup
import TerminalUI

extension ConsoleCommand {
    /// Whether there is neither a workspace nor a server that the command line names.
    static func isFirstRun(_ context: CommandContext) throws -> Bool {
        guard !["sandbox", "url", "workspace"].contains(where: context.parsed.has) else { return false }
        return try Workspace.load(context.locations).workspaces.isEmpty
    }

    /// What sets a workspace up where the command line's files are.
    static func setUp(
        _ context: CommandContext
    ) -> @Sendable (SetupRequest, String, Secret, @escaping @Sendable (Setup.Event) -> Void) async throws -> SetupReport
    {
        { request, login, password, report in
            var request = request
            request.caFile = context.parsed.value("ca-file")
            request.pinnedKey = context.parsed.value("pinned-key")
            let credential = Credential.basic(user: login, password: password.reveal())
            let setup = try await Setup.open(
                request, login: credential, context.locations, fault: try context.setupFault())
            return try await setup.run(report: report)
        }
    }

    /// Opens the console on the form that sets a workspace up; afterwards the program begins anew with it.
    static func setUp(
        _ context: CommandContext, themes: [Theme], _ script: (name: String, script: Script)?, _ size: Size?
    ) throws -> Int32 {
        let scratch = try ScratchFolder()
        defer { scratch.remove() }
        let wantsToOpen = Locked(false)
        var services = ConsoleServices(workspace: "first run", server: "no server yet")
        services.setUp = setUp(context)
        services.openSetUp = { wantsToOpen.change { $0 = true } }
        var options = ConsoleOptions(
            services: services, cache: try MailCache.open(at: "\(scratch.path)/cache.sqlite"), themes: themes)
        options.isFirstRun = true
        options.script = script
        if let size { options.size = size }
        let status = ConsoleApp.run(options: options)
        guard status == 0, script == nil, wantsToOpen.value else { return status }
        scratch.remove()
        // The interface has the first thread once in a process's life, so that the workspace is opened by a new one.
        var arguments = CommandLine.arguments.map { strdup($0) } + [nil]
        execv("/proc/self/exe", &arguments)
        throw Failure(
            code: "failed", message: "The program cannot be begun anew.", cure: "Run agenticmail.", exitCode: .failed)
    }
}

import AgenticMail
import Configuration
import Guard
import JMAP
import Message
import SafeText

extension CommandHandlers {
    /// `guard run [--policy FILE] [--hook ADDRESS] [--metrics ADDRESS]`: the guard in the foreground, until it is stopped.
    @Sendable static func guardRun(_ context: CommandContext) async throws -> ExitCode {
        let path = context.policyPath
        let policy = try Policy.load(path)
        let hook = try GuardHook(context, policy)
        let opened = try await OpenedWorkspace.open(context)
        let output = context.output
        var options = GuardOptions(now: { MessageBuilder.now.seconds })
        options.hookSecret = hook?.secret
        options.leaseDuration = Int64(policy.lease)
        let manager = ServiceManager()
        options.turned = { manager.tell($0) }
        let guardian = Guard(
            client: opened.workspace.client, options: options,
            policy: { .read(path) },
            log: { event in
                // A log that nobody reads any longer is no reason to stop.
                try? output.print(event.json.description)
            })
        do throws(GuardError) {
            let servers = try hook?.serve(guardian) ?? []
            let metrics = try context.parsed.value("metrics").map { (address) throws(GuardError) in
                try GuardMetrics.serve(guardian, on: address)
            }
            manager.tell("READY=1")
            await guardian.run()
            manager.tell("STOPPING=1")
            for server in servers + [metrics].compactMap({ $0 }) { server.stop() }
        } catch {
            await opened.close()
            throw Failure(error)
        }
        await opened.close()
        return .done
    }
}

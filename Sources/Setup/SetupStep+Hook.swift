import AgenticMail
import Stalwart

// The second lock: the server asks the guard before it accepts a message.

extension SetupStep {
    static let hook = SetupStep(
        kind: .hook,
        check: { context, state throws(WorkspaceError) in
            guard let url = context.plan.hookURL else { return true }
            let found = try await context.ask { (server) throws(StalwartError) in try await server.mailHooks() }
            guard let hook = found.first(where: { $0.url == url }) else { return false }
            guard hook.isWhole else {
                throw WorkspaceError(
                    .taken,
                    "The server's hook to \(url) \(hook.lacks.joined(separator: ", and ")); it was not touched.",
                    cure: "Correct it in the server's settings, or remove it there and run setup again.")
            }
            // A secret that was made just now is not the one with which that hook was made.
            guard try !context.files.hookSecret().isNew, !state.madeHookSecret else {
                throw WorkspaceError(
                    .taken,
                    "The server has a hook to \(url), and its secret is not in \(context.files.hookSecretPath); it was not touched.",
                    cure:
                        "Put its secret there (mode 0600), or remove the hook in the server's settings and run setup again."
                )
            }
            return true
        },
        perform: { context, state throws(WorkspaceError) in
            guard let url = context.plan.hookURL else { return }
            let secret = try context.files.hookSecret().secret
            _ = try await context.make(
                { (server) throws(StalwartError) in try await server.mailHooks().first { $0.url == url }?.id },
                { (server) throws(StalwartError) in try await server.makeMailHook(url: url, secret: secret) })
            state.madeHook = true
            do throws(StalwartError) { try await context.administration.reloadSettings() } catch {
                state.warnings.append(
                    "The hook is made and counts when the server has read its settings again, which it refused: "
                        + "\(error.sentence) Restart the server.")
            }
        },
        undo: { context, state throws(WorkspaceError) in
            guard let url = context.plan.hookURL else { return }
            let found = try await context.ask { (server) throws(StalwartError) in try await server.mailHooks() }
            for hook in found where hook.url == url {
                try await context.remove { (server) throws(StalwartError) in try await server.removeMailHook(hook.id) }
            }
            // Where the settings are not read again now the hook goes with the server's next start.
            do throws(StalwartError) { try await context.administration.reloadSettings() } catch {
                state.warnings.append("The hook is removed; restart the server: \(error.sentence)")
            }
            state.madeHook = false
        })
}

extension SetupPlan {
    /// Where the server posts; nil where no hook is wanted.
    var hookURL: String? { hook.map { "http://\($0)/hook" } }
}

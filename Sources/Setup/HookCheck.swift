package import AgenticMail
import Configuration
import FoundationEssentials
import Guard
import HTTPTransport
import Stalwart

/// Whether the server asks the guard before it accepts mail, and whether the guard answers it and nobody else.
package struct HookCheck: Sendable {
    private static let name = "hook"
    private let policyPath: String

    /// Makes a check of the hook that a policy names.
    package init(policyPath: String) {
        self.policyPath = policyPath
    }

    /// Looks, on this machine and on the server; changes nothing.
    package func run(_ workspace: Workspace) async -> [Check] {
        let policy: Policy
        do throws(ConfigurationError) { policy = try Policy.load(policyPath) } catch {
            let isAbsent = error.faults.contains { $0.code == .unreadable }
            return [
                isAbsent
                    ? Check(Self.name, .good, "No policy is here (\(policyPath)): a guard runs elsewhere, if one does.")
                    : Check(Self.name, .failed, error.sentence, cure: "Put it right: the guard holds everything.")
            ]
        }
        guard let hook = policy.hook else {
            return [
                Check(
                    Self.name, .warning,
                    "The policy names no hook: the server does not ask the guard before it accepts mail.",
                    cure:
                        "agenticmail setup with --hook 127.0.0.1:8645 sets it up; mail then waits while no guard runs.")
            ]
        }
        let secret: String
        do throws(SecretError) { secret = try hook.secret.read().reveal() } catch {
            return [Check(Self.name, .failed, "The hook's secret cannot be read: \(error.message).", cure: error.cure)]
        }
        return [await ofServer(hook.address, workspace), await answer(hook.address, secret)]
    }

    /// Whether the server has the hook.
    private func ofServer(_ address: String, _ workspace: Workspace) async -> Check {
        let url = "http://\(address)/hook"
        let hooks: [MailHook]
        let administration: any Administration
        do throws(WorkspaceError) { administration = try await workspace.domainAdministration() } catch {
            return Check(Self.name, .warning, error.message, cure: error.cure)
        }
        do throws(StalwartError) { hooks = try await administration.mailHooks() } catch {
            if case .missingPermission = error.code {
                return Check(
                    Self.name, .skipped, "The login may not look at the server's hooks.",
                    cure: "agenticmail doctor --repair by an administrator gives the operator's role the right to.")
            }
            return Check(Self.name, error.code == .unsupported ? .skipped : .warning, error.sentence, cure: error.cure)
        }
        let cure = "agenticmail setup with --hook \(address) sets it up."
        guard let hook = hooks.first(where: { $0.url == url }) else {
            let others = hooks.isEmpty ? "" : " Its hooks go to \(hooks.map(\.url).sorted().joined(separator: ", "))."
            return Check(
                Self.name, .failed, "The server does not ask the guard: it has no hook to \(url).\(others)", cure: cure)
        }
        guard hook.isWhole else {
            return Check(
                Self.name, .failed, "The server's hook to \(url) \(hook.lacks.joined(separator: ", and ")).",
                cure: "Remove it in the server's settings; \(cure)")
        }
        return Check(Self.name, .good, "The server asks the guard at \(address) before it accepts mail.")
    }

    /// Whether the guard answers, and refuses whoever does not know the secret.
    private func answer(_ address: String, _ secret: String) async -> Check {
        let name = "hook answers"
        guard let url = URL(string: "http://\(address)/") else {
            return Check(name, .failed, "\(address) is no address.", cure: "Correct it in \(policyPath).")
        }
        let transport = HTTPTransport()
        func status(_ secret: String) async throws(HTTPError) -> Int {
            try await transport.send(
                HTTPRequest(
                    url: url, headers: ["Authorization": "Bearer \(secret)"], timeouts: .init(total: .seconds(5)))
            ).status
        }
        do throws(HTTPError) {
            let right = try await status(secret)
            guard right == 200 else {
                return Check(
                    name, .failed,
                    right == 401
                        ? "What answers at \(address) refuses the secret that the policy names: the server's mail waits."
                        : "What answers at \(address) is no guard (status \(right)).",
                    cure: right == 401
                        ? "Restart the guard: it reads the secret when it starts."
                        : "Give the hook an address of its own in \(policyPath), and run setup with --hook again.")
            }
            guard try await status("not the secret of this hook") == 401 else {
                return Check(
                    name, .failed, "What answers at \(address) takes any secret.",
                    cure: "Something else than the guard listens there: stop it.")
            }
            return Check(name, .good, "The guard answers at \(address) and refuses a wrong secret.")
        } catch {
            return Check(
                name, .failed, "Nothing answers at \(address): where the server asks there, all of its mail waits.",
                cure: "Start the guard: agenticmail guard run.")
        }
    }
}

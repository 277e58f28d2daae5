import JMAP
import Stalwart
import Synchronization

// The domain and the role: they serve many agents, so that mostly they are found and not made.

extension ProvisioningStep {
    static let domain = ProvisioningStep(
        kind: .domain,
        perform: { context, state throws(AgentsError) in
            let plan = context.intent.plan
            if let known = context.known?.domain(plan.domain) {
                state.made.domain = known
                return
            }
            if let found = try await context.ask({ (server) throws(StalwartError) in
                try await server.domain(named: plan.domain.text)
            }) {
                state.made.domain = found.id
                return
            }
            guard plan.makesDomain else { throw AgentsError.noDomain(plan.domain) }
            do throws(AgentsError) {
                state.made.domain = try await context.ask { (server) throws(StalwartError) in
                    try await server.makeDomain(named: plan.domain.text, detail: context.intent.domainDetail)
                }
                state.made.madeDomain = true
            } catch {
                // Another operator may have made it at the same moment: then it is theirs.
                guard error.code == .taken else { throw error }
                let found = try await context.ask { (server) throws(StalwartError) in
                    try await server.domain(named: plan.domain.text)
                }
                guard let found else { throw error }
                state.made.domain = found.id
            }
        },
        check: { context, state throws(AgentsError) in
            guard
                let found = try await context.ask({ (server) throws(StalwartError) in
                    try await server.domain(named: context.intent.plan.domain.text)
                }), found.detail == context.intent.domainDetail
            else { return false }
            state.made.domain = found.id
            state.made.madeDomain = true
            return true
        },
        undo: { context, state throws(AgentsError) in
            guard state.made.madeDomain, let id = state.made.domain else { return }
            try await context.remove { (server) throws(StalwartError) in try await server.removeDomain(id) }
            state.made.madeDomain = false
        })

    static let role = ProvisioningStep(
        kind: .role,
        prepare: { context, state throws(AgentsError) in
            if let known = context.known?.role {
                state.made.rolesBefore = [known.rawValue]
                return
            }
            state.made.rolesBefore = try await context.agentRoles().map(\.rawValue)
        },
        perform: { context, state throws(AgentsError) in
            let definition = RoleDefinition.agent
            if let found = state.made.rolesBefore?.first {
                state.made.role = RoleID(found)
                return
            }
            let made = try await context.ask { (server) throws(StalwartError) in
                try await server.makeRole(
                    named: definition.name, detail: definition.detail,
                    permissions: definition.permissions(on: server.kind))
            }
            state.made.role = made
            state.made.madeRole = true
            // Another operator may have made one at the same moment: all take the first, and the others' go again.
            if let first = try await context.agentRoles().first, first != made {
                try await context.remove { (server) throws(StalwartError) in try await server.removeRole(made) }
                state.made.role = first
                state.made.madeRole = false
            }
        },
        check: { context, state throws(AgentsError) in
            // A role bears no mark of who made it: one that came after this intent looked, and that nobody carries, is
            // taken for its own, and the server refuses to remove one that an account carries.
            guard let before = state.made.rolesBefore else { return false }
            guard let new = try await context.agentRoles().first(where: { !before.contains($0.rawValue) }) else {
                return false
            }
            state.made.role = new
            state.made.madeRole = true
            return true
        },
        undo: { context, state throws(AgentsError) in
            guard state.made.madeRole, let id = state.made.role else { return }
            try await context.remove { (server) throws(StalwartError) in try await server.removeRole(id) }
            state.made.madeRole = false
        })
}

/// The domains and the role that agents of one list have found on the server, so that not every one looks again.
///
/// Only what an agent that was made carries is in it: it cannot be taken away again while that agent is there.
final class KnownPlaces: Sendable {
    private struct State {
        var domains: [DomainName: DomainID] = [:]
        var role: RoleID?
    }

    private let state = Mutex(State())

    func domain(_ name: DomainName) -> DomainID? { state.withLock { $0.domains[name] } }
    var role: RoleID? { state.withLock { $0.role } }

    /// Notes what a creation that ended well has found or made.
    func learn(_ progress: IntentProgress, domain: DomainName) {
        state.withLock { state in
            if let id = progress.domain { state.domains[domain] = id }
            if let role = progress.role { state.role = role }
        }
    }
}

extension ProvisioningContext {
    /// Asks the server, with its errors as errors of this target.
    func ask<Result>(
        _ body: (any Administration) async throws(StalwartError) -> Result
    ) async throws(AgentsError) -> Result {
        do throws(StalwartError) { return try await body(administration) } catch { throw AgentsError(error) }
    }

    /// Removes something that this intent made: gone already is as good, and what others use by now stays theirs.
    func remove(
        _ body: (any Administration) async throws(StalwartError) -> Void
    ) async throws(AgentsError) {
        do throws(StalwartError) {
            try await body(administration)
        } catch {
            switch error.code {
            case .notFound, .inUse: return
            default: throw AgentsError(error)
            }
        }
    }

    /// The roles of the agents' name, the oldest first.
    func agentRoles() async throws(AgentsError) -> [RoleID] {
        let roles = try await ask { (server) throws(StalwartError) in
            try await server.roles(named: RoleDefinition.agent.name)
        }
        return roles.map(\.id).sorted { ($0.rawValue.utf8.count, $0.rawValue) < ($1.rawValue.utf8.count, $1.rawValue) }
    }
}

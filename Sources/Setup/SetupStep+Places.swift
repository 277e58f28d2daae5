import AgenticMail
import Guard
import JMAP
import Stalwart

// The domain, the roles and the group: what the accounts stand on.

extension SetupStep {
    static let domain = SetupStep(
        kind: .domain,
        check: { context, state throws(WorkspaceError) in
            let name = context.plan.domain
            state.domain = try await context.ask { (server) throws(StalwartError) in
                try await server.domain(named: name)
            }?
            .id
            return state.domain != nil
        },
        perform: { context, state throws(WorkspaceError) in
            let (name, detail) = (context.plan.domain, context.mark("domain").text)
            state.domain = try await context.make(
                { (server) throws(StalwartError) in
                    try await server.domain(named: name).flatMap { $0.detail == detail ? $0.id : nil }
                },
                { (server) throws(StalwartError) in try await server.makeDomain(named: name, detail: detail) })
            state.madeDomain = true
        },
        undo: { context, state throws(WorkspaceError) in
            let (name, detail) = (context.plan.domain, context.mark("domain").text)
            let found = try await context.ask { (server) throws(StalwartError) in try await server.domain(named: name) }
            guard let found, found.detail == detail else { return }
            try await context.remove { (server) throws(StalwartError) in try await server.removeDomain(found.id) }
            state.madeDomain = false
        })

    static let roles = SetupStep(
        kind: .roles,
        check: { context, state throws(WorkspaceError) in
            let checks = try await context.ask { (server) throws(StalwartError) in try await server.checkRoles() }
            if let wrong = checks.first(where: { $0.role != nil && !$0.isExact }) {
                throw WorkspaceError(
                    .failed, wrong.sentence,
                    cure: "agenticmail doctor --repair with --url and --login makes the roles exact; "
                        + "then run setup again.")
            }
            for check in checks { state.roles[check.definition.name] = check.role?.id }
            return checks.allSatisfy { $0.role != nil }
        },
        perform: { context, state throws(WorkspaceError) in
            for definition in RoleDefinition.all where state.roles[definition.name] == nil {
                let made = try await context.make(
                    { (server) throws(StalwartError) in try await server.roles(named: definition.name).first?.id },
                    { (server) throws(StalwartError) in
                        try await server.makeRole(
                            named: definition.name, detail: definition.detail,
                            permissions: definition.permissions(on: server.kind))
                    })
                state.roles[definition.name] = made
                state.madeRoles.append(made)
            }
        },
        undo: { context, state throws(WorkspaceError) in
            for role in state.madeRoles {
                try await context.remove { (server) throws(StalwartError) in try await server.removeRole(role) }
            }
            state.madeRoles = []
        })

    static let group = SetupStep(
        kind: .group,
        check: { context, state throws(WorkspaceError) in
            let found = try await context.own(context.plan.group, "group", option: "--group")
            guard let found else { return false }
            guard found.kind == .group else {
                throw WorkspaceError(
                    .taken, "\(context.plan.group) is no group.", cure: "Name another group with --group.")
            }
            state.group = found.id
            return true
        },
        perform: { context, state throws(WorkspaceError) in
            guard let domain = state.domain else { throw WorkspaceError.missing("The domain") }
            let (address, detail) = (context.plan.group, context.mark("group").text)
            let new = NewAccount(
                kind: .group, name: address.localPart, domain: domain, detail: detail, roles: .standard)
            state.group = try await context.make(
                { (server) throws(StalwartError) in
                    try await server.account(at: address).flatMap { $0.detail == detail ? $0.id : nil }
                },
                { (server) throws(StalwartError) in try await server.makeAccount(new) })
            state.madeGroup = true
        },
        undo: { context, state throws(WorkspaceError) in
            try await context.removeOwn(context.plan.group, "group")
            state.madeGroup = false
        })

    static let mailboxes = SetupStep(
        kind: .mailboxes,
        check: { context, state throws(WorkspaceError) in
            guard let places = state.guardPlaces(context) else { return false }
            return try await ofGuard { () async throws(GuardError) in try await places.areMade() }
        },
        perform: { context, state throws(WorkspaceError) in
            guard let places = state.guardPlaces(context) else { throw WorkspaceError.missing("The guard's login") }
            try await ofGuard { () async throws(GuardError) in try await places.make() }
        },
        // They go with their accounts; in accounts of an earlier run they are what that run had still to make.
        undo: { _, _ in })

    static let signing = SetupStep(
        kind: .signing,
        check: { context, state throws(WorkspaceError) in
            let name = context.plan.domain
            guard
                let domain = try await context.ask({ (server) throws(StalwartError) in
                    try await server.domain(named: name)
                })
            else { return false }
            // A domain that others have made is theirs to sign.
            guard SetupMark(domain.detail) != nil else { return true }
            return try await !context.ask { (server) throws(StalwartError) in
                try await server.signingKeys(of: domain)
            }.isEmpty
        },
        perform: { context, state throws(WorkspaceError) in
            guard let id = state.domain else { throw WorkspaceError.missing("The domain") }
            let domain = Domain(id: id, name: context.plan.domain)
            do throws(StalwartError) {
                try await context.administration.makeSigningKey(
                    for: domain, selector: "agenticmail", algorithm: .ed25519)
            } catch {
                // The workspace works without it.
                state.warnings.append(error.description)
            }
        },
        undo: { _, _ in })

    private static func ofGuard<Result>(
        _ body: () async throws(GuardError) -> Result
    ) async throws(WorkspaceError) -> Result {
        do throws(GuardError) { return try await body() } catch {
            if let cause = error.cause { throw WorkspaceError(cause) }
            throw WorkspaceError(.failed, error.message, cure: error.cure)
        }
    }
}

extension SetupState {
    /// The mailboxes that the guard needs; nil before the guard's login and the accounts are known.
    func guardPlaces(_ context: SetupContext) -> GuardPlaces? {
        guard let login = credentials[.guardian], let group, let reviewer = accounts[.reviewer] else { return nil }
        return GuardPlaces(client: context.client(login), group: group, reviewers: [reviewer])
    }
}

extension WorkspaceError {
    /// A step did not leave what the next one needs.
    static func missing(_ what: String) -> WorkspaceError {
        WorkspaceError(.failed, "\(what) is not known.", cure: "Run setup again.")
    }
}

extension String {
    /// The part of an address before its `@`.
    var localPart: String { String(prefix { $0 != "@" }) }
    /// The part of an address after its `@`.
    var domainPart: String { split(separator: "@").last.map(String.init) ?? "" }
}

import AgenticMail
import Configuration
import JMAP
import Sodium
import Stalwart

// The accounts of those who work with the agents, and how they log in.

extension SetupStep {
    static func account(_ person: SetupPerson, _ kind: Kind) -> SetupStep {
        SetupStep(
            kind: kind,
            check: { context, state throws(WorkspaceError) in
                let found = try await context.own(
                    context.plan.address(person), person.rawValue, option: "--\(person.rawValue)")
                guard let found else { return false }
                guard let role = state.roles[person.role.name], found.roles == .custom([role]) else {
                    throw WorkspaceError(
                        .taken, "\(found.address) does not have exactly the role \(person.role.name).",
                        cure: "Give it that role alone, or name another account with --\(person.rawValue).")
                }
                state.accounts[person] = found.id
                guard let group = state.group else { return false }
                return found.groups.contains(group)
            },
            perform: { context, state throws(WorkspaceError) in
                guard let group = state.group, let role = state.roles[person.role.name] else {
                    throw WorkspaceError.missing("The group or the role")
                }
                if let account = state.accounts[person] {
                    try await context.ask { (server) throws(StalwartError) in
                        try await server.change(account, AccountChange(joins: [group]))
                    }
                    state.joined.insert(person)
                    return
                }
                let (address, detail) = (context.plan.address(person), context.mark(person.rawValue).text)
                let new = NewAccount(
                    name: address.localPart, domain: try await context.domain(of: address, state), detail: detail,
                    roles: .custom([role]), groups: [group])
                state.accounts[person] = try await context.make(
                    { (server) throws(StalwartError) in
                        try await server.account(at: address).flatMap { $0.detail == detail ? $0.id : nil }
                    },
                    { (server) throws(StalwartError) in try await server.makeAccount(new) })
                state.madeAccounts.insert(person)
            },
            undo: { context, state throws(WorkspaceError) in
                if state.joined.contains(person), let account = state.accounts[person], let group = state.group {
                    try await context.remove { (server) throws(StalwartError) in
                        try await server.change(account, AccountChange(leaves: [group]))
                    }
                    state.joined.remove(person)
                }
                try await context.removeOwn(context.plan.address(person), person.rawValue)
                state.madeAccounts.remove(person)
            })
    }

    static func key(_ person: SetupPerson, _ kind: Kind) -> SetupStep {
        SetupStep(
            kind: kind,
            check: { context, state throws(WorkspaceError) in
                guard let account = state.accounts[person] else { return false }
                let files = context.files
                guard files.stores(person) else {
                    // It was shown once, and is on the reviewer's machine: only that there is one can be seen.
                    guard files.unfinishedKey(person) == nil else { return false }
                    return try await !context.ask { (server) throws(StalwartError) in try await server.keys(of: account)
                    }
                    .isEmpty
                }
                guard let secret = try files.secret(person) else { return false }
                let credential = context.credential(person, secret)
                try await context.expect(credential, toBe: account, person)
                state.credentials[person] = credential
                return true
            },
            perform: { context, state throws(WorkspaceError) in
                guard let account = state.accounts[person] else { throw WorkspaceError.missing("The account") }
                let files = context.files
                if let name = files.unfinishedKey(person) { try await context.revoke(name, of: account) }
                let name = "agenticmail \(Setup.newID())"
                try files.beginKey(person, name)
                var issued: IssuedCredential?
                for _ in 0..<3 where issued == nil {
                    do throws(StalwartError) {
                        issued = try await context.administration.issueKey(NewCredential(name: name), for: account)
                    } catch {
                        // A key whose secret was lost on the way is of no use.
                        guard error.isTransient || error.mayHaveBeenDone else { throw WorkspaceError(error) }
                        try await context.revoke(name, of: account)
                    }
                }
                guard let issued else {
                    throw WorkspaceError(
                        .notReachable, "The server made no key for \(context.plan.address(person)).",
                        cure: "Run setup again when the server answers.")
                }
                state.madeKeys[person] = issued
                if files.stores(person) {
                    state.writtenFiles.append(try files.store(issued.secret, of: person))
                    files.endKey(person)
                }
                state.credentials[person] = issued.credential
                try await context.expect(issued.credential, toBe: account, person)
            },
            undo: { context, state throws(WorkspaceError) in
                guard let account = state.accounts[person] else { return }
                if let name = context.files.unfinishedKey(person) { try await context.revoke(name, of: account) }
                if let made = state.madeKeys[person] {
                    try await context.remove { (server) throws(StalwartError) in
                        try await server.revokeKey(made.id, of: account)
                    }
                }
                context.files.endKey(person)
                state.madeKeys[person] = nil
                state.removeWritten(context.files.secretPath(person))
            })
    }

    static let files = SetupStep(
        kind: .files,
        check: { context, state throws(WorkspaceError) in try context.files.areWritten() },
        perform: { context, state throws(WorkspaceError) in
            try context.files.write(&state.writtenFiles)
            let path = context.files.hookSecretPath
            state.madeHookSecret = state.writtenFiles.contains { $0.path == path }
        },
        undo: { context, state throws(WorkspaceError) in
            for path in context.files.textPaths { state.removeWritten(path) }
        })
}

extension SetupState {
    /// Takes back a file that this run wrote, unless somebody has changed it since.
    mutating func removeWritten(_ path: String) {
        writtenFiles.removeAll { written in
            guard written.path == path else { return false }
            written.takeBack()
            return true
        }
    }
}

extension SetupContext {
    /// The account or group at an address that a run of setup made for this; nil where the address is free.
    ///
    /// Throws `taken` for anything else that has the address: it is not touched.
    func own(_ address: String, _ kind: String, option: String) async throws(WorkspaceError) -> ServerAccount? {
        let holder = try await ask { (server) throws(StalwartError) in try await server.holder(of: address) }
        guard let holder else { return nil }
        if case .account(let account) = holder, SetupMark(account.detail)?.kind == kind { return account }
        let who =
            switch holder {
            case .account(let account) where account.kind == .group: "a group that setup did not make"
            case .account: "an account that setup did not make"
            case .alias(of: let account): "a further address of \(account.address)"
            case .list(let name): "the mailing list \(name)"
            case .hidden: "something that this login does not see"
            }
        throw WorkspaceError(
            .taken, "\(address) is taken: it is \(who). It was not touched.",
            cure: "Name another with \(option).")
    }

    /// Removes what this run made at an address; what bears another mark stays.
    func removeOwn(_ address: String, _ kind: String) async throws(WorkspaceError) {
        let found = try await ask { (server) throws(StalwartError) in try await server.account(at: address) }
        guard let found, found.detail == mark(kind).text else { return }
        try await remove { (server) throws(StalwartError) in try await server.removeAccount(found.id) }
    }

    /// The domain of an address, which may be another than the agents'.
    func domain(of address: String, _ state: SetupState) async throws(WorkspaceError) -> DomainID {
        if address.domainPart == plan.domain, let domain = state.domain { return domain }
        let name = address.domainPart
        let found = try await ask { (server) throws(StalwartError) in try await server.domain(named: name) }
        guard let found else {
            throw WorkspaceError(
                .notFound, "The server has no domain \(name), so \(address) cannot be made.",
                cure: "Give an address in \(plan.domain), or agenticmail domain add \(name).")
        }
        return found.id
    }

    /// Ends every key of a name.
    func revoke(_ name: String, of account: AccountID) async throws(WorkspaceError) {
        let keys = try await ask { (server) throws(StalwartError) in try await server.keys(of: account) }
        for key in keys where key.name == name {
            try await remove { (server) throws(StalwartError) in try await server.revokeKey(key.id, of: account) }
        }
    }

    /// How a person logs in with a secret: a key on 0.16, a password on 0.15.
    func credential(_ person: SetupPerson, _ secret: Secret) -> Credential {
        switch administration.kind {
        case .objects: .bearer(secret.reveal())
        case .principals: .basic(user: plan.address(person), password: secret.reveal())
        }
    }

    /// Logs in, and throws where that does not lead to the account.
    func expect(
        _ credential: Credential, toBe account: AccountID, _ person: SetupPerson
    ) async throws(WorkspaceError) {
        let place = files.stores(person) ? "the secret in \(files.secretPath(person))" : "the new key"
        let session: Session
        do throws(JMAPError) {
            session = try await client(credential).session()
        } catch {
            guard error.code == .unauthorized || error.code == .forbidden else { throw WorkspaceError(error) }
            throw WorkspaceError(
                .loginRefused, "The server refuses \(place) as the login of \(plan.address(person)).",
                cure: "Move the file away if it is of no use any longer, and run setup again: it makes a new one.")
        }
        guard session.accounts[account] != nil else {
            throw WorkspaceError(
                .failed,
                "\(place.prefix(1).uppercased() + place.dropFirst()) is another login than \(plan.address(person)).",
                cure: "Move the file away, or choose another name with --workspace.")
        }
    }
}

import JMAP
import Stalwart

// The account, what lies in it, and its key.

extension ProvisioningStep {
    static let account = ProvisioningStep(
        kind: .account,
        perform: { context, state throws(AgentsError) in
            let plan = context.intent.plan
            guard let domain = state.made.domain, let role = state.made.role else {
                throw AgentsError(.failed, "The domain or the role is not known.", cure: "Begin again.")
            }
            do throws(AgentsError) {
                state.made.account = try await context.ask { (server) throws(StalwartError) in
                    try await server.makeAccount(
                        NewAccount(
                            name: plan.name.text, domain: domain,
                            detail: context.intent.record(stage: .provisioning).text, roles: .custom([role]),
                            quota: plan.quota))
                }
            } catch {
                guard error.code == .taken else { throw error }
                throw try await context.refusal(error)
            }
        },
        check: { context, state throws(AgentsError) in
            guard let account = try await context.ownAccount() else { return false }
            state.made.account = account.id
            return true
        },
        undo: { context, state throws(AgentsError) in
            // Looked up again: what bears another mark is not this intent's, whatever the journal says.
            guard let account = try await context.ownAccount() else {
                state.made.account = nil
                return
            }
            try await context.remove { (server) throws(StalwartError) in try await server.removeAccount(account.id) }
            state.made.account = nil
        })

    static let mailboxes = ProvisioningStep(
        kind: .mailboxes,
        perform: { context, state throws(AgentsError) in
            let account = try state.requireAccount()
            var create: [CreationID: JSON] = [:]
            for name in ProvisioningContext.mailboxNames { create[CreationID(name)] = ["name": .string(name)] }
            let answer = try await context.mail("make the mailboxes", writes: true) { (client) throws(JMAPError) in
                try await client.call(MailboxSet(account: account, create: create))
            }
            // A second try finds there what the first has made.
            if let (name, error) = answer.notCreated.first(where: { $0.value.type != "alreadyExists" }) {
                throw AgentsError(
                    .failed, "The mailbox \(name) was not made. \(error.sentence)",
                    cure: "See that the login has the permissions of an operator: agenticmail doctor.")
            }
        },
        check: { context, state throws(AgentsError) in
            guard let account = state.made.account else { return false }
            return try await context.missingMailboxes(account).isEmpty
        },
        // They go with the account.
        undo: { _, _ in })

    static let key = ProvisioningStep(
        kind: .key,
        perform: { context, state throws(AgentsError) in
            let account = try state.requireAccount()
            let plan = context.intent.plan
            let issued = try await context.ask { (server) throws(StalwartError) in
                try await server.issueKey(
                    NewCredential(
                        name: context.intent.keyName, expiresAt: plan.keyExpires, allowedNetworks: plan.networks),
                    for: account)
            }
            state.made.key = issued.id
            state.key = issued
        },
        check: { context, state throws(AgentsError) in
            // Its secret was in the answer that was lost, so that it is of no use: it is ended and another one made.
            try await context.revokeKeys(of: state.made.account)
            return false
        },
        undo: { context, state throws(AgentsError) in
            try await context.revokeKeys(of: state.made.account)
            state.made.key = nil
        })
}

extension ProvisioningState {
    /// The account of the agent, which an earlier step has made.
    func requireAccount() throws(AgentsError) -> AccountID {
        guard let account = made.account else {
            throw AgentsError(.failed, "The account is not known.", cure: "Begin again.")
        }
        return account
    }
}

extension ProvisioningContext {
    /// The mailboxes that the guard and the agent share.
    static let mailboxNames = ["Outbox", "Held", "Rejected"]

    /// The account at the address, where this intent has made it.
    func ownAccount() async throws(AgentsError) -> ServerAccount? {
        let account = try await ask { (server) throws(StalwartError) in
            try await server.account(at: intent.plan.address)
        }
        guard let account, AgentRecord(description: account.detail)?.intent == intent.id else { return nil }
        return account
    }

    /// Why the address cannot be had: who has it.
    func refusal(_ error: AgentsError) async throws(AgentsError) -> AgentsError {
        let holder = try await ask { (server) throws(StalwartError) in try await server.holder(of: intent.plan.address)
        }
        return AgentsError.taken(intent.plan.address, by: holder ?? .hidden)
    }

    /// The mailboxes that the account does not have yet.
    func missingMailboxes(_ account: AccountID) async throws(AgentsError) -> [String] {
        let answer = try await mail("list the mailboxes", writes: false) { (client) throws(JMAPError) in
            try await client.call(MailboxGet(account: account, ids: .all, properties: ["id", "name", "parentId"]))
        }
        let names = Set(answer.list.filter { $0.parentID == nil }.compactMap(\.name))
        return Self.mailboxNames.filter { !names.contains($0) }
    }

    /// Ends every key that this intent has made.
    func revokeKeys(of account: AccountID?) async throws(AgentsError) {
        guard let account, try await ownAccount()?.id == account else { return }
        let keys = try await ask { (server) throws(StalwartError) in try await server.keys(of: account) }
        for key in keys where key.name == intent.keyName {
            try await remove { (server) throws(StalwartError) in try await server.revokeKey(key.id, of: account) }
        }
    }

    /// Asks for mail of an account, with errors as errors of this target.
    func mail<Result>(
        _ act: String, writes: Bool, _ body: (JMAPClient) async throws(JMAPError) -> Result
    ) async throws(AgentsError) -> Result {
        do throws(JMAPError) {
            return try await body(administration.client)
        } catch {
            throw AgentsError(StalwartError(error, act: act, writes: writes))
        }
    }
}

extension AgentsError {
    /// The refusal to touch what has the address already.
    static func taken(_ address: String, by holder: AddressHolder) -> AgentsError {
        let who =
            switch holder {
            case .account(let account) where account.kind == .group: "a group"
            case .account(let account):
                AgentRecord(description: account.detail) == nil
                    ? "an account that is no agent of this program" : "an agent"
            case .alias(of: let account): "a further address of \(account.address)"
            case .list(let name): "the mailing list \(name)"
            case .hidden: "something that this login does not see"
            }
        return AgentsError(
            .taken, "\(address) is taken: it is \(who). Nothing was changed.", cure: "Choose another name.")
    }
}

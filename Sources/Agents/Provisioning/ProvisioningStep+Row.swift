import JMAP
import Stalwart

// The last two steps: the agent is handed out only when it cannot send, and it is one from the moment of its record on.

extension ProvisioningStep {
    static let proof = ProvisioningStep(
        kind: .proof,
        perform: { context, state throws(AgentsError) in
            let account = try state.requireAccount()
            guard let key = state.key else {
                throw AgentsError(.failed, "The key is not known.", cure: "Begin again.")
            }
            try await context.prover.prove(
                context.administration, account, context.intent.plan.address, key.credential)
        },
        // It makes nothing.
        check: { _, _ in false },
        undo: { _, _ in })

    static let mail = ProvisioningStep(
        kind: .mail,
        perform: { context, state throws(AgentsError) in
            guard let archive = context.intent.plan.archive else { return }
            let account = try state.requireAccount()
            // Nothing but the archive comes in meanwhile, so that what is there at the end can be counted.
            try await context.ask { (server) throws(StalwartError) in
                try await server.change(account, AccountChange(access: .noLoginNoMail))
            }
            let restorer = Restorer(
                path: archive.path, account: account, client: context.administration.client,
                progress: { context.progress(.mail, $0, $1) }, total: archive.messages)
            do throws(AgentsError) {
                try await restorer.run()
            } catch {
                // Without its cause: what went in halfway is not put in a second time.
                throw AgentsError(error.code, error.message, cure: error.cure)
            }
        },
        check: { _, _ in false },
        // It goes with the account.
        undo: { _, _ in })

    static let row = ProvisioningStep(
        kind: .row,
        prepare: { context, state throws(AgentsError) in
            guard let key = state.key else { return }
            state.made.keyHash = KeyHash(of: key.secret).text
            switch context.intent.plan.store {
            case .file(let path): state.made.storedFile = path
            case .list(let path, _): state.made.storedList = path
            case .command, nil: break
            }
        },
        perform: { context, state throws(AgentsError) in
            let account = try state.requireAccount()
            guard let key = state.key else {
                throw AgentsError(.failed, "The key is not known.", cure: "Begin again.")
            }
            // A second try finds it where the first has put it.
            if let store = context.intent.plan.store, !state.isStored {
                try await store.put(key.secret)
                state.isStored = true
            }
            // From here on it is an agent: a crash later finds it whole.
            let record = context.intent.record(
                stage: .active, keyHash: state.made.keyHash.flatMap(KeyHash.init(text:)))
            try await context.ask { (server) throws(StalwartError) in
                try await server.change(
                    account,
                    AccountChange(detail: record.text, access: context.intent.plan.archive == nil ? nil : .open))
            }
        },
        check: { context, state throws(AgentsError) in
            guard let account = try await context.ownAccount() else { return false }
            state.made.account = account.id
            return AgentRecord(description: account.detail)?.stage != .provisioning
        },
        undo: { _, state throws(AgentsError) in
            guard let hash = state.made.keyHash.flatMap(KeyHash.init(text:)) else { return }
            if let file = state.made.storedFile { KeyStore.file(file).takeBack(hash) }
            if let list = state.made.storedList { KeyStore.list(list, address: "").takeBack(hash) }
            state.made.storedFile = nil
            state.made.storedList = nil
        })
}

package import Agents
import FoundationEssentials
import Glibc
package import JMAP
package import Stalwart

/// An agent that a person wants, as it was typed.
package struct AgentRequest: Sendable, Hashable {
    /// The name, or the whole address.
    package var name: String
    /// The domain; nil for the one that agents have here.
    package var domain: String?
    package var owner = ""
    package var purpose = ""
    package var policy = ""
    package var labels: [String] = []
    /// Bytes; nil without limit.
    package var quota: Int64?
    /// Days until its key ends; nil for never.
    package var days: Int?
    /// Addresses and networks that its key works from.
    package var networks: [String] = []
    package var makesDomain = false
    package var store: KeyStore?
    /// The archive that it is restored from; nil for an agent without mail.
    package var archive: String?

    /// A request of a name alone.
    package init(name: String) {
        self.name = name
    }
}

extension AgentRequest {
    /// When the key ends; nil for never.
    package var keyExpires: UTCDate? {
        days.map { UTCDate(seconds: Int64(Date().timeIntervalSince1970) + Int64($0) * 86_400) }
    }
}

extension Workspace {
    /// The server's administration, found by what the server answers.
    package func administration() async throws(WorkspaceError) -> any Administration {
        do throws(StalwartError) {
            return try await ServerProbe.administration(of: client)
        } catch {
            throw WorkspaceError(AgentsError(error))
        }
    }

    /// What makes agents here. It ends first what earlier runs have left behind.
    package func provisioner(
        _ administration: any Administration
    ) async throws(WorkspaceError) -> (Provisioner, [Provisioner.Recovery]) {
        do throws(AgentsError) {
            let journal = try IntentJournal(at: options.intentsPath)
            let provisioner = Provisioner(
                administration: administration, journal: journal, prover: prover, fault: options.fault)
            let recoveries = try await provisioner.recover()
            for recovery in recoveries { log.write(.info, "agents", recovery.sentence) }
            return (provisioner, recoveries)
        } catch {
            throw WorkspaceError(error)
        }
    }

    /// What tries whether an agent's credential can send.
    private var prover: Prover {
        let (options, transport, origin) = (client.options, self.transport, self.options.origin)
        return Prover.trying(smtp: self.options.submission) { credential in
            JMAPClient(origin: origin, credential: credential, transport: transport, options: options)
        }
    }

    /// What changes agents that are there.
    package func keeper(_ administration: any Administration) -> Keeper {
        Keeper(administration, prover: prover)
    }

    /// Whether there is a journal of creations.
    var hasJournal: Bool { access(options.intentsPath, F_OK) == 0 }

    /// Ends what earlier runs have left behind; asks nothing of anybody where none has left anything.
    package func recoverIntents() async throws(WorkspaceError) -> [Provisioner.Recovery] {
        guard hasJournal, try await !unfinishedIntents().isEmpty else { return [] }
        return try await provisioner(try await administration()).1
    }

    /// Checks what a person wants and fills in what is left out; nothing is changed.
    package func plan(
        _ request: AgentRequest, _ administration: any Administration
    ) async throws(WorkspaceError) -> AgentPlan {
        do throws(AgentsError) {
            var words = request.name
            var domain = request.domain
            if let at = words.firstIndex(of: "@") {
                let rest = String(words[words.index(after: at)...])
                if let domain, domain.lowercased() != rest.lowercased() {
                    throw AgentsError(
                        .invalid, "The address is of another domain than the one that is named.",
                        cure: "Give one of them.")
                }
                domain = rest
                words = String(words[..<at])
            }
            let name = try AgentName(words)
            let details = try AgentDetails(
                owner: request.owner, purpose: request.purpose, policy: request.policy, labels: request.labels)
            let wanted = try await usualDomain(domain, administration)
            let address = "\(name)@\(try DomainName(wanted))"
            return AgentPlan(
                name: name, domain: try DomainName(wanted), details: details, makesDomain: request.makesDomain,
                quota: request.quota, keyExpires: request.keyExpires, networks: Set(request.networks),
                store: request.store?.of(name, at: address))
        } catch {
            throw WorkspaceError(error)
        }
    }

    /// What restoring an archive makes: an agent of its name, or of another, with its mail. Nothing is changed.
    ///
    /// - Parameter request: Its name is empty for the archive's own; what people said comes from the archive.
    package func plan(
        restoring archive: CheckedArchive, _ request: AgentRequest, _ administration: any Administration
    ) async throws(WorkspaceError) -> AgentPlan {
        var request = request
        if request.name.isEmpty { request.name = archive.address }
        if !request.name.contains("@"), request.domain == nil {
            request.domain = archive.address.split(separator: "@").last.map(String.init)
        }
        let plan = try await plan(request, administration)
        return AgentPlan(
            restoring: archive, name: plan.name, domain: plan.domain, makesDomain: plan.makesDomain, quota: plan.quota,
            keyExpires: plan.keyExpires, networks: plan.networks, store: plan.store)
    }

    /// The domain that is named; else the configured one, the login's own, or the only one that there is.
    func usualDomain(
        _ named: String?, _ administration: any Administration
    ) async throws(AgentsError) -> String {
        if let domain = named ?? options.agentsDomain { return domain }
        do throws(StalwartError) {
            let domains = try await administration.domains()
            if domains.count == 1 { return domains[0].name }
            let own = (try? await client.session())?.username.split(separator: "@").last.map(String.init) ?? ""
            if domains.contains(where: { $0.name == own.lowercased() }) { return own }
            throw StalwartError(
                .notFound, act: "find the domain of agents", detail: domains.map(\.name).joined(separator: ", "))
        } catch {
            guard error.code == .notFound else { throw AgentsError(error) }
            throw AgentsError(
                .invalid, "The agent's domain is not named, and there are several or none (\(error.detail)).",
                cure: "Name it with --domain, or set agents-domain in the configuration.")
        }
    }

    /// Says whether an agent could be made; throws why not. Nothing is changed.
    package func examine(_ plan: AgentPlan, _ administration: any Administration) async throws(WorkspaceError) {
        do throws(AgentsError) { try await plan.examine(administration) } catch { throw WorkspaceError(error) }
    }

    /// Makes an agent, and tells each step as it happens.
    package func create(
        _ plan: AgentPlan, with provisioner: Provisioner,
        report: @escaping @Sendable (ProvisioningEvent) -> Void = { _ in }
    ) async throws(WorkspaceError) -> CreatedAgent {
        do throws(AgentsError) {
            let agent = try await provisioner.create(plan, report: report)
            log.redact(agent.key)
            log.write(.info, "agents", "Made \(agent.address).")
            return agent
        } catch {
            log.write(.warning, "agents", "\(plan.address) was not made: \(error.sentence)")
            throw WorkspaceError(error)
        }
    }

    /// The intents that are not finished: the address and the step that was begun.
    package func unfinishedIntents() async throws(WorkspaceError) -> [(address: String, step: String)] {
        do throws(AgentsError) {
            return try await IntentJournal(at: options.intentsPath).unfinished().map { ($0.address, $0.step.title) }
        } catch {
            throw WorkspaceError(error)
        }
    }

    /// Runs something of the agents' target, with its errors as errors of a workspace.
    package func ofAgents<Result>(
        _ body: () async throws(AgentsError) -> Result
    ) async throws(WorkspaceError) -> Result {
        do throws(AgentsError) { return try await body() } catch { throw WorkspaceError(error) }
    }
}

extension WorkspaceError {
    /// What an error of the agents' target means here.
    package init(_ error: AgentsError) {
        let code: Code =
            switch error.code {
            case .invalid: .wrongUsage
            case .taken: .taken
            case .notFound: .notFound
            case .notAllowed: error.cause?.code == .unauthorized ? .loginRefused : .notAllowed
            case .notReached: .notReachable
            case .unsafe: .unsafe
            case .file: .file
            case .cancelled: .cancelled
            case .wrongState, .busy, .fault, .failed: error.cause?.code == .unknownServer ? .notJMAP : .failed
            }
        self.init(code, error.message, cure: error.cure)
    }
}

extension Provisioner.Recovery {
    /// What became of it, in a sentence.
    package var sentence: String {
        switch outcome {
        case .finished:
            "\(address) was made whole by an earlier run; if its key was not seen, agenticmail agent rotate gives a new one."
        case .undone: "\(address) was not finished by an earlier run; what there was of it is undone."
        case .left(let reason): "\(address) was not finished by an earlier run and cannot be undone now: \(reason)"
        }
    }
}

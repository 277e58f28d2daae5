package import Agents
import FoundationEssentials
import Stalwart

/// What can be done to an agent that is there.
package enum AgentAct: Sendable, Hashable {
    case suspend, resume
    /// A new key; the old ones end.
    case rotate
}

/// What is known about one agent, as lines for a person.
package struct AgentDescription: Sendable, Hashable {
    /// Its address.
    package var address: String
    /// How it stands: `active`, `suspended` and so on.
    package var state: String
    /// What is known, a thing a line; untrusted.
    package var lines: [String]

    /// Makes a description.
    package init(address: String, state: String, lines: [String]) {
        self.address = address
        self.state = state
        self.lines = lines
    }
}

extension Workspace {
    /// The domains of the server, and the one that agents have where none is named.
    package func agentDomains() async throws(WorkspaceError) -> (names: [String], usual: String?) {
        let administration = try await administration()
        let names = try await ofAgents { () async throws(AgentsError) in
            do throws(StalwartError) { return try await administration.domains().map(\.name) } catch {
                throw AgentsError(error)
            }
        }
        let usual = try? await plan(AgentRequest(name: "a"), administration).domain.text
        return (names.sorted(), usual)
    }

    /// Why a request cannot be fulfilled, in a sentence; nil where it can.
    package func refusal(of request: AgentRequest) async -> String? {
        do throws(WorkspaceError) {
            let administration = try await administration()
            try await examine(try await plan(request, administration), administration)
            return nil
        } catch {
            return error.sentence
        }
    }

    /// Makes an agent of a request.
    package func create(
        _ request: AgentRequest, report: @escaping @Sendable (ProvisioningEvent) -> Void
    ) async throws(WorkspaceError) -> CreatedAgent {
        let administration = try await administration()
        let plan = try await plan(request, administration)
        return try await create(plan, with: try await provisioner(administration).0, report: report)
    }

    /// What the server knows about an agent.
    package func describe(agent words: String) async throws(WorkspaceError) -> AgentDescription {
        let administration = try await administration()
        let keeper = keeper(administration)
        return try await ofAgents { () async throws(AgentsError) in
            let entry = try await Roster(administration).find(words)
            return AgentDescription(entry, keys: try await keeper.keys(of: entry.account))
        }
    }

    /// Does something to an agent; gives the new key where there is one.
    package func change(_ act: AgentAct, agent words: String) async throws(WorkspaceError) -> String? {
        let administration = try await administration()
        let keeper = keeper(administration)
        let key = try await ofAgents { () async throws(AgentsError) -> String? in
            let entry = try await Roster(administration).find(words)
            switch act {
            case .suspend: try await keeper.suspend(entry, refusingMail: false)
            case .resume: try await keeper.resume(entry)
            case .rotate: return try await keeper.rotate(entry).key
            }
            return nil
        }
        if let key { log.redact(key) }
        return key
    }
}

extension AgentDescription {
    /// An agent as the administration knows it.
    init(_ entry: RosterEntry, keys: [ServerCredential]) {
        let details = entry.record?.details
        var lines = [
            "state     \(entry.state.rawValue)",
            "owner     \(details?.owner.isEmpty == false ? details?.owner ?? "" : "nobody is named")",
            "purpose   \(details?.purpose ?? entry.detail)",
            "policy    \(details?.policy.isEmpty == false ? details?.policy ?? "" : "the usual one")",
            "account   \(entry.account)",
        ]
        if let labels = details?.labels, !labels.isEmpty { lines.append("labels    \(labels.joined(separator: " "))") }
        lines.append("may       read its mail and write drafts; never send")
        for key in keys {
            let end = key.expiresAt.map { " until \($0)" } ?? ""
            lines.append("key       \(key.id) \(key.name)\(end)")
        }
        if keys.isEmpty { lines.append("key       none") }
        self.init(address: entry.address, state: entry.state.rawValue, lines: lines)
    }
}

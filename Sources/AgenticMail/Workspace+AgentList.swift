package import Agents
import FoundationEssentials
import JMAP
package import Stalwart

extension Workspace {
    /// What making the agents of a list would make, with what is wrong about the list as a whole; nothing is changed.
    ///
    /// - Parameters:
    ///   - request: What holds for agents of which the list does not say it themselves; its name is empty.
    package func plans(
        for list: AgentList, _ request: AgentRequest, _ administration: any Administration
    ) async throws(WorkspaceError) -> (plans: [(line: Int, plan: AgentPlan)], faults: [ListFault]) {
        try await ofAgents { () async throws(AgentsError) in
            let common = try AgentDetails(
                owner: request.owner, purpose: request.purpose, policy: request.policy, labels: request.labels)
            var usual: DomainName?
            if list.agents.contains(where: { $0.domain == nil }) {
                usual = try DomainName(try await usualDomain(request.domain, administration))
            }
            let domains: Set<String>
            do throws(StalwartError) { domains = Set(try await administration.domains().map(\.name)) } catch {
                throw AgentsError(error)
            }
            var plans: [(line: Int, plan: AgentPlan)] = []
            var faults: [ListFault] = []
            var lines: [String: Int] = [:]
            var missing: Set<DomainName> = []
            for agent in list.agents {
                guard let name = agent.name, let domain = agent.domain ?? usual else { continue }
                func fault(_ message: String, _ cure: String) {
                    faults.append(ListFault(line: agent.line, column: agent.column, message: message, cure: cure))
                }
                let plan = AgentPlan(
                    name: name, domain: domain,
                    details: try AgentDetails(
                        owner: agent.owner ?? common.owner, purpose: agent.purpose ?? common.purpose,
                        policy: agent.policy ?? common.policy, labels: agent.labels ?? common.labels),
                    makesDomain: request.makesDomain, quota: agent.quota ?? request.quota,
                    keyExpires: Self.keyExpires(agent.days) ?? request.keyExpires,
                    networks: Set(agent.networks ?? request.networks),
                    store: request.store?.of(name, at: "\(name)@\(domain)"))
                if let line = lines[plan.address] {
                    fault("\(plan.address) stands in line \(line) already.", "Leave one of them out.")
                }
                if !request.makesDomain, !domains.contains(domain.text), missing.insert(domain).inserted {
                    fault(
                        "The server has no domain \(domain).",
                        "Name one that it has, or let it be made too (--make-domain).")
                }
                lines[plan.address] = agent.line
                plans.append((agent.line, plan))
            }
            return (plans, faults)
        }
    }

    private static func keyExpires(_ days: Int?) -> UTCDate? {
        var request = AgentRequest(name: "")
        request.days = days
        return request.keyExpires
    }

    /// Makes the agents of a list, and tells what came of each as soon as it is known.
    package func create(
        _ list: ListPlan, with provisioner: Provisioner, tell: @escaping @Sendable (ListPlan.Item, ListOutcome) -> Void
    ) async {
        let log = log
        await provisioner.create(list) { item, outcome in
            switch outcome {
            case .made(let agent):
                log.redact(agent.key)
                log.write(.info, "agents", "Made \(agent.address).")
            case .failed(let error), .refused(let error):
                log.write(.warning, "agents", "\(item.plan.address) was not made: \(error.sentence)")
            case .there, .leftOut: break
            }
            tell(item, outcome)
        }
    }
}

package import JMAP

/// The accounts that the guard works with, as the server's administration lists them.
package struct AccountList: Sendable, Hashable {
    /// An account with its address.
    package struct Entry: Sendable, Hashable {
        package let id: AccountID
        package let address: String
        /// Its other addresses.
        package var aliases: [String] = []
    }

    /// The accounts with the agents' role.
    package var agents: [Entry] = []
    /// All accounts of people and groups by address.
    package var byAddress: [String: AccountID] = [:]
    /// The domains in which the agents have addresses, in lower case.
    package var domains: Set<String> = []
    /// The agents by each of their addresses, in lower case.
    private var agentsByAddress: [String: Entry] = [:]

    /// The agent that an address is, also one with a tag (`name+tag@domain`).
    package func agent(claimed address: String) -> Entry? {
        let address = address.lowercased()
        if let agent = agentsByAddress[address] { return agent }
        guard let at = address.lastIndex(of: "@"), let plus = address[..<at].firstIndex(of: "+") else { return nil }
        return agentsByAddress[String(address[..<plus] + address[at...])]
    }

    /// The role that makes an account an agent's.
    static let agentRole = "agenticmail-agent"
    private static let page = 500

    /// Asks the server.
    ///
    /// Throws where the login may not list accounts or roles: without the list of agents nothing can be guarded.
    static func load(_ server: MailServer) async throws(GuardError) -> AccountList {
        var list = AccountList()
        var domainNames: [String: String] = [:]
        var aliases: [(agent: Entry, aliases: [(name: String, domain: String)])] = []
        var position = 0
        while position < 100_000 {
            let start = position
            let found = try await server.run { () async throws(JMAPError) in
                var request = Request()
                let roles = request.call(
                    RawCall("x:Role/query", ["filter": ["description": .string(agentRole)]]))
                let query = request.call(
                    RawCall(
                        "x:Account/query",
                        [
                            "sort": [["property": "id", "isAscending": true]], "position": .int(Int64(start)),
                            "limit": .int(Int64(page)),
                        ]))
                let get = request.call(RawCall("x:Account/get", ["#ids": query.reference("/ids").json]))
                let response = try await server.client.send(request)
                return (
                    roles: try response.get(roles)["ids"]?.array ?? [],
                    count: try response.get(query)["ids"]?.array?.count ?? 0,
                    accounts: try response.get(get)["list"]?.array ?? []
                )
            }
            let roles = Set(found.roles.compactMap(\.string))
            for account in found.accounts {
                guard let id = account["id"]?.string, let address = account["emailAddress"]?.string else { continue }
                let entry = Entry(id: AccountID(id), address: OutboundEnvelope.canonical(address))
                list.byAddress[entry.address.lowercased()] = entry.id
                let domain = account["domainId"]?.string ?? ""
                domainNames[domain] = OutboundEnvelope.domain(of: entry.address)
                let own = account["roles"]?["roleIds"]?.object ?? [:]
                if own.contains(where: { roles.contains($0.key) && $0.value == .bool(true) }) {
                    let others = (account["aliases"]?.object ?? [:]).values.compactMap {
                        (alias) -> (name: String, domain: String)? in
                        alias["name"]?.string.map { ($0, alias["domainId"]?.string ?? domain) }
                    }
                    aliases.append((entry, others))
                }
            }
            position += found.count
            if found.count < page { break }
        }
        for (agent, others) in aliases {
            var agent = agent
            agent.aliases = others.compactMap { alias in domainNames[alias.domain].map { "\(alias.name)@\($0)" } }
            list.add(agent)
        }
        return list
    }

    private mutating func add(_ agent: Entry) {
        agents.append(agent)
        for address in [agent.address] + agent.aliases {
            agentsByAddress[address.lowercased()] = agent
            domains.insert(OutboundEnvelope.domain(of: address))
        }
    }
}

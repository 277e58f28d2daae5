package import JMAP
import Stalwart

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

    /// Asks the server, whichever way it is administered.
    ///
    /// Throws where the login may not list accounts or roles: without the list of agents nothing can be guarded.
    static func load(_ server: MailServer) async throws(GuardError) -> AccountList {
        let administration = try await server.administration()
        do throws(StalwartError) {
            var list = AccountList()
            // On 0.15 a role is its name.
            let roles: Set<RoleID> =
                switch administration.kind {
                case .objects: Set(try await administration.roles(named: agentRole).map(\.id))
                case .principals: [RoleID(agentRole)]
                }
            for number in 0..<200 {
                let page = try await administration.accounts(AccountFilter(), page: number, limit: Self.page)
                for account in page.accounts { list.add(account, roles: roles) }
                if page.isLast { break }
            }
            return list
        } catch {
            throw GuardError(error)
        }
    }

    private mutating func add(_ account: ServerAccount, roles: Set<RoleID>) {
        let address = OutboundEnvelope.canonical(account.address)
        guard !address.isEmpty else { return }
        byAddress[address.lowercased()] = account.id
        guard account.kind == .individual, case .custom(let own) = account.roles, !own.isDisjoint(with: roles) else {
            return
        }
        add(Entry(id: account.id, address: address, aliases: account.aliases))
    }

    private mutating func add(_ agent: Entry) {
        agents.append(agent)
        for address in [agent.address] + agent.aliases {
            agentsByAddress[address.lowercased()] = agent
            domains.insert(OutboundEnvelope.domain(of: address))
        }
    }
}

package import Stalwart

/// What of a list is there already, and what is to be made.
package struct ListPlan: Sendable {
    /// One agent of the list.
    package struct Item: Sendable {
        /// Where it stands in the list.
        package let line: Int
        /// What is wanted.
        package let plan: AgentPlan
        /// What the server has at the address.
        package let standing: Standing
    }

    /// What the server has at an address before anything is made.
    package enum Standing: Sendable {
        case free
        /// An agent of this program: it is left as it is, and counts as made.
        case agent(RosterEntry)
        /// Something else, which is not touched: why it is refused.
        case refused(AgentsError)
    }

    /// Every agent of the list, in its order.
    package let items: [Item]

    /// Looks at what the server has; nothing is changed. All accounts are read once, since no filter finds aliases.
    package init(
        _ plans: [(line: Int, plan: AgentPlan)], on administration: any Administration
    ) async throws(AgentsError) {
        let wanted = Set(plans.map(\.plan.address))
        let roles = try await Roster(administration).agentRoles()
        var found: [String: Standing] = [:]
        // A server that answers pages without end is left at a number that no installation has.
        for number in 0..<5_000 {
            let page: AccountPage
            do throws(StalwartError) {
                page = try await administration.accounts(AccountFilter(), page: number, limit: 500)
            } catch { throw AgentsError(error) }
            for account in page.accounts {
                if wanted.contains(account.address) { found[account.address] = Self.standing(account, roles) }
                for alias in account.aliases where wanted.contains(alias) {
                    found[alias] = .refused(AgentsError.taken(alias, by: .alias(of: account)))
                }
            }
            if page.isLast { break }
        }
        items = plans.map { Item(line: $0.line, plan: $0.plan, standing: found[$0.plan.address] ?? .free) }
    }

    private static func standing(_ account: ServerAccount, _ roles: Set<RoleID>) -> Standing {
        guard let entry = RosterEntry(account, roles: roles), entry.record != nil else {
            return .refused(AgentsError.taken(account.address, by: .account(account)))
        }
        guard entry.state != .provisioning else {
            return .refused(
                AgentsError(
                    .busy, "\(account.address) is being made by another program.",
                    cure: "Wait for it, and run this again."))
        }
        return .agent(entry)
    }
}

/// What came of one agent of a list.
package enum ListOutcome: Sendable {
    case made(CreatedAgent)
    /// It was there already, as an agent of this program.
    case there(RosterEntry)
    /// Something else has the address.
    case refused(AgentsError)
    /// It was tried, and what was made of it is undone.
    case failed(AgentsError)
    /// It was not made because the work was stopped; nothing of it is left.
    case leftOut
}

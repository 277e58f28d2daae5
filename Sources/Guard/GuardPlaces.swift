package import JMAP

/// The mailboxes that the guard's work needs, in its own account, in the group's and in the reviewers'.
///
/// The guard makes by itself what is missing when it starts; made before, a reviewer can sign in before it ever ran.
package struct GuardPlaces: Sendable {
    private let server: MailServer
    private let group: AccountID
    private let reviewers: [AccountID]

    /// Makes a value; nothing is asked yet.
    ///
    /// - Parameter client: A client of the guard's own login.
    package init(client: JMAPClient, group: AccountID, reviewers: [AccountID]) {
        server = MailServer(client: client)
        self.group = group
        self.reviewers = reviewers
    }

    /// Makes what is missing.
    package func make() async throws(GuardError) {
        _ = try await Ledger.open(server)
        _ = try await Mirror.open(group, server)
        for reviewer in reviewers { _ = try await server.ensure(Self.ofReviewer, in: reviewer) }
    }

    /// Whether all are there; changes nothing.
    package func areMade() async throws(GuardError) -> Bool {
        let session = try await server.run { () async throws(JMAPError) in try await server.client.session() }
        guard let own = session.primaryMailAccount else { return false }
        let states = HoldState.allCases.map(\.rawValue)
        guard try await has(states + Ledger.Place.allCases.map(\.rawValue), in: own, under: Ledger.parent),
            try await has(states, in: group, under: Mirror.parent), try await has(["Bell", "Answers"], in: group)
        else { return false }
        for reviewer in reviewers {
            guard try await has(Self.ofReviewer, in: reviewer) else { return false }
        }
        return true
    }

    private static let ofReviewer = ["Decisions", "Decided"]

    private func has(
        _ names: [String], in account: AccountID, under parent: String? = nil
    ) async throws(GuardError) -> Bool {
        var root: MailboxID?
        if let parent {
            guard let found = try await server.mailboxes(of: account)[parent] else { return false }
            root = found
        }
        let known = try await server.mailboxes(of: account, under: root)
        return names.allSatisfy { known[$0] != nil }
    }
}

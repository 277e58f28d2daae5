import HTTPTransport
package import JMAP
package import Message

/// A workspace to look at and to test with: five agents with mail, an operator, a reviewer and the group of reviewers.
///
/// Everything in it was made through the JMAP interface, over HTTP: by the administrator what belongs to him, the rest
/// by
/// the operator.
package struct SampleWorkspace: Sendable {
    /// An account of the workspace and how to get in.
    package struct Account: Sendable {
        /// The account's id.
        package let id: AccountID
        /// Its name and address.
        package let address: MailAddress
        /// An API key of its own; nil for the group.
        package let key: String?
        /// Its password; nil for agents, which have none, and for the group.
        package let password: String?

        /// The login by password, else by key; nil for the group, as which nobody logs in.
        package var credential: Credential? {
            if let password { return .basic(user: address.email, password: password) }
            return key.map { .bearer($0) }
        }
    }

    /// The domain of all addresses.
    package let domain: String
    /// The agents.
    package let agents: [SampleAgent: Account]
    /// Who manages the workspace and may read every account.
    package let `operator`: Account
    /// Who decides on held mail.
    package let reviewer: Account
    /// The only one that submits agents' mail.
    package let guardian: Account
    /// The group of reviewers; operator, guard and reviewer are members.
    package let group: Account
    /// How many messages were filed.
    package let messageCount: Int
    /// The ids of the agents' mailboxes that have no role, by account and name: Outbox, Held, Rejected.
    let folders: [SampleAgent: [SampleMail.Place: String]]
    let url: String

    /// Fills an empty sandbox.
    ///
    /// - Parameters:
    ///   - seed: the same seed gives the same messages.
    ///   - now: the moment before which the mail was written, in seconds since 1970; nil is the moment of the call.
    ///   - passwords: makes the passwords of operator and reviewer; by default they are random.
    package static func fill(
        _ sandbox: Sandbox, seed: UInt64 = 1, now: Int64? = nil, password: String? = nil
    ) async throws(SampleError) -> SampleWorkspace {
        let maker = try SampleMaker(url: sandbox.url, admin: sandbox.admin, password: password)
        return try await maker.make(seed: seed, now: now ?? MessageBuilder.now.seconds)
    }

    /// A player that writes on as the people and agents of this workspace do.
    package func player(seed: UInt64 = 1, clock: Player.Clock = .system) throws(SampleError) -> Player {
        try Player(self, seed: seed, clock: clock)
    }
}

package import FoundationEssentials

/// A working workspace that a person wants on a server, as it was typed.
package struct SetupRequest: Sendable, Hashable {
    /// Scheme, host and port of the server.
    package var origin: URL
    /// The domain of the agents' addresses; nil for the only one that the server has.
    package var domain: String?
    /// The first reviewer, an address or the part of one before its `@`.
    package var reviewer: String
    /// The reviewer's public key as `review enroll` prints it; nil where the reviewer works on this machine.
    package var reviewerKey: String?
    /// The name of the workspace in the configuration; nil for one that is made of the domain's.
    package var workspace: String?
    /// The part of the operator's address before its `@`.
    package var operatorName = "operator"
    /// The part of the guard's address before its `@`.
    package var guardName = "guard"
    /// The part of the reviewers' group's address before its `@`.
    package var groupName = "review"
    /// A PEM file of certificates that are trusted besides the system's.
    package var caFile: String?
    /// The server's public key as `sha256//…`.
    package var pinnedKey: String?
    /// Where the guard answers the server's hook, host and port; nil where the server is to ask nobody.
    package var hook: String?
    /// Whether lines may be added at the end of files that are there.
    package var appends = false

    /// A request of what it must have.
    package init(origin: URL, reviewer: String) {
        self.origin = origin
        self.reviewer = reviewer
    }
}

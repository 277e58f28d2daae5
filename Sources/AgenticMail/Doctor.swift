/// One thing that was looked at in a workspace.
public struct Check: Sendable, Hashable, Codable {
    /// How it stands.
    public enum Result: String, Sendable, Hashable, Codable {
        case good
        /// It works, and something about it should be known or put right.
        case warning
        case failed
        /// Nothing could be said, because an earlier check failed.
        case skipped
    }

    /// What was looked at, in a word or two.
    public let name: String
    /// How it stands.
    public let result: Result
    /// What was found: a sentence; it may hold text from the server.
    public let detail: String
    /// What to do about it: a sentence; empty where nothing is to be done.
    public let cure: String

    /// Makes a check of what was found.
    public init(_ name: String, _ result: Result, _ detail: String, cure: String = "") {
        self.name = name
        self.result = result
        self.detail = detail
        self.cure = cure
    }
}

extension Workspace {
    /// Looks at everything that a workspace needs, each with its cure.
    ///
    /// - Returns: The checks in the order in which a person should put them right, and the error that stands in the way
    ///   of the rest, if there is one.
    public func examine() async -> (checks: [Check], obstacle: WorkspaceError?) {
        let job = jobs.begin("Doctor")
        defer { jobs.end(job) }
        return await Doctor(workspace: self).run()
    }
}

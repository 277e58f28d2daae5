package import AgenticMail
package import Agents
package import Configuration
package import JMAP
package import MailCache
package import SafeText
package import Setup

/// What the console asks of the rest of the program: everything that takes time or leaves the process.
///
/// A struct of closures, so that tests give the console a cache of their own and answer by hand.
package struct ConsoleServices: Sendable {
    /// One check of the workspace.
    package struct Check: Sendable, Equatable {
        package enum Result: String, Sendable {
            case good, warning, failed, running
        }

        package var name: String
        package var result: Result
        /// What was found, and the cure where something is wrong; may hold untrusted text.
        package var detail: String
        package var cure: String

        package init(name: String, result: Result, detail: String, cure: String = "") {
            self.name = name
            self.result = result
            self.detail = detail
            self.cure = cure
        }
    }

    /// The workspace's name as the top line shows it.
    package var workspace: String
    /// The server or domain behind it.
    package var server: String
    /// Whether acts here have consequences outside: its name then looks like a warning.
    package var isProduction = false
    /// What the server is trusted by where that is not the authorities that this machine knows: shown all the time.
    package var trust: SafeText?
    /// The folder that attachments are saved to where none is named.
    package var downloads: String
    package var log: Log
    package var jobs: JobList
    /// The connection's state, now and after each change.
    package var connection: @Sendable () -> AsyncStream<ConnectionState>
    package var changes: @Sendable () -> AsyncStream<CacheChange>
    /// Begins to bring the workspace up to date; runs until cancelled.
    package var run: @Sendable () async -> Void
    /// Fetches a message's body into the cache, ahead of all else.
    package var fetchBody: @Sendable (MessageKey) async throws -> Void
    /// What the inspection makes of a message; nil for one that was written here, and where the body is not here.
    package var inspect: @Sendable (MessageKey) async throws -> MessageJudgement?
    /// The message's bytes as the server keeps them.
    package var source: @Sendable (MessageRow) async throws -> [UInt8]
    /// Saves attachments, counted from 1 (all where none is named), into a folder.
    package var save: @Sendable (MessageRow, [Int], String) async throws -> [SavedFile]
    /// Does something to messages; the mailbox is the one whose list they were taken from.
    package var act: @Sendable (MessageAct, [MessageKey], MailboxID?) async throws -> ActReceipt
    /// Takes an act back, the last one where none is named; nil where there is none.
    package var undo: @Sendable (ActID?) async throws -> UndoReceipt?
    /// Takes refused acts off the list.
    package var dismiss: @Sendable (ActID?) async throws -> Void
    /// What waits and what was refused, now and after each change.
    package var acts: @Sendable () -> AsyncStream<ActSummary>
    package var checks: @Sendable () async -> [Check]
    /// The server's domains.
    package var domains: @Sendable () async throws -> [DomainSummary]
    /// A domain's records, wanted beside found.
    package var records: @Sendable (String) async throws -> [DomainRecord]
    /// Saves a domain's records as a zone file into a folder; gives its path.
    package var saveZone: @Sendable (String, String) async throws -> String
    package var refresh: @Sendable () async throws -> Void
    /// The domains of the server, and the one that agents have where none is named.
    package var agentDomains: @Sendable () async throws -> (names: [String], usual: String?)
    /// Why an agent cannot be made, in a sentence; nil where it can.
    package var checkAgent: @Sendable (AgentRequest) async -> String?
    /// Makes an agent, and tells each step as it happens.
    package var createAgent:
        @Sendable (AgentRequest, @escaping @Sendable (ProvisioningEvent) -> Void) async throws -> CreatedAgent
    /// What the server knows about an agent, by its address.
    package var describeAgent: @Sendable (String) async throws -> AgentDescription
    /// Does something to an agent, and tells how many messages are archived, of how many.
    package var changeAgent:
        @Sendable (AgentAct, String, @escaping @Sendable (Int, Int) -> Void) async throws -> AgentActOutcome
    /// Ends creations that earlier runs have left behind; a sentence for each.
    package var recoverAgents: @Sendable () async -> [String]
    /// Takes a server to a working workspace by an administrator's login, and tells each step as it happens.
    package var setUp:
        @Sendable (SetupRequest, String, Secret, @escaping @Sendable (Setup.Event) -> Void) async throws -> SetupReport
    /// Has the workspace that was set up opened once this console has ended.
    package var openSetUp: @Sendable () -> Void
    /// The review desk; nil where there is none.
    package var review: ReviewServices?
    /// The guard's policy as a file; nil where there is none.
    package var policy: PolicyServices?
    /// Tells which accounts are on the screen, so that they are looked at more often.
    package var watch: @Sendable (Set<AccountID>) async -> Void

    /// Services that know nothing and do nothing, to be filled in.
    package init(workspace: String, server: String, log: Log = Log(), jobs: JobList = JobList()) {
        self.workspace = workspace
        self.server = server
        downloads = "."
        self.log = log
        self.jobs = jobs
        connection = { AsyncStream { $0.finish() } }
        changes = { AsyncStream { $0.finish() } }
        run = {}
        fetchBody = { _ in }
        inspect = { _ in nil }
        source = { _ in [] }
        save = { _, _, _ in [] }
        act = { _, _, _ in ActReceipt() }
        undo = { _ in nil }
        dismiss = { _ in }
        acts = { AsyncStream { $0.finish() } }
        checks = { [] }
        domains = { [] }
        records = { _ in [] }
        saveZone = { _, _ in "" }
        refresh = {}
        watch = { _ in }
        agentDomains = { ([], nil) }
        checkAgent = { _ in nil }
        createAgent = { _, _ in throw CancellationError() }
        describeAgent = { AgentDescription(address: $0, state: "", lines: []) }
        changeAgent = { _, _, _ in AgentActOutcome() }
        recoverAgents = { [] }
        setUp = { _, _, _, _ in throw CancellationError() }
        openSetUp = {}
        review = nil
        policy = nil
    }
}

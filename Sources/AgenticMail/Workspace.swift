public import FoundationEssentials
import HTTPTransport
import Inspection
package import JMAP
package import MailCache
package import MailSync

/// One server and its agents' mail: what every front end drives.
///
/// What it shows comes from a cache in one file; ``run()`` keeps that equal to the server for as long as it runs. Reading
/// works without it, from what is there.
public final class Workspace: Sendable {
    /// The name in the configuration.
    public let name: String
    /// What a person calls it.
    public let label: String
    /// Where the server is.
    public let origin: URL
    /// What runs and ran in the background.
    public let jobs: JobList
    /// What was done, redacted.
    public let log: Log

    package let options: WorkspaceOptions
    package let client: JMAPClient
    let transport: any HTTPClient
    package let cache: MailCache
    package let sync: MailSync
    let reading: WorkspaceReading
    /// The person's own rules for the inspection; nil where there is no folder for them.
    let rules: RuleFolder?
    let syncOptions = SyncOptions()

    private init(_ options: WorkspaceOptions, transport: any HTTPClient, cache: MailCache, log: Log) throws(CacheError)
    {
        name = options.name
        label = options.label
        origin = options.origin
        jobs = JobList()
        self.log = log
        self.options = options
        self.transport = transport
        switch options.login {
        case .known(let credential):
            Self.redact(credential, in: log)
            client = JMAPClient(origin: options.origin, credential: credential, transport: transport)
        case .asked(let ask):
            client = JMAPClient(origin: options.origin, transport: transport) { () async throws(JMAPError) in
                let credential = try await ask()
                Self.redact(credential, in: log)
                return credential
            }
        }
        self.cache = cache
        rules = options.rulesFolder.map(RuleFolder.init(path:))
        sync = MailSync(client: client, cache: cache, options: syncOptions)
        reading = WorkspaceReading(try cache.reader())
    }

    /// Opens a workspace: its cache is made or opened; nothing is asked of the server.
    package static func open(_ options: WorkspaceOptions) async throws(WorkspaceError) -> Workspace {
        let log = Log(file: options.logFolder.flatMap(LogFile.init(folder:)))
        let transport = options.client ?? HTTPTransport(options: options.transport)
        do throws(CacheError) {
            let cache = try MailCache.open(at: options.cachePath, journal: options.journalPath)
            await cache.writer.configure(bodyBound: Int64(clamping: options.bodyLimit))
            try await cache.writer.showActs()
            if let notice = cache.notice { log.write(.warning, "cache", notice) }
            return try Workspace(options, transport: transport, cache: cache, log: log)
        } catch {
            throw WorkspaceError(error)
        }
    }

    /// Keeps a secret out of the log.
    private static func redact(_ credential: Credential, in log: Log) {
        switch credential {
        case .basic(_, let password):
            log.redact(password)
            log.redact(credential.authorization)
        case .bearer(let key): log.redact(key)
        }
    }

    /// In a word what the server is trusted by, where the configuration names more than this machine's authorities.
    package var trust: String? {
        if options.transport.pinnedKey != nil { return "pinned" }
        return options.transport.extraAuthorities == nil ? nil : "own CA"
    }

    /// What the cache's opening had to say, such as that a damaged file was set aside.
    public var notice: String? { cache.notice }
}

import AgenticMail
import Configuration
import Console
import FoundationEssentials
import MailCache
import MailSync
import SafeText

extension ConsoleServices {
    /// The services of a workspace.
    init(_ workspace: Workspace, downloads folder: String) {
        let server = workspace.options.agentsDomain ?? workspace.origin.host() ?? workspace.origin.absoluteString
        self.init(workspace: workspace.label, server: server, log: workspace.log, jobs: workspace.jobs)
        isProduction = workspace.options.kind == .production
        downloads = folder
        connection = { Self.states(workspace) }
        changes = { workspace.cache.changes() }
        run = { await workspace.run() }
        fetchBody = { try await workspace.fetchBody(of: $0) }
        source = { try await workspace.source(of: $0) }
        save = { try await workspace.save($0, parts: $1, to: $2) }
        setSeen = { try await workspace.mark($0, .seen($1)) }
        setFlagged = { try await workspace.mark($0, .flagged($1)) }
        checks = { await workspace.examine().checks.map(Check.init) }
        refresh = { await workspace.sync.refresh() }
        watch = { await workspace.sync.show($0) }
    }

    private static func states(_ workspace: Workspace) -> AsyncStream<ConnectionState> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: ConnectionState.self, bufferingPolicy: .bufferingNewest(1))
        let task = Task {
            for await status in workspace.statuses() { continuation.yield(ConnectionState(status)) }
            continuation.finish()
        }
        continuation.onTermination = { _ in task.cancel() }
        return stream
    }
}

extension ConnectionState {
    init(_ status: WorkspaceStatus) {
        switch status {
        case .stopped, .connecting: self = .connecting
        case .catchingUp(let remaining): self = .catchingUp(remaining > 0 ? remaining : nil)
        case .live: self = .live
        case .offline(let since, let reason, let cure):
            self = .offline(
                since: Int64(since.timeIntervalSince1970), reason: "\(untrusted: reason) \(untrusted: cure)")
        }
    }
}

extension ConsoleServices.Check {
    init(_ check: AgenticMail.Check) {
        let result: Result =
            switch check.result {
            case .good: .good
            case .warning, .skipped: .warning
            case .failed: .failed
            }
        self.init(name: check.name, result: result, detail: check.detail, cure: check.cure)
    }
}

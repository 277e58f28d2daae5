package import AgenticMail
import Agents
import Configuration
import FoundationEssentials
import Glibc
import MailCache
import SafeText

extension ConsoleServices {
    /// The services of an opened workspace.
    ///
    /// - Parameter home: the person's home folder, for where attachments go; nil saves into the current folder.
    package init(_ workspace: Workspace, home: String? = nil) {
        self.init(
            workspace: workspace.label, server: workspace.origin.host() ?? workspace.origin.absoluteString,
            log: workspace.log, jobs: workspace.jobs)
        isProduction = workspace.options.kind == .production
        trust = workspace.trust.map { SafeText(untrusted: $0) }
        downloads = Self.downloads(home)
        connection = { Self.connection(workspace) }
        changes = { workspace.cache.changes() }
        run = { await workspace.run() }
        fetchBody = { try await workspace.fetchBody(of: $0) }
        inspect = { try await workspace.judgement(of: $0) }
        source = { try await workspace.source(of: $0) }
        save = { try await workspace.save($0, parts: $1, to: $2) }
        act = { try await workspace.act($0, on: $1, from: $2) }
        undo = { try await workspace.undoLast($0) }
        dismiss = { try await workspace.dismissActs($0) }
        acts = { workspace.cache.writer.acts.subscribe() }
        checks = { await workspace.examine().checks.map(Check.init) }
        domains = { try await workspace.domains() }
        records = { try await workspace.checkDomain($0) }
        saveZone = { try await workspace.saveZone(of: $0, to: $1) }
        refresh = { await workspace.refresh() }
        watch = { await workspace.show($0) }
        agentDomains = { try await workspace.agentDomains() }
        checkAgent = { await workspace.refusal(of: $0) }
        createAgent = { try await workspace.create($0, report: $1) }
        describeAgent = { try await workspace.describe(agent: $0) }
        changeAgent = { try await workspace.change($0, agent: $1, progress: $2) }
        recoverAgents = { ((try? await workspace.recoverIntents()) ?? []).map(\.sentence) }
    }

    /// The states of a workspace's connection, as the top line shows them.
    private static func connection(_ workspace: Workspace) -> AsyncStream<ConnectionState> {
        let statuses = workspace.statuses()
        let (stream, continuation) = AsyncStream.makeStream(
            of: ConnectionState.self, bufferingPolicy: .bufferingNewest(1))
        let task = Task {
            for await status in statuses { continuation.yield(ConnectionState(status)) }
            continuation.finish()
        }
        continuation.onTermination = { _ in task.cancel() }
        return stream
    }

    /// The person's folder for downloads where there is one, else the current folder.
    private static func downloads(_ home: String?) -> String {
        guard let home else { return "." }
        var status = stat()
        let folder = home + "/Downloads"
        return stat(folder, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR ? folder : "."
    }
}

extension ConnectionState {
    /// A workspace's status.
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
    /// A check of the workspace.
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

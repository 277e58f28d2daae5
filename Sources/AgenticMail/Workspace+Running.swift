public import FoundationEssentials
package import JMAP
import MailCache
package import MailSync

/// How a workspace stands to its server.
public enum WorkspaceStatus: Sendable, Hashable {
    /// Nothing runs.
    case stopped
    case connecting
    /// So many messages are still to come, as far as that is known.
    case catchingUp(remaining: Int)
    /// In step.
    case live
    /// Since then, with why and what helps; the texts are untrusted.
    case offline(since: Date, reason: String, cure: String)

    /// What the synchronisation's connection means to a person.
    package init(_ connection: SyncStatus.Connection) {
        switch connection {
        case .stopped: self = .stopped
        case .connecting: self = .connecting
        case .catchingUp(let remaining): self = .catchingUp(remaining: remaining)
        case .live, .polling: self = .live
        case .offline(let since, let reason, let cure):
            self = .offline(since: Date(timeIntervalSince1970: Double(since)), reason: reason, cure: cure)
        }
    }
}

extension Workspace {
    /// Keeps the cache equal to the server until the task is cancelled. What it does is in ``jobs`` and ``log``.
    public func run() async {
        let follower = Task { await self.follow() }
        let inspection = Task { await self.inspectArrivals() }
        await sync.run()
        follower.cancel()
        inspection.cancel()
        await follower.value
        await inspection.value
    }

    /// Asks for everything that is new, now; it comes while ``run()`` runs.
    package func refresh() async { await sync.refresh() }

    /// Says which accounts a person looks at: they are looked at more often.
    package func show(_ accounts: Set<AccountID>) async { await sync.show(accounts) }

    /// The status now, and then whenever it changes.
    public func statuses() -> AsyncStream<WorkspaceStatus> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: WorkspaceStatus.self, bufferingPolicy: .bufferingNewest(1))
        let source = sync.status()
        let task = Task {
            var last: WorkspaceStatus?
            for await status in source {
                let next = WorkspaceStatus(status.connection)
                if next != last { continuation.yield(next) }
                last = next
            }
            continuation.finish()
        }
        continuation.onTermination = { _ in task.cancel() }
        return stream
    }

    /// Turns the status of the synchronisation into lines of the log and jobs.
    private func follow() async {
        var last: WorkspaceStatus?
        var problem: String?
        var fills: [AccountID: Job.ID] = [:]
        for await status in sync.status() {
            let next = WorkspaceStatus(status.connection)
            if next != last { note(next, after: last) }
            last = next
            if let now = status.lastProblem, now != problem { log.write(.warning, "sync", now) }
            problem = status.lastProblem
            for (account, stage) in status.accounts { await list(stage, of: account, &fills) }
        }
        for job in fills.values { jobs.end(job, .cancelled) }
    }

    private func note(_ status: WorkspaceStatus, after last: WorkspaceStatus?) {
        switch status {
        case .stopped: log.write(.info, "sync", "Stopped.")
        case .connecting: log.write(.info, "sync", "Connecting to \(origin.absoluteString).")
        case .catchingUp:
            if case .catchingUp = last { return }
            log.write(.info, "sync", "Connected; catching up.")
        case .live: log.write(.info, "sync", "In step with the server.")
        case .offline(_, let reason, let cure):
            if case .offline(_, reason, _) = last { return }
            log.write(.error, "sync", "\(reason) \(cure)")
        }
    }

    private func list(_ stage: SyncStatus.Stage, of account: AccountID, _ fills: inout [AccountID: Job.ID]) async {
        switch stage {
        case .filling(let done, let total):
            if fills[account] == nil {
                fills[account] = jobs.begin("First fill of \(await title(of: account))", unit: "messages", total: total)
            }
            if let job = fills[account] { jobs.update(job, completed: done, total: total) }
        case .comparing(let done):
            if fills[account] == nil {
                let name = await title(of: account)
                fills[account] = jobs.begin("Comparing \(name) with the server", unit: "messages")
            }
            if let job = fills[account] { jobs.update(job, completed: done) }
        case .refused(let reason):
            if let job = fills.removeValue(forKey: account) { jobs.end(job, .failed(reason)) }
        case .current, .waiting:
            if let job = fills.removeValue(forKey: account) { jobs.end(job) }
        }
    }

    private func title(of account: AccountID) async -> String {
        let row = try? await reading.read { reader throws(CacheError) in try reader.account(account, at: 0) }
        return row?.name ?? account.rawValue
    }
}

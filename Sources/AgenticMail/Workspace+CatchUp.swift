import FoundationEssentials
import JMAP
import MailCache
import MailSync

/// What a workspace holds once it is in step with its server.
public struct CatchUpReport: Sendable, Hashable, Codable {
    /// Accounts that are watched.
    public let accounts: Int
    /// Messages that are kept here.
    public let messages: Int
    /// Messages that nobody has read.
    public let unread: Int
    /// Drafts that the guard holds back.
    public let held: Int
    /// Accounts that the login may not read, with the reason; untrusted text.
    public let refused: [String: String]
}

extension Workspace {
    /// Brings the cache up to date and returns once it is in step.
    ///
    /// - Parameter withText: Also wait until every body that is kept is here and can be searched.
    /// - Throws: Where the server is not reached or refuses the login.
    public func catchUp(withText: Bool = false) async throws(WorkspaceError) -> CatchUpReport {
        try await signIn()
        let runner = Task { await self.run() }
        defer { runner.cancel() }
        do throws(WorkspaceError) {
            try await waitUntilInStep(withText: withText)
            // In step goes both ways: what was done here is on the server too, or waits for a reason.
            try await sendActs()
        } catch {
            runner.cancel()
            await runner.value
            throw error
        }
        let report = try await report()
        runner.cancel()
        await runner.value
        return report
    }

    /// Asks for the session, so that a refusal is told as what it is.
    func signIn() async throws(WorkspaceError) {
        do throws(JMAPError) {
            _ = try await client.session()
        } catch {
            if error.code != .cancelled { log.write(.error, "session", error.sentence) }
            throw WorkspaceError(error)
        }
    }

    /// What the cache holds now.
    package func report() async throws(WorkspaceError) -> CatchUpReport {
        let totals = try await reading.read { reader throws(CacheError) in try reader.totals() }
        var refused: [String: String] = [:]
        for (account, stage) in sync.currentStatus.accounts {
            if case .refused(let reason) = stage { refused[account.rawValue] = reason }
        }
        return CatchUpReport(
            accounts: totals.accounts, messages: totals.messages, unread: totals.unread, held: totals.held,
            refused: refused)
    }

    /// Waits, while ``run()`` runs, until nothing is left to fetch.
    package func waitUntilInStep(withText: Bool) async throws(WorkspaceError) {
        for await status in sync.status() {
            switch status.connection {
            case .offline(_, let reason, let cure): throw WorkspaceError(.notReachable, reason, cure: cure)
            case .live, .polling:
                let isDone = status.accounts.values.allSatisfy { stage in
                    switch stage {
                    case .current, .refused: true
                    case .waiting, .filling, .comparing: false
                    }
                }
                guard isDone else { continue }
                if withText, try await hasWantedBodies(status) { continue }
                if withText { try await finishIndex() }
                return
            case .stopped, .connecting, .catchingUp: continue
            }
        }
        throw WorkspaceError(
            .cancelled, "It was stopped before everything was here.", cure: "Run it again: it goes on where it was.")
    }

    private func hasWantedBodies(_ status: SyncStatus) async throws(WorkspaceError) -> Bool {
        let size = syncOptions.backgroundMessageBytes
        do throws(CacheError) {
            for (account, stage) in status.accounts where stage == .current {
                if try await !cache.writer.wantedBodies(of: account, limit: 1, maximumSize: size).isEmpty {
                    return true
                }
            }
            return false
        } catch {
            throw WorkspaceError(error)
        }
    }

    private func finishIndex() async throws(WorkspaceError) {
        do throws(CacheError) {
            while try await cache.writer.index(limit: 500) > 0 {}
        } catch {
            throw WorkspaceError(error)
        }
    }
}

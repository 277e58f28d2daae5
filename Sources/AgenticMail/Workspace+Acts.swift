package import JMAP
package import MailCache
import MailSync

/// Something that can be done to messages and taken back.
public enum MessageAct: Sendable, Hashable {
    case seen(Bool)
    case flagged(Bool)
    case trash
    case archive
    /// Into a mailbox, by name, role or id.
    case move(to: String)
}

/// What became of something that was done to messages.
public struct ActReport: Sendable, Hashable, Codable {
    /// Names the act, for taking it back; nil where nothing had to be changed.
    public let id: Int64?
    /// What was done, such as "Moved 3 to Trash"; may hold a mailbox's name, which is untrusted.
    public let title: String
    /// Messages that were changed, or will be.
    public let changed: Int
    /// Messages that were so already.
    public let unchanged: Int
    /// Messages that wait for the server.
    public let waiting: Int
    /// Messages that were refused here or by the server.
    public let refused: Int
    /// Why the first of them was refused, a sentence; untrusted. Empty where none was.
    public let reason: String
    /// True where nothing was done and this says what would be.
    public let isDryRun: Bool
}

extension Workspace {
    /// Does something to messages: it is shown here at once, and sent by ``run()`` or ``sendActs()``.
    ///
    /// - Parameter from: The mailbox whose list they were taken from, where they lie in several.
    package func act(
        _ act: MessageAct, on keys: [MessageKey], from: MailboxID? = nil
    ) async throws(WorkspaceError) -> ActReceipt {
        let change = try await self.change(act, on: keys, from: from)
        do throws(SyncError) {
            let receipt = try await sync.perform(ActRequest(change, on: keys))
            if let act = receipt.act { log.write(.info, "acts", "\(ActWords.title(act)).") }
            return receipt
        } catch {
            throw WorkspaceError(error)
        }
    }

    /// Does something to messages and waits for the server's word; where it is not reached, the act waits.
    ///
    /// - Parameter isDryRun: True to say what would be done.
    public func act(
        _ act: MessageAct, on references: [MessageReference], isDryRun: Bool = false
    ) async throws(WorkspaceError) -> ActReport {
        var keys: [MessageKey] = []
        for reference in references { keys.append(try await row(of: reference).key) }
        if isDryRun {
            _ = try await change(act, on: keys, from: nil)
            return ActReport(
                id: nil, title: ActWords.plan(act, keys.count), changed: keys.count, unchanged: 0, waiting: 0,
                refused: 0, reason: "", isDryRun: true)
        }
        let receipt = try await self.act(act, on: keys)
        try await sendActs()
        return try await report(receipt)
    }

    /// Takes an act back, or the last one of any run; nil where there is none.
    public func undo(_ id: Int64? = nil) async throws(WorkspaceError) -> ActReport? {
        let receipt: UndoReceipt?
        do throws(SyncError) {
            receipt = try await sync.undo(id.map { ActID(rawValue: $0) }, ownOnly: false)
        } catch {
            throw WorkspaceError(error)
        }
        guard let receipt else { return nil }
        try await sendActs()
        return ActReport(
            id: receipt.act.id.rawValue, title: ActWords.undone(receipt), changed: receipt.unsent + receipt.reversed,
            unchanged: 0, waiting: acts.waiting, refused: receipt.refused, reason: receipt.act.reason, isDryRun: false)
    }

    /// Takes back the last act of this run; nil where there is none.
    package func undoLast(_ id: ActID? = nil) async throws(WorkspaceError) -> UndoReceipt? {
        do throws(SyncError) { return try await sync.undo(id) } catch { throw WorkspaceError(error) }
    }

    /// Sends what waits; where the server is not reached it goes on waiting.
    public func sendActs() async throws(WorkspaceError) {
        do throws(SyncError) {
            try await sync.sendActs()
        } catch {
            guard let server = error.server, server.isTransient || server.isUnreachable else {
                throw WorkspaceError(error)
            }
            log.write(.warning, "acts", error.sentence)
        }
    }

    /// What waits, what was refused and what was done lately.
    package var acts: ActSummary { cache.writer.acts.value }

    /// Takes refused acts off the list, or those of one act.
    package func dismissActs(_ id: ActID? = nil) async throws(WorkspaceError) {
        do throws(CacheError) { try await cache.writer.dismiss(id) } catch { throw WorkspaceError(error) }
    }

    private func report(_ receipt: ActReceipt) async throws(WorkspaceError) -> ActReport {
        var act = receipt.act
        do throws(CacheError) {
            if let id = act?.id { act = try await cache.writer.act(id) }
        } catch {
            throw WorkspaceError(error)
        }
        let refused = (act?.refused ?? 0) + receipt.impossible.count
        return ActReport(
            id: act?.id.rawValue, title: act.map { ActWords.title($0) } ?? "Nothing had to be changed",
            changed: (act?.total ?? 0) - (act?.refused ?? 0), unchanged: receipt.unchanged, waiting: act?.waiting ?? 0,
            refused: refused,
            reason: act.flatMap { $0.reason.isEmpty ? nil : $0.reason } ?? receipt.impossible.values.min() ?? "",
            isDryRun: false)
    }

    private func change(
        _ act: MessageAct, on keys: [MessageKey], from: MailboxID?
    ) async throws(WorkspaceError) -> ActRequest.Change {
        switch act {
        case .seen(let isSet): return .keyword("$seen", isSet: isSet)
        case .flagged(let isSet): return .keyword("$flagged", isSet: isSet)
        case .trash: return .role(.trash)
        case .archive: return .role(.archive)
        case .move(let name):
            let accounts = Set(
                try await reading.read { reader throws(CacheError) in try reader.messages(keys).map(\.account) })
            var destinations: [AccountID: MailboxID] = [:]
            var fault: WorkspaceError?
            for account in accounts {
                guard let agent = try await agents().first(where: { $0.id == account.rawValue }) else { continue }
                do throws(WorkspaceError) {
                    destinations[account] = MailboxID(try await mailbox(name, of: agent))
                } catch {
                    fault = error
                }
            }
            // Messages of accounts without such a mailbox are told apart later, as long as any account has it.
            if destinations.isEmpty, let fault { throw fault }
            return .move(to: destinations, from: from, name: name)
        }
    }
}

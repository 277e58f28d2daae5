import JMAP
package import MailCache
import MailSync

extension Workspace {
    /// A mark that a person sets on messages.
    public enum Mark: Sendable, Hashable {
        case seen(Bool)
        case flagged(Bool)
    }

    /// Sets a mark on the server and here.
    ///
    /// - Throws: Where nothing was changed, or not everything; what could be changed is.
    public func mark(_ references: [MessageReference], _ mark: Mark) async throws(WorkspaceError) {
        var keys: [MessageKey] = []
        for reference in references { keys.append(try await row(of: reference).key) }
        try await self.mark(keys, mark)
    }

    /// Sets a mark on messages that the cache has.
    package func mark(_ keys: [MessageKey], _ mark: Mark) async throws(WorkspaceError) {
        let keyword: Keyword
        let isSet: Bool
        switch mark {
        case .seen(let value): (keyword, isSet) = (.seen, value)
        case .flagged(let value): (keyword, isSet) = (.flagged, value)
        }
        let refusals: [ActRefusal]
        do throws(SyncError) {
            refusals = try await sync.setKeyword(keyword, isSet, on: keys)
        } catch {
            throw WorkspaceError(error)
        }
        guard let first = refusals.first else { return }
        log.write(.warning, "mark", first.reason)
        let count = refusals.count == 1 ? "One message was" : "\(refusals.count) messages were"
        throw WorkspaceError(
            .notAllowed, "\(count) not changed: \(first.reason)",
            cure: "Look at the message on the server, then try again.")
    }
}

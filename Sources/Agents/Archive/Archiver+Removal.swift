import JMAP
import Stalwart

extension Archiver {
    /// Says whether an agent may be removed: it is archived, the archive is whole and the one that its record names, and
    /// nothing has come since. Throws why not; nothing is changed.
    package func examineRemoval(_ entry: RosterEntry, archive path: String) async throws(AgentsError) -> Report {
        guard entry.state == .archived, let archive = entry.record?.archive else {
            throw AgentsError(
                .wrongState, "\(entry.address) is not archived, so it is not removed.",
                cure: "agenticmail agent archive comes first; agent suspend bars it meanwhile.")
        }
        let checked = try CheckedArchive.check(path)
        guard checked.sha256 == archive.sha256, checked.agent.address == entry.address else {
            throw AgentsError(
                .file, "\(path) is not the archive that the record of \(entry.address) names.",
                cure: "Give the one of SHA-256 \(archive.sha256), or archive it again.")
        }
        guard try await currentState(entry.account) == archive.state else {
            throw AgentsError(
                .wrongState, "The mail of \(entry.address) has changed since it was archived.",
                cure: "Archive it again, into another file.")
        }
        return Report(path: path, messages: checked.messages, bytes: checked.bytes, sha256: checked.sha256)
    }

    /// Removes an agent with all its mail, where ``examineRemoval(_:archive:)`` has nothing against it.
    package func remove(_ entry: RosterEntry, archive path: String) async throws(AgentsError) -> Report {
        let report = try await examineRemoval(entry, archive: path)
        let account = entry.account
        do throws(StalwartError) {
            try await keeper.administration.removeAccount(account)
        } catch {
            guard error.code == .notFound else { throw AgentsError(error) }
        }
        return report
    }
}

import Glibc
import HTTPTransport
import JMAP
package import MailCache
import SafeText

/// A file that an attachment was saved to.
public struct SavedFile: Sendable, Hashable, Codable {
    /// Where it is.
    public let path: String
    /// What the sender called it; untrusted.
    public let name: String?
    /// The media type that the sender names.
    public let type: String
    /// The file's size.
    public let bytes: Int

    /// Makes a record of a saved file.
    package init(path: String, name: String?, type: String, bytes: Int) {
        self.path = path
        self.name = name
        self.type = type
        self.bytes = bytes
    }
}

extension Workspace {
    /// The largest attachment that is saved.
    static let attachmentLimit = 1 << 30

    /// Saves attachments of a message.
    ///
    /// The names are made safe, and nothing is overwritten or followed: where a file of a name is there, a number is added.
    ///
    /// - Parameters:
    ///   - numbers: Counted from 1; all where there are none.
    ///   - folder: Must be there.
    public func save(
        _ reference: MessageReference, parts numbers: [Int] = [], to folder: String
    ) async throws(WorkspaceError) -> [SavedFile] {
        try await save(try await row(of: reference), parts: numbers, to: folder)
    }

    /// Saves attachments of a message that the cache has; see the public one.
    package func save(
        _ row: MessageRow, parts numbers: [Int], to folder: String
    ) async throws(WorkspaceError) -> [SavedFile] {
        let attachments = try await body(of: row).attachments
        guard !attachments.isEmpty else {
            throw WorkspaceError(.notFound, "This message has no attachment.", cure: "There is nothing to save.")
        }
        for number in numbers where !attachments.indices.contains(number - 1) {
            throw WorkspaceError(
                .wrongUsage, "This message has no attachment \(number).", cure: "It has 1 to \(attachments.count).")
        }
        var status = stat()
        guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw WorkspaceError(.file, "\(folder) is no folder.", cure: "Name a folder that is there.")
        }
        let chosen = numbers.isEmpty ? Array(attachments.indices) : numbers.map { $0 - 1 }
        let job = jobs.begin("Save attachments", unit: "files", total: chosen.count)
        var saved: [SavedFile] = []
        do throws(WorkspaceError) {
            for index in chosen {
                saved.append(try await save(attachments[index], of: row, to: folder))
                jobs.update(job, completed: saved.count)
            }
        } catch {
            jobs.end(job, .failed(error.message))
            throw error
        }
        jobs.end(job)
        return saved
    }

    /// A message's body, fetched where the cache does not have it.
    package func body(of row: MessageRow) async throws(WorkspaceError) -> BodyRow {
        let kept = try await reading.read { reader throws(CacheError) in try reader.body(of: row.key) }
        if let kept { return kept }
        try await fetchBody(of: row.key)
        let body = try await reading.read { reader throws(CacheError) in try reader.body(of: row.key) }
        if let body { return body }
        throw WorkspaceError(.notFound, "The message is gone.", cure: "agenticmail sync brings the lists up to date.")
    }

    private func save(
        _ part: BodyRow.Part, of row: MessageRow, to folder: String
    ) async throws(WorkspaceError) -> SavedFile {
        guard let blob = part.blobID else {
            throw WorkspaceError(
                .notFound, "The server gives no bytes for an attachment.",
                cure: "Save the whole message with mail source.")
        }
        let wanted = SafeFileName(untrusted: part.name ?? "")
        for attempt in 1...1_000 {
            let name = attempt == 1 ? wanted : wanted.numbered(attempt)
            let path = folder.hasSuffix("/") ? folder + name.string : "\(folder)/\(name.string)"
            // Where the name is taken by anything, a dangling link too, the next number is tried.
            var status = stat()
            if lstat(path, &status) == 0 { continue }
            do throws(JMAPError) {
                let bytes = try await client.download(
                    blob, of: row.account, name: "attachment", type: "application/octet-stream", to: path,
                    limit: Self.attachmentLimit)
                log.write(.info, "save", "Saved \(path), \(bytes) bytes.")
                return SavedFile(path: path, name: part.name, type: part.type, bytes: bytes)
            } catch {
                // Somebody else took the name between the look and the creation.
                if lstat(path, &status) == 0, error.cause?.code == .file { continue }
                throw WorkspaceError(error)
            }
        }
        throw WorkspaceError(
            .file, "\(folder) holds a thousand files of that name.", cure: "Name another folder.")
    }
}

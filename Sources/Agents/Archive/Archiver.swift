import FoundationEssentials
import Glibc
import JMAP
import Stalwart

/// Puts an agent's mail into one file, byte for byte, and only then lets the agent be removed.
package struct Archiver: Sendable {
    let keeper: Keeper

    /// Makes an archiver.
    package init(_ keeper: Keeper) {
        self.keeper = keeper
    }

    /// What an archive holds.
    package struct Report: Sendable, Hashable {
        /// Where it is.
        package let path: String
        /// Messages in it.
        package let messages: Int
        /// Their bytes.
        package let bytes: Int
        /// The SHA-256 of the file, in hexadecimal.
        package let sha256: String
    }

    /// Archives an agent: it is suspended and takes no mail from then on, its mail goes into a new file, which is read
    /// back against its manifest, and the agent's record names it.
    ///
    /// What an interrupted run has left is begun anew; nothing is removed here.
    ///
    /// - Parameters:
    ///   - path: Where the archive comes to be; a file that is there is left alone.
    ///   - progress: Told how many messages are in it, of how many.
    package func archive(
        _ entry: RosterEntry, to path: String, progress: @Sendable (Int, Int) -> Void = { _, _ in }
    ) async throws(AgentsError) -> Report {
        try entry.expect([.active, .suspended, .archived], "archived")
        var record = try entry.recordOrAdopted()
        guard access(path, F_OK) != 0 else { throw Self.isThere(path) }
        let part = try PartFile(path)
        try await keeper.change(
            entry, AccountChange(detail: entry.text(.suspended), access: .noLoginNoMail))
        do throws(AgentsError) {
            let state = try await write(entry, record, to: part, progress: progress)
            let checked = try part.finish()
            record.stage = .archived
            record.archive = AgentRecord.Archive(sha256: checked.sha256, state: state)
            try await keeper.change(entry, AccountChange(detail: record.text, access: .noLoginNoMail))
            return Report(
                path: path, messages: checked.messages, bytes: checked.bytes, sha256: checked.sha256)
        } catch {
            // As it was: an agent that worked goes on to work. A task of its own is not cancelled with the caller's.
            if entry.state == .active {
                let opened = await Task { () async -> AgentsError? in
                    do throws(AgentsError) {
                        try await keeper.change(entry, AccountChange(detail: entry.detail, access: .open))
                        return nil
                    } catch { return error }
                }.value
                if let opened { throw opened }
            }
            throw error
        }
    }

    /// Says whether an agent could be archived, and how many messages it has; nothing is changed.
    package func examine(_ entry: RosterEntry, to path: String) async throws(AgentsError) -> Int {
        try entry.expect([.active, .suspended, .archived], "archived")
        _ = try entry.recordOrAdopted()
        guard access(path, F_OK) != 0 else { throw Self.isThere(path) }
        return try await MailReader(account: entry.account, mail: mailAccess).page(from: 0).total
    }

    private static func isThere(_ path: String) -> AgentsError {
        AgentsError(
            .file, "\(path) is there already, and an archive overwrites nothing.", cure: "Name another file.")
    }

    /// Writes everything into the file; gives the state of the account's mail that it holds.
    private func write(
        _ entry: RosterEntry, _ record: AgentRecord, to part: PartFile, progress: @Sendable (Int, Int) -> Void
    ) async throws(AgentsError) -> String {
        let account = entry.account
        let boxes = MailboxPaths(
            try await mail("list the mailboxes") { (client) throws(JMAPError) in
                try await client.call(MailboxGet(account: account, ids: .all)).list
            })
        let agent = ArchivedAgent(
            address: entry.address, details: record.details, created: record.created, mailboxes: boxes.all.map(\.path),
            roles: boxes.all.map { $0.role ?? "" })
        try part.tar.add(ArchiveNames.agent, try Self.json(agent))
        let reader = MailReader(account: account, mail: mailAccess)
        var (number, state, total) = (0, String?.none, 0)
        while true {
            if Task.isCancelled { throw AgentsError.cancelled }
            let page = try await reader.page(from: number)
            guard state == nil || state == page.state else { throw Self.changed(entry) }
            state = page.state
            total = max(total, page.total)
            for start in stride(from: 0, to: page.list.count, by: MailReader.together) {
                let some = page.list[start..<min(start + MailReader.together, page.list.count)]
                let held = try await reader.bytes(of: some)
                for message in some {
                    number += 1
                    try await add(message, held[message.id], number, of: account, boxes, to: part)
                    progress(number, total)
                }
            }
            if page.list.count < MailReader.page { break }
        }
        guard try await currentState(account) == state else { throw Self.changed(entry) }
        let size = try part.manifest.rewind()
        _ = try part.tar.add(ArchiveNames.manifest, from: part.manifest.descriptor, size: size, modified: 0)
        return state ?? ""
    }

    /// Adds a message, whose bytes are held or else go through a file.
    private func add(
        _ message: Email, _ held: [UInt8]?, _ number: Int, of account: AccountID, _ boxes: MailboxPaths,
        to part: PartFile
    ) async throws(AgentsError) {
        let mailboxes = (message.mailboxIDs ?? []).compactMap { boxes[$0] }.sorted {
            $0.path.lexicographicallyPrecedes($1.path)
        }
        let folder = mailboxes.first.map { ArchiveNames.folder($0.path, isInbox: $0.isInbox) } ?? "Maildir/.lost"
        let path = "\(folder)/cur/\(ArchiveNames.file(number, message))"
        let modified = message.receivedAt?.seconds ?? 0
        let (hash, size): ([UInt8], Int)
        if let held {
            (hash, size) = (try part.tar.add(path, held, modified: modified), held.count)
        } else {
            (hash, size) = try await addLong(message, path, modified: modified, of: account, to: part)
        }
        let line = ArchivedMessage(
            path: path, id: message.id.rawValue, sha256: Hex.text(hash), size: size,
            receivedAt: (message.receivedAt ?? UTCDate(seconds: 0)).description, mailboxes: mailboxes.map(\.path),
            keywords: (message.keywords ?? []).map(\.rawValue).sorted())
        try part.manifest.write(try Self.json(line) + [0x0A])
    }

    private func addLong(
        _ message: Email, _ path: String, modified: Int64, of account: AccountID, to part: PartFile
    ) async throws(AgentsError) -> (hash: [UInt8], size: Int) {
        guard let blob = message.blobID else {
            throw AgentsError(.failed, "The server names no bytes for the message \(message.id).", cure: "Try again.")
        }
        let scratch = part.scratch
        let size = try await mail("read the message \(message.id)") { (client) throws(JMAPError) in
            try await client.download(blob, of: account, to: scratch, limit: 1 << 30)
        }
        let descriptor = open(scratch, O_RDONLY | O_CLOEXEC)
        unlink(scratch)
        guard descriptor >= 0 else { throw AgentsError.file(scratch) }
        defer { close(descriptor) }
        return (try part.tar.add(path, from: descriptor, size: size, modified: modified), size)
    }

    /// The state of the account's mail now.
    func currentState(_ account: AccountID) async throws(AgentsError) -> String {
        try await mail("read the state of the mail") { (client) throws(JMAPError) in
            try await client.call(EmailGet(account: account, ids: [], properties: ["id"])).state.rawValue
        }
    }

    private static func changed(_ entry: RosterEntry) -> AgentsError {
        AgentsError(
            .busy, "The mail of \(entry.address) changed while it was archived.",
            cure: "Wait until nobody works in it, then archive it again.")
    }

    private static func json(_ value: some Encodable) throws(AgentsError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do { return Array(try encoder.encode(value)) } catch {
            throw AgentsError(.failed, "A line of the manifest cannot be written: \(error).", cure: "Report this.")
        }
    }

    func mail<Result>(
        _ act: String, _ body: (JMAPClient) async throws(JMAPError) -> Result
    ) async throws(AgentsError) -> Result {
        try await mailAccess.ask(act, body)
    }

    private var mailAccess: MailAccess { MailAccess(client: keeper.administration.client) }
}

/// The mailboxes of an account by the names on the way to them.
struct MailboxPaths {
    /// A mailbox.
    struct Place {
        let path: [String]
        let role: String?
        var isInbox: Bool { role == "inbox" }
    }

    private var places: [MailboxID: Place] = [:]

    init(_ mailboxes: [Mailbox]) {
        let byID = Dictionary(mailboxes.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        for mailbox in mailboxes {
            var path = [mailbox.name ?? mailbox.id.rawValue]
            var above = mailbox.parentID
            // A server that names a circle is left after so many.
            while let id = above, let parent = byID[id], path.count < 100 {
                path.insert(parent.name ?? id.rawValue, at: 0)
                above = parent.parentID
            }
            places[mailbox.id] = Place(path: path, role: mailbox.role?.rawValue)
        }
    }

    subscript(id: MailboxID) -> Place? { places[id] }
    /// Every mailbox, those above before those below.
    var all: [Place] {
        places.values.sorted { ($0.path.count, $0.path.joined()) < ($1.path.count, $1.path.joined()) }
    }
}

/// An archive that is being written: it has another name until it is whole, and one program alone writes it.
final class PartFile {
    let tar: TarWriter
    let manifest: LineFile
    private let descriptor: Int32
    private let path: String
    private var part: String { path + ".part" }
    /// Where a message lies on its way.
    var scratch: String { path + ".part.message" }

    init(_ path: String) throws(AgentsError) {
        self.path = path
        let part = path + ".part"
        descriptor = open(part, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw AgentsError.file(part) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw AgentsError(.busy, "Another program writes \(part).", cure: "Wait for it, or name another file.")
        }
        // What an interrupted run has left is of no use: its manifest is gone.
        guard ftruncate(descriptor, 0) == 0 else {
            close(descriptor)
            throw AgentsError.file(part)
        }
        unlink(path + ".part.message")
        do throws(AgentsError) {
            manifest = try LineFile(beside: path)
            tar = try TarWriter(descriptor, path: part)
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit { close(descriptor) }

    /// Ends the archive, reads it back, and gives it its name.
    func finish() throws(AgentsError) -> CheckedArchive {
        try tar.close()
        guard fsync(descriptor) == 0 else { throw AgentsError.file(part) }
        let checked = try CheckedArchive.check(part)
        // Linking fails where the name was taken meanwhile.
        guard link(part, path) == 0 else { throw AgentsError.file(path) }
        unlink(part)
        return checked
    }
}

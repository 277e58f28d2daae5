import Glibc
import HTTPTransport
import JMAP
import Sodium
import Stalwart

/// Puts the mail of an archive into an empty account that nobody else writes in, and proves that it is all there.
///
/// A failure leaves what was put in so far: the creation that this is a step of takes the account away with it.
struct Restorer: Sendable {
    /// Messages that go in with one call, and the most bytes of them that are held meanwhile.
    private static let batch = (messages: 100, bytes: 4 << 20)
    /// A larger message goes through a file.
    private static let held = 512 << 10

    let path: String
    let account: AccountID
    let client: JMAPClient
    /// Told how many messages are in and proven, of how many in all: each counts twice.
    let progress: @Sendable (Int, Int) -> Void
    /// How many messages the archive has.
    let total: Int

    /// Puts everything in and reads it back.
    func run() async throws(AgentsError) {
        let walk = try ArchiveWalk(path)
        let boxes = try await RestoredMailboxes(walk.agent, in: account, mail)
        var wanted = MessageTally()
        var batch: [Waiting] = []
        var (done, bytes) = (0, 0)
        while let message = try walk.next() {
            if Task.isCancelled { throw AgentsError.cancelled }
            let mailboxes = try boxes.places(of: message)
            guard let receivedAt = UTCDate(message.receivedAt) else { throw damaged(message, "has no time") }
            wanted.add(message.fingerprint(in: mailboxes, at: receivedAt))
            batch.append(
                Waiting(
                    message: message, mailboxes: mailboxes, receivedAt: receivedAt,
                    content: try Content(of: message, in: walk, held: Self.held)))
            bytes += message.size
            if batch.count >= Self.batch.messages || bytes >= Self.batch.bytes {
                try await put(batch)
                done += batch.count
                progress(done, 2 * total)
                (batch, bytes) = ([], 0)
            }
        }
        try await put(batch)
        try await prove(wanted)
    }

    /// A message on its way in.
    private struct Waiting: Sendable {
        let message: ArchivedMessage
        let mailboxes: Set<MailboxID>
        let receivedAt: UTCDate
        let content: Content
    }

    private func put(_ batch: [Waiting]) async throws(AgentsError) {
        guard !batch.isEmpty else { return }
        let uploaded = await withTaskGroup(of: (Int, Result<BlobID, AgentsError>).self) { group in
            for (number, waiting) in batch.enumerated() {
                group.addTask { (number, await upload(waiting.content)) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        var items: [CreationID: EmailImport.Item] = [:]
        for (number, waiting) in batch.enumerated() {
            guard let blob = try uploaded[number]?.get() else { continue }
            items[CreationID("m\(number)")] = EmailImport.Item(
                blobID: blob, mailboxIDs: waiting.mailboxes,
                keywords: Set(waiting.message.keywords.map { Keyword($0) }), receivedAt: waiting.receivedAt)
        }
        let asked = EmailImport(account: account, emails: items)
        let answer = try await mail("put the archive's messages in") { (client) throws(JMAPError) in
            try await client.call(asked)
        }
        for (number, waiting) in batch.enumerated() where answer.created[CreationID("m\(number)")] == nil {
            let reason = answer.notCreated[CreationID("m\(number)")]?.sentence ?? "Its answer does not name it."
            throw AgentsError(
                .failed, "The server did not take the message \(waiting.message.path) of \(path). \(reason)",
                cure: "See what the server says; the archive is whole and stays as it is.")
        }
    }

    private func upload(_ content: Content) async -> Result<BlobID, AgentsError> {
        do throws(AgentsError) {
            let blob = try await mail("upload a message of the archive") { (client) throws(JMAPError) in
                try await client.upload(content.body, to: account, type: "message/rfc822")
            }
            return .success(blob.id)
        } catch { return .failure(error) }
    }

    /// Reads every message back and compares: its bytes, its mailboxes, its keywords and its time.
    private func prove(_ wanted: MessageTally) async throws(AgentsError) {
        var (rest, number) = (wanted, 0)
        let reader = MailReader(account: account, mail: mail)
        while true {
            if Task.isCancelled { throw AgentsError.cancelled }
            let page = try await reader.page(from: number)
            for found in try await reader.hashes(of: page.list) {
                guard rest.remove(found) else { throw different("a message in it is not one of the archive's") }
            }
            number += page.list.count
            progress(total + min(number, total), 2 * total)
            if page.list.count < MailReader.page { break }
        }
        guard rest.count == 0 else { throw different("\(rest.count) messages of the archive are not in it") }
    }

    private func different(_ what: String) -> AgentsError {
        AgentsError(
            .failed, "What the server keeps is not what \(path) holds: \(what).",
            cure: "The archive is whole and stays as it is; try again, and see that nobody else writes in the account.")
    }

    private func damaged(_ message: ArchivedMessage, _ what: String) -> AgentsError {
        AgentsError(
            .file, "The archive \(path) is not whole: \(message.path) \(what).", cure: "Take another copy of it.")
    }

    private var mail: MailAccess { MailAccess(client: client) }

    private func mail<Result: Sendable>(
        _ act: String, _ body: @Sendable (JMAPClient) async throws(JMAPError) -> Result
    ) async throws(AgentsError) -> Result {
        try await mail.ask(act, body)
    }
}

/// The bytes of a message on their way: in memory, or in a file that goes with this.
private final class Content: Sendable {
    let body: HTTPRequest.Body
    private let file: String?

    /// Takes the bytes of the message that the archive stands at.
    init(of message: ArchivedMessage, in walk: ArchiveWalk, held: Int) throws(AgentsError) {
        guard message.size > held else {
            var bytes: [UInt8] = []
            bytes.reserveCapacity(max(0, message.size))
            try walk.bytes { bytes += $0 }
            body = .bytes(bytes)
            file = nil
            return
        }
        var template = Array("/var/tmp/agenticmail-message-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        let name = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard descriptor >= 0 else { throw AgentsError.file(name) }
        defer { close(descriptor) }
        do throws(AgentsError) {
            try walk.bytes { (piece) throws(AgentsError) in
                guard KeyStore.writeAll(Array(piece), to: descriptor) else { throw AgentsError.file(name) }
            }
        } catch {
            unlink(name)
            throw error
        }
        body = .file(name)
        file = name
    }

    deinit {
        if let file { unlink(file) }
    }
}

/// Fingerprints of messages, each as often as it is there: 16 bytes a message.
struct MessageTally: Sendable {
    private var counts: [Fingerprint: Int] = [:]
    /// How many there are.
    private(set) var count = 0

    /// Half of a SHA-256 over all that is kept of a message.
    struct Fingerprint: Sendable, Hashable {
        let high: UInt64
        let low: UInt64

        init(_ text: String) {
            var hash = SHA256()
            hash.add(text.utf8)
            let bytes = hash.digest()
            high = bytes[0..<8].reduce(0) { $0 << 8 | UInt64($1) }
            low = bytes[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
        }
    }

    mutating func add(_ fingerprint: Fingerprint) {
        counts[fingerprint, default: 0] += 1
        count += 1
    }

    /// Takes one away; false where there is none.
    mutating func remove(_ fingerprint: Fingerprint) -> Bool {
        guard let there = counts[fingerprint], there > 0 else { return false }
        counts[fingerprint] = there == 1 ? nil : there - 1
        count -= 1
        return true
    }
}

extension ArchivedMessage {
    /// What must be the same once it is in an account.
    func fingerprint(in mailboxes: Set<MailboxID>, at time: UTCDate) -> MessageTally.Fingerprint {
        MessageTally.Fingerprint(
            sha256: sha256, size: size, mailboxes: mailboxes, keywords: Set(keywords), time: time)
    }
}

extension MessageTally.Fingerprint {
    init(sha256: String, size: Int, mailboxes: Set<MailboxID>, keywords: Set<String>, time: UTCDate) {
        let boxes = mailboxes.map(\.rawValue).sorted().joined(separator: " ")
        self.init("\(sha256) \(size) \(time.seconds)\n\(boxes)\n\(keywords.sorted().joined(separator: " "))")
    }
}

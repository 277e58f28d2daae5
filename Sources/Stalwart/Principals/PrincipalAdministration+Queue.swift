import HTTPTransport
import JMAP

extension PrincipalAdministration {
    package func queuedMessages(from sender: String) async throws(StalwartError) -> [QueuedMessage] {
        let act = Act(words: "read the queue", permission: "message-queue-list")
        var found: [QueuedMessage] = []
        for page in 1...1_000 {
            let path = "/api/queue/messages?from=\(Self.quoted(sender))&values=1&page=\(page)&limit=100"
            let items = try await ask(.get, path, for: act)["items"]?.array ?? []
            found += items.compactMap(Self.message).filter { $0.returnPath == sender.lowercased() }
            if items.count < 100 { break }
        }
        return found
    }

    private static func message(_ item: JSON) -> QueuedMessage? {
        guard let id = item["id"]?.int else { return nil }
        return QueuedMessage(
            id: QueuedMessageID(String(id)), returnPath: item["return_path"]?.string?.lowercased() ?? "",
            recipients: (item["recipients"]?.array ?? []).compactMap { $0["address"]?.string }, blobID: nil,
            size: item["size"]?.int ?? 0, createdAt: item["created"]?.string.flatMap { UTCDate($0) })
    }
}

extension PrincipalAdministration {
    /// 0.15 tells its listeners by its settings alone, which take rights that no role of ours has.
    package func submissionListener() async -> SendingProver.SMTPPlace? { nil }
}

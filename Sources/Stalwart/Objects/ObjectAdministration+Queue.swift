import JMAP

extension ObjectAdministration {
    package func queuedMessages(from sender: String) async throws(StalwartError) -> [QueuedMessage] {
        let act = Act(words: "read the queue", permission: "sysQueuedMessageQuery")
        return try await all("x:QueuedMessage", ["returnPath": .string(sender)], for: act).compactMap { message in
            guard let id = message["id"]?.string else { return nil }
            return QueuedMessage(
                id: QueuedMessageID(id), returnPath: message["returnPath"]?.string ?? "",
                recipients: (message["recipients"]?.object ?? [:]).keys.sorted(),
                blobID: message["blobId"]?.string.map { BlobID($0) }, size: message["size"]?.int ?? 0,
                createdAt: message["createdAt"]?.string.flatMap { UTCDate($0) })
        }
    }
}

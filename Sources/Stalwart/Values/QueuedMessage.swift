package import JMAP

/// A message that waits in the server's queue.
package struct QueuedMessage: Sendable, Hashable {
    /// Its id.
    package let id: QueuedMessageID
    /// The envelope's sender.
    package let returnPath: String
    /// The envelope's recipients.
    package let recipients: [String]
    /// Its bytes; reading them needs a permission of their own. Nil where the server does not say.
    package let blobID: BlobID?
    /// Its size in bytes.
    package let size: Int64
    /// When it came in.
    package let createdAt: UTCDate?

    /// Makes a value.
    package init(
        id: QueuedMessageID, returnPath: String, recipients: [String], blobID: BlobID?, size: Int64,
        createdAt: UTCDate?
    ) {
        self.id = id
        self.returnPath = returnPath
        self.recipients = recipients
        self.blobID = blobID
        self.size = size
        self.createdAt = createdAt
    }
}

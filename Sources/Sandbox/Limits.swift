/// The limits that the session states and the server keeps.
enum Limits {
    static let sizeUpload = 50_000_000
    static let concurrentUpload = 4
    static let sizeRequest = 10_000_000
    static let concurrentRequests = 4
    static let callsInRequest = 16
    static let objectsInGet = 500
    static let objectsInSet = 500
    /// How many ids one query answers at most.
    static let queryResults = 5000
    /// How many changes an account's log keeps.
    static let keptChanges = 10_000
    /// How many different keywords beside the well-known ones an account shows.
    static let customKeywords = 99
    /// The longest keyword, in bytes.
    static let keywordBytes = 128
    /// The longest name of a mailbox, in bytes.
    static let mailboxNameBytes = 255
    /// How deep mailboxes stand in each other.
    static let mailboxDepth = 10
    /// How many mailboxes an account has where its quotas say nothing.
    static let mailboxes = 250
    /// How many API keys an account has where its quotas say nothing.
    static let apiKeys = 5
    /// How much may be uploaded to one account in an hour, in bytes and in files.
    static let uploadedBytes = 50_000_000
    static let uploadedFiles = 1000
    /// The longest time for which a submission may be held, in seconds.
    static let holdSeconds = 604_800
}

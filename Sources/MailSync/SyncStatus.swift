package import JMAP

/// What a console says about the connection and the work behind it.
package struct SyncStatus: Sendable, Hashable {
    /// How the cache stands to the server.
    package enum Connection: Sendable, Hashable {
        /// Nothing runs: before the start and after the end.
        case stopped
        /// The session is being asked for, or the event stream opened.
        case connecting
        /// Connected, and so many messages are still to be looked at, as far as that is known.
        case catchingUp(remaining: Int)
        /// In step; the server tells what changes.
        case live
        /// In step; the server does not tell, so it is asked every so often. The reason is a sentence.
        case polling(reason: String)
        /// Nothing reaches the server since then (seconds since 1970); the reason and the cure are a sentence each.
        case offline(since: Int64, reason: String, cure: String)
    }

    /// How far one account has come.
    package enum Stage: Sendable, Hashable {
        /// Its turn has not come yet.
        case waiting
        /// Messages are being fetched for the first time; `total` is what the server counted.
        case filling(done: Int, total: Int?)
        /// The cache is being compared with the server, because too much has changed since it was last seen.
        case comparing(done: Int)
        /// In step.
        case current
        /// It cannot be read; a sentence says why. It is tried again from time to time.
        case refused(reason: String)
    }

    package var connection: Connection = .stopped
    package var accounts: [AccountID: Stage] = [:]
    /// Bodies fetched in the background since the start.
    package var bodiesFetched = 0
    /// Messages put into the full text since the start.
    package var indexed = 0
    /// Requests that had to be sent again since the start.
    package var retries = 0
    /// The last failure that was got over, as a sentence, or nil.
    package var lastProblem: String?

    package init() {}
}

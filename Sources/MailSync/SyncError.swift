package import JMAP
package import MailCache

/// Why something could not be brought from the server into the cache, or to the server: one of the two said no.
package struct SyncError: Error, Sendable, CustomStringConvertible {
    /// What the server, or the way to it, said.
    package let server: JMAPError?
    /// What the cache said.
    package let cache: CacheError?

    package init(_ error: JMAPError) {
        server = error
        cache = nil
    }

    package init(_ error: CacheError) {
        server = nil
        cache = error
    }

    /// One sentence: what went wrong and where.
    package var sentence: String { server?.sentence ?? cache?.sentence ?? "" }
    /// One sentence: what helps.
    package var cure: String { server?.cure ?? cache?.cure ?? "" }

    package var description: String { "\(sentence) \(cure)" }

    /// True where it says something about one account alone, so that the others go on.
    var isOfOneAccount: Bool {
        guard let server else { return isPassing || cache?.code == .notFound }
        return switch server.code {
        case .method, .set, .tooLarge: true
        case .malformed: server.method != nil
        default: false
        }
    }

    /// True where others write the same account just now: nothing is wrong with it, and it is tried again.
    var isPassing: Bool { cache?.code == .outdated }

    /// True where the server does not know the account, or does not let this login near it.
    var isRefusal: Bool {
        guard let server else { return false }
        return switch server.code {
        case .method("forbidden"), .method("accountNotFound"), .method("accountNotSupportedByMethod"): true
        default: false
        }
    }

    var isCancelled: Bool { server?.code == .cancelled }
}

extension MailSync {
    /// Sends a request that may be sent twice, again and again while its failure may pass by itself.
    func send(_ request: Request) async throws(SyncError) -> Response {
        try await patiently { () async throws(JMAPError) in try await self.client.send(request) }
    }

    /// Does something that may be done twice, again and again while its failure may pass by itself.
    func patiently<T: Sendable>(
        _ body: () async throws(JMAPError) -> T
    ) async throws(SyncError) -> T {
        var backoff = Backoff(first: options.firstBackoff, longest: options.longestBackoff, random: random)
        while true {
            do throws(JMAPError) {
                return try await body()
            } catch {
                guard error.isTransient, backoff.failures + 1 < options.attempts, !Task.isCancelled else {
                    throw SyncError(error)
                }
                feed.update { status in
                    status.retries += 1
                    status.lastProblem = error.sentence
                }
                do { try await clock.sleep(backoff.next(after: error)) } catch {
                    throw SyncError(JMAPError(.cancelled))
                }
            }
        }
    }

    /// Reads an answer of a response; its errors are the method's.
    func answer<T>(_ body: () throws(JMAPError) -> T) throws(SyncError) -> T {
        do throws(JMAPError) { return try body() } catch { throw SyncError(error) }
    }

    /// Does something with the cache.
    func cached<T: Sendable>(_ body: () async throws(CacheError) -> T) async throws(SyncError) -> T {
        do throws(CacheError) { return try await body() } catch { throw SyncError(error) }
    }
}

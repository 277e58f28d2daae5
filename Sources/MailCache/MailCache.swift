import Glibc
import SQLite
import Synchronization

/// The mail that is kept here: one SQLite file, one writer, any number of readers.
///
/// It is a cache: remove the file and the next start builds it again from the server.
package final class MailCache: Sendable {
    /// The version of the file's shape.
    package static var schemaVersion: Int { Schema.cache.version }

    /// The file.
    package let path: String
    /// What had to be said when it was opened (a damaged file was set aside), or nil.
    package let notice: String?
    /// The one that writes.
    package let writer: CacheWriter
    private let feed: ChangeFeed

    private init(path: String, notice: String?, writer: CacheWriter, feed: ChangeFeed) {
        self.path = path
        self.notice = notice
        self.writer = writer
        self.feed = feed
    }

    /// Opens the cache, or makes it.
    ///
    /// A file that is damaged, is no database, belongs to another program or was written by a newer version is set aside
    /// beside its place and an empty cache takes it; `notice` says so. The folder is made with mode 0700, the file with
    /// 0600.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - journal: the file of the acts that the server does not have yet, in a folder of what must be kept; without one
    ///     nothing can be done to messages.
    ///   - now: the clock, in seconds since 1970.
    package static func open(
        at path: String, journal journalPath: String? = nil, now: @escaping @Sendable () -> Int64 = { Int64(time(nil)) }
    ) throws(CacheError) -> MailCache {
        let (connection, notice) = try CacheFile(path: path).openForWriting()
        var notices = notice.map { [$0] } ?? []
        var journal: ActJournal?
        if let journalPath {
            let (opened, notice) = try ActJournal.open(at: journalPath)
            journal = opened
            if let notice { notices.append(notice) }
        }
        let feed = ChangeFeed()
        let writer = CacheWriter(connection: connection, journal: journal, path: path, feed: feed, now: now)
        return MailCache(
            path: path, notice: notices.isEmpty ? nil : notices.joined(separator: " "), writer: writer, feed: feed)
    }

    /// A reader of its own for one isolation.
    ///
    /// - Parameter cacheKilobytes: how much of the file the reader keeps in memory at most.
    package func reader(cacheKilobytes: Int = 8_192) throws(CacheError) -> CacheReader {
        try CacheReader(path: path, cacheKilobytes: cacheKilobytes)
    }

    /// The changes that this process makes from now on, joined while nobody takes them. What another process changes is
    /// told as one that may be of everything, while `CacheWriter.writesOfOthers()` is followed or when this one writes.
    package func changes() -> AsyncStream<CacheChange> {
        feed.subscribe()
    }
}

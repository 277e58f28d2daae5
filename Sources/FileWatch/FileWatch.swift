import Glibc

/// Tells when files were changed, by the system's own notices (inotify): nothing wakes while nothing changes.
///
/// Each watch is a thread of its own that waits for the system, until the stream's reader goes away.
package enum FileWatch {
    /// What of a file is told.
    private enum Change {
        /// Bytes were written, as each time a database writes.
        case writes
        /// A file was written and closed, or moved in or out of the folder, or deleted.
        case contents

        var mask: UInt32 {
            switch self {
            case .writes: UInt32(IN_MODIFY)
            case .contents: UInt32(IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE)
            }
        }
    }

    /// How many milliseconds of changes are told as one notice.
    private static let pause: Int32 = 30

    /// A notice after each time that one of SQLite's databases was written, by this program or another; one at once, since
    /// what was written before the watch began has to be looked for.
    ///
    /// A database in WAL mode is changed by writing the file beside it whose name ends in `-wal`.
    ///
    /// - Returns: nil where the system has no notices left to give.
    package static func writes(of databases: [String]) -> AsyncStream<Void>? {
        let names = Set(databases.map { name(of: $0) + "-wal" })
        return notices(of: .writes, in: Set(databases.map(folder)), of: names, isToldAtOnce: true)
    }

    /// A notice after each change of a file in one of the folders.
    ///
    /// - Returns: nil where a folder is not there, or the system has no notices left to give.
    package static func changes(in folders: [String]) -> AsyncStream<Void>? {
        notices(of: .contents, in: Set(folders), of: nil, isToldAtOnce: false)
    }

    private static func notices(
        of change: Change, in folders: Set<String>, of names: Set<String>?, isToldAtOnce: Bool
    ) -> AsyncStream<Void>? {
        let notices = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
        guard notices >= 0 else { return nil }
        let end = End()
        let isReady = folders.allSatisfy { inotify_add_watch(notices, $0, change.mask) >= 0 }
        guard end.descriptor >= 0, isReady else {
            close(notices)
            return nil
        }
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let watch = Unmanaged.passRetained(Watch(notices: notices, end: end, names: names, continuation: continuation))
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, nil,
            { pointer in
                if let pointer { Unmanaged<Watch>.fromOpaque(pointer).takeRetainedValue().run() }
                return nil
            }, watch.toOpaque())
        guard failure == 0 else {
            watch.release()
            close(notices)
            return nil
        }
        pthread_detach(thread)
        if isToldAtOnce { continuation.yield() }
        continuation.onTermination = { _ in end.signal() }
        return stream
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func name(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }

    /// Ends the thread from any other; the descriptors are closed with the last reference.
    private final class End: Sendable {
        let descriptor: Int32
        private let writing: Int32

        init() {
            var ends: [Int32] = [-1, -1]
            if pipe(&ends) == 0 {
                for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            }
            (descriptor, writing) = (ends[0], ends[1])
        }

        func signal() {
            var byte: UInt8 = 0
            _ = write(writing, &byte, 1)
        }

        deinit {
            if descriptor >= 0 { close(descriptor) }
            if writing >= 0 { close(writing) }
        }
    }

    /// What the thread does.
    private final class Watch: Sendable {
        private let notices: Int32
        private let end: End
        /// The files that are watched; nil where every file of the folders is.
        private let names: Set<String>?
        private let continuation: AsyncStream<Void>.Continuation

        init(notices: Int32, end: End, names: Set<String>?, continuation: AsyncStream<Void>.Continuation) {
            self.notices = notices
            self.end = end
            self.names = names
            self.continuation = continuation
        }

        func run() {
            var places = [
                pollfd(fd: end.descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: notices, events: Int16(POLLIN), revents: 0),
            ]
            while true {
                let count = poll(&places, 2, -1)
                if count < 0, errno == EINTR { continue }
                guard count > 0, places[0].revents == 0 else { break }
                // Many changes follow one another: the rest of them is told together with the first.
                if poll(&places, 1, FileWatch.pause) > 0 { break }
                if takeNotices() { continuation.yield() }
            }
            close(notices)
            continuation.finish()
        }

        /// Reads every notice that waits; true where one is of a file that is watched.
        private func takeNotices() -> Bool {
            var isOurs = false
            var bytes = [UInt8](repeating: 0, count: 4_096)
            let head = MemoryLayout<inotify_event>.size
            while true {
                let count = read(notices, &bytes, bytes.count)
                guard count > 0 else { return isOurs }
                var place = 0
                while place + head <= count {
                    let event = bytes.withUnsafeBytes {
                        $0.loadUnaligned(fromByteOffset: place, as: inotify_event.self)
                    }
                    let length = min(Int(event.len), count - place - head)
                    let name = bytes[(place + head)..<(place + head + length)].prefix { $0 != 0 }
                    // Where notices were lost, any file may have been changed.
                    let isAny = names == nil || event.mask & UInt32(IN_Q_OVERFLOW) != 0
                    if isAny || names?.contains(String(decoding: name, as: UTF8.self)) == true { isOurs = true }
                    place += head + length
                }
            }
        }
    }
}

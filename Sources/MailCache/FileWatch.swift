import Glibc

/// Tells when files of SQLite's were written, by the system's own notices: nothing wakes while nothing is written.
///
/// A database in WAL mode is changed by writing the file beside it whose name ends in `-wal`.
enum FileWatch {
    /// How many milliseconds of writing are told as one notice.
    private static let pause: Int32 = 30

    /// A notice after each time that one of the databases was written, by this program or another.
    ///
    /// - Returns: nil where the system has no notices left to give.
    static func writes(of databases: [String]) -> AsyncStream<Void>? {
        let notices = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
        guard notices >= 0 else { return nil }
        let end = End()
        let isReady = databases.allSatisfy { path in
            inotify_add_watch(notices, folder(of: path), UInt32(IN_MODIFY)) >= 0
        }
        guard end.descriptor >= 0, isReady else {
            close(notices)
            return nil
        }
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let names = Set(databases.map { name(of: $0) + "-wal" })
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
        // What was written before the watch began is looked for once.
        continuation.yield()
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
        private let names: Set<String>
        private let continuation: AsyncStream<Void>.Continuation

        init(notices: Int32, end: End, names: Set<String>, continuation: AsyncStream<Void>.Continuation) {
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
                // Many writes follow one another: the rest of them is told together with the first.
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
                    // Where notices were lost, any file may have been written.
                    if event.mask & UInt32(IN_Q_OVERFLOW) != 0 || names.contains(String(decoding: name, as: UTF8.self))
                    {
                        isOurs = true
                    }
                    place += head + length
                }
            }
        }
    }
}

import Glibc

/// Tells when a person's theme files change, by the system's own notices: nothing wakes while nothing changes.
package enum ThemeWatcher {
    /// The themes as they are after each change of a file in the folder.
    ///
    /// - Parameters:
    ///   - folder: The person's themes; where it is not there nothing is told.
    ///   - library: The themes now, kept where a file cannot be used later.
    /// - Returns: `nil` where the folder cannot be watched.
    package static func changes(in folder: String, from library: ThemeLibrary) -> AsyncStream<ThemeLibrary>? {
        let descriptor = inotify_init1(Int32(IN_CLOEXEC))
        guard descriptor >= 0 else { return nil }
        let events = UInt32(IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE)
        guard inotify_add_watch(descriptor, folder, events) >= 0 else {
            close(descriptor)
            return nil
        }
        let (stream, continuation) = AsyncStream.makeStream(of: ThemeLibrary.self, bufferingPolicy: .bufferingNewest(1))
        let watch = Unmanaged.passRetained(Watch(descriptor, folder, library, continuation))
        var thread = pthread_t()
        // The thread lives as long as the process: it waits for the system and holds nothing but this watch.
        let failure = pthread_create(
            &thread, nil,
            { pointer in
                if let pointer { Unmanaged<Watch>.fromOpaque(pointer).takeRetainedValue().run() }
                return nil
            }, watch.toOpaque())
        guard failure == 0 else {
            watch.release()
            close(descriptor)
            return nil
        }
        pthread_detach(thread)
        return stream
    }

    /// What the thread does.
    private final class Watch: Sendable {
        private let descriptor: Int32
        private let folder: String
        private let library: ThemeLibrary
        private let continuation: AsyncStream<ThemeLibrary>.Continuation

        init(
            _ descriptor: Int32, _ folder: String, _ library: ThemeLibrary,
            _ continuation: AsyncStream<ThemeLibrary>.Continuation
        ) {
            self.descriptor = descriptor
            self.folder = folder
            self.library = library
            self.continuation = continuation
        }

        func run() {
            var current = library
            var notice = [UInt8](repeating: 0, count: 4_096)
            while true {
                let count = read(descriptor, &notice, notice.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                // Which file it was does not matter: all are read, and there are few.
                current = ThemeLibrary(folder: folder, keeping: current.themes)
                continuation.yield(current)
            }
            close(descriptor)
            continuation.finish()
        }
    }
}

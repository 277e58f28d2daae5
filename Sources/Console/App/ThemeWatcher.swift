import FileWatch

/// Tells when a person's theme files change.
package enum ThemeWatcher {
    /// The themes as they are after each change of a file in the folder.
    ///
    /// - Parameters:
    ///   - folder: The person's themes.
    ///   - library: The themes now, kept where a file cannot be used later.
    /// - Returns: `nil` where the folder cannot be watched, as where it is not there.
    package static func changes(in folder: String, from library: ThemeLibrary) -> AsyncStream<ThemeLibrary>? {
        guard let notices = FileWatch.changes(in: [folder]) else { return nil }
        let (stream, continuation) = AsyncStream.makeStream(of: ThemeLibrary.self, bufferingPolicy: .bufferingNewest(1))
        let reading = Task {
            var current = library
            for await _ in notices {
                // Which file it was does not matter: all are read, and there are few.
                current = ThemeLibrary(folder: folder, keeping: current.themes)
                continuation.yield(current)
            }
            continuation.finish()
        }
        continuation.onTermination = { _ in reading.cancel() }
        return stream
    }
}

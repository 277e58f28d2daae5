import MailCache

/// Reads the cache for whoever asks, one after the other, beside the interface's own reader.
actor WorkspaceReading {
    private let reader: CacheReader

    init(_ reader: sending CacheReader) {
        self.reader = reader
    }

    /// Runs a closure on the reader.
    func read<Result: Sendable>(
        _ body: @Sendable (CacheReader) throws(CacheError) -> Result
    ) throws(WorkspaceError) -> Result {
        do throws(CacheError) {
            return try body(reader)
        } catch {
            throw WorkspaceError(error)
        }
    }
}

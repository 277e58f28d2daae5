import CMicroHTTPD

/// A connection of the daemon that sleeps, or may.
///
/// libmicrohttpd lets a suspended connection be resumed from any thread; everything else is done on its own thread.
struct DaemonConnection: @unchecked Sendable {
    // The daemon owns what it points to until the exchange or the stream is told of its end.
    let pointer: OpaquePointer

    /// Takes the connection out of its thread's work.
    func suspend() { MHD_suspend_connection(pointer) }

    /// Gives the connection back to its thread.
    func resume() { MHD_resume_connection(pointer) }
}

import Glibc

/// Runs something that waits for a program or a person on a thread of its own, so that no other work waits with it.
func blocking<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        let work = Unmanaged.passRetained(
            ThreadWork { continuation.resume(with: Swift.Result(catching: body)) })
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, nil,
            { pointer in
                // The closure was handed over retained for this thread alone.
                if let pointer { Unmanaged<ThreadWork>.fromOpaque(pointer).takeRetainedValue().run() }
                return nil
            }, work.toOpaque())
        if failure == 0 {
            pthread_detach(thread)
        } else {
            work.takeRetainedValue().run()
        }
    }
}

/// What a thread is to do.
private final class ThreadWork: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) {
        self.run = run
    }
}

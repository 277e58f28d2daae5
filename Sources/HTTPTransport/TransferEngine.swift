import CCurl
import Glibc
import Synchronization

/// Hands transfers to the one thread that owns curl's multi handle.
///
/// The lock guards the list of commands and the handle's life; the handle itself is used by the thread alone, but for
/// `curl_multi_wakeup`, which any thread may call while it lives.
final class TransferEngine: Sendable {
    /// What the thread is asked to do.
    enum Command {
        case start(Transfer)
        case cancel(Transfer)
        case resume(Transfer)
    }

    struct Shared {
        /// Asked for and not taken by the thread yet, in order.
        var commands: [Command] = []
        /// The handle, while the thread runs.
        var multi: UnsafeMutableRawPointer?
        /// Whether nothing may be started any more.
        var isStopped = false
    }

    private let shared = SharedBox()

    /// Starts a transfer; `finish` is called once, on the engine's thread or at once when it cannot start.
    func start(_ transfer: Transfer, finish: @escaping (Transfer.Result) -> Void) {
        transfer.finish = finish
        let accepted = shared.state.withLock { state -> Bool in
            if state.isStopped { return false }
            if state.multi == nil { state.multi = launch() }
            guard state.multi != nil else { return false }
            state.commands.append(.start(transfer))
            curl_multi_wakeup(state.multi)
            return true
        }
        if !accepted { transfer.complete(.failure(transfer.failure(.closed))) }
    }

    /// Aborts a transfer, also one whose start is still on its way.
    func cancel(_ transfer: Transfer) {
        transfer.isCancelled.store(true, ordering: .sequentiallyConsistent)
        ask(.cancel(transfer))
    }

    /// Goes on with a stream whose reader has room again.
    func resume(_ transfer: Transfer) {
        ask(.resume(transfer))
    }

    /// Ends the thread; what is under way fails.
    func stop() {
        shared.state.withLock { state in
            state.isStopped = true
            if let multi = state.multi { curl_multi_wakeup(multi) }
        }
    }

    private func ask(_ command: Command) {
        shared.state.withLock { state in
            guard let multi = state.multi else { return }
            state.commands.append(command)
            curl_multi_wakeup(multi)
        }
    }

    /// Makes the handle and the thread, which waits for the lock; nil when the system has none left.
    private func launch() -> sending UnsafeMutableRawPointer? {
        // Safe from any thread since libcurl 7.84; further calls only count.
        guard curl_global_init(ccurl_global_default) == CURLE_OK, let multi = curl_multi_init() else { return nil }
        _ = ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 32)
        let box = Unmanaged.passRetained(shared)
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { context in
                if let context { TransferLoop(Unmanaged<SharedBox>.fromOpaque(context).takeRetainedValue()).run() }
                return nil
            }, box.toOpaque())
        guard status == 0 else {
            box.release()
            curl_multi_cleanup(multi)
            return nil
        }
        pthread_detach(thread)
        return multi
    }
}

/// What the engine and its thread share, so that the thread does not keep the engine alive.
final class SharedBox: Sendable {
    let state = Mutex(TransferEngine.Shared())
}

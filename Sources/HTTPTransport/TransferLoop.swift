import CCurl
import Glibc
import Synchronization

/// The thread's own work: takes commands, lets curl move the bytes, gives results away.
///
/// Nothing of it is seen by another thread.
final class TransferLoop {
    private let shared: SharedBox
    /// The transfers that curl drives.
    private var active: [ObjectIdentifier: Transfer] = [:]

    init(_ shared: SharedBox) {
        self.shared = shared
    }

    /// Runs until the engine stops.
    func run() {
        // Signals belong to the program's own threads.
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
        // The launching thread holds the lock until the handle is in place.
        guard let multi = shared.state.withLock({ $0.multi.map { UInt(bitPattern: $0) } }),
            let multi = UnsafeMutableRawPointer(bitPattern: multi)
        else { return }
        while takeCommands(multi) {
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            collect(multi)
            let wait = endSilentStreams(multi)
            curl_multi_poll(multi, nil, 0, wait, nil)
        }
        close(multi)
    }

    /// Does what was asked for; false when the engine has stopped.
    private func takeCommands(_ multi: UnsafeMutableRawPointer) -> Bool {
        var stopped = false
        var commands: [TransferEngine.Command] = []
        shared.state.withLock { state in
            stopped = state.isStopped
            swap(&commands, &state.commands)
        }
        for command in commands {
            switch command {
            case .start(let transfer): begin(transfer, multi)
            case .cancel(let transfer):
                guard active[ObjectIdentifier(transfer)] != nil else { continue }
                release(transfer, multi)
                transfer.complete(.failure(transfer.failure(.cancelled)))
            case .resume(let transfer):
                guard transfer.isPaused, let easy = transfer.easy else { continue }
                transfer.isPaused = false
                transfer.lastActivity = .now
                curl_easy_pause(easy, CURLPAUSE_CONT)
            }
        }
        return !stopped
    }

    private func begin(_ transfer: Transfer, _ multi: UnsafeMutableRawPointer) {
        guard !transfer.isCancelled.load(ordering: .sequentiallyConsistent) else {
            return transfer.complete(.failure(transfer.failure(.cancelled)))
        }
        // A fresh one each time: curl 7.88 leaves the buffer of an HTTP/2 transfer in the handle and refuses then to be
        // told its size.
        guard let easy = curl_easy_init() else {
            return transfer.complete(.failure(transfer.failure(.closed, detail: "no memory")))
        }
        transfer.easy = easy
        transfer.lastActivity = .now
        active[ObjectIdentifier(transfer)] = transfer
        guard transfer.configure(easy), curl_multi_add_handle(multi, easy) == CURLM_OK else {
            release(transfer, multi)
            return transfer.complete(.failure(transfer.failure(.invalidRequest, detail: "curl refuses it")))
        }
    }

    /// Takes the handle from curl.
    private func release(_ transfer: Transfer, _ multi: UnsafeMutableRawPointer) {
        active[ObjectIdentifier(transfer)] = nil
        guard let easy = transfer.easy else { return }
        curl_multi_remove_handle(multi, easy)
        transfer.easy = nil
        curl_slist_free_all(transfer.headerList)
        transfer.headerList = nil
        curl_easy_cleanup(easy)
    }

    /// Gives away what is done.
    private func collect(_ multi: UnsafeMutableRawPointer) {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard ccurl_message_is_done(message) != 0, let easy = ccurl_message_handle(message) else { continue }
            let code = ccurl_message_result(message)
            var context: UnsafeMutableRawPointer?
            guard ccurl_get_pointer(easy, CURLINFO_PRIVATE, &context) == CURLE_OK, let context else { continue }
            done(Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue(), code, easy, multi)
        }
    }

    private func done(
        _ transfer: Transfer, _ code: CURLcode, _ easy: UnsafeMutableRawPointer, _ multi: UnsafeMutableRawPointer
    ) {
        let failure = code == CURLE_OK ? nil : transfer.failure(for: code, easy)
        release(transfer, multi)
        if let failure { return transfer.complete(.failure(failure)) }
        guard let head = transfer.head else { return transfer.complete(.failure(transfer.failure(.cut))) }
        switch Redirect(head, from: transfer) {
        case .none:
            let outcome = Transfer.Outcome(head: head, body: transfer.body, bodyBytes: transfer.bodyBytes)
            transfer.complete(.success(outcome))
        case .follow(let next):
            transfer.restart(at: next)
            begin(transfer, multi)
        case .refuse(let error): transfer.complete(.failure(error))
        }
    }

    /// Ends streams that have been silent for too long; gives the milliseconds until the next look.
    private func endSilentStreams(_ multi: UnsafeMutableRawPointer) -> Int32 {
        var wait = 3_600_000
        let now = ContinuousClock.now
        for transfer in Array(active.values) {
            guard let silence = transfer.request.timeouts.silence, !transfer.isPaused else { continue }
            let left = silence - transfer.lastActivity.duration(to: now)
            if left <= .zero {
                release(transfer, multi)
                transfer.complete(.failure(transfer.failure(.silent)))
            } else {
                wait = min(wait, Transfer.milliseconds(left))
            }
        }
        return Int32(wait)
    }

    private func close(_ multi: UnsafeMutableRawPointer) {
        for transfer in Array(active.values) {
            release(transfer, multi)
            transfer.complete(.failure(transfer.failure(.closed)))
        }
        let left = shared.state.withLock { state in
            state.multi = nil
            defer { state.commands = [] }
            return state.commands
        }
        for case .start(let transfer) in left { transfer.complete(.failure(transfer.failure(.closed))) }
        curl_multi_cleanup(multi)
    }
}

import Synchronization

/// The queue between the thread that receives a stream and the task that reads it, with bounds that pause the sender.
final class EventChannel: Sendable {
    private struct State {
        /// What has come and was not read, the oldest first.
        var queue: [HTTPStreamElement] = []
        /// The bytes of text in the queue.
        var bytes = 0
        /// How the stream ended, once it has.
        var end: Result<Void, HTTPError>?
        /// The reader that waits.
        var waiter: CheckedContinuation<Result<HTTPStreamElement?, HTTPError>, Never>?
        /// Whether the sender found the queue full and waits for room.
        var senderWaits = false
    }

    private static let highCount = 256
    private static let highBytes = 1 << 20

    private let state = Mutex(State())

    /// Whether the sender has to wait; it is told when there is room again.
    var isFull: Bool {
        state.withLock { state in
            let full = state.queue.count >= EventChannel.highCount || state.bytes >= EventChannel.highBytes
            if full { state.senderWaits = true }
            return full
        }
    }

    /// Adds elements and wakes the reader.
    func put(_ elements: [HTTPStreamElement]) {
        guard !elements.isEmpty else { return }
        let wake = state.withLock { state -> (() -> Void)? in
            guard state.end == nil else { return nil }
            state.queue += elements
            state.bytes += elements.reduce(0) { $0 + $1.bytes }
            guard let waiter = state.waiter else { return nil }
            state.waiter = nil
            let first = state.queue.removeFirst()
            state.bytes -= first.bytes
            return { waiter.resume(returning: .success(first)) }
        }
        wake?()
    }

    /// Ends the stream; what is queued can still be read.
    func end(_ result: Result<Void, HTTPError>) {
        let waiter = state.withLock { state -> CheckedContinuation<Result<HTTPStreamElement?, HTTPError>, Never>? in
            guard state.end == nil else { return nil }
            state.end = result
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: result.map { nil })
    }

    /// The next element, or nil at the end; `resume` is called when the sender waited and there is room now.
    func next(resume: () -> Void) async -> Result<HTTPStreamElement?, HTTPError> {
        await withCheckedContinuation { continuation in
            var sender = false
            let ready = state.withLock { state -> Result<HTTPStreamElement?, HTTPError>? in
                if !state.queue.isEmpty {
                    let first = state.queue.removeFirst()
                    state.bytes -= first.bytes
                    if state.senderWaits, state.queue.count < EventChannel.highCount / 2,
                        state.bytes < EventChannel.highBytes / 2
                    {
                        state.senderWaits = false
                        sender = true
                    }
                    return .success(first)
                }
                if let end = state.end { return end.map { nil } }
                // A second reader at once would take turns with the first by chance: it gets the end.
                if state.waiter != nil { return .success(nil) }
                state.waiter = continuation
                return nil
            }
            if sender { resume() }
            if let ready { continuation.resume(returning: ready) }
        }
    }
}

extension HTTPStreamElement {
    /// The size of its text.
    fileprivate var bytes: Int {
        switch self {
        case .opened: 0
        case .event(let event): event.data.utf8.count + event.name.utf8.count + event.id.utf8.count
        }
    }
}

/// The reading end of a stream: starts the transfer with the first read, aborts it when released.
final class EventStreamReader: Sendable {
    private let engine: TransferEngine
    private let request: HTTPRequest
    private let options: HTTPTransport.Options
    private let channel = EventChannel()
    /// The transfer, once it was started.
    private let transfer = Mutex<Transfer?>(nil)

    init(engine: TransferEngine, request: HTTPRequest, options: HTTPTransport.Options) {
        self.engine = engine
        self.request = request
        self.options = options
    }

    deinit {
        if let transfer = transfer.withLock({ $0 }) { engine.cancel(transfer) }
    }

    func next() async throws(HTTPError) -> HTTPStreamElement? {
        let transfer = try start()
        let result = await withTaskCancellationHandler {
            await channel.next { engine.resume(transfer) }
        } onCancel: {
            engine.cancel(transfer)
        }
        return try result.get()
    }

    private func start() throws(HTTPError) -> Transfer {
        let (running, isNew) = try transfer.withLock { (transfer) throws(HTTPError) -> (Transfer, Bool) in
            if let transfer { return (transfer, false) }
            var request = request
            if request.headers["Accept"] == nil { request.headers["Accept"] = "text/event-stream" }
            let prepared = try PreparedRequest(request, options: options, streams: true)
            let started = Transfer(prepared, sink: .events(channel))
            transfer = started
            return (started, true)
        }
        guard isNew else { return running }
        engine.start(running) { [channel] result in
            channel.end(result.flatMap { outcome in outcome.head.failure.map { .failure($0) } ?? .success(()) })
        }
        return running
    }
}

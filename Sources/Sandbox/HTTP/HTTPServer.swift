import CMicroHTTPD
import Glibc
import Synchronization

/// An HTTP server on the loopback interface: it reads requests, asks its handler, and sends answers and event streams.
///
/// A pool of libmicrohttpd's threads serves the connections. A stream or an answer that waits suspends its connection
/// and takes no thread.
final class HTTPServer: Sendable {
    /// Answers one request; called on a thread of the pool.
    typealias Handler = @Sendable (ServerRequest) -> (HTTPReply, Delivery)

    /// The daemon's pointer: started in `init`, stopped once, in `stop`.
    private struct Daemon: @unchecked Sendable {
        // libmicrohttpd's own locks protect what it points to.
        var pointer: OpaquePointer?
    }

    /// The port on which it listens.
    let port: UInt16
    private let handler: Handler
    private let daemon = Mutex(Daemon())
    /// Requests whose answers wait, so that stopping can wake them.
    private let sleepers = Mutex<[ObjectIdentifier: (exchange: Exchange, timer: Task<Void, Never>?)]>([:])

    /// The WebSockets that are open, and whether the server takes no more.
    let sockets = Mutex<(open: [Int: Int32], last: Int, isStopped: Bool)>(([:], 0, false))

    private static let threads: UInt32 = 16
    private static let connections: UInt32 = 8192

    /// Listens on 127.0.0.1 and serves; the port 0 takes any that is free.
    init(port: UInt16, handler: @escaping Handler) throws(SandboxError) {
        let (listener, bound) = try Self.listen(port)
        self.port = bound
        self.handler = handler
        // The daemon is stopped before the server goes, so an unretained reference is enough.
        let context = Unmanaged.passUnretained(self).toOpaque()
        guard
            let pointer = agenticmail_mhd_start(
                listener, Self.threads, Self.connections, handle, context, beginExchange, endExchange)
        else {
            close(listener)
            throw SandboxError(
                .cannotServe, "The HTTP server does not start.", cure: "See the limit of open files (ulimit -n).")
        }
        daemon.withLock { $0.pointer = pointer }
    }

    static func listen(_ port: UInt16) throws(SandboxError) -> (socket: Int32, port: UInt16) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                if bind(listener, pointer, length) != 0 || Glibc.listen(listener, 1024) != 0 { return errno }
                return getsockname(listener, pointer, &length) == 0 ? 0 : errno
            }
        }
        guard listener >= 0, code == 0 else {
            close(listener)
            guard code == EADDRINUSE else {
                throw SandboxError(
                    .cannotListen,
                    "The sandbox cannot listen on 127.0.0.1:\(port): \(String(cString: strerror(code))).",
                    cure: "Choose another port.")
            }
            throw SandboxError(
                .portInUse, "The port \(port) of 127.0.0.1 is in use.",
                cure: "Stop what listens there, choose another port, or 0 for any.")
        }
        return (listener, UInt16(bigEndian: address.sin_port))
    }

    /// Ends the serving: what sleeps is woken, the threads are joined, the connections closed. Later calls do nothing.
    func stop() {
        let pointer = daemon.withLock { daemon in
            defer { daemon.pointer = nil }
            return Daemon(pointer: daemon.pointer)
        }
        guard let pointer = pointer.pointer else { return }
        // MHD_quiesce_daemon is left out: it takes the listener from the threads while they may be giving it up, and then
        // ends the process. A request that comes meanwhile finds the server stopped and does not sleep.
        let sleeping = sleepers.withLock { sleepers in
            defer { sleepers = [:] }
            return Array(sleepers.values)
        }
        for sleeper in sleeping {
            sleeper.timer?.cancel()
            sleeper.exchange.wake(isStopping: true)
        }
        endSockets()
        MHD_stop_daemon(pointer)
    }

    private var isStopped: Bool { daemon.withLock { $0.pointer == nil } }

    fileprivate func serve(_ exchange: Exchange, connection: OpaquePointer) -> MHD_Result {
        if let (reply, delivery) = exchange.waiting {
            _ = sleepers.withLock { $0.removeValue(forKey: ObjectIdentifier(exchange)) }
            return send(reply, delivery, connection: connection)
        }
        let (reply, delivery) = handler(exchange.request())
        if case .later(let work) = reply { return wait(for: work, delivery, exchange, connection: connection) }
        guard delivery.delay > .zero, exchange.hold(reply, delivery, connection: connection) else {
            return send(reply, delivery, connection: connection)
        }
        let timer = Task {
            try? await Task.sleep(for: delivery.delay)
            exchange.wake()
        }
        sleepers.withLock { $0[ObjectIdentifier(exchange)] = (exchange, timer) }
        // A stop that came before the line above has not seen this sleeper.
        if isStopped { exchange.wake(isStopping: true) }
        return .YES
    }

    /// Lets the connection sleep until an answer is there.
    private func wait(
        for work: @escaping @Sendable () async -> HTTPAnswer, _ delivery: Delivery, _ exchange: Exchange,
        connection: OpaquePointer
    ) -> MHD_Result {
        guard exchange.hold(.answer(.internalError), delivery, connection: connection) else { return .NO }
        let task = Task {
            exchange.fill(.answer(await work()))
            if delivery.delay > .zero { try? await Task.sleep(for: delivery.delay) }
            exchange.wake()
        }
        sleepers.withLock { $0[ObjectIdentifier(exchange)] = (exchange, task) }
        if isStopped { exchange.wake(isStopping: true) }
        return .YES
    }

    private func send(_ reply: HTTPReply, _ delivery: Delivery, connection: OpaquePointer) -> MHD_Result {
        if delivery.isDropped {
            if case .stream(let stream) = reply { stream.detach() }
            return .NO
        }
        switch reply {
        case .answer(let answer):
            let body = answer.body
            let response = body.withUnsafeBytes { bytes in
                // The memory is copied before the call returns, so that it may be given as if it were changed.
                MHD_create_response_from_buffer(
                    bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
            }
            return Self.queue(response, status: answer.status, headers: answer.headers, connection: connection)
        case .socket(let socket): return open(socket, connection: connection)
        case .later: return .NO
        case .stream(let stream):
            stream.attach(to: connection)
            let response = MHD_create_response_from_callback(
                agenticmail_mhd_size_unknown(), 4096, readStream, Unmanaged.passRetained(stream).toOpaque(),
                releaseStream)
            let headers = [("content-type", "text/event-stream"), ("cache-control", "no-store")]
            return Self.queue(response, status: 200, headers: headers, connection: connection)
        }
    }

    private static func queue(
        _ response: OpaquePointer?, status: Int, headers: [(name: String, value: String)], connection: OpaquePointer
    ) -> MHD_Result {
        guard let response else { return .NO }
        for header in headers { MHD_add_response_header(response, header.name, header.value) }
        defer { MHD_destroy_response(response) }
        return MHD_queue_response(connection, UInt32(status), response)
    }
}

/// The largest body that is read whole: an upload's. A JMAP request's own limit is looked at later.
private let bodyLimit = Limits.sizeUpload

private func beginExchange(
    context: UnsafeMutableRawPointer?, target: UnsafePointer<CChar>?, connection: OpaquePointer?
) -> UnsafeMutableRawPointer? {
    Unmanaged.passRetained(Exchange(target: target.map { String(cString: $0) } ?? "/")).toOpaque()
}

private func endExchange(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?,
    exchange: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, code: MHD_RequestTerminationCode
) {
    guard let pointer = exchange?.pointee else { return }
    exchange?.pointee = nil
    Unmanaged<Exchange>.fromOpaque(pointer).release()
}

private func handle(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?, url: UnsafePointer<CChar>?,
    method: UnsafePointer<CChar>?, version: UnsafePointer<CChar>?, data: UnsafePointer<CChar>?,
    size: UnsafeMutablePointer<Int>?, exchange: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let context, let connection, let method, let size, let pointer = exchange?.pointee else { return .NO }
    let server = Unmanaged<HTTPServer>.fromOpaque(context).takeUnretainedValue()
    let exchange = Unmanaged<Exchange>.fromOpaque(pointer).takeUnretainedValue()
    if exchange.begin(method: String(cString: method), connection: connection) { return .YES }
    if size.pointee > 0 {
        exchange.append(UnsafeBufferPointer(start: data, count: size.pointee), limit: bodyLimit)
        size.pointee = 0
        return .YES
    }
    return server.serve(exchange, connection: connection)
}

private func readStream(
    context: UnsafeMutableRawPointer?, position: UInt64, buffer: UnsafeMutablePointer<CChar>?, size: Int
) -> Int {
    guard let context, let buffer else { return agenticmail_mhd_end_with_error() }
    return Unmanaged<EventStream>.fromOpaque(context).takeUnretainedValue().read(
        into: UnsafeMutableRawBufferPointer(start: buffer, count: size))
}

private func releaseStream(context: UnsafeMutableRawPointer?) {
    guard let context else { return }
    let stream = Unmanaged<EventStream>.fromOpaque(context).takeRetainedValue()
    stream.detach()
}

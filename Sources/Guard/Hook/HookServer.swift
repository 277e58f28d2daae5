import CMicroHTTPD
import Glibc
import Synchronization

/// A small HTTP server that answers whole requests one by one, in bounds: of connections, of bytes, of time.
///
/// libmicrohttpd's threads read and write; an answer that is worked on suspends its connection and takes no thread.
package final class HookServer: Sendable {
    /// A request with its whole body.
    package struct Request: Sendable {
        package let method: String
        package let path: String
        package let authorization: String?
        package let body: [UInt8]
        /// Whether the body was longer than the limit; ``body`` is empty then.
        package let isTooLong: Bool

        /// Makes a request.
        package init(method: String, path: String, authorization: String?, body: [UInt8], isTooLong: Bool) {
            self.method = method
            self.path = path
            self.authorization = authorization
            self.body = body
            self.isTooLong = isTooLong
        }
    }

    /// An answer with its whole body.
    package struct Answer: Sendable {
        package let status: Int
        package let type: String
        package let body: [UInt8]

        /// Makes an answer.
        package init(status: Int, type: String = "application/json", body: [UInt8]) {
            self.status = status
            self.type = type
            self.body = body
        }
    }

    /// Answers one request; must come to an end by itself.
    package typealias Handler = @Sendable (Request) async -> Answer

    /// The daemon's pointer: started in `init`, stopped once, in `stop`.
    private struct Daemon: @unchecked Sendable {
        // libmicrohttpd's own locks protect what it points to.
        var pointer: OpaquePointer?
    }

    /// The bytes of one body at the most.
    static let bodyLimit = 80 << 20
    private static let connectionLimit: UInt32 = 64
    private static let idleSeconds: UInt32 = 30

    /// The address on which it listens, host and port.
    package let address: String
    private let handler: Handler
    private let daemon = Mutex(Daemon())
    private let waiting = Mutex<[ObjectIdentifier: (exchange: HookExchange, task: Task<Void, Never>)]>([:])

    /// Listens on an address such as `127.0.0.1:8645` and serves; the port 0 takes any that is free.
    package init(address: String, handler: @escaping Handler) throws(GuardError) {
        let (listener, bound) = try Self.listen(address)
        self.address = bound
        self.handler = handler
        // The daemon is stopped before the server goes, so an unretained reference is enough.
        let context = Unmanaged.passUnretained(self).toOpaque()
        guard
            let pointer = agenticmail_mhd_start_bounded(
                listener, 2, Self.connectionLimit, Self.idleSeconds, handle, context, beginExchange, endExchange)
        else {
            close(listener)
            throw GuardError(
                .setup, "The server on \(address) does not start.", cure: "See the limit of open files (ulimit -n).")
        }
        daemon.withLock { $0.pointer = pointer }
    }

    deinit {
        stop()
    }

    private static func listen(_ address: String) throws(GuardError) -> (socket: Int32, address: String) {
        func failure(_ reason: String) -> GuardError {
            GuardError(
                .setup, "The guard cannot listen on \(address): \(reason).",
                cure: "Name an address of this machine with a port that is free, such as 127.0.0.1:8645.")
        }
        guard let colon = address.lastIndex(of: ":") else { throw failure("it names no port") }
        var host = String(address[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(address[colon...].dropFirst()), &hints, &list) == 0, let found = list else {
            throw failure("it is no numeric address with a port")
        }
        defer { freeaddrinfo(found) }
        let descriptor = socket(
            found.pointee.ai_family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard descriptor >= 0, bind(descriptor, found.pointee.ai_addr, found.pointee.ai_addrlen) == 0,
            Glibc.listen(descriptor, 128) == 0
        else {
            let reason = String(cString: strerror(errno))
            close(descriptor)
            throw failure(reason)
        }
        var bound = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let port = withUnsafeMutablePointer(to: &bound) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(descriptor, $0, &length) }
            // The port stands at the same place for both families.
            return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                UInt16(bigEndian: $0.pointee.sin_port)
            }
        }
        return (descriptor, "\(address[..<colon]):\(port)")
    }

    /// Ends the serving; later calls do nothing.
    package func stop() {
        let pointer = daemon.withLock { daemon in
            defer { daemon.pointer = nil }
            return Daemon(pointer: daemon.pointer)
        }
        guard let pointer = pointer.pointer else { return }
        let listener = MHD_quiesce_daemon(pointer)
        let open = waiting.withLock { waiting in
            defer { waiting = [:] }
            return Array(waiting.values)
        }
        for one in open {
            one.task.cancel()
            one.exchange.wake(isStopping: true)
        }
        MHD_stop_daemon(pointer)
        if listener >= 0 { close(listener) }
    }

    private var isStopped: Bool { daemon.withLock { $0.pointer == nil } }

    fileprivate func serve(_ exchange: HookExchange, connection: OpaquePointer) -> MHD_Result {
        if let answer = exchange.answer {
            _ = waiting.withLock { $0.removeValue(forKey: ObjectIdentifier(exchange)) }
            return Self.send(answer, connection)
        }
        guard exchange.suspend(connection) else { return .NO }
        let (request, handler) = (exchange.request(), handler)
        let task = Task {
            exchange.fill(await handler(request))
            exchange.wake()
        }
        waiting.withLock { $0[ObjectIdentifier(exchange)] = (exchange, task) }
        // A stop that came before the line above has not seen this one.
        if isStopped { exchange.wake(isStopping: true) }
        return .YES
    }

    private static func send(_ answer: Answer, _ connection: OpaquePointer) -> MHD_Result {
        let response = answer.body.withUnsafeBytes { bytes in
            // The memory is copied before the call returns, so that it may be given as if it were changed.
            MHD_create_response_from_buffer(
                bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
        }
        guard let response else { return .NO }
        MHD_add_response_header(response, "content-type", answer.type)
        defer { MHD_destroy_response(response) }
        return MHD_queue_response(connection, UInt32(answer.status), response)
    }
}

/// One request on its way: its head and body as they come, its answer once it is there.
///
/// libmicrohttpd calls with it from the thread of its connection, `fill` and `wake` come from a task.
private final class HookExchange: Sendable {
    /// A connection of the daemon.
    private struct Connection: @unchecked Sendable {
        // libmicrohttpd lets a suspended connection be resumed from any thread; nothing else is done with it there.
        let pointer: OpaquePointer
    }

    private struct State {
        var method = ""
        var authorization: String?
        var hasHead = false
        var body: [UInt8] = []
        var isTooLong = false
        var answer: HookServer.Answer?
        var suspended: Connection?
        var isStopped = false
    }

    private let path: String
    private let state = Mutex(State())

    init(path: String) {
        self.path = path
    }

    func begin(method: String, _ connection: OpaquePointer) -> Bool {
        state.withLock { state in
            if state.hasHead { return false }
            state.hasHead = true
            state.method = method
            state.authorization = MHD_lookup_connection_value(connection, .HEADER_KIND, "Authorization").map {
                String(cString: $0)
            }
            return true
        }
    }

    func append(_ bytes: UnsafeBufferPointer<CChar>) {
        state.withLock { state in
            guard !state.isTooLong, state.body.count + bytes.count <= HookServer.bodyLimit else {
                state.isTooLong = true
                state.body = []
                return
            }
            bytes.withMemoryRebound(to: UInt8.self) { state.body.append(contentsOf: $0) }
        }
    }

    func request() -> HookServer.Request {
        state.withLock { state in
            defer { state.body = [] }
            return HookServer.Request(
                method: state.method, path: path, authorization: state.authorization, body: state.body,
                isTooLong: state.isTooLong)
        }
    }

    var answer: HookServer.Answer? { state.withLock { $0.answer } }

    /// Takes the connection out of its thread's work; false where the server stops.
    func suspend(_ connection: OpaquePointer) -> Bool {
        state.withLock { state in
            guard !state.isStopped else { return false }
            let connection = Connection(pointer: connection)
            state.suspended = connection
            MHD_suspend_connection(connection.pointer)
            return true
        }
    }

    func fill(_ answer: HookServer.Answer) {
        state.withLock { $0.answer = answer }
    }

    func wake(isStopping: Bool = false) {
        state.withLock { state in
            if isStopping { state.isStopped = true }
            guard let suspended = state.suspended else { return }
            state.suspended = nil
            MHD_resume_connection(suspended.pointer)
        }
    }
}

private func beginExchange(
    context: UnsafeMutableRawPointer?, target: UnsafePointer<CChar>?, connection: OpaquePointer?
) -> UnsafeMutableRawPointer? {
    let target = target.map { String(cString: $0) } ?? "/"
    return Unmanaged.passRetained(HookExchange(path: String(target.prefix { $0 != "?" }))).toOpaque()
}

private func endExchange(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?,
    exchange: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, code: MHD_RequestTerminationCode
) {
    guard let pointer = exchange?.pointee else { return }
    exchange?.pointee = nil
    Unmanaged<HookExchange>.fromOpaque(pointer).release()
}

private func handle(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?, url: UnsafePointer<CChar>?,
    method: UnsafePointer<CChar>?, version: UnsafePointer<CChar>?, data: UnsafePointer<CChar>?,
    size: UnsafeMutablePointer<Int>?, exchange: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let context, let connection, let method, let size, let pointer = exchange?.pointee else { return .NO }
    let server = Unmanaged<HookServer>.fromOpaque(context).takeUnretainedValue()
    let exchange = Unmanaged<HookExchange>.fromOpaque(pointer).takeUnretainedValue()
    if exchange.begin(method: String(cString: method), connection) { return .YES }
    if size.pointee > 0 {
        exchange.append(UnsafeBufferPointer(start: data, count: size.pointee))
        size.pointee = 0
        return .YES
    }
    return server.serve(exchange, connection: connection)
}

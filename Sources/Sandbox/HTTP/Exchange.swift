import CMicroHTTPD
import Synchronization

/// How an answer leaves: the faults that a client must live with.
struct Delivery: Sendable {
    /// How long the answer waits.
    var delay: Duration = .zero
    /// Whether the connection ends instead of an answer.
    var isDropped = false
}

/// One request on its way through the daemon: read, handled, perhaps held back, answered.
///
/// libmicrohttpd calls with it from the one thread that owns the connection; `wake` may come from any thread, so what
/// both touch lies in the mutex.
final class Exchange: Sendable {
    /// What is known of the request and its answer.
    private struct State {
        var method = ""
        var authorization: String?
        var contentType: String?
        var host: String?
        var webSocketKey: String?
        var webSocketProtocols: String?
        var hasHead = false
        var body: [UInt8] = []
        var isTooLong = false
        var reply: HTTPReply?
        var delivery = Delivery()
        // The daemon's connection while it is suspended, nil else.
        var suspended: DaemonConnection?
        var isStopped = false
    }

    private let target: String
    private let state = Mutex(State())

    init(target: String) {
        self.target = target
    }

    private static func field(_ name: String, of connection: OpaquePointer) -> String? {
        MHD_lookup_connection_value(connection, .HEADER_KIND, name).map { String(cString: $0) }
    }

    /// The first call for a request: its head is there. True then, false for all later calls.
    func begin(method: String, connection: OpaquePointer) -> Bool {
        state.withLock { state in
            if state.hasHead { return false }
            state.hasHead = true
            state.method = method
            state.authorization = Self.field("Authorization", of: connection)
            state.contentType = Self.field("Content-Type", of: connection)
            state.host = Self.field("Host", of: connection)
            if Self.field("Upgrade", of: connection)?.lowercased() == "websocket",
                Self.field("Sec-WebSocket-Version", of: connection) == "13"
            {
                state.webSocketKey = Self.field("Sec-WebSocket-Key", of: connection)
                state.webSocketProtocols = Self.field("Sec-WebSocket-Protocol", of: connection)
            }
            return true
        }
    }

    /// Takes a piece of the body; what goes beyond the limit is read and forgotten.
    func append(_ bytes: UnsafeBufferPointer<CChar>, limit: Int) {
        state.withLock { state in
            guard state.body.count + bytes.count <= limit else {
                state.isTooLong = true
                return
            }
            bytes.withMemoryRebound(to: UInt8.self) { state.body.append(contentsOf: $0) }
        }
    }

    /// The whole request, once its body has ended.
    func request() -> ServerRequest {
        let (path, query) = ServerRequest.parts(of: target)
        return state.withLock { state in
            let body = state.body
            state.body = []
            return ServerRequest(
                method: state.method, path: path, query: query, authorization: state.authorization,
                contentType: state.contentType, host: state.host, body: body, isBodyTooLong: state.isTooLong,
                webSocketKey: state.webSocketKey, webSocketProtocols: state.webSocketProtocols)
        }
    }

    /// The reply that waited for its time, if there is one.
    var waiting: (reply: HTTPReply, delivery: Delivery)? {
        state.withLock { state in state.reply.map { ($0, state.delivery) } }
    }

    /// Holds the reply back: the connection sleeps until `wake`. False where the server stops and nothing may sleep.
    func hold(_ reply: HTTPReply, _ delivery: Delivery, connection: OpaquePointer) -> Bool {
        state.withLock { state in
            guard !state.isStopped else { return false }
            state.reply = reply
            state.delivery = delivery
            let connection = DaemonConnection(pointer: connection)
            state.suspended = connection
            connection.suspend()
            return true
        }
    }

    /// Puts the reply that was waited for in the place of the one that held it.
    func fill(_ reply: HTTPReply) {
        state.withLock { $0.reply = reply }
    }

    /// Lets a sleeping connection go on.
    func wake(isStopping: Bool = false) {
        state.withLock { state in
            if isStopping { state.isStopped = true }
            guard let suspended = state.suspended else { return }
            state.suspended = nil
            suspended.resume()
        }
    }
}

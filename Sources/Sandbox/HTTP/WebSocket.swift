import Glibc

/// A WebSocket (RFC 6455) that answers each message of text with one of its own.
///
/// It lives on a thread of its own, which blocks; `end` may come from any thread.
final class WebSocket: Sendable {
    /// Answers a message; nil ends the socket.
    typealias Handler = @Sendable ([UInt8]) -> [UInt8]?

    /// What its opening is answered with.
    let headers: [(name: String, value: String)]
    private let handler: Handler

    /// Answers an opening with a key.
    ///
    /// - Parameter isJMAP: Whether the client asked for the subprotocol `jmap` (RFC 8887).
    init(key: String, isJMAP: Bool, handler: @escaping Handler) {
        let accepted = SHA1.digest(Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8))
        var headers = [(name: "Upgrade", value: "websocket"), ("Sec-WebSocket-Accept", Base64.encode(accepted))]
        if isJMAP { headers.append(("Sec-WebSocket-Protocol", "jmap")) }
        self.headers = headers
        self.handler = handler
    }

    /// Answers messages until either side ends the socket.
    ///
    /// - Parameter early: What came together with the opening.
    func serve(_ socket: Int32, early: [UInt8]) {
        let flags = fcntl(socket, F_GETFL)
        _ = fcntl(socket, F_SETFL, flags & ~O_NONBLOCK)
        var reader = FrameReader(socket: socket, pending: early)
        var message: [UInt8]?
        while let frame = reader.next() {
            switch frame.kind {
            case .text, .continuation:
                guard (frame.kind == .text) == (message == nil) else { return Self.close(socket, 1002) }
                message = (message ?? []) + frame.content
                guard message?.count ?? 0 <= Limits.sizeRequest else { return Self.close(socket, 1009) }
                guard frame.isLast else { continue }
                guard let answer = handler(message ?? []), Self.send(.text, answer, to: socket) else { return }
                message = nil
            case .binary: return Self.close(socket, 1003)
            case .close:
                _ = Self.send(.close, Array(frame.content.prefix(2)), to: socket)
                return
            case .ping: guard Self.send(.pong, frame.content, to: socket) else { return }
            case .pong: continue
            }
        }
        if reader.fault > 0 { Self.close(socket, reader.fault) }
    }

    private static func close(_ socket: Int32, _ code: UInt16) {
        _ = send(.close, [UInt8(code >> 8), UInt8(code & 0xFF)], to: socket)
    }

    private static func send(_ kind: FrameReader.Kind, _ content: [UInt8], to socket: Int32) -> Bool {
        var bytes: [UInt8] = [0x80 | kind.rawValue]
        switch content.count {
        case 0..<126: bytes.append(UInt8(content.count))
        case 126..<65_536: bytes += [126, UInt8(content.count >> 8), UInt8(content.count & 0xFF)]
        default: bytes += [127] + (0..<8).map { UInt8(UInt64(content.count) >> (56 - 8 * UInt64($0)) & 0xFF) }
        }
        bytes += content
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count > 0 { rest = rest.dropFirst(count) } else if count == 0 || errno != EINTR { return false }
        }
        return true
    }
}

/// Reads the frames that a client sends.
struct FrameReader {
    /// The operations of RFC 6455, 5.2.
    enum Kind: UInt8 {
        case continuation = 0
        case text = 1
        case binary = 2
        case close = 8
        case ping = 9
        case pong = 10
    }

    /// A frame without its mask.
    struct Frame {
        let kind: Kind
        let isLast: Bool
        let content: [UInt8]
    }

    private let socket: Int32
    private var pending: [UInt8]
    /// The code of what a client did wrong; 0 where it has just gone.
    private(set) var fault: UInt16 = 0

    init(socket: Int32, pending: [UInt8]) {
        self.socket = socket
        self.pending = pending
    }

    /// The next frame; nil where there is none, because the client has gone or did wrong.
    mutating func next() -> Frame? {
        guard let head = take(2) else { return nil }
        guard let kind = Kind(rawValue: head[0] & 15), head[0] & 0x70 == 0, head[1] & 0x80 != 0 else {
            fault = 1002
            return nil
        }
        var size = Int(head[1] & 127)
        if size >= 126 {
            guard let more = take(size == 126 ? 2 : 8) else { return nil }
            // What is above the limit is above it whatever follows.
            size = more.reduce(0) { $0 > Limits.sizeRequest ? $0 : $0 << 8 | Int($1) }
        }
        let isControl = kind.rawValue >= 8
        guard size <= (isControl ? 125 : Limits.sizeRequest) else {
            fault = isControl ? 1002 : 1009
            return nil
        }
        guard let mask = take(4), let content = take(size) else { return nil }
        return Frame(
            kind: kind, isLast: head[0] & 0x80 != 0, content: content.enumerated().map { $1 ^ mask[$0 & 3] })
    }

    private mutating func take(_ count: Int) -> [UInt8]? {
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while pending.count < count {
            let got = recv(socket, &chunk, chunk.count, 0)
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { return nil }
            pending += chunk[..<got]
        }
        defer { pending.removeFirst(count) }
        return Array(pending.prefix(count))
    }
}

import DNS
import FoundationEssentials
import Glibc
import HTTPTransport
import JMAP
import Sodium
import Threads

extension SendingProver {
    /// The same methods over a WebSocket (RFC 8887): submitting is tried there too.
    func socketDoor(_ session: Session) async -> Door {
        func door(_ state: Door.State, _ evidence: String) -> Door {
            Door(id: "websocket", name: "submitting over a WebSocket", state: state, evidence: evidence)
        }
        let capability: Capability = "urn:ietf:params:jmap:websocket"
        guard let url = session.capabilities[capability]?["url"]?.string, let path = Self.path(url) else {
            return door(.absent, "the server offers none")
        }
        guard let origin = try? Origin(client.origin), !origin.isSecure else {
            return door(.absent, "not tried through TLS; methods there ask for the same permissions")
        }
        let call: JSON = [
            "@type": "Request", "id": "proof", "using": .strings([Capability.core, .mail, .submission]),
            "methodCalls": [
                [
                    "EmailSubmission/set",
                    ["accountId": account.json, "create": ["probe": ["emailId": "zz", "identityId": "zz"]]], "0",
                ]
            ],
        ]
        let attempt = SocketAttempt(
            host: origin.host, port: origin.port, path: path, authorization: credential.authorization,
            body: call.encoded())
        let outcome = await withCheckedContinuation { continuation in
            DetachedThread.run { continuation.resume(returning: attempt.perform()) }
        }
        switch outcome {
        case .failed(let why): return door(.uncertain, why)
        case .status(404), .status(405), .status(501): return door(.absent, "the server has none")
        case .status(let status) where (400...499).contains(status): return door(.refused, "status \(status)")
        case .status(let status): return door(.uncertain, "status \(status)")
        case .answer(let bytes):
            guard let answer = try? JSON(parsing: bytes), let first = answer["methodResponses"]?[0] else {
                return door(.uncertain, "the answer cannot be read")
            }
            let type = first[1]?["type"]?.string
            if first[0]?.string == "error" {
                if type == "forbidden" { return door(.refused, first[1]?["description"]?.string ?? "forbidden") }
                return door(.uncertain, "the answer is \(type ?? "an error")")
            }
            return door(.open, "EmailSubmission/set is not refused there")
        }
    }

    /// The path of a URL whose host is of no interest: only the configured origin is asked.
    private static func path(_ url: String) -> String? {
        guard url.hasPrefix("ws"), let colon = url.firstIndex(of: ":") else { return nil }
        return (try? HTTPTarget(parsing: "http" + url[colon...]))?.path
    }
}

/// One WebSocket in clear text that sends one message and reads one.
struct SocketAttempt: Sendable {
    /// What came of it.
    enum Outcome: Sendable {
        /// The status of an answer that opens no WebSocket.
        case status(Int)
        /// The first message that came.
        case answer([UInt8])
        /// Why there was neither.
        case failed(String)
    }

    let host: String
    let port: Int
    let path: String
    let authorization: String
    let body: [UInt8]

    /// Blocks for a few seconds at most.
    func perform() -> Outcome {
        guard let socket = connected() else { return .failed("\(host):\(port) is not reached") }
        defer { close(socket) }
        let name = host.contains(":") ? "[\(host)]" : host
        let head = [
            "GET \(path) HTTP/1.1", "Host: \(name):\(port)", "Upgrade: websocket", "Connection: Upgrade",
            "Sec-WebSocket-Key: \(Data(Sodium.random(16)).base64EncodedString())", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Protocol: jmap", "Authorization: \(authorization)", "", "",
        ]
        guard send(Array(head.joined(separator: "\r\n").utf8), to: socket), let answer = readHead(socket) else {
            return .failed("the server gives no answer")
        }
        let words = answer.split(separator: " ", maxSplits: 2)
        guard words.count >= 2, let status = Int(words[1]) else { return .failed("the answer is no HTTP") }
        guard status == 101 else { return .status(status) }
        guard send(frame, to: socket) else { return .failed("the server takes no message") }
        return readMessage(socket).map { .answer($0) } ?? .failed("the server answers no message")
    }

    private func connected() -> Int32? {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &list) == 0 else { return nil }
        defer { freeaddrinfo(list) }
        var next = list
        while let info = next {
            next = info.pointee.ai_next
            let socket = Glibc.socket(
                info.pointee.ai_family, info.pointee.ai_socktype | Int32(SOCK_CLOEXEC.rawValue),
                info.pointee.ai_protocol)
            guard socket >= 0 else { continue }
            var limit = timeval(tv_sec: 5, tv_usec: 0)
            let size = socklen_t(MemoryLayout<timeval>.size)
            setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
            setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
            if connect(socket, info.pointee.ai_addr, info.pointee.ai_addrlen) == 0 { return socket }
            close(socket)
        }
        return nil
    }

    /// The message in one masked frame (RFC 6455, 5.2); it is shorter than 65,536 bytes.
    private var frame: [UInt8] {
        let mask = Sodium.random(4)
        let size = UInt16(clamping: body.count)
        return [0x81, 0x80 | 126, UInt8(size >> 8), UInt8(size & 0xFF)] + mask
            + body.enumerated().map { $1 ^ mask[$0 & 3] }
    }

    private func send(_ bytes: [UInt8], to socket: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    private func read(_ count: Int, _ socket: Int32) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var read = 0
        while read < count {
            let got = bytes[read...].withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, 0) }
            guard got > 0 else { return nil }
            read += got
        }
        return bytes
    }

    /// Status line and header fields, 16 kB at most.
    private func readHead(_ socket: Int32) -> String? {
        var head: [UInt8] = []
        while head.count < 16_384 {
            guard let byte = read(1, socket) else { return nil }
            head += byte
            if head.suffix(4) == [13, 10, 13, 10] { return String(decoding: head, as: UTF8.self) }
        }
        return nil
    }

    /// The first message of text, 1 MB at most; anything before it is passed over.
    private func readMessage(_ socket: Int32) -> [UInt8]? {
        for _ in 0..<16 {
            guard let start = read(2, socket) else { return nil }
            var size = Int(start[1] & 127)
            if size >= 126 {
                guard let more = read(size == 126 ? 2 : 8, socket) else { return nil }
                size = more.reduce(0) { $0 > 1 << 40 ? $0 : $0 << 8 | Int($1) }
            }
            guard size <= 1 << 20, let content = read(size, socket) else { return nil }
            if start[0] & 15 == 1 { return content }
            if start[0] & 15 == 8 { return nil }
        }
        return nil
    }
}

public import Foundation
internal import Glibc
internal import Synchronization

/// An HTTP server on loopback that does what a script says: answers, and everything that is no answer.
///
/// Each connection has a thread of its own, which calls the script once for each request; the script may write any
/// bytes, wait, or break off. It is stopped with the last reference.
public final class HTTPPeer: Sendable {
    /// What a client asked.
    public struct Request: Sendable {
        /// The method.
        public let method: String
        /// Path and query.
        public let path: String
        /// The header fields by their name in lower case.
        public let headers: [String: String]
        /// The body.
        public let body: [UInt8]
        /// Which connection it came on, counted from 0.
        public let connection: Int
    }

    /// What happens for a request.
    public typealias Script = @Sendable (Request, Connection) -> Void

    private struct State: Sendable {
        var requests: [Request] = []
        var connections = 0
        var open: Set<Int32> = []
        var isStopped = false
    }

    /// What the peer and its threads share, so that a thread does not keep the peer alive.
    private final class Shared: Sendable {
        let state = Mutex(State())
    }

    private let shared = Shared()
    private let listener: Int32
    /// Where it listens on 127.0.0.1.
    public let port: Int

    /// Starts a server with a script.
    public init(_ script: @escaping Script) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard listener >= 0 else { throw POSIXError(.EMFILE) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(listener, pointer, length) == 0 && listen(listener, 64) == 0
                    && getsockname(listener, pointer, &length) == 0
            }
        }
        guard bound else {
            close(listener)
            throw POSIXError(.EADDRINUSE)
        }
        self.listener = listener
        port = Int(UInt16(bigEndian: address.sin_port))
        let shared = shared
        Thread.detachNewThread { HTTPPeer.accept(listener, shared, script) }
    }

    /// Starts a server that gives every request the same bytes.
    public convenience init(answering bytes: String) throws {
        try self.init { _, connection in connection.write(bytes) }
    }

    deinit {
        let open = shared.state.withLock { state in
            state.isStopped = true
            return state.open
        }
        for descriptor in open { shutdown(descriptor, Int32(SHUT_RDWR)) }
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// `http://127.0.0.1:PORT` and a path.
    public func url(_ path: String = "/") -> URL {
        URL(string: "http://127.0.0.1:\(port)\(path)") ?? URL(filePath: "/")
    }

    /// Every request so far, in order.
    public var requests: [Request] { shared.state.withLock { $0.requests } }

    /// How many connections there were so far.
    public var connections: Int { shared.state.withLock { $0.connections } }

    /// How many connections are open.
    public var openConnections: Int { shared.state.withLock { $0.open.count } }

    private static func accept(_ listener: Int32, _ shared: Shared, _ script: @escaping Script) {
        while true {
            let descriptor = Glibc.accept(listener, nil, nil)
            guard descriptor >= 0 else {
                if errno == EINTR { continue }
                break
            }
            let number = shared.state.withLock { state -> Int? in
                if state.isStopped { return nil }
                state.open.insert(descriptor)
                defer { state.connections += 1 }
                return state.connections
            }
            guard let number else {
                close(descriptor)
                break
            }
            Thread.detachNewThread {
                let connection = Connection(descriptor, number: number)
                while let request = connection.request() {
                    shared.state.withLock { $0.requests.append(request) }
                    script(request, connection)
                    if connection.isClosing { break }
                }
                shared.state.withLock { _ = $0.open.remove(descriptor) }
                close(descriptor)
            }
        }
        close(listener)
    }

    /// One connection, used by its own thread alone.
    public final class Connection {
        private let descriptor: Int32
        private let number: Int
        private var pending: [UInt8] = []
        /// Whether the connection ends after this request.
        private(set) var isClosing = false

        init(_ descriptor: Int32, number: Int) {
            self.descriptor = descriptor
            self.number = number
        }

        /// Writes text as it is; false when the client is gone.
        @discardableResult
        public func write(_ text: String) -> Bool { write(Array(text.utf8)) }

        /// Writes bytes as they are; false when the client is gone.
        @discardableResult
        public func write(_ bytes: [UInt8]) -> Bool {
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }

        /// Writes a whole answer.
        public func answer(_ status: Int, _ headers: [String: String] = [:], _ body: String = "") {
            answer(status, headers, Array(body.utf8))
        }

        /// Writes a whole answer.
        public func answer(_ status: Int, _ headers: [String: String] = [:], _ body: [UInt8]) {
            let lines = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
            write(Array("HTTP/1.1 \(status) X\r\n\(lines)Content-Length: \(body.count)\r\n\r\n".utf8) + body)
        }

        /// Ends the connection once the script has returned.
        public func close() { isClosing = true }

        /// Waits until the client closes the connection.
        public func waitForEnd() {
            isClosing = true
            var buffer = [UInt8](repeating: 0, count: 4096)
            while recv(descriptor, &buffer, buffer.count, 0) > 0 {}
        }

        /// Waits for the client to close the connection, so long at most, and says whether it did.
        public func endsWithin(milliseconds: Int32) -> Bool {
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            return poll(&entry, 1, milliseconds) > 0
        }

        fileprivate func request() -> Request? {
            guard let head = head() else { return nil }
            let lines = head.split(separator: "\r\n", omittingEmptySubsequences: true)
            let words = (lines.first ?? "").split(separator: " ")
            guard words.count == 3 else { return nil }
            var headers: [String: String] = [:]
            for line in lines.dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2 else { continue }
                headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
            }
            let count = Int(headers["content-length"] ?? "0") ?? 0
            while pending.count < count { guard fill() else { return nil } }
            let body = Array(pending.prefix(count))
            pending.removeFirst(count)
            return Request(
                method: String(words[0]), path: String(words[1]), headers: headers, body: body, connection: number)
        }

        private func head() -> String? {
            while true {
                if let end = pending.firstRange(of: [13, 10, 13, 10]) {
                    defer { pending.removeSubrange(..<end.upperBound) }
                    return String(decoding: pending[..<end.lowerBound], as: UTF8.self)
                }
                guard fill() else { return nil }
            }
        }

        private func fill() -> Bool {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return false }
            pending += buffer[..<count]
            return true
        }
    }
}

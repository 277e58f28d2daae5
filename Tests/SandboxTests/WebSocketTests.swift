import Foundation
import Glibc
import Sandbox
import TestSupport
import Testing

@Suite("The sandbox speaks JMAP over a WebSocket", .waiting)
struct WebSocketTests {
    /// One socket of a client that writes and reads frames by hand.
    private final class Client {
        private let descriptor: Int32
        let head: String

        init(_ sandbox: Sandbox, authorization: String?, key: String = "dGhlIHNhbXBsZSBub25jZQ==") throws {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            self.descriptor = descriptor
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = sandbox.port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var limit = timeval(tv_sec: 20, tv_usec: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
            let opened = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            try #require(opened == 0)
            var lines = [
                "GET /jmap/ws HTTP/1.1", "Host: 127.0.0.1", "Upgrade: websocket", "Connection: Upgrade",
                "Sec-WebSocket-Key: \(key)", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Protocol: jmap",
            ]
            if let authorization { lines.append("Authorization: \(authorization)") }
            let bytes = Array((lines + ["", ""]).joined(separator: "\r\n").utf8)
            try #require(send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count)
            var text: [UInt8] = []
            while !text.suffix(4).elementsEqual([13, 10, 13, 10]) {
                var byte: UInt8 = 0
                guard recv(descriptor, &byte, 1, 0) == 1 else { break }
                text.append(byte)
            }
            head = String(decoding: text, as: UTF8.self)
        }

        deinit { close(descriptor) }

        func write(_ first: UInt8, _ content: [UInt8], isMasked: Bool = true) {
            let mask: [UInt8] = [1, 2, 3, 4]
            var bytes: [UInt8] = [first]
            let bit: UInt8 = isMasked ? 0x80 : 0
            bytes +=
                content.count < 126
                ? [bit | UInt8(content.count)]
                : [bit | 126, UInt8(content.count >> 8), UInt8(content.count & 0xFF)]
            if isMasked { bytes += mask }
            bytes += isMasked ? content.enumerated().map { $1 ^ mask[$0 & 3] } : content
            _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        }

        /// The next frame: its first byte and its content; nil at the end.
        func read() -> (first: UInt8, content: [UInt8])? {
            guard let head = take(2) else { return nil }
            var size = Int(head[1] & 127)
            if size >= 126 {
                guard let more = take(size == 126 ? 2 : 8) else { return nil }
                size = more.reduce(0) { $0 << 8 | Int($1) }
            }
            return take(size).map { (head[0], $0) }
        }

        private func take(_ count: Int) -> [UInt8]? {
            var bytes: [UInt8] = []
            while bytes.count < count {
                var byte: UInt8 = 0
                guard recv(descriptor, &byte, 1, 0) == 1 else { return nil }
                bytes.append(byte)
            }
            return bytes
        }
    }

    private static func authorization(_ sandbox: Sandbox) -> String {
        "Basic " + Data("\(sandbox.admin.login):\(sandbox.admin.password)".utf8).base64EncodedString()
    }

    private static let echo = Array(
        #"{"@type":"Request","id":"r1","using":["urn:ietf:params:jmap:core"],"methodCalls":[["Core/echo",{"a":1},"0"]]}"#
            .utf8)

    @Test("an opening is answered as RFC 6455 has it, and a request with its id and its answer")
    func request() async throws {
        let sandbox = try await Sandbox.start()
        defer { sandbox.stop() }
        let client = try Client(sandbox, authorization: Self.authorization(sandbox))
        #expect(client.head.hasPrefix("HTTP/1.1 101"))
        // The example of RFC 6455, 1.3.
        #expect(client.head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
        for _ in 0..<2 {
            client.write(0x81, Self.echo)
            let answer = try #require(client.read())
            #expect(answer.first == 0x81)
            let text = String(decoding: answer.content, as: UTF8.self)
            #expect(text.contains(#""@type":"Response""#) && text.contains(#""requestId":"r1""#), "\(text)")
            #expect(text.contains(#"["Core/echo",{"a":1},"0"]"#), "\(text)")
        }
    }

    @Test("a message in pieces with a ping between is one message, and a large answer comes whole")
    func pieces() async throws {
        let sandbox = try await Sandbox.start()
        defer { sandbox.stop() }
        let client = try Client(sandbox, authorization: Self.authorization(sandbox))
        let long = String(repeating: "x", count: 70_000)
        let whole = Array(
            String(decoding: Self.echo, as: UTF8.self).replacing(#""a":1"#, with: #""a":"\#(long)""#).utf8)
        var start = 0
        while start < whole.count {
            let end = min(start + 60_000, whole.count)
            client.write((start == 0 ? 1 : 0) | (end == whole.count ? 0x80 : 0), Array(whole[start..<end]))
            if start == 0 { client.write(0x89, [7]) }
            start = end
        }
        let pong = try #require(client.read())
        #expect(pong.first == 0x8A && pong.content == [7])
        #expect(try #require(client.read()).content.count > 70_000)
        client.write(0x88, [3, 232])
        #expect(client.read()?.first == 0x88)
        #expect(client.read() == nil)
    }

    @Test("nobody gets in without a login, and what is no request is refused")
    func refusals() async throws {
        let sandbox = try await Sandbox.start()
        defer { sandbox.stop() }
        #expect(try Client(sandbox, authorization: nil).head.hasPrefix("HTTP/1.1 401"))
        let client = try Client(sandbox, authorization: Self.authorization(sandbox))
        for text in ["", "no JSON", "[]", #"{"@type":"WebSocketPushEnable","id":"p"}"#] {
            client.write(0x81, Array(text.utf8))
            #expect(String(decoding: try #require(client.read()).content, as: UTF8.self).contains("RequestError"))
        }
        for (first, isMasked, code) in [(UInt8(0x81), false, UInt8(0xEA)), (0xF1, true, 0xEA), (0x82, true, 0xEB)] {
            let client = try Client(sandbox, authorization: Self.authorization(sandbox))
            client.write(first, Self.echo, isMasked: isMasked)
            let end = try #require(client.read())
            #expect(end.first == 0x88 && end.content == [3, code])
        }
    }

    @Test("a server that stops ends its sockets")
    func stopping() async throws {
        let sandbox = try await Sandbox.start()
        var clients: [Client] = []
        for _ in 0..<20 { clients.append(try Client(sandbox, authorization: Self.authorization(sandbox))) }
        sandbox.stop()
        for client in clients { #expect(client.read() == nil) }
    }
}

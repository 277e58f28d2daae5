import Glibc
import Synchronization

/// A name server on this machine that answers what a closure gives, one packet a question.
final class FakeNameServer: Sendable {
    /// What is answered to a question: the bytes after the header, with the counts of answers; nil for silence.
    struct Reply: Sendable {
        var code: UInt8 = 0
        var records: [[UInt8]] = []
        /// Bytes that stand in place of the records.
        var raw: [UInt8]?
    }

    let port: UInt16
    private let socket: Int32
    private let asked = Mutex<[String]>([])

    /// The names that were asked for.
    var names: [String] { asked.withLock { $0 } }

    init(_ answer: @escaping @Sendable (String, UInt16) -> Reply?) {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        port = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, size)
                getsockname(socket, $0, &size)
            }
            return UInt16(bigEndian: pointer.pointee.sin_port)
        }
        self.socket = socket
        let work = Unmanaged.passRetained(
            Work(socket: socket) { [asked = Log(self)] name, kind in
                asked.add(name)
                return answer(name, kind)
            })
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, work.toOpaque())
        pthread_detach(thread)
    }

    /// Wakes the thread, which closes the socket: closed here, its number could be another server's at once.
    deinit {
        shutdown(socket, Int32(SHUT_RDWR))
    }

    var place: String { "127.0.0.1:\(port)" }

    /// A record of the name that was asked for.
    static func record(_ kind: UInt16, _ data: [UInt8]) -> [UInt8] {
        [0xC0, 12] + two(kind) + two(1) + [0, 0, 0, 60] + two(UInt16(data.count)) + data
    }

    static func text(_ texts: String...) -> [UInt8] {
        record(16, texts.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) })
    }

    static func mx(_ preference: UInt16, _ name: String) -> [UInt8] { record(15, two(preference) + wire(name)) }

    static func wire(_ name: String) -> [UInt8] {
        name.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    static func two(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xFF)] }

    /// Keeps what was asked without keeping the server alive.
    private struct Log: Sendable {
        weak let server: FakeNameServer?

        init(_ server: FakeNameServer) {
            self.server = server
        }

        func add(_ name: String) { server?.asked.withLock { $0.append(name) } }
    }

    private final class Work: Sendable {
        let socket: Int32
        let answer: @Sendable (String, UInt16) -> Reply?

        init(socket: Int32, answer: @escaping @Sendable (String, UInt16) -> Reply?) {
            self.socket = socket
            self.answer = answer
        }

        func run() {
            defer { close(socket) }
            var buffer = [UInt8](repeating: 0, count: 2_048)
            while true {
                var peer = sockaddr_storage()
                var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
                let count = withUnsafeMutablePointer(to: &peer) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        recvfrom(socket, &buffer, buffer.count, 0, $0, &size)
                    }
                }
                guard count > 0 else { return }
                guard let reply = reply(Array(buffer[..<count])) else { continue }
                withUnsafePointer(to: &peer) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        _ = sendto(socket, reply, reply.count, 0, $0, size)
                    }
                }
            }
        }

        private func reply(_ question: [UInt8]) -> [UInt8]? {
            var labels: [String] = []
            var at = 12
            while at < question.count, question[at] != 0 {
                let end = at + 1 + Int(question[at])
                guard end < question.count else { return nil }
                labels.append(String(decoding: question[(at + 1)..<end], as: UTF8.self))
                at = end
            }
            guard at + 5 <= question.count else { return nil }
            let kind = UInt16(question[at + 1]) << 8 | UInt16(question[at + 2])
            guard let reply = answer(labels.joined(separator: "."), kind) else { return nil }
            let count = UInt16(reply.raw == nil ? reply.records.count : 1)
            return Array(question[..<2]) + [0x81, 0x80 | reply.code] + [0, 1] + FakeNameServer.two(count)
                + [0, 0, 0, 0] + question[12..<(at + 5)] + (reply.raw ?? reply.records.flatMap { $0 })
        }
    }
}

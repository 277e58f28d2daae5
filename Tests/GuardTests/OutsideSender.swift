import Glibc
import Testing

/// Somebody outside who sends a mail by SMTP: one line at a time, as a mail server would.
struct OutsideSender {
    let port: UInt16

    /// The server's last reply: 250 where it has taken the message.
    func send(_ message: [UInt8], from sender: String, to recipients: [String]) throws -> String {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(connected == 0)
        _ = read(descriptor)
        var reply = ""
        let lines = ["EHLO outside.test", "MAIL FROM:<\(sender)>"] + recipients.map { "RCPT TO:<\($0)>" } + ["DATA"]
        for line in lines {
            reply = ask(descriptor, Array((line + "\r\n").utf8))
            guard reply.hasPrefix("2") || reply.hasPrefix("3") else { return reply }
        }
        return ask(descriptor, message + Array("\r\n.\r\n".utf8))
    }

    private func ask(_ descriptor: Int32, _ bytes: [UInt8]) -> String {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, 0) }
            guard count > 0 else { return "" }
            sent += count
        }
        return read(descriptor)
    }

    private func read(_ descriptor: Int32) -> String {
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !text.hasSuffix("\r\n") {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return text }
            text += String(decoding: buffer[..<count], as: UTF8.self)
        }
        return text
    }
}

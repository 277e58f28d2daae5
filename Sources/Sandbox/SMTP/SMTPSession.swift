import Glibc
import Synchronization

/// One SMTP dialogue; used by its thread alone.
final class SMTPSession {
    private let descriptor: Int32
    private let service: SandboxService
    private var input: [UInt8] = []
    private var sender: String?
    private var recipients: [String] = []

    private static let lineLimit = 2_048
    private static let recipientLimit = 1_000

    init(_ descriptor: Int32, _ service: SandboxService) {
        self.descriptor = descriptor
        self.service = service
    }

    func run() {
        var isOpen = reply("220 sandbox.local Stalwart ESMTP at your service")
        while isOpen, let line = line(limit: Self.lineLimit) {
            isOpen = answer(String(decoding: line, as: UTF8.self))
        }
    }

    private func answer(_ line: String) -> Bool {
        let verb = line.prefix { $0 != " " && $0 != ":" }.uppercased()
        switch verb {
        case "EHLO":
            return reply("250-sandbox.local you had me at EHLO\r\n250-SIZE \(Limits.sizeUpload)\r\n250 8BITMIME")
        case "HELO": return reply("250 2.5.0 sandbox.local you had me at HELO")
        case "MAIL":
            guard let address = Self.address(line) else { return reply("501 5.5.4 Invalid address.") }
            sender = address
            recipients = []
            return reply("250 2.1.0 OK")
        case "RCPT": return rcpt(line)
        case "DATA": return data()
        case "RSET":
            sender = nil
            recipients = []
            return reply("250 2.0.0 OK")
        case "NOOP": return reply("250 2.0.0 OK")
        case "AUTH": return reply("503 5.5.1 AUTH not allowed.")
        case "QUIT":
            _ = reply("221 2.0.0 Bye.")
            return false
        default: return reply("500 5.5.1 Invalid command.")
        }
    }

    /// The address between the angle brackets; empty for the null sender.
    private static func address(_ line: String) -> String? {
        guard let open = line.firstIndex(of: "<"), let close = line[open...].firstIndex(of: ">") else { return nil }
        return String(line[line.index(after: open)..<close])
    }

    private func rcpt(_ line: String) -> Bool {
        guard sender != nil else { return reply("503 5.5.1 MAIL is required first.") }
        guard let address = Self.address(line) else { return reply("501 5.5.4 Invalid address.") }
        guard recipients.count < Self.recipientLimit else { return reply("452 4.5.3 Too many recipients.") }
        if let refusal = service.refusal(of: address) { return reply(refusal) }
        recipients.append(address)
        return reply("250 2.1.5 OK")
    }

    private func data() -> Bool {
        guard let sender, !recipients.isEmpty else { return reply("503 5.5.1 RCPT is required first.") }
        guard reply("354 Start mail input; end with <CRLF>.<CRLF>") else { return false }
        var raw: [UInt8] = []
        while let line = line(limit: Limits.sizeUpload) {
            if line == [UInt8(ascii: ".")] {
                let message = IncomingMessage(raw: raw, sender: sender, recipients: recipients, login: nil)
                self.sender = nil
                recipients = []
                guard raw.count <= Limits.sizeUpload else { return reply("552 5.3.4 Message too big.") }
                let (service, whole) = (service, message)
                return reply(OwnThread.wait { await service.receive(whole) })
            }
            guard raw.count <= Limits.sizeUpload else { continue }
            raw += line.first == UInt8(ascii: ".") ? line.dropFirst() : line[...]
            raw += [13, 10]
        }
        return false
    }

    /// A line without its end; nil where the connection has ended.
    private func line(limit: Int) -> [UInt8]? {
        var searched = 0
        while true {
            if let end = input[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                var line = Array(input[..<end])
                input.removeFirst(end + 1)
                if line.last == 13 { line.removeLast() }
                return line
            }
            guard input.count <= limit else { return nil }
            searched = input.count
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            input += buffer[..<count]
        }
    }

    private func reply(_ text: String) -> Bool {
        let bytes = Array((text + "\r\n").utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }
}

/// A plain IMAP client (RFC 9051): another program that changes mail while ours looks at it.
public final class IMAP {
    private let socket: LoopbackSocket
    private var tags = 0

    /// Connects to a port of this machine and signs in.
    public init(port: Int, user: String, password: String = "x") throws {
        socket = try LoopbackSocket(port: port)
        _ = try socket.line()
        try command("LOGIN \(user) \(password)")
    }

    /// Sends a command and gives the untagged answers; an answer that is not OK is an error.
    @discardableResult
    public func command(_ text: String) throws -> [String] {
        tags += 1
        try socket.send(Array("a\(tags) \(text)\r\n".utf8))
        return try answers(to: text)
    }

    /// Puts a message into a mailbox.
    public func append(_ message: [UInt8], to mailbox: String, flags: String = "") throws {
        tags += 1
        let text = "APPEND \"\(mailbox)\" (\(flags)) {\(message.count)+}"
        try socket.send(Array("a\(tags) \(text)\r\n".utf8) + message + [13, 10])
        _ = try answers(to: text)
    }

    /// Opens a mailbox for the commands that follow.
    public func select(_ mailbox: String) throws {
        try command("SELECT \"\(mailbox)\"")
    }

    private func answers(to text: String) throws -> [String] {
        var untagged: [String] = []
        while true {
            let line = try socket.line()
            guard line.hasPrefix("a\(tags) ") else {
                untagged.append(line)
                continue
            }
            guard line.hasPrefix("a\(tags) OK") else { throw IMAPError(command: text, answer: line) }
            return untagged
        }
    }
}

/// The server refused an IMAP command.
public struct IMAPError: Error, CustomStringConvertible {
    let command: String
    let answer: String

    public var description: String { "\(command): \(answer)" }
}

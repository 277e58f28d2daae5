import Message

/// What the guard adds to a message before the digest is made.
enum Marks {
    /// Headers that only the guard writes; what an agent wrote under these names is taken out.
    static let own: Set<String> = [
        "agenticmail-agent", "agenticmail-hold", "agenticmail-key", "agenticmail-send-at", "agenticmail-withdraw",
        "agenticmail-revises",
    ]

    /// The message as it will leave: without the agent's instructions to the guard, with the marks.
    ///
    /// All other bytes stay as they are.
    static func mark(_ message: ParsedMessage, agent: String, hold: String) -> [UInt8] {
        var marked = Array("AgenticMail-Agent: \(agent)\r\nAgenticMail-Hold: \(hold)\r\n".utf8)
        if message.headers.last(named: "Auto-Submitted") == nil {
            marked += Array("Auto-Submitted: auto-generated\r\n".utf8)
        }
        if message.headers.last(named: "Date") == nil {
            marked += Array("Date: \(MessageBuilder.now.rfc5322)\r\n".utf8)
        }
        if message.messageID?.first == nil {
            marked += Array("Message-ID: <\(hold).\(MessageBuilder.newMessageID(for: agent))>\r\n".utf8)
        }
        var position = 0
        for field in message.headers where own.contains(field.key) {
            guard field.range.lowerBound >= position else { continue }
            marked += message.raw[position..<field.range.lowerBound]
            position = field.range.upperBound
        }
        return marked + message.raw[position...]
    }
}

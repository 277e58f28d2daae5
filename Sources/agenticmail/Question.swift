import AgenticMail
import Glibc
import SafeText

/// Asks a person for a line on the terminal.
enum Question {
    /// Asks, and gives what was typed; the suggestion where nothing was.
    ///
    /// - Parameter option: What to give on the command line where there is no terminal.
    static func ask(_ words: String, suggestion: String? = nil, option: String) throws -> String {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
        guard terminal >= 0 else {
            throw UsageError("\(option) is missing, and there is no terminal to ask on.", cure: "Give \(option).")
        }
        defer { close(terminal) }
        let question = SafeText(untrusted: suggestion.map { "\(words) [\($0)]: " } ?? "\(words): ").string
        let bytes = Array(question.utf8)
        _ = bytes.withUnsafeBytes { write(terminal, $0.baseAddress, $0.count) }
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while line.count < 4_096 {
            let count = read(terminal, &byte, 1)
            if count < 0, errno == EINTR { continue }
            if count <= 0 || byte == UInt8(ascii: "\n") { break }
            line.append(byte)
        }
        let text = String(decoding: line, as: UTF8.self).filter { !$0.isWhitespace }
        if text.isEmpty, let suggestion { return suggestion }
        guard !text.isEmpty else {
            throw UsageError("Nothing was typed for \(option).", cure: "Type it, or give \(option).")
        }
        return text
    }
}

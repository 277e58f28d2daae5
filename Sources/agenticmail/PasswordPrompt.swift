import AgenticMail
import Configuration
import Glibc
import SafeText

/// Asks for a password on the terminal, without showing it.
enum PasswordPrompt {
    static func ask(_ question: String) throws -> Secret {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
        guard terminal >= 0 else {
            throw WorkspaceError(
                .wrongUsage, "There is no terminal on which to ask for the password.",
                cure: "Give --password-file FILE, or configure a workspace with password-command.")
        }
        defer { close(terminal) }
        write(SafeText(untrusted: question).string, to: terminal)
        var before = termios()
        tcgetattr(terminal, &before)
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(terminal, TCSAFLUSH, &silent)
        defer {
            tcsetattr(terminal, TCSAFLUSH, &before)
            write("\n", to: terminal)
        }
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while line.count < 4_096 {
            let count = read(terminal, &byte, 1)
            if count < 0, errno == EINTR { continue }
            if count <= 0 || byte == UInt8(ascii: "\n") { break }
            line.append(byte)
        }
        guard !line.isEmpty, let text = String(validating: line, as: UTF8.self) else {
            throw WorkspaceError(
                .loginRefused, "No password was given.", cure: "Type it, or give --password-file FILE.")
        }
        return Secret(text)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
}

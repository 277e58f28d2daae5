import Glibc

extension SecretSource {
    /// The largest secret that is taken, in bytes.
    static let sizeLimit = 16_384

    /// Reads the secret; blocks until the command has ended.
    ///
    /// - Parameter timeout: Seconds that the command may take; a person may have to unlock a store meanwhile.
    package func read(timeout: Double = 60) throws(SecretError) -> Secret {
        switch self {
        case .file(let path): try Self.readFile(path)
        case .command(let words): try Self.run(words, timeout: timeout)
        }
    }

    private static func readFile(_ path: String) throws(SecretError) -> Secret {
        // A named pipe that nobody writes to must not hold the program up.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw SecretError(
                code: .unreadable,
                message: "the secret in \(path) cannot be read, because \(FileFault(errno: errno).reason)",
                cure: "name the right file, or make it with mode 0600")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw SecretError(
                code: .unreadable, message: "\(path) is no file", cure: "name a file that holds the secret")
        }
        guard status.st_mode & 0o077 == 0 else {
            let mode = String(status.st_mode & 0o777, radix: 8)
            throw SecretError(
                code: .tooWide, message: "the secret in \(path) can be read by others (mode 0\(mode))",
                cure: "run chmod 600 \(path)")
        }
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            throw SecretError(
                code: .tooWide, message: "the secret in \(path) belongs to another user",
                cure: "make a file of your own with mode 0600")
        }
        switch readSmallFile(descriptor: descriptor, limit: sizeLimit) {
        case .success(let bytes): return try firstLine(bytes, of: path)
        case .failure(let fault):
            throw SecretError(
                code: .unreadable, message: "the secret in \(path) cannot be read, because \(fault.reason)",
                cure: "write the secret alone into the file's first line")
        }
    }

    private static func firstLine(_ bytes: [UInt8], of place: String) throws(SecretError) -> Secret {
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
        let trimmed = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        guard !trimmed.isEmpty, let text = String(validating: trimmed, as: UTF8.self), !text.utf8.contains(0) else {
            throw SecretError(
                code: .empty, message: "there is no secret in the first line of \(place)",
                cure: "see that the secret stands there, in UTF-8")
        }
        return Secret(text)
    }

    private static func run(_ words: [String], timeout: Double) throws(SecretError) -> Secret {
        let name = words.first ?? ""
        let result: SpawnedOutput
        do throws(SpawnError) {
            result = try SpawnedOutput.run(words, limit: sizeLimit, timeout: timeout)
        } catch {
            switch error {
            case .notStarted(let fault):
                throw SecretError(
                    code: .commandFailed, message: "the command \(name) was not started, because \(fault.reason)",
                    cure: "install it, or correct password-command")
            case .timeout:
                throw SecretError(
                    code: .timeout, message: "the command \(name) gave no secret within \(Int(timeout)) seconds",
                    cure: "run it by hand to see what it waits for")
            case .tooLong:
                throw SecretError(
                    code: .commandFailed, message: "the command \(name) printed more than a secret",
                    cure: "let it print the secret alone")
            }
        }
        guard result.status == 0 else {
            throw SecretError(
                code: .commandFailed, message: "the command \(name) failed with \(result.statusText)",
                cure: "run it by hand to see why")
        }
        return try firstLine(result.output, of: "what \(name) prints")
    }
}

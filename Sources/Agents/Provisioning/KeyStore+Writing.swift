import Glibc

extension KeyStore {
    /// Puts a key there; throws `file` where that did not work, and then nothing of it stays behind.
    func put(_ key: String) async throws(AgentsError) {
        switch self {
        case .file(let path): try Self.write(key, to: path)
        case .command(let words): try await Self.hand(key, to: words)
        case .list(let path, let address): try KeyList(path).add(key, of: address)
        }
    }

    /// Checks before anything is made that the key could be put there.
    package func check() throws(AgentsError) {
        switch self {
        case .file(let path):
            if access(path, F_OK) == 0 { throw Self.exists(path) }
            let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
            guard access(folder.isEmpty ? "/" : folder, W_OK) == 0 else { throw Self.failure(path) }
        case .command(let words):
            guard let program = words.first, !program.isEmpty else {
                throw AgentsError(.invalid, "The command that stores the key is empty.", cure: "Name a program.")
            }
        case .list(let path, _): try KeyList(path).check()
        }
    }

    /// Takes a key away again from where it was put, and nothing else; what a command has taken stays.
    func takeBack(_ hash: KeyHash) {
        switch self {
        case .file(let path): Self.remove(path, holding: hash)
        case .list(let path, _): KeyList(path).remove(holding: hash)
        case .command: break
        }
    }

    /// Removes a file that a key was written to, and no file that holds anything else.
    private static func remove(_ path: String, holding hash: KeyHash) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1_024)
        let count = read(descriptor, &bytes, bytes.count)
        guard count > 0, bytes[count - 1] == UInt8(ascii: "\n") else { return }
        if hash.matches(String(decoding: bytes[..<(count - 1)], as: UTF8.self)) { unlink(path) }
    }

    private static func write(_ key: String, to path: String) throws(AgentsError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw errno == EEXIST ? exists(path) : failure(path)
        }
        let isWritten = writeAll(Array("\(key)\n".utf8), to: descriptor) && fsync(descriptor) == 0
        let error = failure(path)
        close(descriptor)
        guard isWritten else {
            unlink(path)
            throw error
        }
    }

    private static func hand(_ key: String, to words: [String]) async throws(AgentsError) {
        let result = await ChildProgram.run(words, input: Array("\(key)\n".utf8))
        guard case .exited(let code) = result, code == 0 else {
            let what =
                switch result {
                case .exited(let code): "ended with code \(code)"
                case .signalled(let signal): "was ended by signal \(signal)"
                case .notStarted(let reason): "was not started: \(reason)"
                }
            throw AgentsError(
                .file, "The command that stores the key, \(words.first ?? ""), \(what).",
                cure: "Try it in a shell: it is given the key on its standard input.")
        }
    }

    /// Writes everything; false where that fails, and `errno` says why.
    static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno != EINTR { return false }
            if count > 0 { rest = rest.dropFirst(count) }
        }
        return true
    }

    private static func exists(_ path: String) -> AgentsError {
        AgentsError(.file, "\(path) is there already, and a key overwrites nothing.", cure: "Name another file.")
    }

    private static func failure(_ path: String) -> AgentsError {
        AgentsError(
            .file, "\(path) cannot be written: \(String(cString: strerror(errno))).",
            cure: "Name a file in a folder that you may write to.")
    }
}

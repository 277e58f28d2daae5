import FoundationEssentials
import Glibc
import Sodium

/// An archive that was read to its end and found whole: every message of the manifest is there, byte for byte, and
/// nothing else.
struct CheckedArchive: Sendable {
    let path: String
    let agent: ArchivedAgent
    let messages: Int
    let bytes: Int
    /// The SHA-256 of the whole file.
    let sha256: String

    /// Reads an archive twice, in pieces: first its manifest, then everything against it.
    static func check(_ path: String) throws(AgentsError) -> CheckedArchive {
        let manifest = try LineFile(beside: path)
        try spool(path, into: manifest)
        try manifest.rewind()
        let reader = try TarReader(path)
        var agent: ArchivedAgent?
        var (messages, bytes, isEnded) = (0, 0, false)
        while let (name, size) = try reader.next() {
            switch name {
            case ArchiveNames.agent:
                agent = try? JSONDecoder().decode(ArchivedAgent.self, from: Data(try reader.readAll(limit: 1 << 20)))
            case ArchiveNames.manifest: isEnded = true
            default:
                guard !isEnded, let line = try manifest.next(),
                    let message = try? JSONDecoder().decode(ArchivedMessage.self, from: Data(line)),
                    message.path == name,
                    message.size == size
                else { throw reader.damaged("\(name) is not as its manifest says") }
                var hash = SHA256()
                while true {
                    let piece = try reader.read()
                    if piece.isEmpty { break }
                    hash.add(piece)
                }
                guard Hex.text(hash.digest()) == message.sha256 else {
                    throw reader.damaged("the bytes of \(name) are not as its manifest says")
                }
                messages += 1
                bytes += size
            }
        }
        guard isEnded, try manifest.next() == nil else { throw reader.damaged("messages of its manifest are missing") }
        guard let agent, agent.version == 1 else { throw reader.damaged("it does not say whose it is") }
        return CheckedArchive(
            path: path, agent: agent, messages: messages, bytes: bytes, sha256: try fileHash(path))
    }

    /// Copies the manifest out of the archive.
    private static func spool(_ path: String, into manifest: LineFile) throws(AgentsError) {
        let reader = try TarReader(path)
        var isFound = false
        while !isFound, let (name, _) = try reader.next() {
            guard name == ArchiveNames.manifest else { continue }
            isFound = true
            while true {
                let piece = try reader.read()
                if piece.isEmpty { break }
                try manifest.write(Array(piece))
            }
        }
        guard isFound else { throw reader.damaged("it has no manifest, so it was not finished") }
    }

    /// The SHA-256 of a file, in hexadecimal.
    static func fileHash(_ path: String) throws(AgentsError) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw AgentsError.file(path) }
        defer { close(descriptor) }
        var hash = SHA256()
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw AgentsError.file(path) }
            if count == 0 { return Hex.text(hash.digest()) }
            hash.add(buffer[..<count])
        }
    }
}

/// Lines in a file without a name: it is gone with its last descriptor, however the program ends.
final class LineFile {
    let descriptor: Int32
    private let place: String
    private var pending: [UInt8] = []
    private var start = 0

    /// Makes an empty one in the folder of a file.
    init(beside path: String) throws(AgentsError) {
        place = path
        var template = Array("\(path).lines-XXXXXX".utf8CString)
        descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw AgentsError.file(path) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        unlink(template)
    }

    deinit { close(descriptor) }

    /// Appends bytes.
    func write(_ bytes: [UInt8]) throws(AgentsError) {
        guard KeyStore.writeAll(bytes, to: descriptor) else { throw AgentsError.file(place) }
    }

    /// Goes back to the first line; gives the size.
    @discardableResult
    func rewind() throws(AgentsError) -> Int {
        let size = lseek(descriptor, 0, SEEK_END)
        guard size >= 0, lseek(descriptor, 0, SEEK_SET) == 0 else { throw AgentsError.file(place) }
        pending = []
        start = 0
        return size
    }

    /// The next line without its end; nil where there is none.
    func next() throws(AgentsError) -> [UInt8]? {
        while true {
            if let end = pending[start...].firstIndex(of: 0x0A) {
                defer { start = end + 1 }
                return Array(pending[start..<end])
            }
            pending.removeFirst(start)
            start = 0
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw AgentsError.file(place) }
            if count == 0 { return nil }
            pending += buffer[..<count]
        }
    }
}

extension AgentsError {
    /// What the system says about a file just now.
    static func file(_ path: String) -> AgentsError {
        AgentsError(
            .file, "\(path) cannot be used: \(String(cString: strerror(errno))).",
            cure: "See that the folder is yours and that the disk has room.")
    }
}

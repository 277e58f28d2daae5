import Glibc
import Sodium

/// An archive that was read to its end and found whole: every message of the manifest is there, byte for byte, and
/// nothing else.
package struct CheckedArchive: Sendable {
    /// The file.
    package let path: String
    let agent: ArchivedAgent
    /// Messages in it.
    package let messages: Int
    /// Their bytes.
    package let bytes: Int
    /// The SHA-256 of the whole file.
    package let sha256: String

    /// The address of the agent whose mail it is.
    package var address: String { agent.address }
    /// What people said about that agent.
    package var details: AgentDetails { agent.details }

    /// Reads an archive twice, in pieces: first its manifest, then everything against it.
    package static func check(_ path: String) throws(AgentsError) -> CheckedArchive {
        let walk = try ArchiveWalk(path)
        var (messages, bytes) = (0, 0)
        while let message = try walk.next() {
            try walk.bytes { _ in }
            messages += 1
            bytes += message.size
        }
        return CheckedArchive(
            path: path, agent: walk.agent, messages: messages, bytes: bytes, sha256: try fileHash(path))
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

extension AgentsError {
    /// What the system says about a file just now.
    static func file(_ path: String) -> AgentsError {
        AgentsError(
            .file, "\(path) cannot be used: \(String(cString: strerror(errno))).",
            cure: "See that the folder is yours and that the disk has room.")
    }
}

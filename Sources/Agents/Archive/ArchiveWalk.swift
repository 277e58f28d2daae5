import FoundationEssentials
import Sodium

/// Reads an archive from its first message to its last, each against the manifest; throws where anything differs.
///
/// Memory does not grow with the archive: the manifest, which stands last, is first copied into a file without a name.
final class ArchiveWalk {
    /// Whose archive it is.
    let agent: ArchivedAgent
    private let reader: TarReader
    private let manifest: LineFile
    private var current: ArchivedMessage?

    /// Opens an archive and reads whose it is.
    init(_ path: String) throws(AgentsError) {
        manifest = try LineFile(beside: path)
        try Self.spool(path, into: manifest)
        try manifest.rewind()
        reader = try TarReader(path)
        guard let (name, _) = try reader.next(), name == ArchiveNames.agent,
            let agent = try? JSONDecoder().decode(
                ArchivedAgent.self, from: Data(try reader.readAll(limit: Self.longestAgent))),
            agent.version == 1, agent.details.isGood, agent.roles == nil || agent.roles?.count == agent.mailboxes.count
        else { throw reader.damaged("it does not say whose it is") }
        self.agent = agent
    }

    private static let longestAgent = 4 << 20

    /// The next message, whose bytes must then be read; nil after the last.
    func next() throws(AgentsError) -> ArchivedMessage? {
        guard let (name, size) = try reader.next() else { throw reader.damaged("it has no end") }
        if name == ArchiveNames.manifest {
            guard try manifest.next() == nil else { throw reader.damaged("messages of its manifest are missing") }
            guard try reader.next() == nil else { throw reader.damaged("something follows its manifest") }
            return nil
        }
        guard let line = try manifest.next(),
            let message = try? JSONDecoder().decode(ArchivedMessage.self, from: Data(line)), message.path == name,
            message.size == size
        else { throw reader.damaged("\(name) is not as its manifest says") }
        current = message
        return message
    }

    /// Hands over the bytes of the message in pieces; throws at their end where they are not those of the manifest.
    func bytes(_ take: (ArraySlice<UInt8>) throws(AgentsError) -> Void) throws(AgentsError) {
        guard let current else { return }
        var hash = SHA256()
        while true {
            let piece = try reader.read()
            if piece.isEmpty { break }
            hash.add(piece)
            try take(piece)
        }
        guard Hex.text(hash.digest()) == current.sha256 else {
            throw reader.damaged("the bytes of \(current.path) are not as its manifest says")
        }
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
}

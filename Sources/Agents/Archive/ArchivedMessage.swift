import FoundationEssentials
import JMAP

/// A line of an archive's manifest: one message, with what brings it back as it was.
struct ArchivedMessage: Sendable, Hashable, Codable {
    /// Where its bytes are in the archive.
    var path: String
    /// Its id on the server that it came from.
    var id: String
    /// The SHA-256 of its bytes, in hexadecimal.
    var sha256: String
    /// Its bytes.
    var size: Int
    /// When it reached the account (RFC 3339).
    var receivedAt: String
    /// The mailboxes that it lies in, each by the names on the way to it.
    var mailboxes: [[String]]
    /// Its keywords.
    var keywords: [String]
}

/// What an archive says about its agent: the first file in it.
struct ArchivedAgent: Sendable, Hashable, Codable {
    /// The form of the archive.
    var version = 1
    /// The agent's address.
    var address: String
    /// What people said about it.
    var details: AgentDetails
    /// When it was made, in seconds since 1970.
    var created: Int64
    /// Its mailboxes, each by the names on the way to it; empty ones too.
    var mailboxes: [[String]]
    /// What each of the mailboxes is for (RFC 8621, 2), empty where nothing is said; nil in older archives.
    var roles: [String]?
}

/// How the files of an archive are named.
enum ArchiveNames {
    static let agent = "agent.json"
    static let manifest = "manifest.jsonl"

    /// The folder of a mailbox, as Maildir++ names it: the inbox is the Maildir itself, others stand beside it.
    static func folder(_ mailbox: [String], isInbox: Bool) -> String {
        isInbox ? "Maildir" : "Maildir/." + mailbox.map(escaped).joined(separator: ".")
    }

    /// The name of a message's file: unique by its number, with the letters of Maildir for its keywords.
    static func file(_ number: Int, _ message: Email) -> String {
        let keywords = message.keywords ?? []
        let letters: [(Keyword, String)] = [
            ("$draft", "D"), ("$flagged", "F"), ("$answered", "R"), ("$seen", "S"),
        ]
        let flags = letters.filter { keywords.contains($0.0) }.map(\.1).joined()
        return "\(message.receivedAt?.seconds ?? 0).M\(number).agenticmail:2,\(flags)"
    }

    /// A name without what a path or Maildir++ would read as its own.
    private static func escaped(_ name: String) -> String {
        var bytes: [UInt8] = []
        for byte in name.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x20, 0x2D, 0x5F, 0x80...0xFF: bytes.append(byte)
            default: bytes += "%\(Hex.text([byte]))".utf8
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

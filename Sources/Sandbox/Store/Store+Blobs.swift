import SQLite
import Sodium

extension Store {
    /// How long an upload that no email uses is kept, in seconds.
    private static let uploadLifetime = 86_400

    /// Keeps an upload and gives its id.
    func upload(_ bytes: [UInt8], to account: Int) throws -> BlobID {
        let hash = Sodium.sha256(bytes)
        try transaction {
            try keep(bytes, hash: hash)
            try database.run(
                "INSERT INTO upload VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET expires = excluded.expires", account,
                hash,
                Timestamp.now + Self.uploadLifetime)
        }
        return .upload(hash: hash, account: account)
    }

    /// Keeps bytes under their digest.
    func keep(_ bytes: [UInt8], hash: [UInt8]) throws {
        try database.run("INSERT INTO blob VALUES (?, ?) ON CONFLICT DO NOTHING", hash, bytes)
    }

    /// The bytes of a digest.
    func bytes(hash: [UInt8]) throws -> [UInt8]? {
        try database.first("SELECT data FROM blob WHERE hash = ?", hash) { $0.blob(0) }
    }

    /// Whether the account still has what gives the right to read a blob.
    func isReadable(_ blob: BlobID) throws -> Bool {
        switch blob {
        case .email(let hash, let account, let email), .emailPart(let hash, let account, let email, _):
            return try database.first("SELECT 1 FROM email WHERE id = ? AND hash = ?", account << 32 | email, hash) {
                _ in true
            }
                ?? false
        case .upload(let hash, let account), .uploadPart(let hash, let account, _):
            return try database.first(
                "SELECT 1 FROM upload WHERE account = ? AND hash = ? AND expires > ?", account, hash, Timestamp.now
            ) { _ in true } ?? false
        }
    }

    /// Drops a message's bytes when nothing needs them any more.
    func dropBlob(hash: [UInt8]) throws {
        try database.run(
            """
            DELETE FROM blob WHERE hash = ?1 AND NOT EXISTS (SELECT 1 FROM email WHERE hash = ?1)
                AND NOT EXISTS (SELECT 1 FROM upload WHERE hash = ?1) AND NOT EXISTS (SELECT 1 FROM queue WHERE hash = ?1)
            """, hash)
    }
}

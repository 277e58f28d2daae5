import FoundationEssentials
package import JMAP
import SQLite

extension CacheReader {
    /// One message, or nil where it is not there (any longer).
    package func message(_ key: MessageKey) throws(CacheError) -> MessageRow? {
        try reading { try row(key) }
    }

    /// One message by the server's id, or nil where the cache does not have it.
    package func message(_ id: EmailID, in account: AccountID) throws(CacheError) -> MessageRow? {
        try reading {
            guard let ref = try self.ref(of: account) else { return nil }
            return try connection.first(
                "SELECT \(Self.messageColumns) \(Self.messageTables) WHERE m.account = ? AND m.id = ?", ref, id.rawValue
            ) { row in try self.messageRow(row) }
        }
    }

    /// The messages of these keys, in the order of the keys; those that are gone are left out.
    package func messages(_ keys: [MessageKey]) throws(CacheError) -> [MessageRow] {
        try reading { try keys.compactMap { key in try row(key) } }
    }

    /// A message's body, or nil where the cache does not have it.
    package func body(of key: MessageKey) throws(CacheError) -> BodyRow? {
        try reading {
            try connection.first("SELECT content, text FROM body WHERE message = ?", key.rawValue) { row in
                try StoredBody.decode(row.blob(0), text: row.text(1))
            }
        }
    }

    /// The text that search finds a message by, or nil where its body is not in the cache.
    package func text(of key: MessageKey) throws(CacheError) -> String? {
        try reading {
            try connection.first("SELECT text FROM body WHERE message = ?", key.rawValue) { $0.text(0) }
        }
    }

    func row(_ key: MessageKey) throws -> MessageRow? {
        try connection.first("SELECT \(Self.messageColumns) \(Self.messageTables) WHERE m.key = ?", key.rawValue) {
            row in try self.messageRow(row)
        }
    }

    static let messageColumns = """
        m.key, m.account, m.flags, m.size, m.stage, m.id, m.blob, m.mailboxes, m.sender_name, m.sender_address,
        m.subject, m.recipients, m.keywords, m.preview, t.id, t.total
        """
    static let messageTables = "FROM message m JOIN thread t ON t.ref = m.thread"

    func messageRow(_ row: borrowing Row) throws -> MessageRow {
        let key = MessageKey(rawValue: row.int64(0))
        var from: Correspondent?
        if !row.isNull(8) || !row.isNull(9) { from = Correspondent(name: row.text(8), address: row.text(9)) }
        return MessageRow(
            key: key, account: try accountID(of: row.int64(1)), emailID: EmailID(row.text(5)),
            threadID: ThreadID(row.text(14)), blobID: BlobID(row.text(6)),
            receivedAt: key.receivedAt, from: from, to: Packed.correspondents(row.text(11)), subject: row.text(10),
            preview: row.text(13), size: row.int(3), flags: MessageFlags(rawValue: row.int(2)),
            keywords: row.isNull(12) ? [] : Packed.keywords(row.text(12)),
            mailboxes: try Packed.refs(row.text(7)).compactMap { ref in try mailboxID(of: ref) },
            threadCount: row.int(15), hasBody: row.int(4) == BodyStage.here.rawValue)
    }
}

/// Whether a message's body is in the cache (`message.stage`).
enum BodyStage: Int {
    case wanted = 0
    case here = 1
    /// It is left on the server: too large, too old for the store's bound, or the server would not give it.
    case left = 2
}

/// Lists inside one column of a message, in forms that the full text can read and that are quick to take apart.
enum Packed {
    private static let fieldEnd: Unicode.Scalar = "\u{1F}"
    private static let entryEnd: Unicode.Scalar = "\u{1E}"
    /// How many UTF-8 bytes of recipients a row keeps.
    private static let recipientBytes = 1_000

    static func pack(_ correspondents: [Correspondent]) -> String {
        var result = ""
        for correspondent in correspondents {
            guard result.utf8.count < recipientBytes else { break }
            append(correspondent.name, fieldEnd, to: &result)
            append(correspondent.address, entryEnd, to: &result)
        }
        return result
    }

    private static func append(_ text: String, _ end: Unicode.Scalar, to result: inout String) {
        if text.utf8.count <= recipientBytes, !text.utf8.contains(where: { $0 == 0x1E || $0 == 0x1F }) {
            result += text
        } else {
            // An address may be as long as a server likes; a row is not.
            for scalar in text.unicodeScalars.prefix(recipientBytes) where scalar != fieldEnd && scalar != entryEnd {
                result.unicodeScalars.append(scalar)
            }
        }
        result.unicodeScalars.append(end)
    }

    static func correspondents(_ text: String) -> [Correspondent] {
        guard !text.isEmpty else { return [] }
        return text.utf8.split(separator: 0x1E).map { entry in
            let end = entry.firstIndex(of: 0x1F) ?? entry.endIndex
            let address = end < entry.endIndex ? entry[entry.index(after: end)...] : entry[end...]
            return Correspondent(
                name: String(decoding: entry[..<end], as: UTF8.self), address: String(decoding: address, as: UTF8.self))
        }
    }

    static func pack(keywords: [String]) -> String? {
        keywords.isEmpty ? nil : keywords.sorted().joined(separator: " ")
    }

    static func keywords(_ text: String) -> [String] {
        text.utf8.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
    }

    static func pack(refs: [Int64]) -> String {
        refs.isEmpty ? "" : "," + refs.sorted().map(String.init).joined(separator: ",") + ","
    }

    static func refs(_ text: String) -> [Int64] {
        text.utf8.split(separator: 0x2C).compactMap { Int64(Substring($0)) }
    }
}

/// A body as its column holds it: JSON, without the value that the column `text` holds already.
struct StoredBody: Codable {
    var row: BodyRow
    /// The part whose value is the column `text`, or nil.
    var textPart: String?

    static func encode(_ row: BodyRow, text: String) throws -> [UInt8] {
        var stored = StoredBody(row: row, textPart: nil)
        for (part, value) in row.values where value.text == text && !text.isEmpty {
            stored.row.values[part]?.text = ""
            stored.textPart = part
            break
        }
        return [UInt8](try JSONEncoder().encode(stored))
    }

    static func decode(_ bytes: [UInt8], text: String) throws -> BodyRow {
        var stored = try JSONDecoder().decode(StoredBody.self, from: Data(bytes))
        if let part = stored.textPart { stored.row.values[part]?.text = text }
        return stored.row
    }
}

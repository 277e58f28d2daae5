import FoundationEssentials
import JMAP
import SQLite

/// The acts that are not on the server yet, and the last ones that are: a file of its own, which outlives the cache.
///
/// It belongs to the cache's writer, which puts what is open onto its rows. What is open is kept in memory as well and
/// read again when another program has written.
final class ActJournal {
    /// An open target without what only its sending needs.
    struct Open {
        var id: ActTargetID
        var edit: MessageEdit
        var state: ActState
    }

    /// What is written of a message of an act.
    struct NewTarget {
        var account: AccountID
        var emailID: EmailID
        var blobID: BlobID
        var receivedAt: Int64
        var edit: MessageEdit
        var reverse: MessageEdit?
    }

    /// How many acts are kept that are over.
    private static let keptActs = 50

    let path: String
    let connection: Connection
    /// This run of the program.
    let origin: String
    /// Open targets of each message, in the order in which they were done.
    private(set) var open: [AccountID: [EmailID: [Open]]] = [:]
    /// False while nothing was ever done, so that nothing has to be looked up.
    private(set) var isUsed = false
    private var version = -1
    /// True while a transaction waits for that of the cache.
    private var isSettling = false

    private init(_ connection: Connection, path: String) {
        self.connection = connection
        self.path = path
        origin = String(UInt64.random(in: 0 ... .max), radix: 36)
    }

    /// Opens the journal, or makes it; the notice says what was set aside.
    static func open(at path: String) throws(CacheError) -> (ActJournal, notice: String?) {
        let (connection, notice) = try CacheFile(path: path, schema: .journal).openForWriting()
        return (ActJournal(connection, path: path), notice)
    }

    /// Reads what is open again where another program has written; true where it did.
    func refresh() throws -> Bool {
        guard try isOutdated() else { return false }
        let current = try dataVersion()
        try load()
        version = current
        return true
    }

    /// True where another program has written since what is open was read.
    func isOutdated() throws -> Bool { try dataVersion() != version }

    private func dataVersion() throws -> Int { try connection.first("PRAGMA data_version") { $0.int(0) } ?? 0 }

    /// Reads what is open again the next time: a write has failed, so it is not known how far it came.
    func forget() {
        version = -1
    }

    private func load() throws {
        open = [:]
        isUsed = try connection.first("SELECT 1 FROM act LIMIT 1") { _ in true } ?? false
        try connection.forEach(
            """
            SELECT act, number, account, email, change, state FROM target INDEXED BY target_open
            WHERE state < 3 ORDER BY act, number
            """, []
        ) { row in
            let target = Open(
                id: ActTargetID(act: ActID(rawValue: row.int64(0)), number: row.int(1)),
                edit: try Self.edit(row.text(4)), state: ActState(rawValue: row.int(5)) ?? .waiting)
            open[AccountID(row.text(2)), default: [:]][EmailID(row.text(3)), default: []].append(target)
            return true
        }
    }

    /// Writes an act down; it is on the disk when this returns.
    func insert(
        _ kind: ActKind, place: String, made: Int64, undoes: ActID? = nil, _ targets: [NewTarget]
    ) throws -> ActID {
        try connection.transaction {
            try connection.run(
                "INSERT INTO act (made, origin, kind, place, undoes) VALUES (?, ?, ?, ?, ?)", made, origin,
                kind.rawValue, place, undoes?.rawValue)
            let act = ActID(rawValue: connection.lastInsertRowID)
            for (number, target) in targets.enumerated() {
                try connection.run(
                    "INSERT INTO target VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, '')", act.rawValue, number,
                    target.account.rawValue, target.emailID.rawValue, target.blobID.rawValue, target.receivedAt,
                    try Self.text(target.edit), try target.reverse.map { try Self.text($0) })
            }
            try prune()
            isUsed = true
            for (number, target) in targets.enumerated() {
                open[target.account, default: [:]][target.emailID, default: []].append(
                    Open(id: ActTargetID(act: act, number: number), edit: target.edit, state: .waiting))
            }
            return act
        }
    }

    /// Forgets the oldest acts that are over.
    private func prune() throws {
        let old = try connection.query(
            """
            SELECT id FROM act WHERE id <= (SELECT id FROM act ORDER BY id DESC LIMIT 1 OFFSET ?)
              AND NOT EXISTS (SELECT 1 FROM target WHERE act = act.id AND (state < 3 OR state = 4))
            """, Self.keptActs
        ) { $0.int64(0) }
        for act in old { try remove(ActID(rawValue: act)) }
    }

    private func remove(_ act: ActID) throws {
        try connection.run("DELETE FROM target WHERE act = ?", act.rawValue)
        try connection.run("DELETE FROM act WHERE id = ?", act.rawValue)
    }

    /// Writes how far targets have come; gives the messages that they are of.
    @discardableResult
    func set(_ states: [(ActTargetID, ActState, reason: String)]) throws -> Set<MessageName> {
        guard !states.isEmpty else { return [] }
        return try connection.transaction {
            var changed: Set<MessageName> = []
            for (id, state, reason) in states {
                try connection.run(
                    "UPDATE target SET state = ?, reason = ? WHERE act = ? AND number = ?", state.rawValue, reason,
                    id.act.rawValue, id.number)
                guard let name = try name(of: id) else { continue }
                changed.insert(name)
                guard let place = open[name.account]?[name.emailID]?.firstIndex(where: { $0.id == id }) else {
                    continue
                }
                if state.isOpen {
                    open[name.account]?[name.emailID]?[place].state = state
                } else {
                    open[name.account]?[name.emailID]?.remove(at: place)
                    if open[name.account]?[name.emailID]?.isEmpty == true { open[name.account]?[name.emailID] = nil }
                    if open[name.account]?.isEmpty == true { open[name.account] = nil }
                }
            }
            return changed
        }
    }

    /// Writes that targets are done, once `endSettling` says that the cache has what the server has of them.
    func settle(_ targets: [ActTargetID]) throws -> Set<MessageName> {
        if !isSettling {
            try connection.beginTransaction()
            isSettling = true
        }
        return try set(targets.map { ($0, .done, "") })
    }

    /// The cache has committed what was read of settled acts, or has not: only then are they done.
    func endSettling(commit: Bool) {
        guard isSettling else { return }
        isSettling = false
        // Where it fails the acts stay confirmed, and are settled by the next reading.
        do { try connection.endTransaction(commit: commit) } catch { forget() }
    }

    private func name(of id: ActTargetID) throws -> MessageName? {
        try connection.first(
            "SELECT account, email FROM target WHERE act = ? AND number = ?", id.act.rawValue, id.number
        ) { MessageName(account: AccountID($0.text(0)), emailID: EmailID($0.text(1))) }
    }

    /// A message has another id now.
    func retarget(_ name: MessageName, to id: EmailID) throws {
        try connection.run(
            "UPDATE target SET email = ? WHERE account = ? AND email = ?", id.rawValue, name.account.rawValue,
            name.emailID.rawValue)
        try load()
    }

    /// Blob and time of a message that acts were done to, or nil where there were none.
    func bytes(of name: MessageName) throws -> (BlobID, receivedAt: Int64)? {
        guard isUsed else { return nil }
        return try connection.first(
            "SELECT blob, received FROM target WHERE account = ? AND email = ?", name.account.rawValue,
            name.emailID.rawValue
        ) { (BlobID($0.text(0)), $0.int64(1)) }
    }

    /// The first target of each message of an account that the server does not have yet, in order.
    func sendable(of account: AccountID, limit: Int) throws -> [ActTarget] {
        let first = (open[account] ?? [:]).values.compactMap { targets in
            targets.first { $0.state == .waiting || $0.state == .sent }?.id
        }
        return try first.sorted().prefix(limit).compactMap { id in
            try connection.first(
                """
                SELECT act, number, account, email, blob, received, change, state FROM target
                WHERE act = ? AND number = ?
                """, id.act.rawValue, id.number
            ) { row in
                ActTarget(
                    id: id, account: AccountID(row.text(2)), emailID: EmailID(row.text(3)), blobID: BlobID(row.text(4)),
                    receivedAt: row.int64(5), edit: try Self.edit(row.text(6)),
                    state: ActState(rawValue: row.int(7)) ?? .waiting)
            }
        }
    }

    /// A message of an act as it is needed to take it back.
    struct Reversible {
        var id: ActTargetID
        var target: NewTarget
        var state: ActState
    }

    /// The messages of an act; `edit` of each is what leads back, and those that no way leads back from are left out
    /// unless they still wait.
    func reversible(_ act: ActID) throws -> [Reversible] {
        try connection.query(
            "SELECT number, account, email, blob, received, reverse, state FROM target WHERE act = ? ORDER BY number",
            act.rawValue
        ) { row in
            Reversible(
                id: ActTargetID(act: act, number: row.int(0)),
                target: NewTarget(
                    account: AccountID(row.text(1)), emailID: EmailID(row.text(2)), blobID: BlobID(row.text(3)),
                    receivedAt: row.int64(4), edit: try row.optionalText(5).map { try Self.edit($0) } ?? MessageEdit(),
                    reverse: nil),
                state: ActState(rawValue: row.int(6)) ?? .waiting)
        }
    }

    func setTakenBack(_ act: ActID) throws {
        try connection.run("UPDATE act SET taken_back = 1 WHERE id = ?", act.rawValue)
    }

    /// The last act that can be taken back, of this run alone or of any; nil where there is none.
    func lastToTakeBack(ownOnly: Bool) throws -> ActID? {
        try connection.first(
            """
            SELECT id FROM act WHERE taken_back = 0 AND kind <> 'undo' AND (? = '' OR origin = ?)
            ORDER BY id DESC LIMIT 1
            """, ownOnly ? origin : "", origin
        ) { ActID(rawValue: $0.int64(0)) }
    }

    /// Forgets refused targets of an act, or of all acts.
    func dismiss(_ act: ActID?) throws {
        try connection.transaction {
            if let act {
                try connection.run("DELETE FROM target WHERE act = ? AND state = 4", act.rawValue)
            } else {
                try connection.run("DELETE FROM target WHERE state = 4")
            }
            try connection.run("DELETE FROM act WHERE NOT EXISTS (SELECT 1 FROM target WHERE act = act.id)")
        }
    }

    static func text(_ edit: MessageEdit) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(edit), as: UTF8.self)
    }

    static func edit(_ text: String) throws -> MessageEdit {
        try JSONDecoder().decode(MessageEdit.self, from: Data(text.utf8))
    }
}

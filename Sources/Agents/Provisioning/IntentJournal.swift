import FoundationEssentials
import Glibc
import SQLite

/// The intents that are not finished: a file of its own, since it is nowhere else.
///
/// Every write is on the disk when it returns. Each intent that is at work holds a lock on a byte of a file beside it;
/// the system lets go of it when the process ends in any way, so that another program tells at once which intents were
/// left behind.
package actor IntentJournal {
    /// An intent that was begun and not finished.
    struct Entry: Sendable {
        var intent: Intent
        var progress: IntentProgress
        /// The step that was begun last; it may have been done or not.
        var step: ProvisioningStep.Kind
    }

    /// Where it lies.
    package nonisolated let path: String
    private let connection: Connection
    private var locks: [String: Int32] = [:]

    /// Opens the journal, or makes it with mode 0600 in a folder of mode 0700.
    package init(at path: String) throws(AgentsError) {
        self.path = path
        try Self.makeFile(path)
        do {
            let connection = try Connection.open(.file(path), mode: .readWrite)
            try connection.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;")
            try connection.transaction {
                let version = try connection.first("PRAGMA user_version") { $0.int(0) } ?? 0
                let tables = try connection.first("SELECT count(*) FROM sqlite_master") { $0.int(0) } ?? 0
                guard version == Self.version || (version == 0 && tables == 0) else {
                    throw SQLiteError(resultCode: 0, message: "it is of another program or version", sql: nil)
                }
                if version == 0 { try connection.execute(Self.schema) }
            }
            self.connection = connection
        } catch {
            throw Self.failure(path, error)
        }
    }

    /// `F_OFD_SETLK` of Linux, which the C library declares for GNU programs alone.
    private static let setLock: Int32 = 37
    private static let version = 1
    /// `plan` and `progress` are JSON; no key is ever in them.
    private static let schema = """
        CREATE TABLE intent (
          number INTEGER PRIMARY KEY AUTOINCREMENT,
          id TEXT NOT NULL UNIQUE,
          made INTEGER NOT NULL,
          plan TEXT NOT NULL,
          step INTEGER NOT NULL,
          progress TEXT NOT NULL
        );
        PRAGMA application_id = \(0x414d_6169);
        PRAGMA user_version = \(version);
        """

    /// Writes an intent down and takes its lock; nothing may be asked of the server before.
    func begin(_ intent: Intent, _ progress: IntentProgress) throws(AgentsError) {
        do {
            try connection.transaction {
                try connection.run(
                    "INSERT INTO intent (id, made, plan, step, progress) VALUES (?, ?, ?, 1, ?)", intent.id,
                    intent.made,
                    try Self.text(PlanForm(intent.plan)), try Self.text(progress))
                // Inside the transaction: nobody sees the intent without its lock.
                guard let lock = takeLock(connection.lastInsertRowID) else {
                    throw SQLiteError(resultCode: 0, message: String(cString: strerror(errno)), sql: nil)
                }
                locks[intent.id] = lock
            }
        } catch {
            throw Self.failure(path, error)
        }
    }

    /// Writes what was done, and which step is begun now.
    func note(_ id: String, _ progress: IntentProgress, begins step: ProvisioningStep.Kind) throws(AgentsError) {
        do {
            try connection.run(
                "UPDATE intent SET step = ?, progress = ? WHERE id = ?", step.rawValue, try Self.text(progress), id)
        } catch {
            throw Self.failure(path, error)
        }
    }

    /// Forgets an intent: it is finished, or everything of it is undone.
    func end(_ id: String) throws(AgentsError) {
        do {
            try connection.run("DELETE FROM intent WHERE id = ?", id)
        } catch {
            throw Self.failure(path, error)
        }
        letGo(id)
    }

    /// Lets another program, or a later start, take up an intent that could not be ended.
    func letGo(_ id: String) {
        if let lock = locks.removeValue(forKey: id) { close(lock) }
    }

    /// Takes up the intents that nobody is at work on, the oldest first; each is locked until it is ended or let go.
    func takeAbandoned() throws(AgentsError) -> [Entry] {
        do {
            let numbers = try connection.query("SELECT number, id FROM intent ORDER BY number") {
                (number: $0.int64(0), id: $0.text(1))
            }
            var entries: [Entry] = []
            for (number, id) in numbers where locks[id] == nil {
                guard let lock = takeLock(number) else { continue }
                // Read again: its owner may have ended it just before its lock was free.
                guard let entry = try entry(number) else {
                    close(lock)
                    continue
                }
                locks[id] = lock
                entries.append(entry)
            }
            return entries
        } catch {
            throw Self.failure(path, error)
        }
    }

    /// The intents that are in the journal, whoever is at work on them: id, address and the step that was begun.
    package func unfinished() throws(AgentsError) -> [(id: String, address: String, step: ProvisioningStep.Kind)] {
        do {
            return try connection.query("SELECT number FROM intent ORDER BY number") { $0.int64(0) }
                .compactMap { try entry($0) }.map { ($0.intent.id, $0.intent.plan.address, $0.step) }
        } catch {
            throw Self.failure(path, error)
        }
    }

    private func entry(_ number: Int64) throws -> Entry? {
        try connection.first("SELECT id, made, plan, step, progress FROM intent WHERE number = ?", number) { row in
            let plan = try JSONDecoder().decode(PlanForm.self, from: Data(row.text(2).utf8)).plan()
            return Entry(
                intent: Intent(plan, made: row.int64(1), id: row.text(0)),
                progress: try JSONDecoder().decode(IntentProgress.self, from: Data(row.text(4).utf8)),
                step: ProvisioningStep.Kind(rawValue: row.int(3)) ?? .domain)
        }
    }

    /// A descriptor that holds the lock of an intent, or nil where another holds it.
    private func takeLock(_ number: Int64) -> Int32? {
        let descriptor = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        var range = flock()
        range.l_type = Int16(F_WRLCK)
        range.l_whence = Int16(SEEK_SET)
        range.l_start = Int(number)
        range.l_len = 1
        // A lock of the open file, not of the process: another journal in this process is somebody else too.
        guard fcntl(descriptor, Self.setLock, &range) == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    private static func makeFile(_ path: String) throws(AgentsError) {
        var folder = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/").dropLast() {
            folder += "/" + part
            if mkdir(folder, 0o700) != 0, errno != EEXIST { throw systemFailure(folder) }
        }
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            close(descriptor)
        } else if errno != EEXIST {
            throw systemFailure(path)
        }
    }

    private static func systemFailure(_ path: String) -> AgentsError {
        AgentsError(
            .file, "\(path) cannot be made: \(String(cString: strerror(errno))).",
            cure: "See that the folder is yours and that there is room.")
    }

    private static func failure(_ path: String, _ error: any Error) -> AgentsError {
        let detail = (error as? SQLiteError)?.message ?? "\(error)"
        return AgentsError(
            .file, "The journal of unfinished creations, \(path), cannot be used: \(detail).",
            cure:
                "See that the disk has room; a damaged file can be moved away, and agenticmail doctor finds what is left over."
        )
    }

    private static func text(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }
}

/// A plan as the journal keeps it: what undoing and finishing need.
private struct PlanForm: Codable {
    var name: String
    var domain: String
    var details: AgentDetails
    var makesDomain: Bool

    init(_ plan: AgentPlan) {
        name = plan.name.text
        domain = plan.domain.text
        details = plan.details
        makesDomain = plan.makesDomain
    }

    func plan() throws -> AgentPlan {
        AgentPlan(
            name: try AgentName(name), domain: try DomainName(domain), details: details, makesDomain: makesDomain)
    }
}

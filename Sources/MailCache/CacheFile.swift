import Glibc
import SQLite

/// The file of the cache or of the journal: its folder, its rights, its version, and what happens to one that is not ours.
struct CacheFile {
    let path: String
    var schema = Schema.cache

    /// Opens the file for writing at the version of this program; the notice says what was set aside.
    func openForWriting() throws(CacheError) -> (Connection, notice: String?) {
        try makeFolder()
        do {
            return (try attempt(), nil)
        } catch {
            guard let reason = error.reason else { throw error.error }
            let aside = try setAside()
            do {
                return (try attempt(), "\(schema.name) \(path) \(reason); \(schema.consequence(aside))")
            } catch { throw error.error }
        }
    }

    /// Why an attempt failed; the reason is set where setting the file aside helps.
    private struct Failure: Error {
        var error: CacheError
        var reason: String?
    }

    private func attempt() throws(Failure) -> Connection {
        do {
            try makeFile()
            let connection = try Connection.open(.file(path), mode: .readWrite)
            try Self.prepare(connection, cacheKilobytes: schema.memory)
            try migrate(connection)
            return connection
        } catch let failure as Failure {
            throw failure
        } catch {
            let error = CacheError(error, path: path, file: schema.file)
            throw Failure(error: error, reason: error.code == .damaged ? "is damaged or no database" : nil)
        }
    }

    /// What every connection to the file needs before its first statement.
    static func prepare(_ connection: Connection, cacheKilobytes: Int) throws(SQLiteError) {
        try connection.execute(
            """
            PRAGMA cache_size = -\(cacheKilobytes);
            PRAGMA foreign_keys = OFF;
            PRAGMA recursive_triggers = OFF;
            PRAGMA temp_store = MEMORY;
            """)
        try connection.addWordTokenizer()
    }

    private func migrate(_ connection: Connection) throws {
        let number = { (pragma: String) throws in try connection.first("PRAGMA \(pragma)") { $0.int(0) } ?? 0 }
        let tables = try connection.first("SELECT count(*) FROM sqlite_schema") { $0.int(0) } ?? 0
        let application = try number("application_id")
        guard application == schema.applicationID || (tables == 0 && application == 0) else {
            throw foreign("belongs to another program")
        }
        let version = try number("user_version")
        guard version <= schema.version else { throw foreign("was written by a newer version of this program") }
        guard version > 0 || tables == 0 else { throw foreign("has no version") }
        if try connection.first("PRAGMA journal_mode = WAL", map: { $0.text(0) }) != "wal" {
            throw CacheError(
                code: .cannotOpen, path: path, file: schema.file, detail: "its disk does not allow shared memory")
        }
        try connection.execute(schema.pragmas)
        // SQLite opens a file that may not be written for reading, without a word: this asks.
        try connection.transaction {}
        guard version < schema.version else { return }
        try connection.transaction {
            // Another program may have migrated while this one waited for the lock.
            let version = try number("user_version")
            guard version < schema.version else { return }
            for migration in schema.migrations[version...] { try connection.execute(migration) }
            try connection.execute(
                "PRAGMA application_id = \(schema.applicationID); PRAGMA user_version = \(schema.version)")
        }
    }

    private func foreign(_ reason: String) -> Failure {
        Failure(error: CacheError(code: .damaged, path: path, file: schema.file, detail: reason), reason: reason)
    }

    /// Makes the folder, and those above it, with mode 0700. One that is there keeps its mode.
    private func makeFolder() throws(CacheError) {
        var parts = path.split(separator: "/", omittingEmptySubsequences: true)
        guard !parts.isEmpty else {
            throw CacheError(code: .cannotOpen, path: path, file: schema.file, detail: "the path is empty")
        }
        parts.removeLast()
        var folder = path.hasPrefix("/") ? "" : "."
        for part in parts {
            folder += "/" + part
            if mkdir(folder, 0o700) != 0, errno != EEXIST { throw systemError(folder) }
        }
    }

    /// Makes the file with mode 0600 before SQLite does; one that is there is narrowed to it.
    ///
    /// A file that is there is never opened and closed here: closing any descriptor of it would drop the locks that other
    /// connections of this process hold.
    private func makeFile() throws(CacheError) {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            close(descriptor)
            return
        }
        guard errno == EEXIST else { throw systemError(path) }
        var status = stat()
        guard stat(path, &status) == 0 else { throw systemError(path) }
        if status.st_mode & 0o077 != 0, chmod(path, status.st_mode & 0o700) != 0 { throw systemError(path) }
    }

    private func systemError(_ place: String) -> CacheError {
        let number = errno
        let code: CacheError.Code =
            switch number {
            case EACCES, EPERM, EROFS: .readOnly
            case ENOSPC, EDQUOT: .diskFull
            default: .cannotOpen
            }
        return CacheError(
            code: code, path: path, file: schema.file, detail: "\(place): \(String(cString: strerror(number)))")
    }

    /// Renames the file and what SQLite keeps beside it; gives the new name.
    private func setAside() throws(CacheError) -> String {
        for number in 1...1_000 {
            let aside = "\(path).aside-\(number)"
            // Linking fails where the name is taken, so nothing that was set aside earlier is lost.
            guard link(path, aside) == 0 else {
                if errno == EEXIST { continue }
                throw systemError(aside)
            }
            guard unlink(path) == 0 else { throw systemError(path) }
            for suffix in ["-wal", "-shm"] { rename(path + suffix, aside + suffix) }
            return aside
        }
        throw CacheError(
            code: .cannotOpen, path: path, file: schema.file, detail: "too many files were set aside beside it")
    }
}

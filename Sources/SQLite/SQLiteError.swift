internal import CSQLite
import Glibc

/// What SQLite answered when it did not do what was asked.
///
/// The statement's text is kept, its bound values never are: they may be mail.
package struct SQLiteError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure it is, as far as a caller acts on it.
    package enum Code: Sendable, Hashable {
        /// Another connection holds the lock for longer than the busy timeout.
        case busy
        /// A constraint (unique, foreign key, check, not null) refused the row.
        case constraint
        /// The file is no database or is damaged.
        case corrupt
        /// The disk or the quota is full.
        case full
        /// Another thread interrupted the statement.
        case interrupted
        /// The file cannot be opened: no such folder, no right, too many files.
        case cannotOpen
        /// The file or its folder cannot be written.
        case readOnly
        /// The system refused to read or write.
        case io
        /// Anything else: wrong SQL, wrong type, misuse.
        case other
    }

    /// The kind of failure.
    package let code: Code
    /// SQLite's extended result code (`sqlite3_extended_errcode`).
    package let resultCode: Int32
    /// SQLite's own words.
    package let message: String
    /// The SQL that was prepared or stepped, or nil where it was neither.
    package let sql: String?

    /// SQLITE_IOERR_WRITE, a macro that is not imported.
    private static let failedWrite = SQLITE_IOERR | 3 << 8

    /// - Parameter systemError: what the system said last of the file (`errno`), 0 where it was not asked.
    package init(resultCode: Int32, message: String, sql: String?, systemError: Int32 = 0) {
        let code = Code(resultCode: resultCode)
        // What a quota or a limit of the process does not let in is told as a failed write, mostly without the reason.
        let isFull = resultCode == Self.failedWrite && [0, ENOSPC, EDQUOT, EFBIG].contains(systemError)
        self.code = isFull ? .full : code
        self.resultCode = resultCode
        self.message =
            code == .io && systemError != 0 ? "\(message): \(String(cString: strerror(systemError)))" : message
        self.sql = sql
    }

    package var description: String {
        sql.map { "SQLite \(resultCode): \(message) in “\($0)”" } ?? "SQLite \(resultCode): \(message)"
    }
}

extension SQLiteError.Code {
    init(resultCode: Int32) {
        switch resultCode & 0xff {
        case SQLITE_BUSY, SQLITE_LOCKED: self = .busy
        case SQLITE_CONSTRAINT: self = .constraint
        case SQLITE_CORRUPT, SQLITE_NOTADB: self = .corrupt
        case SQLITE_FULL: self = .full
        case SQLITE_INTERRUPT: self = .interrupted
        case SQLITE_CANTOPEN: self = .cannotOpen
        case SQLITE_READONLY, SQLITE_PERM: self = .readOnly
        case SQLITE_IOERR: self = .io
        default: self = .other
        }
    }
}

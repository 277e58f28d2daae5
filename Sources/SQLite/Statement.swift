internal import CSQLite

/// A prepared statement of one connection.
///
/// It belongs to the connection's isolation. `Connection` keeps it for the next use of the same SQL; the pointer lives
/// until `finalize`, which the connection calls once.
final class Statement {
    let sql: String
    private let connection: OpaquePointer
    private let pointer: OpaquePointer

    init(_ sql: String, on connection: OpaquePointer) throws(SQLiteError) {
        var prepared: OpaquePointer?
        let code = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard code == SQLITE_OK else { throw Connection.failure(connection, sql: sql) }
        guard let prepared else {
            throw SQLiteError(resultCode: SQLITE_MISUSE, message: "the text holds no statement", sql: sql)
        }
        self.sql = sql
        self.connection = connection
        self.pointer = prepared
    }

    func finalize() {
        sqlite3_finalize(pointer)
    }

    /// Makes the statement ready for its next use; its last error was thrown by `step` already.
    func reset() {
        sqlite3_reset(pointer)
        sqlite3_clear_bindings(pointer)
    }

    func bind(_ values: [any SQLBindable]) throws(SQLiteError) {
        let wanted = Int(sqlite3_bind_parameter_count(pointer))
        guard wanted == values.count else {
            throw SQLiteError(
                resultCode: SQLITE_MISUSE, message: "\(wanted) parameters are wanted and \(values.count) are given",
                sql: sql)
        }
        for (offset, value) in values.enumerated() {
            guard bind(value.sqlValue, at: Int32(offset + 1)) == SQLITE_OK else {
                throw Connection.failure(connection, sql: sql)
            }
        }
    }

    /// Makes the statement ready for its next run with the values that are bound.
    func rewind() {
        sqlite3_reset(pointer)
    }

    @discardableResult
    func bindNull(at index: Int32) -> Int32 { sqlite3_bind_null(pointer, index) }

    @discardableResult
    func bindInteger(_ value: Int64, at index: Int32) -> Int32 { sqlite3_bind_int64(pointer, index, value) }

    @discardableResult
    func bindText(_ value: String, at index: Int32) -> Int32 {
        var text = value
        return text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) { characters in
                // An empty string has no base address; a null pointer would bind NULL.
                guard let base = characters.baseAddress else {
                    return sqlite3_bind_text(pointer, index, "", 0, csqlite_transient())
                }
                return sqlite3_bind_text64(
                    pointer, index, base, UInt64(characters.count), csqlite_transient(), UInt8(SQLITE_UTF8))
            }
        }
    }

    /// Binds a text that the caller keeps where it is until another is bound; false where it could not be bound.
    func bindKept(_ text: UnsafeRawBufferPointer, at index: Int32) -> Bool {
        // Without a destructor SQLite takes the bytes for constant.
        sqlite3_bind_text64(
            pointer, index, text.assumingMemoryBound(to: CChar.self).baseAddress, UInt64(text.count), nil,
            UInt8(SQLITE_UTF8)) == SQLITE_OK
    }

    private func bind(_ value: SQLValue, at index: Int32) -> Int32 {
        switch value {
        case .null: return bindNull(at: index)
        case .integer(let integer): return bindInteger(integer, at: index)
        case .real(let real): return sqlite3_bind_double(pointer, index, real)
        case .text(let text): return bindText(text, at: index)
        case .blob(let bytes):
            return bytes.withUnsafeBytes { buffer in
                guard let base = buffer.baseAddress, !buffer.isEmpty else {
                    return sqlite3_bind_zeroblob(pointer, index, 0)
                }
                return sqlite3_bind_blob64(pointer, index, base, UInt64(buffer.count), csqlite_transient())
            }
        }
    }

    /// Steps once; true while there is a row.
    func step() throws(SQLiteError) -> Bool {
        switch sqlite3_step(pointer) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw Connection.failure(connection, sql: sql)
        }
    }

    func row() -> Row { Row(statement: pointer) }
}

/// The row that a query stands on; valid inside the closure that gets it.
///
/// Columns are counted from 0. A column of another type is converted as SQLite does (a text "12" read as integer is 12,
/// NULL is 0 or the empty text): use the optional forms where NULL means something.
package struct Row: ~Copyable {
    private let statement: OpaquePointer

    init(statement: OpaquePointer) {
        self.statement = statement
    }

    /// How many columns the row has.
    package var count: Int { Int(sqlite3_column_count(statement)) }

    /// True where the column is NULL.
    package func isNull(_ column: Int) -> Bool {
        sqlite3_column_type(statement, Int32(column)) == SQLITE_NULL
    }

    /// The column as a 64-bit integer.
    package func int64(_ column: Int) -> Int64 { sqlite3_column_int64(statement, Int32(column)) }

    /// The column as an integer.
    package func int(_ column: Int) -> Int { Int(sqlite3_column_int64(statement, Int32(column))) }

    /// The column as an integer, or nil where it is NULL.
    package func optionalInt(_ column: Int) -> Int? { isNull(column) ? nil : int(column) }

    /// The column as a truth value: 0 is false.
    package func bool(_ column: Int) -> Bool { sqlite3_column_int64(statement, Int32(column)) != 0 }

    /// The column as a floating-point number.
    package func double(_ column: Int) -> Double { sqlite3_column_double(statement, Int32(column)) }

    /// The column as text; bytes that are no UTF-8 become U+FFFD.
    package func text(_ column: Int) -> String {
        guard let start = sqlite3_column_text(statement, Int32(column)) else { return "" }
        let count = Int(sqlite3_column_bytes(statement, Int32(column)))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// The column as text, or nil where it is NULL.
    package func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }

    /// The column's bytes.
    package func blob(_ column: Int) -> [UInt8] {
        guard let start = sqlite3_column_blob(statement, Int32(column)) else { return [] }
        return [UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, Int32(column)))))
    }

    /// The column's bytes, or nil where it is NULL.
    package func optionalBlob(_ column: Int) -> [UInt8]? { isNull(column) ? nil : blob(column) }

    /// The column in the type in which SQLite holds it.
    package func value(_ column: Int) -> SQLValue {
        switch sqlite3_column_type(statement, Int32(column)) {
        case SQLITE_INTEGER: .integer(int64(column))
        case SQLITE_FLOAT: .real(double(column))
        case SQLITE_TEXT: .text(text(column))
        case SQLITE_BLOB: .blob(blob(column))
        default: .null
        }
    }
}

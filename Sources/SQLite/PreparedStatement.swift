internal import CSQLite

/// A statement that is kept by its user, for what runs thousands of times: values are bound one by one, without a list
/// and without looking the SQL up. It belongs to its connection's isolation.
package final class PreparedStatement {
    private let statement: Statement
    /// Where the bound texts lie, so that SQLite need not copy each into memory of its own.
    private let texts = UnsafeMutableRawBufferPointer.allocate(byteCount: 8_192, alignment: 1)
    private var used = 0
    private var hasRun = false

    init(_ statement: Statement) {
        self.statement = statement
    }

    deinit {
        statement.finalize()
        texts.deallocate()
    }

    /// Binds an integer; parameters are counted from 1. What was bound stays until it is bound anew; texts stay until a
    /// text is bound after a run.
    package func bind(_ value: Int64, at index: Int) { statement.bindInteger(value, at: Int32(index)) }

    /// Binds a text.
    package func bind(_ value: String, at index: Int) {
        if hasRun { (used, hasRun) = (0, false) }
        var text = value
        let isKept = text.withUTF8 { utf8 in
            guard let base = utf8.baseAddress, !utf8.isEmpty, utf8.count <= texts.count - used,
                let place = texts.baseAddress?.advanced(by: used)
            else { return false }
            place.copyMemory(from: base, byteCount: utf8.count)
            used += utf8.count
            return statement.bindKept(UnsafeRawBufferPointer(start: place, count: utf8.count), at: Int32(index))
        }
        if !isKept { statement.bindText(value, at: Int32(index)) }
    }

    /// Binds a text or NULL.
    package func bind(_ value: String?, at index: Int) {
        if let value { bind(value, at: index) } else { statement.bindNull(at: Int32(index)) }
    }

    private func end() {
        statement.rewind()
        hasRun = true
    }

    /// Runs the statement to its end. A value that could not be bound (too long) fails here.
    package func run() throws(SQLiteError) {
        defer { end() }
        while try statement.step() {}
    }

    /// The first column of the first row as an integer, or nil where there is no row.
    package func firstInteger() throws(SQLiteError) -> Int64? {
        defer { end() }
        return try statement.step() ? statement.row().int64(0) : nil
    }
}

extension Connection {
    /// Prepares a statement for its user to keep.
    package func prepare(_ sql: String) throws(SQLiteError) -> PreparedStatement {
        try withPointer { pointer throws(SQLiteError) in PreparedStatement(try Statement(sql, on: pointer)) }
    }
}

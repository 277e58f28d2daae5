internal import CSQLite

/// A statement that is kept by its user, for what runs thousands of times: values are bound one by one, without a list
/// and without looking the SQL up. It belongs to its connection's isolation.
package final class PreparedStatement {
    private let statement: Statement

    init(_ statement: Statement) {
        self.statement = statement
    }

    deinit {
        statement.finalize()
    }

    /// Binds an integer; parameters are counted from 1. What was bound stays until it is bound anew.
    package func bind(_ value: Int64, at index: Int) { statement.bindInteger(value, at: Int32(index)) }

    /// Binds a text.
    package func bind(_ value: String, at index: Int) { statement.bindText(value, at: Int32(index)) }

    /// Binds a text or NULL.
    package func bind(_ value: String?, at index: Int) {
        if let value { bind(value, at: index) } else { statement.bindNull(at: Int32(index)) }
    }

    /// Runs the statement to its end. A value that could not be bound (too long) fails here.
    package func run() throws(SQLiteError) {
        defer { statement.rewind() }
        while try statement.step() {}
    }

    /// The first column of the first row as an integer, or nil where there is no row.
    package func firstInteger() throws(SQLiteError) -> Int64? {
        defer { statement.rewind() }
        return try statement.step() ? statement.row().int64(0) : nil
    }
}

extension Connection {
    /// Prepares a statement for its user to keep.
    package func prepare(_ sql: String) throws(SQLiteError) -> PreparedStatement {
        try withPointer { pointer throws(SQLiteError) in PreparedStatement(try Statement(sql, on: pointer)) }
    }
}

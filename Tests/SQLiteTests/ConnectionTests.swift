import SQLite
import Testing

@Suite("A connection")
struct ConnectionTests {
    @Test("a value comes back in the type and with the bytes that were bound")
    func valuesRoundTrip() throws {
        let connection = try Connection.open(.memory)
        let values: [SQLValue] = [
            .null, .integer(.min), .real(1.5), .text("a\0b é 漢"), .text(""), .blob([0, 255]), .blob([]),
        ]
        try connection.execute("CREATE TABLE t(v)")
        for value in values { try connection.run("INSERT INTO t VALUES(?)", value) }
        #expect(try connection.query("SELECT v FROM t ORDER BY rowid") { $0.value(0) } == values)
    }

    @Test("a transaction that throws leaves nothing behind, and the next one works")
    func rollback() throws {
        struct Stop: Error {}
        let connection = try Connection.open(.memory)
        try connection.execute("CREATE TABLE t(v)")
        #expect(throws: Stop.self) {
            try connection.transaction {
                try connection.run("INSERT INTO t VALUES(1)")
                throw Stop()
            }
        }
        try connection.transaction { try connection.run("INSERT INTO t VALUES(2)") }
        #expect(try connection.query("SELECT v FROM t") { $0.int(0) } == [2])
    }

    @Test("the same SQL can be run inside its own rows")
    func nestedUse() throws {
        let connection = try Connection.open(.memory)
        try connection.execute("CREATE TABLE t(v); INSERT INTO t VALUES(1),(2)")
        let sql = "SELECT v FROM t ORDER BY v"
        let pairs = try connection.query(sql) { outer in
            let value = outer.int(0)
            return try connection.query(sql) { value * 10 + $0.int(0) }
        }
        #expect(pairs == [[11, 12], [21, 22]])
    }

    @Test("a wrong number of values is an error, not a silent NULL")
    func wrongCount() throws {
        let connection = try Connection.open(.memory)
        #expect(throws: SQLiteError.self) { try connection.run("SELECT ?, ?", 1) }
    }

    @Test("a broken constraint is told from wrong SQL")
    func codes() throws {
        let connection = try Connection.open(.memory)
        try connection.execute("CREATE TABLE t(v UNIQUE)")
        try connection.run("INSERT INTO t VALUES(1)")
        #expect { try connection.run("INSERT INTO t VALUES(1)") } throws: { ($0 as? SQLiteError)?.code == .constraint }
        #expect { try connection.run("INSERT INTO nowhere VALUES(1)") } throws: { ($0 as? SQLiteError)?.code == .other }
    }

    @Test("a missing folder cannot be opened and the error says so")
    func missingFolder() {
        #expect { try Connection.open(.file("/nonexistent/folder/x.db")) } throws: {
            ($0 as? SQLiteError)?.code == .cannotOpen
        }
    }

    @Test("an interrupted statement throws, and the connection goes on")
    func interrupt() throws {
        let connection = try Connection.open(.memory)
        let handle = connection.interruptHandle
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
        var seen = 0
        #expect {
            try connection.forEach(endless, []) { _ in
                seen += 1
                if seen == 100 { handle.interrupt() }
                return true
            }
        } throws: { ($0 as? SQLiteError)?.code == .interrupted }
        #expect(try connection.first("SELECT 1") { $0.int(0) } == 1)
    }
}

extension Schema {
    /// The journal of acts: "AMac".
    ///
    /// What it holds is nowhere else until the server has it, so every commit reaches the disk, and a file that cannot be
    /// used is set aside and never thrown away.
    static let journal = Schema(
        file: .journal, name: "The journal of acts",
        consequence: {
            "it was set aside as \($0). Acts in it that the server did not have yet are not sent: do them again."
        },
        applicationID: 0x414d_6163, migrations: [acts],
        pragmas: """
            PRAGMA synchronous = FULL;
            PRAGMA secure_delete = FAST;
            PRAGMA journal_size_limit = 4194304;
            """, memory: 1_024)

    /// Version 1.
    ///
    /// - `act`: what a person did, in order; `origin` is the run of the program that did it, `undoes` the act that it
    ///   takes back.
    /// - `target`: each message of it; `change` and `reverse` are JSON of `MessageEdit`, `state` is an `ActState`.
    private static let acts = """
        CREATE TABLE act (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          made INTEGER NOT NULL,
          origin TEXT NOT NULL,
          kind TEXT NOT NULL,
          place TEXT NOT NULL,
          undoes INTEGER,
          taken_back INTEGER NOT NULL DEFAULT 0
        );
        CREATE TABLE target (
          act INTEGER NOT NULL,
          number INTEGER NOT NULL,
          account TEXT NOT NULL,
          email TEXT NOT NULL,
          blob TEXT NOT NULL,
          received INTEGER NOT NULL,
          change TEXT NOT NULL,
          reverse TEXT,
          state INTEGER NOT NULL,
          reason TEXT NOT NULL DEFAULT '',
          PRIMARY KEY (act, number)
        ) WITHOUT ROWID;
        CREATE INDEX target_message ON target (account, email);
        CREATE INDEX target_open ON target (act, number) WHERE state < 3;
        """
}

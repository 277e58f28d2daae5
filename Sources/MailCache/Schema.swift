import SQLite

/// The tables of the cache, as numbered migrations.
///
/// Rule: a migration that was ever released is never changed; a change is a new migration at the end. Why: caches of every
/// earlier version lie on people's disks. Practice: `PRAGMA user_version` is the number of migrations that ran. What if
/// not: a cache would have another shape than its number says and fail at some later statement.
struct Schema: Sendable {
    /// Which file it is of.
    let file: CacheError.File
    /// The file's name at the beginning of a sentence.
    let name: String
    /// What is said after a file of it was set aside under that name.
    let consequence: @Sendable (_ aside: String) -> String
    /// Four letters that tell our files from other SQLite databases (`PRAGMA application_id`).
    let applicationID: Int
    /// What brings a file from version `index` to `index + 1`.
    let migrations: [String]
    /// What holds for the connection that writes.
    let pragmas: String
    /// Kilobytes of the file that the connection keeps in memory.
    let memory: Int

    /// The version that this program writes.
    var version: Int { migrations.count }

    /// The cache: "AMca".
    ///
    /// A first fill touches the same pages again and again: writing them back seldom halves its work on the disk, and each
    /// time it waits for the disk.
    static let cache = Schema(
        file: .cache, name: "The cache",
        consequence: { "it was set aside as \($0) and is built anew from the server." },
        applicationID: 0x414d_6361, migrations: [initial, serverStandings, totalsByBatch, inspections],
        pragmas: """
            PRAGMA synchronous = NORMAL;
            PRAGMA secure_delete = FAST;
            PRAGMA wal_autocheckpoint = 12000;
            PRAGMA journal_size_limit = 33554432;
            """, memory: 16_384)

    /// Version 2: what the server said last of messages on which acts are under way, whose rows show the acts' outcome.
    /// Ids and keywords are separated by U+001F.
    private static let serverStandings = """
        CREATE TABLE server_standing (
          message INTEGER PRIMARY KEY,
          mailboxes TEXT NOT NULL,
          keywords TEXT NOT NULL
        );
        CREATE TRIGGER server_standing_removed AFTER DELETE ON message BEGIN
          DELETE FROM server_standing WHERE message = old.key;
        END;
        """

    /// Version 4: what the inspection of a message gave, with the rules that it went by.
    private static let inspections = """
        CREATE TABLE inspection (
          message INTEGER PRIMARY KEY,
          rules TEXT NOT NULL,
          verdict TEXT NOT NULL,
          score REAL NOT NULL,
          detail TEXT NOT NULL
        );
        CREATE TRIGGER inspection_removed AFTER DELETE ON message BEGIN
          DELETE FROM inspection WHERE message = old.key;
        END;
        """

    /// Version 3: what a batch adds is counted once a batch (`AddedTotals`) instead of once a row. A statement that sets
    /// off a trigger costs three times what the row itself does.
    private static let totalsByBatch = """
        DROP TRIGGER message_added;
        DROP TRIGGER traffic_added;
        DROP TRIGGER filing_added;
        DELETE FROM setting WHERE name = 'traffic-floor';
        """

    /// Version 1.
    ///
    /// - `account`, `mailbox`, `thread` have short local numbers (`ref`), so that a message row is small.
    /// - `message.key` is date order (`MessageKey`); `message.mailboxes` lists mailbox refs as `,3,7,`, so that no second
    ///   index over `filing` is needed.
    /// - `filing` says which message lies where; its `flags` repeat the message's, so that "unread in this mailbox" is an
    ///   index of its own.
    /// - `message.shard` is 0 while the message is not in the full text, else the number of its shard;
    ///   `message.stage` is 0 while its body is wanted, 1 when it is here, 2 when it is left on the server.
    /// - Totals are columns of `account`, `mailbox` and `thread`: nothing ever counts rows. What changes and what goes is
    ///   counted by triggers; since version 3, what comes is counted by `AddedTotals`.
    private static let initial = """
        CREATE TABLE setting (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        INSERT INTO setting VALUES ('body-bytes', 0), ('traffic-floor', 0);

        CREATE TABLE account (
          ref INTEGER PRIMARY KEY AUTOINCREMENT,
          id TEXT NOT NULL UNIQUE,
          kind INTEGER NOT NULL,
          condition INTEGER NOT NULL DEFAULT 0,
          reason TEXT NOT NULL DEFAULT '',
          name TEXT NOT NULL DEFAULT '',
          address TEXT NOT NULL DEFAULT '',
          detail TEXT NOT NULL DEFAULT '',
          mailbox_state TEXT, email_state TEXT, thread_state TEXT,
          fill INTEGER NOT NULL DEFAULT 0,
          fill_state TEXT, fill_anchor TEXT, fill_done INTEGER NOT NULL DEFAULT 0, fill_total INTEGER,
          quota_used INTEGER, quota_limit INTEGER,
          total INTEGER NOT NULL DEFAULT 0,
          unread INTEGER NOT NULL DEFAULT 0,
          held INTEGER NOT NULL DEFAULT 0
        );

        CREATE TABLE mailbox (
          ref INTEGER PRIMARY KEY AUTOINCREMENT,
          account INTEGER NOT NULL,
          id TEXT NOT NULL,
          name TEXT NOT NULL,
          role TEXT,
          parent TEXT,
          sort_order INTEGER NOT NULL DEFAULT 0,
          rights INTEGER NOT NULL DEFAULT 0,
          marks INTEGER NOT NULL DEFAULT 0,
          total INTEGER NOT NULL DEFAULT 0,
          unread INTEGER NOT NULL DEFAULT 0,
          UNIQUE (account, id)
        );

        CREATE TABLE thread (
          ref INTEGER PRIMARY KEY,
          account INTEGER NOT NULL,
          id TEXT NOT NULL,
          total INTEGER NOT NULL DEFAULT 0,
          unread INTEGER NOT NULL DEFAULT 0,
          UNIQUE (account, id)
        );

        CREATE TABLE message (
          key INTEGER PRIMARY KEY,
          account INTEGER NOT NULL,
          thread INTEGER NOT NULL,
          flags INTEGER NOT NULL,
          size INTEGER NOT NULL,
          stage INTEGER NOT NULL DEFAULT 0,
          shard INTEGER NOT NULL DEFAULT 0,
          id TEXT NOT NULL,
          blob TEXT NOT NULL,
          mailboxes TEXT NOT NULL,
          sender_name TEXT, sender_address TEXT,
          subject TEXT NOT NULL,
          recipients TEXT NOT NULL,
          keywords TEXT,
          preview TEXT NOT NULL
        );
        CREATE UNIQUE INDEX message_id ON message (account, id);
        CREATE INDEX message_account ON message (account);
        CREATE INDEX message_thread ON message (thread);
        CREATE INDEX message_unread ON message (account) WHERE flags & 2048;
        CREATE INDEX message_flagged ON message (account) WHERE flags & 2;
        CREATE INDEX message_held ON message (account) WHERE flags & 512;
        CREATE INDEX message_all_unread ON message (flags & 2048) WHERE flags & 2048;
        CREATE INDEX message_all_flagged ON message (flags & 2) WHERE flags & 2;
        CREATE INDEX message_all_held ON message (flags & 512) WHERE flags & 512;
        CREATE INDEX message_unindexed ON message (shard) WHERE shard = 0;
        CREATE INDEX message_wanted ON message (account) WHERE stage = 0;

        CREATE TABLE filing (
          mailbox INTEGER NOT NULL,
          message INTEGER NOT NULL,
          flags INTEGER NOT NULL,
          PRIMARY KEY (mailbox, message)
        ) WITHOUT ROWID;
        CREATE INDEX filing_unread ON filing (mailbox, message) WHERE flags & 2048;
        CREATE INDEX filing_flagged ON filing (mailbox, message) WHERE flags & 2;

        CREATE TABLE body (
          message INTEGER PRIMARY KEY,
          rank INTEGER NOT NULL,
          bytes INTEGER NOT NULL,
          text TEXT NOT NULL,
          content TEXT NOT NULL
        );
        CREATE INDEX body_rank ON body (rank);

        CREATE TABLE traffic (
          account INTEGER NOT NULL,
          hour INTEGER NOT NULL,
          total INTEGER NOT NULL,
          PRIMARY KEY (account, hour)
        ) WITHOUT ROWID;

        CREATE TABLE shard (
          number INTEGER PRIMARY KEY,
          total INTEGER NOT NULL,
          lowest INTEGER NOT NULL,
          highest INTEGER NOT NULL
        );
        \(triggers)
        """

    /// The totals of version 1. The constants are the bits of `MessageFlags`: 2048 unread, 512 held.
    private static let triggers = """
        CREATE TRIGGER message_added AFTER INSERT ON message BEGIN
          UPDATE account SET total = total + 1, unread = unread + (new.flags & 2048 <> 0),
            held = held + (new.flags & 512 <> 0) WHERE ref = new.account;
          UPDATE thread SET total = total + 1, unread = unread + (new.flags & 2048 <> 0) WHERE ref = new.thread;
        END;
        CREATE TRIGGER message_removed AFTER DELETE ON message BEGIN
          UPDATE account SET total = total - 1, unread = unread - (old.flags & 2048 <> 0),
            held = held - (old.flags & 512 <> 0) WHERE ref = old.account;
          UPDATE thread SET total = total - 1, unread = unread - (old.flags & 2048 <> 0) WHERE ref = old.thread;
          DELETE FROM thread WHERE ref = old.thread AND total = 0;
          DELETE FROM body WHERE message = old.key;
        END;
        CREATE TRIGGER message_flagged AFTER UPDATE OF flags ON message WHEN old.flags <> new.flags BEGIN
          UPDATE account SET unread = unread + (new.flags & 2048 <> 0) - (old.flags & 2048 <> 0),
            held = held + (new.flags & 512 <> 0) - (old.flags & 512 <> 0) WHERE ref = new.account;
          UPDATE thread SET unread = unread + (new.flags & 2048 <> 0) - (old.flags & 2048 <> 0)
            WHERE ref = new.thread;
        END;
        CREATE TRIGGER traffic_added AFTER INSERT ON message
        WHEN new.key >> 24 >= (SELECT value FROM setting WHERE name = 'traffic-floor') BEGIN
          INSERT INTO traffic VALUES (new.account, (new.key >> 24) / 3600, 1)
            ON CONFLICT DO UPDATE SET total = total + 1;
        END;
        CREATE TRIGGER filing_added AFTER INSERT ON filing BEGIN
          UPDATE mailbox SET total = total + 1, unread = unread + (new.flags & 2048 <> 0) WHERE ref = new.mailbox;
        END;
        CREATE TRIGGER filing_removed AFTER DELETE ON filing BEGIN
          UPDATE mailbox SET total = total - 1, unread = unread - (old.flags & 2048 <> 0) WHERE ref = old.mailbox;
        END;
        CREATE TRIGGER filing_flagged AFTER UPDATE OF flags ON filing WHEN old.flags <> new.flags BEGIN
          UPDATE mailbox SET unread = unread + (new.flags & 2048 <> 0) - (old.flags & 2048 <> 0)
            WHERE ref = new.mailbox;
        END;
        CREATE TRIGGER body_added AFTER INSERT ON body BEGIN
          UPDATE setting SET value = value + new.bytes WHERE name = 'body-bytes';
        END;
        CREATE TRIGGER body_removed AFTER DELETE ON body BEGIN
          UPDATE setting SET value = value - old.bytes WHERE name = 'body-bytes';
        END;
        """
}

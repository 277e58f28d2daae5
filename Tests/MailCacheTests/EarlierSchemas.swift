/// The cache's tables as earlier versions of the program made them. A version that is new is added here, as one more step,
/// once it has been released; nothing that is here ever changes.
enum EarlierSchemas {
    static let steps = [first, second, third, fourth]

    private static let first = """
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

    private static let second = """
        CREATE TABLE server_standing (
          message INTEGER PRIMARY KEY,
          mailboxes TEXT NOT NULL,
          keywords TEXT NOT NULL
        );
        CREATE TRIGGER server_standing_removed AFTER DELETE ON message BEGIN
          DELETE FROM server_standing WHERE message = old.key;
        END;
        """

    private static let third = """
        DROP TRIGGER message_added;
        DROP TRIGGER traffic_added;
        DROP TRIGGER filing_added;
        DELETE FROM setting WHERE name = 'traffic-floor';
        """

    private static let fourth = """
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
}

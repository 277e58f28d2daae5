extension Store {
    /// The tables. An email's rowid is its account's id times 2^32 plus its own number.
    ///
    /// What Email/get answers without looking into the message is kept as JSON text, ready to be sent.
    static let schema = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        PRAGMA temp_store = MEMORY;
        CREATE TABLE IF NOT EXISTS account (
            id INTEGER PRIMARY KEY, change INTEGER NOT NULL, states TEXT NOT NULL, email INTEGER NOT NULL,
            mailbox INTEGER NOT NULL, used INTEGER NOT NULL, keywords TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS change (
            account INTEGER NOT NULL, type INTEGER NOT NULL, seq INTEGER NOT NULL, item INTEGER NOT NULL,
            operation INTEGER NOT NULL, PRIMARY KEY (account, type, seq, item)) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS change_by_seq ON change (account, seq);
        CREATE TABLE IF NOT EXISTS blob (hash BLOB PRIMARY KEY, data BLOB NOT NULL);
        CREATE TABLE IF NOT EXISTS upload (
            account INTEGER NOT NULL, hash BLOB NOT NULL, expires INTEGER NOT NULL, PRIMARY KEY (account, hash))
            WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS mailbox (
            account INTEGER NOT NULL, id INTEGER NOT NULL, name TEXT NOT NULL, parent INTEGER, role TEXT,
            sort_order INTEGER NOT NULL, is_subscribed INTEGER NOT NULL, PRIMARY KEY (account, id)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS email (
            id INTEGER PRIMARY KEY, thread INTEGER NOT NULL, hash BLOB NOT NULL, blob_id TEXT NOT NULL,
            size INTEGER NOT NULL, received INTEGER NOT NULL, sent INTEGER NOT NULL, base_subject TEXT NOT NULL,
            sort_from TEXT NOT NULL, sort_to TEXT NOT NULL, mailboxes TEXT NOT NULL, keywords TEXT NOT NULL,
            has_attachment INTEGER NOT NULL, message_id TEXT NOT NULL, in_reply_to TEXT NOT NULL, refs TEXT NOT NULL,
            sender TEXT NOT NULL, "from" TEXT NOT NULL, "to" TEXT NOT NULL, cc TEXT NOT NULL, bcc TEXT NOT NULL,
            reply_to TEXT NOT NULL, subject TEXT NOT NULL, sent_at TEXT NOT NULL, preview TEXT NOT NULL);
        CREATE INDEX IF NOT EXISTS email_by_hash ON email (hash);
        CREATE TABLE IF NOT EXISTS membership (
            account INTEGER NOT NULL, mailbox INTEGER NOT NULL, email INTEGER NOT NULL, thread INTEGER NOT NULL,
            is_unseen INTEGER NOT NULL, PRIMARY KEY (account, mailbox, email)) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS membership_by_thread ON membership (account, thread, email);
        CREATE TABLE IF NOT EXISTS keyword (
            account INTEGER NOT NULL, name TEXT NOT NULL, email INTEGER NOT NULL, PRIMARY KEY (account, name, email))
            WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS reference (
            account INTEGER NOT NULL, message_id TEXT NOT NULL, email INTEGER NOT NULL, is_own INTEGER NOT NULL,
            PRIMARY KEY (account, message_id, email)) WITHOUT ROWID;
        CREATE VIRTUAL TABLE IF NOT EXISTS email_text USING fts5 ("from", "to", cc, bcc, subject, body);
        CREATE TABLE IF NOT EXISTS identity (
            account INTEGER NOT NULL, id INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY (account, id)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS submission (
            account INTEGER NOT NULL, id INTEGER NOT NULL, email INTEGER NOT NULL, thread INTEGER NOT NULL,
            identity INTEGER NOT NULL, envelope TEXT NOT NULL, send_at INTEGER NOT NULL, undo_status TEXT NOT NULL,
            delivery TEXT NOT NULL, queue INTEGER, PRIMARY KEY (account, id)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS queue (
            id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL, submission INTEGER NOT NULL,
            hash BLOB NOT NULL, return_path TEXT NOT NULL, recipients TEXT NOT NULL, created INTEGER NOT NULL,
            due INTEGER NOT NULL);
        """
}

import AgenticMail
import Guard
import JMAP
import MailCache

/// The conversation that a held message belongs to, as far as this login's cache has it.
struct ThreadBehind: Equatable {
    /// Messages that are listed, the newest ones.
    private static let most = 8
    /// What the guard writes to agents carries this keyword and is no part of the conversation.
    private static let noteKeyword = "agenticmail-note"

    /// The draft's own row; nil where the cache has it not.
    var draft: MessageRow?
    /// The messages before and after it, the oldest first.
    var messages: [MessageRow] = []
    /// How many messages there are that are not listed.
    var more = 0
    /// How many came from somebody else after the message was held.
    var newer = 0

    init() {}

    /// Reads the conversation of a hold.
    init(_ hold: HoldSummary, _ reader: CacheReader) {
        let entry = hold.entry
        guard let row = try? reader.message(entry.draft, in: entry.account) else { return }
        draft = row
        let window = try? reader.messages(
            in: .thread(entry.account, row.threadID), filter: MessageFilter(), order: .newestFirst, from: .top,
            limit: 200)
        let others = (window?.rows ?? []).filter { other in
            other.key != row.key && !other.keywords.contains(Self.noteKeyword)
                && !(other.flags.contains(.outgoing) && other.subject == row.subject && other.preview == row.preview)
        }
        messages = others.prefix(Self.most).reversed()
        more = others.count - messages.count
        newer = others.count { !$0.flags.contains(.outgoing) && $0.receivedAt > entry.createdAt.seconds }
    }
}

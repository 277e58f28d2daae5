import AgenticMail
import FoundationEssentials
import SafeText

/// How values stand in the cells of tables.
enum Cells {
    /// A time in the person's time zone, short where it is near.
    static func time(_ date: Date?, now: Date = Date()) -> SafeText {
        date.map { SafeText(listTime: $0, now: now) } ?? ""
    }

    /// The letters of a message's state, each always in its own column.
    static func flags(_ message: MessageSummary) -> SafeText {
        let letters: [(Bool, SafeText)] = [
            (message.isUnread, "N"), (message.isFlagged, "F"), (message.isAnswered, "R"), (message.hasAttachment, "A"),
            (message.isHeld, "H"),
        ]
        return letters.reduce(SafeText.empty) { $0 + ($1.0 ? $1.1 : ".") }
    }

    /// The sender's name, or address.
    static func sender(_ message: MessageSummary) -> SafeText {
        SafeText(untrusted: message.fromName.isEmpty ? message.from ?? "" : message.fromName)
    }
}

extension Output {
    /// Prints messages as a list.
    func messages(_ messages: [MessageSummary]) throws {
        try list(
            messages, empty: "There is no such message.",
            columns: [
                Column("ID") { SafeText(untrusted: $0.id) },
                Column("FLAGS") { Cells.flags($0) },
                Column("TIME") { Cells.time($0.receivedAt) },
                Column("ACCOUNT", least: 6) { SafeText(untrusted: $0.account) },
                Column("FROM", least: 10) { Cells.sender($0) },
                Column("SUBJECT", least: 16) { SafeText(untrusted: $0.subject) },
                Column("SIZE", isTrailing: true) { SafeText(bytes: Int64($0.size)) },
            ])
    }
}

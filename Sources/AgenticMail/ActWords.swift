package import MailCache

/// Acts in words for a person; without a full stop.
package enum ActWords {
    /// What an act has done, such as "Moved 3 to Trash"; may hold a mailbox's name, which is untrusted.
    package static func title(_ act: ActRow) -> String {
        let count = act.total
        return switch act.kind {
        case .seen: "Marked \(count) as read"
        case .unseen: "Marked \(count) as unread"
        case .flagged: "Flagged \(count)"
        case .unflagged: "Took the flag from \(count)"
        case .keywordSet: "Set \(act.place) on \(count)"
        case .keywordRemoved: "Took \(act.place) from \(count)"
        case .move: "Moved \(count) to \(act.place)"
        case .trash: "Moved \(count) to Trash"
        case .archive: "Moved \(count) to Archive"
        case .undo: "Changed \(count) back"
        }
    }

    /// What an act would do.
    package static func plan(_ act: MessageAct, _ count: Int) -> String {
        switch act {
        case .seen(let isSet): "Would mark \(count) as \(isSet ? "read" : "unread")"
        case .flagged(let isSet): isSet ? "Would flag \(count)" : "Would take the flag from \(count)"
        case .trash: "Would move \(count) to Trash"
        case .archive: "Would move \(count) to Archive"
        case .move(let name): "Would move \(count) to \(name)"
        }
    }

    /// What taking an act back came to.
    package static func undone(_ receipt: UndoReceipt) -> String {
        let title = title(receipt.act)
        if receipt.unsent + receipt.reversed == 0 {
            return receipt.refused > 0
                ? "Nothing to take back of “\(title)”: it was refused" : "Nothing to take back of “\(title)”"
        }
        return receipt.reversed == 0 ? "Taken back before it was sent: \(title)" : "Taken back: \(title)"
    }

    /// How far an act is, such as "2 waiting, 1 refused".
    package static func state(_ act: ActRow) -> String {
        var parts: [String] = []
        if act.waiting > 0 { parts.append("\(act.waiting) waiting") }
        if act.refused > 0 { parts.append("\(act.refused) refused") }
        if let count = act.counts[.takenBack], count > 0 { parts.append("\(count) never sent") }
        if act.isTakenBack { parts.append("taken back") }
        return parts.isEmpty ? "done" : parts.joined(separator: ", ")
    }
}

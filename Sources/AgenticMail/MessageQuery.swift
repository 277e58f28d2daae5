import MailCache

/// Which messages are asked for.
public struct MessageQuery: Sendable, Hashable {
    /// The account's id; `nil` asks in all.
    public var agent: String?
    /// The mailbox's id, in the account; `nil` asks in all.
    public var mailbox: String?
    /// Only messages that nobody has read.
    public var isUnread = false
    /// Only flagged messages.
    public var isFlagged = false
    /// Only what the guard holds back.
    public var isHeld = false
    /// Words that must be found anywhere.
    public var text = ""
    /// Words of the sender.
    public var from = ""
    /// Words of the recipients.
    public var to = ""
    /// Words of the subject.
    public var subject = ""

    /// All messages.
    public init() {}

    /// Reads what a person typed: plain words, `"words side by side"`, `from:`, `to:`, `subject:`, `is:unread`,
    /// `is:flagged`, `is:held`.
    ///
    /// - Parameter words: As a shell split them; a word with a space in it was quoted.
    public init(searching words: [String]) {
        for word in words.flatMap(Self.pieces) {
            let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            switch (parts.first?.lowercased(), parts.count > 1 ? parts[1] : nil) {
            case ("from", let value?): Self.add(value, to: &from)
            case ("to", let value?): Self.add(value, to: &to)
            case ("subject", let value?): Self.add(value, to: &subject)
            case ("is", "unread"): isUnread = true
            case ("is", "flagged"): isFlagged = true
            case ("is", "held"): isHeld = true
            default: Self.add(word, to: &text)
            }
        }
    }

    private static func add(_ word: String, to text: inout String) {
        text += text.isEmpty ? word : " \(word)"
    }

    /// Splits at spaces that stand outside of quotation marks, which are kept for the full text.
    private static func pieces(_ text: String) -> [String] {
        var pieces: [String] = []
        var piece = ""
        var isQuoted = false
        for character in text {
            if character == "\"" { isQuoted.toggle() }
            if character.isWhitespace, !isQuoted {
                if !piece.isEmpty { pieces.append(piece) }
                piece = ""
            } else {
                piece.append(character)
            }
        }
        if !piece.isEmpty { pieces.append(piece) }
        return pieces
    }

    var filter: MessageFilter {
        var filter = MessageFilter()
        if isUnread { filter.with.insert(.unread) }
        if isHeld { filter.with.insert(.held) }
        if isFlagged { filter.with.insert(.flagged) }
        filter.text = text
        filter.from = from
        filter.to = to
        filter.subject = subject
        return filter
    }
}

import AgenticMail
import Guard
import SafeText
import TerminalUI

/// A hold's facts in words, the same on every screen of the desk.
enum HoldWords {
    /// How long it can still be decided; `!` says that half of the time is gone.
    static func left(_ hold: HoldSummary, _ now: Int64) -> Line {
        guard hold.state == .held else { return Line("-", .muted) }
        let seconds = hold.secondsLeft(at: now)
        guard seconds > 0 else { return Line("over", .error) }
        let text: SafeText =
            switch seconds {
            case (48 * 3_600 + 1)...: "\(seconds / 86_400)d"
            case 3_600...: "\(seconds / 3_600)h"
            case 60...: "\(seconds / 60)m"
            default: "\(seconds)s"
            }
        guard hold.isPastReminder(at: now) else { return Line(text, .time) }
        return Line(text + "!", seconds < 3_600 ? .error : .warning)
    }

    /// The same as the end of a sentence.
    static func leftInFull(_ hold: HoldSummary, _ now: Int64) -> SafeText {
        let seconds = hold.secondsLeft(at: now)
        guard seconds > 0 else { return "the deadline has passed" }
        let reminder: SafeText = hold.isPastReminder(at: now) ? ", more than half of the time is gone" : .empty
        switch seconds {
        case 7_200...: return "\(seconds / 3_600) hours left\(reminder)"
        case 120...: return "\(seconds / 60) minutes left\(reminder)"
        default: return "\(seconds) seconds left\(reminder)"
        }
    }

    /// Who gets it, those outside and look-alikes marked: the ones to look at come first.
    static func recipients(_ hold: HoldSummary) -> Line {
        let sorted =
            hold.lookAlikes + hold.outside.filter { !$0.isLookAlike } + hold.recipients.filter { !$0.isOutside }
        guard let first = sorted.first else { return Line("nobody", .error) }
        var spans = [Span(mark(first), first.isLookAlike ? .error : first.isOutside ? .outsider : .text)]
        if sorted.count > 1 { spans.append(Span(" +\(sorted.count - 1)", .count)) }
        spans.insert(
            Span(SafeText(untrusted: first.address), first.isOutside ? .outsider : .text), at: 1)
        return Line(spans)
    }

    /// Who has written mail that came in.
    static func sender(_ hold: HoldSummary) -> Line {
        let sender = hold.entry.envelope.sender
        return sender.isEmpty ? Line("nobody named", .error) : Line("← \(untrusted: sender)", .outsider)
    }

    private static func mark(_ recipient: HoldSummary.Recipient) -> SafeText {
        recipient.isLookAlike ? "≈" : recipient.isOutside ? "→" : " "
    }

    /// The state in a word.
    static func state(_ state: HoldState) -> SafeText {
        switch state {
        case .changesRequested: "changes"
        default: SafeText(untrusted: state.rawValue)
        }
    }

    static func role(_ state: HoldState) -> Role {
        switch state {
        case .held: .held
        case .approved, .sending: .warning
        case .sent: .success
        case .uncertain, .failed: .error
        case .rejected, .changesRequested, .withdrawn, .expired, .canceled: .muted
        }
    }
}

package import MailCache
package import SafeText
import TerminalUI

/// A message's flags as letters in fixed columns, so that no flag is told by colour alone.
///
/// | column | letters |
/// | --- | --- |
/// | 1 | `*` marked, `w` waits for the server |
/// | 2 | `N` new (unread), `D` draft, `H` held |
/// | 3 | `F` flagged, `J` junk, `P` phishing |
/// | 4 | `R` replied to, `W` forwarded |
/// | 5 | `A` attachment |
package enum FlagLetters {
    /// What each letter means, for the help.
    package static let legend: SafeText =
        "* marked  w waiting  N new  D draft  H held  F flagged  J junk  P phishing  R replied  W forwarded  A attachment"

    /// The letters of a row in so many columns: five, or two with the most telling one.
    package static func line(_ flags: MessageFlags, isMarked: Bool, isWaiting: Bool = false, columns: Int) -> Line {
        let mark = isMarked ? Span("*", .key) : Span(isWaiting ? "w" : " ", .warning)
        let state: Span =
            if flags.contains(.held) {
                Span("H", .held)
            } else if flags.contains(.draft) {
                Span("D", .muted)
            } else if flags.contains(.unread) {
                Span("N", .unread)
            } else {
                Span(" ")
            }
        let judged: Span =
            if flags.contains(.phishing) {
                Span("P", .error)
            } else if flags.contains(.junk) {
                Span("J", .warning)
            } else if flags.contains(.flagged) {
                Span("F", .flagged)
            } else {
                Span(" ")
            }
        let answered = Span(flags.contains(.answered) ? "R" : flags.contains(.forwarded) ? "W" : " ", .muted)
        let attachment = Span(flags.contains(.attachment) ? "A" : " ", .muted)
        if columns >= 5 { return Line([mark, state, judged, answered, attachment]) }
        let telling = [state, judged, answered, attachment].first { $0.text != " " } ?? state
        return Line([mark, telling])
    }
}

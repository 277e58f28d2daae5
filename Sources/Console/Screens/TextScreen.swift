package import AgenticMail
package import JMAP
package import MailCache
package import SafeText
package import TerminalUI

/// A view of text to read and search: what the thread, the source and the headers have in common.
@UIActor
package class TextScreen: ScreenView {
    package let console: ConsoleModel
    package let screen: Screen
    package var text: TextView
    package private(set) var filter = ""
    package private(set) var size = Size(width: 80, height: 20)

    package init(_ screen: Screen, _ console: ConsoleModel, wraps: Bool) {
        self.screen = screen
        self.console = console
        text = TextView(wraps: wraps)
    }

    package var crumb: SafeText { SafeText(untrusted: screen.rawValue) }
    package var subject: SafeText { crumb }
    package var accountsShown: Set<AccountID> { [] }
    package var filterHint: SafeText { "what to find in the text" }
    /// Runs a command that only this view has.
    package func performOwn(_ id: Command.ID, _ arguments: [String]) -> Bool { false }
    /// Whether a fact holds that only this view knows.
    package func holdsOwn(_ requirement: Command.Requirement) -> Bool { false }
    /// The view was scrolled.
    package func scrolled() {}
    package func appear() {}
    package func cacheChanged(_ change: CacheChange) {}
    package func minuteTurned() {}

    package var position: SafeText {
        if let match = text.currentMatch { return "match \(match + 1)/\(text.matches.count)" }
        if text.isAtEnd { return text.top == 0 ? "all" : "end" }
        return "\(Int(text.progress * 100))%"
    }

    package func layout(_ size: Size) { self.size = size }

    package func draw(on surface: inout Surface) { text.draw(into: &surface) }

    package func holds(_ requirement: Command.Requirement) -> Bool {
        requirement == .filter ? !filter.isEmpty : holdsOwn(requirement)
    }

    package func setFilter(_ wanted: String) {
        filter = wanted
        let found = text.search(wanted)
        if !wanted.isEmpty, found == 0 { console.say("\(untrusted: wanted) is not in the text.", .refusal) }
        scrolled()
    }

    package func perform(_ id: Command.ID, _ arguments: [String]) -> Bool {
        if performOwn(id, arguments) { return true }
        switch id.rawValue {
        case "cursor.down": text.scroll(.down)
        case "cursor.up": text.scroll(.up)
        case "cursor.first": text.scroll(.first)
        case "cursor.last": text.scroll(.last)
        case "cursor.half-down": text.scroll(.halfPageDown)
        case "cursor.half-up": text.scroll(.halfPageUp)
        case "cursor.page-down": text.scroll(.pageDown)
        case "cursor.page-up": text.scroll(.pageUp)
        case "match.next": _ = text.nextMatch()
        case "match.previous": _ = text.previousMatch()
        case "scroll.left" where !text.wraps: text.scroll(columns: -8)
        case "scroll.right" where !text.wraps: text.scroll(columns: 8)
        default: return false
        }
        scrolled()
        return true
    }

    package func click(column: Int, row: Int, isDouble: Bool) {}

    package func wheel(by lines: Int) {
        text.scroll(by: lines)
        scrolled()
    }
}

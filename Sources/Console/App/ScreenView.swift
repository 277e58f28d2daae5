package import AgenticMail
package import JMAP
package import MailCache
package import SafeText
package import TerminalUI

/// One view of the console: what fills the frame, and what the keys act on.
///
/// A view reads the cache in bounded windows and never waits; what takes time is begun as a task that comes back to the
/// interface's actor.
@UIActor
package protocol ScreenView: AnyObject {
    /// Which screen it is: decides its keys, its help and its footer.
    var screen: Screen { get }
    /// What it adds to the breadcrumbs.
    var crumb: SafeText { get }
    /// Where the cursor is, such as `14/2,031`; empty where that means nothing.
    var position: SafeText { get }
    /// The filter in force as it was typed; empty where there is none.
    var filter: String { get }
    /// What can be typed as a filter, shown while nothing is.
    var filterHint: SafeText { get }
    /// What a thing is that it shows one of, for the window's narrow header: the account's name, mostly.
    var subject: SafeText { get }

    /// Whose rows are on the screen: they are asked about more often.
    var accountsShown: Set<AccountID> { get }

    /// Takes the room that it has, on every change of size and before it is first drawn.
    func layout(_ size: Size)
    /// Draws into the surface's region, which has the size that `layout` named.
    func draw(on surface: inout Surface)
    /// Makes ready what the next key may show, after a frame; answers whether the frame reads differently now.
    func readAhead() -> Bool
    /// Whether a fact holds that a command may need.
    func holds(_ requirement: Command.Requirement) -> Bool
    /// Runs a command of its own; false where it has none of that name.
    func perform(_ id: Command.ID, _ arguments: [String]) -> Bool
    /// Shows only what matches, as it is typed.
    func setFilter(_ text: String)
    /// Rows of the cache changed; called only while the view is on the screen.
    func cacheChanged(_ change: CacheChange)
    /// A minute turned: ages and dates may read differently.
    func minuteTurned()
    /// It comes to the screen, first or again.
    func appear()
    /// A press of the mouse on a line of its room.
    func click(column: Int, row: Int, isDouble: Bool)
    /// A turn of the wheel, in lines.
    func wheel(by lines: Int)
}

extension ScreenView {
    package var position: SafeText { .empty }
    package var filter: String { "" }
    package var filterHint: SafeText { "words, !not, from:name, is:unread, re:pattern" }
    package var subject: SafeText { crumb }
    package var accountsShown: Set<AccountID> { [] }
    package func readAhead() -> Bool { false }
    package func setFilter(_ text: String) {}
    package func cacheChanged(_ change: CacheChange) {}
    package func minuteTurned() {}
    package func appear() {}
    package func click(column: Int, row: Int, isDouble: Bool) {}
    package func wheel(by lines: Int) {}
}

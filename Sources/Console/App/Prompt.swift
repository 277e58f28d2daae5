import SafeText
package import TerminalUI

/// Something that takes the keys instead of the view until it is done.
@UIActor
package protocol Prompt: AnyObject {
    /// Takes a key; the prompt ends itself by setting the console's prompt to nil.
    func handle(_ key: Key)
    /// Takes pasted text.
    func paste(_ text: String)
    /// Draws over the whole screen, its input in the footer's row.
    func draw(on surface: inout Surface)
}

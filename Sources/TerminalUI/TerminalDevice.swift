package import SafeText

/// Where surfaces are shown and events come from: a real terminal, or one in memory.
@UIActor
package protocol TerminalDevice: AnyObject, Sendable {
    /// Columns and rows now.
    var size: Size { get }
    /// Whether boxes are left out, for screen readers.
    var isLinear: Bool { get }
    /// Descriptors that become readable when there are events.
    var descriptors: [Int32] { get }
    /// When unfinished input (an Esc alone) counts as complete; nothing while there is none.
    var inputDeadline: Duration? { get }
    /// Takes what has come in; never waits.
    func events() -> [Event]
    /// Shows a surface.
    func present(_ surface: Surface)
    /// Draws everything again at the next `present`: after Ctrl-L, or when something else wrote to the screen.
    func invalidate()
    /// Gives the terminal to `body` as it was found, and takes it back.
    func lend<Value>(_ body: () -> Value) -> Value
    /// Stops the process as Ctrl-Z does, and takes the terminal back when it goes on.
    func suspend()
    /// Puts text on the clipboard by OSC 52, where the terminal allows that.
    func copy(_ text: SafeText)
    /// Sets the window's title.
    func setTitle(_ title: SafeText)
    /// Uses another theme from the next `present` on.
    func setTheme(_ theme: Theme)
    /// Gives the terminal back for good.
    func close()
}

package import AgenticMail
package import MailCache
package import SafeText
package import TerminalUI

/// Every message of every agent as it happens, the newest first.
@UIActor
package final class LiveScreen: MessageListScreen {
    private var isPaused = false
    /// Messages that came while it was paused.
    private var missed = 0

    package init(_ console: ConsoleModel) {
        super.init(.live, console)
        readAgain()
    }

    package override var crumb: SafeText {
        guard isPaused else { return "live" }
        return missed == 0 ? "live (paused)" : "live (paused, \(missed) new)"
    }
    package override var showsSeconds: Bool { true }
    package override var followsStart: Bool { true }
    package override var emptyText: SafeText {
        filter.isEmpty ? "Quiet so far: what agents send and receive appears here." : super.emptyText
    }

    package override func cacheChanged(_ change: CacheChange) {
        guard isPaused else { return reload() }
        missed += change.added.count
    }

    package override func appear() { if !isPaused { reload() } }

    package override func performOwn(_ id: Command.ID, _ arguments: [String]) -> Bool {
        guard id == "live.pause" else { return super.performOwn(id, arguments) }
        isPaused.toggle()
        missed = 0
        if !isPaused { reload() }
        return true
    }
}

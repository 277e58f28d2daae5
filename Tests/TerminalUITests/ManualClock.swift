import Synchronization
import TerminalUI

/// A clock that stands still until a test moves it.
final class ManualClock: Sendable {
    private let time = Mutex(Duration.seconds(1_000))

    var clock: UIClock { UIClock { self.time.withLock { $0 } } }

    func advance(_ duration: Duration) {
        time.withLock { $0 += duration }
    }
}

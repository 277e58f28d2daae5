import AgenticMail
import FoundationEssentials
import Glibc
import SafeText
import Synchronization

/// One line on the terminal that says how far a long work is, with its rate and the time left; it is written over again.
///
/// Where standard error is no terminal nothing is written.
final class ProgressMeter: Sendable {
    private struct State {
        var shown: ContinuousClock.Instant?
        var isOnScreen = false
    }

    private let output: Output
    private let unit: String
    private let isTerminal = isatty(2) == 1
    private let began = ContinuousClock.now
    private let state = Mutex(State())

    /// Makes a meter; the clock begins now.
    ///
    /// - Parameter unit: What is counted, in the plural.
    init(_ output: Output, unit: String) {
        self.output = output
        self.unit = unit
    }

    /// Says how far it is, ten times a second at most.
    func show(_ done: Int, of total: Int) {
        guard isTerminal, !output.isJSON else { return }
        let now = ContinuousClock.now
        state.withLock { state in
            if state.isOnScreen, let shown = state.shown, now - shown < .milliseconds(100), done < total { return }
            state.shown = now
            state.isOnScreen = true
            output.overwrite(Self.text(done, of: total, unit, after: (now - began) / .seconds(1)))
        }
    }

    /// Takes the line away, before other lines are written.
    func clear() {
        state.withLock { state in
            guard state.isOnScreen else { return }
            state.isOnScreen = false
            output.overwrite("")
        }
    }

    /// The line: `120 of 1000 agents, 34 a second, 26 s left`.
    static func text(_ done: Int, of total: Int, _ unit: String, after seconds: Double) -> SafeText {
        let rate = seconds > 0 ? Double(done) / seconds : 0
        var text: SafeText = "\(done) of \(total) \(untrusted: unit)"
        guard rate > 0, rate.isFinite else { return text }
        text = text + ", \(untrusted: rate < 10 ? "\((rate * 10).rounded() / 10)" : "\(Int(rate))") a second"
        let left = (Double(max(0, total - done)) / rate).rounded(.up)
        guard left < 1_000_000 else { return text }
        let whole = Int(left)
        return text + (whole < 60 ? ", \(whole) s left" : ", \(whole / 60) min \(whole % 60) s left")
    }
}

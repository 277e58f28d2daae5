import AgenticMail
import Glibc

/// A failure that was asked for, to try the way back: `step:N` lets step N fail before it does anything, `kill:N` ends
/// the process with SIGKILL right after step N; 0 is before the first.
package struct SetupFault: Sendable, Hashable {
    private let kills: Bool
    private let step: Int

    /// Reads `step:N` or `kill:N`; nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, ["step", "kill"].contains(parts[0]), let step = Int(parts[1]),
            (0...SetupStep.Kind.allCases.count).contains(step)
        else { return nil }
        kills = parts[0] == "kill"
        self.step = step
    }

    func before(_ kind: SetupStep.Kind) throws(WorkspaceError) {
        guard !kills, kind.rawValue == step else { return }
        throw WorkspaceError(
            .failed, "Step \(step) failed because AGENTICMAIL_FAULT asks for it.",
            cure: "Unset AGENTICMAIL_FAULT to set up.")
    }

    func after(_ number: Int) {
        guard kills, number == step else { return }
        kill(getpid(), SIGKILL)
    }
}

import Glibc

/// A failure that was asked for, to try the way back: `step:N` lets step N fail before it does anything, `kill:N` ends
/// the process with SIGKILL right after step N has done its work and before the journal knows. `kill:0` ends it when the
/// intent is in the journal and nothing is done.
package struct FaultPoint: Sendable, Hashable {
    private enum Kind: Sendable, Hashable {
        case fail, kill
    }

    private let kind: Kind
    private let step: Int

    /// The name of the environment variable that asks for one.
    package static let variable = "AGENTICMAIL_FAULT"

    /// Reads `step:N` or `kill:N`; nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let step = Int(parts[1]), (0...ProvisioningStep.Kind.allCases.count).contains(step)
        else { return nil }
        switch parts[0] {
        case "step": kind = .fail
        case "kill": kind = .kill
        default: return nil
        }
        self.step = step
    }

    /// Fails where this is the step that is to fail.
    func before(_ step: ProvisioningStep.Kind) throws(AgentsError) {
        guard kind == .fail, step.rawValue == self.step else { return }
        throw AgentsError(
            .fault, "Step \(step.rawValue) failed because \(Self.variable) asks for it.",
            cure: "Unset \(Self.variable) to make the agent.")
    }

    /// Ends the process where this is the step after which it is to end; 0 is before the first.
    func after(_ number: Int) {
        guard kind == .kill, number == step else { return }
        kill(getpid(), SIGKILL)
    }
}

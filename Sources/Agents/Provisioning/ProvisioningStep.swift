import JMAP
import Stalwart

/// One step of making an agent: what it does, how it is taken back, and how one sees whether it was done.
///
/// The form, the command line and the tests walk the same list.
package struct ProvisioningStep: Sendable {
    /// The steps in the order in which they are done; the raw value is the number that a fault names.
    package enum Kind: Int, Sendable, Hashable, CaseIterable, Codable {
        case domain = 1
        case role, account, mailboxes, key, proof, row
        /// Only where an agent is restored, before the row; its number is the last so that the others keep theirs.
        case mail

        /// Whether the journal is written before it: the account goes with all that the steps after it make.
        var isJournalled: Bool {
            switch self {
            case .domain, .role, .account, .row: true
            case .mailboxes, .key, .proof, .mail: false
            }
        }

        /// What the step does, in words for a person.
        package var title: String {
            switch self {
            case .domain: "Find the domain, or make it"
            case .role: "Find the role that cannot send, or make it"
            case .account: "Make the account"
            case .mailboxes: "Make the mailboxes Outbox, Held and Rejected"
            case .key: "Make the key"
            case .proof: "Prove that it cannot send"
            case .row: "Store the key and enter the agent"
            case .mail: "Put the archive's mail in and read it back"
            }
        }
    }

    /// Which step it is.
    package let kind: Kind
    /// Looks at what it will need to know after a crash; what it finds is in the journal before anything is done.
    let prepare: @Sendable (ProvisioningContext, inout ProvisioningState) async throws(AgentsError) -> Void
    /// Does it, and writes what it made into the state.
    let perform: @Sendable (ProvisioningContext, inout ProvisioningState) async throws(AgentsError) -> Void
    /// Whether this intent has done it already, as the server shows; what it made is written into the state.
    let check: @Sendable (ProvisioningContext, inout ProvisioningState) async throws(AgentsError) -> Bool
    /// Takes back what this intent made and nothing else; doing it twice is harmless.
    let undo: @Sendable (ProvisioningContext, inout ProvisioningState) async throws(AgentsError) -> Void

    init(
        kind: Kind,
        prepare: @escaping @Sendable (ProvisioningContext, inout ProvisioningState) async throws(AgentsError) -> Void =
            { _, _ in },
        perform: @escaping @Sendable (ProvisioningContext, inout ProvisioningState) async throws(AgentsError) -> Void,
        check: @escaping @Sendable (ProvisioningContext, inout ProvisioningState) async throws(AgentsError) -> Bool,
        undo: @escaping @Sendable (ProvisioningContext, inout ProvisioningState) async throws(AgentsError) -> Void
    ) {
        self.kind = kind
        self.prepare = prepare
        self.perform = perform
        self.check = check
        self.undo = undo
    }

    /// Every step of a plan, in order.
    package static func all(of plan: AgentPlan) -> [ProvisioningStep] {
        let first = [domain, role, account, mailboxes, key, proof]
        return plan.archive == nil ? first + [row] : first + [mail, row]
    }
}

/// What a step may use.
struct ProvisioningContext: Sendable {
    let administration: any Administration
    let intent: Intent
    /// Tries whether a credential can send; the proof of a step near the end.
    let prover: Prover
    /// Told how far a long step is.
    let progress: @Sendable (ProvisioningStep.Kind, Int, Int) -> Void
    /// What agents that were made before have found; nil where each looks for itself.
    let known: KnownPlaces?
}

/// What the steps of an intent know and have made. What goes into the journal is in ``made``; a key never does.
struct ProvisioningState: Sendable {
    var made: IntentProgress
    /// The key, from its step to the end; nil in an intent that was read from the journal.
    var key: IssuedCredential?
    /// Whether the key is where the operator wants it stored.
    var isStored = false
}

/// How a step of a creation goes, as it happens.
package enum ProvisioningEvent: Sendable {
    case began(ProvisioningStep.Kind)
    case done(ProvisioningStep.Kind)
    /// A long step has done so many parts of so many.
    case progressed(ProvisioningStep.Kind, Int, Int)
    case failed(ProvisioningStep.Kind, AgentsError)
    case undoing(ProvisioningStep.Kind)
    case undone(ProvisioningStep.Kind)
    /// What was made could not be taken back now; the journal keeps it for the next start.
    case left(ProvisioningStep.Kind, AgentsError)
}

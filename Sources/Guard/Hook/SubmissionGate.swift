import Synchronization

/// What this guard is submitting right now: what its hook lets through.
final class SubmissionGate: Sendable {
    /// One submission that is under way.
    struct Permit: Sendable {
        let hold: String
        let sender: String
        let recipients: Set<String>
        let print: MessagePrint
        /// Whether a person has looked at it.
        let isReviewed: Bool

        init(_ held: HeldMessage) {
            hold = held.entry.id
            sender = held.entry.envelope.sender.lowercased()
            recipients = Set(held.entry.envelope.recipients.map { $0.lowercased() })
            print = MessagePrint(held.bytes)
            isReviewed = !held.entry.reasons.isEmpty
        }

        /// Whether the hook is shown this submission.
        func covers(_ message: HookMessage, _ print: MessagePrint) -> Bool {
            message.sender.lowercased() == sender
                && Set(message.recipients.map { $0.lowercased() }).isSubset(of: recipients)
                && self.print.matches(print)
        }
    }

    /// The permits by hold, with the end of the lease under which they were given.
    private let permits = Mutex<[String: (permit: Permit, until: Int64)]>([:])
    private let policyBox = Mutex(Policy())
    private let counts = Mutex(HookCounts())

    func open(_ permit: Permit, until: Int64) {
        permits.withLock { $0[permit.hold] = (permit, until) }
    }

    func close(_ hold: String) {
        permits.withLock { $0[hold] = nil }
    }

    /// The permit of a hold, as long as the lease lasts under which it was given.
    func permit(_ hold: String, at now: Int64) -> Permit? {
        permits.withLock { $0[hold].flatMap { now < $0.until ? $0.permit : nil } }
    }

    /// The policy that holds now, the last good one.
    var policy: Policy {
        get { policyBox.withLock { $0 } }
        set { policyBox.withLock { $0 = newValue } }
    }

    func count(_ change: (inout HookCounts) -> Void) {
        counts.withLock { change(&$0) }
    }

    var hookCounts: HookCounts { counts.withLock { $0 } }
}

/// How the hook has answered since the start.
package struct HookCounts: Sendable, Hashable {
    /// Messages that may go on as they are.
    package var accepted = 0
    /// Messages that claim an agent and were not released.
    package var rejected = 0
    /// Messages that wait for a reviewer instead of lying in an agent's Inbox.
    package var diverted = 0
    /// Requests that could not be answered for certain: the sender is asked to try again.
    package var deferred = 0
    /// Requests without the secret, or that are none.
    package var refused = 0
}

/// A way by which mail could leave, or by which the right to send could be got.
package struct Door: Sendable, Hashable, Identifiable {
    /// What was found at a door.
    package enum State: String, Sendable, Hashable, Codable {
        /// The server refused it.
        case refused
        /// It let the credential through: the credential can send, or get the right to.
        case open
        /// There is no such door on this server, or it was not reached.
        case absent
        /// It could not be tried to the end: the proof does not hold.
        case uncertain
    }

    /// A stable name such as `submission.create`.
    package let id: String
    /// What was tried, in a few words.
    package let name: String
    /// What was found.
    package let state: State
    /// What the server answered; hostile text, cleaned and cut.
    package let evidence: String
    /// What an open door had made and is still there, because it could not be removed; empty mostly.
    package let remains: String

    /// Makes a value; `evidence` is cleaned and cut.
    package init(id: String, name: String, state: State, evidence: String, remains: String = "") {
        self.id = id
        self.name = name
        self.state = state
        self.evidence = StalwartError.cleaned(evidence)
        self.remains = StalwartError.cleaned(remains)
    }
}

/// What came of trying every door with one credential.
package struct SendingProof: Sendable, Hashable {
    /// Every door that was tried, in order.
    package let doors: [Door]

    /// Makes a value.
    package init(doors: [Door]) {
        self.doors = doors
    }

    /// Whether no door is open and none is uncertain.
    package var holds: Bool { !doors.isEmpty && failures.isEmpty }

    /// The doors that keep the proof from holding.
    package var failures: [Door] { doors.filter { $0.state == .open || $0.state == .uncertain } }

    /// What was found, in one sentence.
    package var sentence: String {
        guard !doors.isEmpty else { return "No door was tried, so nothing is proven." }
        let open = failures.filter { $0.state == .open }
        if !open.isEmpty {
            return "The credential can send or get the right to: \(open.map(\.name).joined(separator: ", "))."
        }
        if !holds { return "It is not proven: \(failures.map(\.name).joined(separator: ", ")) could not be tried." }
        let refused = doors.count { $0.state == .refused }
        return "It cannot send: \(refused) doors refused it, \(doors.count - refused) are not there."
    }
}

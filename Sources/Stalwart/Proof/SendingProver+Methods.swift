import JMAP

extension SendingProver {
    /// A method that is tried, and what it means when the server does not refuse it.
    struct Attempt: Sendable {
        let id: String
        let name: String
        let method: String
        let arguments: [String: JSON]
        var capabilities: [Capability] = []
        /// Whether the account is named in the arguments.
        var isOfAccount = true
    }

    /// The doors that are methods of JMAP.
    func methodDoors(_ session: Session) async -> [Door] {
        var doors = [capabilityDoor(session)]
        for attempt in Self.attempts(address: address, account: account) {
            doors.append(await tried(attempt, session))
        }
        return doors
    }

    /// An account that may submit has the capability.
    private func capabilityDoor(_ session: Session) -> Door {
        let has = session.accounts[account]?.capabilities[.submission] != nil
        return Door(
            id: "session.submission", name: "submission in the session", state: has ? .open : .refused,
            evidence: has ? "the account has \(Capability.submission)" : "the account does not have it")
    }

    private func tried(_ attempt: Attempt, _ session: Session) async -> Door {
        func door(_ state: Door.State, _ evidence: String, _ remains: String = "") -> Door {
            Door(id: attempt.id, name: attempt.name, state: state, evidence: evidence, remains: remains)
        }
        // A server refuses a whole request for a capability that it has not.
        if let lacking = attempt.capabilities.first(where: { session.capabilities[$0] == nil }) {
            return door(.absent, "the server does not offer \(lacking)")
        }
        var arguments = attempt.arguments
        if attempt.isOfAccount { arguments["accountId"] = account.json }
        let answer: JSON
        do throws(JMAPError) {
            answer = try await client.call(
                RawCall(attempt.method, arguments, capabilities: attempt.capabilities))
        } catch {
            switch error.code {
            case .method("forbidden") where !error.detail.contains("Another process modified"):
                return door(.refused, error.detail.isEmpty ? "forbidden" : error.detail)
            // Rights are looked at first: whoever is told of the arguments has them.
            case .method("invalidArguments"): return door(.open, error.detail.isEmpty ? error.sentence : error.detail)
            case .method("unknownMethod"): return door(.absent, "no \(attempt.method)")
            case .method("accountNotSupportedByMethod"), .method("accountReadOnly"), .forbidden:
                return door(.refused, error.detail.isEmpty ? "refused" : error.detail)
            default: return door(.uncertain, error.sentence)
            }
        }
        return door(.open, "\(attempt.method) is not refused: \(answer)", await removed(attempt, answer))
    }
}

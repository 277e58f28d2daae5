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

    /// The doors that are methods of JMAP: as many as the server takes go with one request.
    func methodDoors(_ session: Session) async -> [Door] {
        let attempts = Self.attempts(address: address, account: account)
        let size = max(1, session.limits.maxCallsInRequest)
        let parts = stride(from: 0, to: attempts.count, by: size).map {
            Array(attempts[$0..<min($0 + size, attempts.count)])
        }
        let doors = await withTaskGroup(of: (Int, [Door]).self) { group in
            for (number, part) in parts.enumerated() {
                group.addTask { (number, await tried(part, session)) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        return [capabilityDoor(session)] + parts.indices.flatMap { doors[$0] ?? [] }
    }

    /// Tries attempts with one request; where that fails as a whole, each with a request of its own.
    private func tried(_ attempts: [Attempt], _ session: Session) async -> [Door] {
        let offered = attempts.filter { lacking($0, session) == nil }
        guard offered.count > 1 else {
            var doors: [Door] = []
            for attempt in attempts { doors.append(await tried(attempt, session)) }
            return doors
        }
        var request = Request()
        let calls = offered.map { request.call(call(of: $0)) }
        let response: Response
        do throws(JMAPError) { response = try await client.send(request) } catch {
            var doors: [Door] = []
            for attempt in attempts { doors.append(await tried(attempt, session)) }
            return doors
        }
        var doors: [Door] = []
        var answers = zip(offered, calls).makeIterator()
        for attempt in attempts {
            guard lacking(attempt, session) == nil, let (_, call) = answers.next() else {
                doors.append(await tried(attempt, session))
                continue
            }
            let answer: Result<JSON, JMAPError>
            do throws(JMAPError) { answer = .success(try response.get(call)) } catch { answer = .failure(error) }
            doors.append(await judged(attempt, answer))
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

    /// A server refuses a whole request for a capability that it has not.
    private func lacking(_ attempt: Attempt, _ session: Session) -> Capability? {
        attempt.capabilities.first { session.capabilities[$0] == nil }
    }

    private func call(of attempt: Attempt) -> RawCall {
        var arguments = attempt.arguments
        if attempt.isOfAccount { arguments["accountId"] = account.json }
        return RawCall(attempt.method, arguments, capabilities: attempt.capabilities)
    }

    private func tried(_ attempt: Attempt, _ session: Session) async -> Door {
        if let lacking = lacking(attempt, session) {
            return Door(
                id: attempt.id, name: attempt.name, state: .absent, evidence: "the server does not offer \(lacking)")
        }
        do throws(JMAPError) {
            return await judged(attempt, .success(try await client.call(call(of: attempt))))
        } catch {
            return await judged(attempt, .failure(error))
        }
    }

    /// What an answer means; what an open door made is removed again.
    private func judged(_ attempt: Attempt, _ answer: Result<JSON, JMAPError>) async -> Door {
        func door(_ state: Door.State, _ evidence: String, _ remains: String = "") -> Door {
            Door(id: attempt.id, name: attempt.name, state: state, evidence: evidence, remains: remains)
        }
        switch answer {
        case .success(let answer):
            return door(.open, "\(attempt.method) is not refused: \(answer)", await removed(attempt, answer))
        case .failure(let error):
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
    }
}

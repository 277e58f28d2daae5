import FoundationEssentials
package import JMAP
import Message
import Sodium

/// Answers the server's questions at DATA: the second lock on what agents send, and the screen before what they read.
///
/// It works beside the guard's rounds, in every guard that runs, the active one or not.
package actor HookDesk {
    private let server: MailServer
    private let gate: SubmissionGate
    private let screener: any InboundInspector
    private let secret: [UInt8]
    private let now: @Sendable () -> Int64
    private let log: @Sendable (GuardEvent) -> Void
    private var accounts = AccountList()
    private var accountsAt: Int64 = 0
    private var ledger: Ledger?

    /// Milliseconds after which the sender is asked to come again; the server itself waits longer.
    static let patience = 4_000
    /// For how many seconds a list of the accounts is good; a stranger in an agents' domain has it read again.
    private static let accountsAge: Int64 = 10

    init(
        _ server: MailServer, _ gate: SubmissionGate, screener: any InboundInspector, secret: [UInt8],
        now: @escaping @Sendable () -> Int64, log: @escaping @Sendable (GuardEvent) -> Void
    ) {
        self.server = server
        self.gate = gate
        self.screener = screener
        self.secret = secret
        self.now = now
        self.log = log
    }

    // MARK: Answers

    /// Answers a request of the server, or of whoever asks how the hook is.
    package nonisolated func answer(_ request: HookServer.Request) async -> HookServer.Answer {
        guard isAllowed(request.authorization) else {
            gate.count { $0.refused += 1 }
            return HookServer.Answer(status: 401, body: Array("{\"error\":\"The secret is missing or wrong.\"}".utf8))
        }
        guard request.method == "POST" else {
            return HookServer.Answer(status: 200, body: gate.hookCounts.json.encoded())
        }
        if request.isTooLong {
            return verdict(.reject("552", "5.3.4", "The message is too large to be looked into."))
        }
        guard let json = try? JSON(parsing: request.body) else {
            gate.count { $0.refused += 1 }
            return HookServer.Answer(status: 400, body: Array("{\"error\":\"That is no JSON.\"}".utf8))
        }
        if let stage = json["context"]?["stage"]?.string, stage.lowercased() != "data" {
            return verdict(.accept([]))
        }
        guard let message = HookMessage(json) else {
            gate.count { $0.refused += 1 }
            return HookServer.Answer(status: 400, body: Array("{\"error\":\"That is no message at DATA.\"}".utf8))
        }
        return verdict(await judgeInTime(message))
    }

    private nonisolated func isAllowed(_ authorization: String?) -> Bool {
        guard let authorization else { return false }
        if authorization.lowercased().hasPrefix("bearer ") {
            return Sodium.isEqual(Array(authorization.dropFirst(7).utf8), secret)
        }
        guard authorization.lowercased().hasPrefix("basic "),
            let text = Data(base64Encoded: String(authorization.dropFirst(6))).map(Array.init),
            let colon = text.firstIndex(of: 58)
        else { return false }
        return Sodium.isEqual(Array(text[(colon + 1)...]), secret)
    }

    /// What the hook says to a message.
    enum Verdict: Sendable {
        case accept([JSON])
        /// Status, enhanced status, words.
        case reject(String, String, String)

        /// The sender shall come again: nothing is lost.
        static let later = Verdict.reject("451", "4.3.0", "The guard cannot look into this now; try again later.")
    }

    private nonisolated func verdict(_ verdict: Verdict) -> HookServer.Answer {
        let json: JSON
        switch verdict {
        case .accept(let changes):
            gate.count { if changes.isEmpty { $0.accepted += 1 } else { $0.diverted += 1 } }
            json = ["action": "accept", "modifications": .array(changes)]
        case .reject(let status, let enhanced, let words):
            gate.count { if status.hasPrefix("4") { $0.deferred += 1 } else { $0.rejected += 1 } }
            json = [
                "action": "reject",
                "response": [
                    "status": .int(Int64(status) ?? 550), "enhancedStatus": .string(enhanced),
                    "message": .string(words), "disconnect": false,
                ],
            ]
        }
        return HookServer.Answer(status: 200, body: json.encoded())
    }

    /// Judges before the server loses its patience; what cannot be said by then is said as "later".
    private nonisolated func judgeInTime(_ message: HookMessage) async -> Verdict {
        await withTaskGroup(of: Verdict.self) { group in
            group.addTask { await self.judge(message) }
            group.addTask {
                try? await Task.sleep(for: .milliseconds(Self.patience))
                return .later
            }
            let first = await group.next() ?? .later
            group.cancelAll()
            return first
        }
    }

    // MARK: Judgement

    private func judge(_ message: HookMessage) async -> Verdict {
        do throws(GuardError) {
            let claimed = message.claimedSenders
            try await refreshAccounts(for: claimed.union(message.recipients))
            let agents = claimed.compactMap { accounts.agent(claimed: $0) }
            var isReviewed = false
            if !agents.isEmpty {
                guard let permit = try await permit(message),
                    agents.allSatisfy({ permit.sender == $0.address.lowercased() })
                else {
                    tell("hook.rejected", "Claims \(agents.map(\.address).joined(separator: ", "))")
                    return .reject(
                        "550", "5.7.1", "This message claims an agent as its sender and was not released by the guard.")
                }
                isReviewed = permit.isReviewed
            }
            let policy = gate.policy
            if let intake = policy.intake,
                message.recipients.contains(where: { $0.lowercased() == intake.lowercased() })
            {
                return .reject("550", "5.7.1", "Nobody writes to this address.")
            }
            return isReviewed ? .accept([]) : .accept(diversions(of: message, policy))
        } catch {
            return .later
        }
    }

    /// The recipients whose copy goes to the intake, as modifications of the envelope.
    private func diversions(of message: HookMessage, _ policy: Policy) -> [JSON] {
        guard let intake = policy.intake else { return [] }
        let screened = message.recipients.filter { recipient in
            accounts.agent(claimed: recipient).map { policy.isScreened($0.address) } ?? false
        }
        guard !screened.isEmpty else { return [] }
        let judged = screener.inspectInbound(message.raw, ownDomains: accounts.domains)
        guard judged.isQuarantined else { return [] }
        let print = MessagePrint(message.raw)
        var changes: [JSON] = []
        for recipient in screened {
            guard let agent = accounts.agent(claimed: recipient) else { continue }
            let stamp = HeldFor(agent: agent.address, print: print, secret: secret)
            changes += [
                ["type": "addHeader", "name": .string(HeldFor.header), "value": .string(stamp.value)],
                ["type": "deleteRecipient", "value": .string(recipient)],
            ]
        }
        changes.append(["type": "addRecipient", "value": .string(intake)])
        tell("hook.diverted", "\(screened.count) recipients")
        return changes
    }

    /// The permit of a submission: of this guard, or found in the ledger where another one is submitting.
    private func permit(_ message: HookMessage) async throws(GuardError) -> SubmissionGate.Permit? {
        let parsed = ParsedMessage(message.raw)
        guard message.login != nil, let hold = parsed.headers.last(named: "AgenticMail-Hold")?.text else { return nil }
        let print = MessagePrint(message.raw)
        if let permit = gate.permit(hold, at: now()) { return permit.covers(message, print) ? permit : nil }
        let ledger = try await openedLedger()
        guard let item = try await ledger.items(in: [.sending]).items.first(where: { $0.hold == hold }) else {
            return nil
        }
        let copies = try await ledger.attempts().filter { $0.hold == hold }.map(\.copy)
        // A guard that takes over destroys the copies of an attempt before it calls it ended.
        guard try await server.exist(copies, in: item.owner) else { return nil }
        let permit = SubmissionGate.Permit(try await ledger.read(item))
        return permit.covers(message, print) ? permit : nil
    }

    private func openedLedger() async throws(GuardError) -> Ledger {
        if let ledger { return ledger }
        let opened = try await Ledger.open(server)
        ledger = opened
        return opened
    }

    /// Reads the accounts anew where the list is old, or does not know an address of a domain where agents live.
    private func refreshAccounts(for addresses: Set<String>) async throws(GuardError) {
        let age = now() - accountsAt
        let isStrange = addresses.contains { address in
            accounts.byAddress[address.lowercased()] == nil
                && accounts.domains.contains(OutboundEnvelope.domain(of: address))
        }
        guard accountsAt == 0 || age >= Self.accountsAge || (isStrange && age >= 1) else { return }
        accounts = try await AccountList.load(server)
        accountsAt = now()
    }

    private func tell(_ event: String, _ detail: String) {
        log(GuardEvent(at: UTCDate(seconds: now()), event: event, hold: nil, actor: "hook", detail: detail))
    }
}

extension HookCounts {
    /// The counts as JSON.
    package var json: JSON {
        [
            "accepted": .int(Int64(accepted)), "rejected": .int(Int64(rejected)), "diverted": .int(Int64(diverted)),
            "deferred": .int(Int64(deferred)), "refused": .int(Int64(refused)),
        ]
    }
}

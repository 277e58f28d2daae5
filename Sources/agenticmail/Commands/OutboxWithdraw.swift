import AgenticMail
import Guard
import SafeText

extension CommandHandlers {
    private struct Withdrawal: Encodable {
        let hold: String
        let state: String
    }

    /// `outbox withdraw HOLD`
    @Sendable static func outboxWithdraw(_ context: CommandContext) async throws -> ExitCode {
        let id = context.parsed.arguments["hold"]?.first ?? ""
        let hold = try await context.withLogin(.agent) { client, _ in
            let outbox = try await AgentOutbox.open(client)
            let items = try await outbox.list()
            guard
                let hold = items.first(where: { $0.hold?.hasPrefix(id) == true || $0.messageID == id })?.hold
            else {
                throw GuardError(.notFound, "There is no request \(id).", cure: "outbox list names all of them.")
            }
            try await outbox.withdraw(hold)
            return hold
        }
        try context.output.object(
            Withdrawal(hold: hold, state: "asked"),
            lines: ["The guard is asked to take it back; outbox show says whether it was in time."])
        return .done
    }
}

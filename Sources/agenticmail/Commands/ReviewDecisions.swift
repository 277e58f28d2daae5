import AgenticMail
import Guard
import SafeText

/// What became of a decision, as the commands print it.
private struct Decided: Encodable {
    let hold: String
    let action: String
    let digest: String
    let result: String
    let reason: String?
}

extension CommandHandlers {
    /// `review approve HOLD`
    @Sendable static func reviewApprove(_ context: CommandContext) async throws -> ExitCode {
        try await decide(.approve, context)
    }

    /// `review reject HOLD --note TEXT`
    @Sendable static func reviewReject(_ context: CommandContext) async throws -> ExitCode {
        try needNote(context)
        return try await decide(.reject, context)
    }

    /// `review request-changes HOLD --note TEXT`
    @Sendable static func reviewRequestChanges(_ context: CommandContext) async throws -> ExitCode {
        try needNote(context)
        return try await decide(.requestChanges, context)
    }

    /// `review undo HOLD`
    @Sendable static func reviewUndo(_ context: CommandContext) async throws -> ExitCode {
        try await decide(.undo, context)
    }

    /// `review claim HOLD`
    @Sendable static func reviewClaim(_ context: CommandContext) async throws -> ExitCode {
        try await decide(.claim, context)
    }

    private static func needNote(_ context: CommandContext) throws {
        guard context.parsed.has("note") else {
            throw UsageError("The agent must be told why.", cure: "Add --note TEXT.")
        }
    }

    private static func decide(_ action: Decision.Action, _ context: CommandContext) async throws -> ExitCode {
        let id = context.parsed.arguments["hold"]?.first ?? ""
        let note = context.parsed.value("note") ?? ""
        let seconds = context.parsed.integer("wait") ?? 10
        let (entry, answer) = try await context.withLogin(.reviewer) { client, opened in
            let key = try await context.secretKey(opened)
            let desk = try await ReviewDesk.open(client)
            let hold = try await desk.hold(id)
            let subject = try await desk.decide(
                action, on: hold.entry, note: note, at: CommandContext.now, secretKey: key)
            return (hold.entry, try await desk.answer(to: subject, seconds: seconds))
        }
        var (result, reason): (String, String?) = ("accepted", nil)
        switch answer {
        case .accepted: break
        case .refused(let why): (result, reason) = ("refused", why)
        case .waiting: (result, reason) = ("waiting", "No guard has answered yet; the decision waits for it.")
        }
        let line: SafeText = "\(untrusted: action.rawValue) \(untrusted: entry.id): \(untrusted: result)"
        try context.output.object(
            Decided(
                hold: entry.id, action: action.rawValue, digest: entry.digest.text, result: result, reason: reason),
            lines: [line] + (reason.map { [SafeText(untrusted: $0)] } ?? []))
        return result == "refused" ? .notAllowed : .done
    }
}

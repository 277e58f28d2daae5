import AgenticMail
import Guard
import JMAP
import SafeText

/// What became of a decision, as the commands print it.
struct Decided: Encodable {
    let hold: String
    let action: String
    let digest: String
    /// `accepted`, `refused` or `waiting`.
    let result: String
    let reason: String?
    /// Seconds for which the server holds what was let go, and `review undo` calls it back.
    let undoSeconds: Int64?
}

extension CommandHandlers {
    /// `review approve HOLD`
    @Sendable static func reviewApprove(_ context: CommandContext) async throws -> ExitCode {
        try await decide(.approve, context) { _ in "" }
    }

    /// `review reject HOLD --note TEXT`
    @Sendable static func reviewReject(_ context: CommandContext) async throws -> ExitCode {
        try await decide(.reject, context) { hold in
            // Nobody is told of what is discarded.
            hold.isInbound ? context.parsed.value("note") ?? "" : try neededNote(.reject, context)
        }
    }

    /// `review request-changes HOLD --note TEXT`
    @Sendable static func reviewRequestChanges(_ context: CommandContext) async throws -> ExitCode {
        try await decide(.requestChanges, context) { _ in try neededNote(.requestChanges, context) }
    }

    /// `review undo HOLD`
    @Sendable static func reviewUndo(_ context: CommandContext) async throws -> ExitCode {
        try await decide(.undo, context) { _ in context.parsed.value("note") ?? "" }
    }

    /// `review claim HOLD`
    @Sendable static func reviewClaim(_ context: CommandContext) async throws -> ExitCode {
        try await decide(.claim, context) { _ in "" }
    }

    /// `review release HOLD`
    @Sendable static func reviewRelease(_ context: CommandContext) async throws -> ExitCode {
        try await decide(.release, context) { _ in "" }
    }

    private struct Template: Encodable, Sendable {
        let name: String
        let text: String
        let actions: [String]
    }

    /// `review templates`
    @Sendable static func reviewTemplates(_ context: CommandContext) async throws -> ExitCode {
        let all = NoteTemplate.all.map {
            Template(name: $0.name, text: $0.text, actions: $0.actions.map(\.rawValue))
        }
        try context.output.list(
            all, empty: "There are no templates.",
            columns: [
                Column("NAME") { SafeText(untrusted: $0.name) },
                Column("FOR") { SafeText(untrusted: $0.actions.joined(separator: ", ")) },
                Column("TEXT", least: 20) { SafeText(untrusted: $0.text) },
            ])
        return .done
    }

    /// The note, of a template or as it is given; a decision against the agent is never without one.
    private static func neededNote(_ action: Decision.Action, _ context: CommandContext) throws -> String {
        let written = context.parsed.value("note") ?? ""
        guard let name = context.parsed.value("template") else {
            guard !written.allSatisfy(\.isWhitespace) else {
                throw UsageError(
                    "The agent must be told why.", cure: "Add --note TEXT, or --template NAME (review templates).")
            }
            return written
        }
        guard let template = NoteTemplate.named(name, for: action) else {
            let names = NoteTemplate.templates(for: action).map(\.name).joined(separator: ", ")
            throw UsageError("There is no template \(name) for this.", cure: "Take one of \(names).")
        }
        return written.isEmpty ? template.text : "\(template.text) \(written)"
    }

    private static func decide(
        _ action: Decision.Action, _ context: CommandContext,
        note: @Sendable (HoldSummary) throws -> String
    ) async throws -> ExitCode {
        let id = context.parsed.arguments["hold"]?.first ?? ""
        let seconds = context.parsed.integer("wait") ?? 10
        let digest = context.parsed.value("digest")
        let (hold, outcome) = try await context.withRoom { room in
            let hold = try await room.summary(id)
            let note = try note(hold)
            var seen = ReviewRoom.Seen(
                hold: hold.id, digest: digest.map { Digest(text: $0) } ?? hold.entry.digest)
            seen.knowsThread = context.parsed.has("thread-moved-on")
            return (hold, try await room.decide(action, on: seen, note: note, wait: seconds))
        }
        return try report(action, hold, outcome, context)
    }

    /// Prints what became of a decision.
    static func report(
        _ action: Decision.Action, _ hold: HoldSummary, _ outcome: ReviewRoom.Outcome, _ context: CommandContext
    ) throws -> ExitCode {
        var (result, reason): (String, String?) = ("accepted", nil)
        var undo: Int64?
        switch outcome {
        case .accepted(let holdFor): undo = action == .approve ? holdFor : nil
        case .refused(let why): (result, reason) = ("refused", why)
        case .waiting: (result, reason) = ("waiting", "No guard has answered yet; the decision waits for it.")
        }
        let line: SafeText = "\(untrusted: action.rawValue) \(untrusted: hold.id): \(untrusted: result)"
        try context.output.object(
            Decided(
                hold: hold.id, action: action.rawValue, digest: hold.entry.digest.text, result: result, reason: reason,
                undoSeconds: undo),
            lines: [line] + (reason.map { [SafeText(untrusted: $0)] } ?? []))
        return result == "refused" ? .notAllowed : .done
    }
}

extension CommandContext {
    /// Runs something in the reviewers' room of the login, or of the sandbox's reviewer.
    func withRoom<Value: Sendable>(_ body: (ReviewRoom) async throws -> Value) async throws -> Value {
        try await withLogin(.reviewer) { client, opened in
            try await body(room(client, opened))
        }
    }

    /// The reviewers' room for a login.
    func room(_ client: JMAPClient, _ opened: OpenedWorkspace) -> ReviewRoom {
        ReviewRoom(client: client, secretKey: { try await secretKey(opened) }, now: { Self.now })
    }
}

import AgenticMail
import Guard
import JMAP
import SafeText

extension CommandHandlers {
    private struct OpenHold: Encodable {
        let hold: String
        let subject: String
        let recipients: [String]
        let wouldHaveGone: Bool
        /// What holds it all the same.
        let still: [String]
    }

    private struct Allowed: Encodable {
        let hold: String
        let agent: String
        let recipients: [String]
        /// The last day.
        let until: String
        let approvals: Int
        /// Who has given the same word before.
        let others: [String]
        /// How many more people must give it.
        let missing: Int
        let open: [OpenHold]
        /// `accepted`, `refused`, `waiting` or `not sent`.
        let result: String
        let reason: String?
    }

    /// `review allow HOLD --until DATE [--recipient ADDRESS…] [--dry-run]`
    @Sendable static func reviewAllow(_ context: CommandContext) async throws -> ExitCode {
        let id = context.parsed.arguments["hold"]?.first ?? ""
        guard let text = context.parsed.value("until") else {
            throw UsageError("No end is named.", cure: "Add --until DATE, such as --until 2026-12-31 or --until 30d.")
        }
        let now = CommandContext.now
        guard let until = EndDate.parse(text, now: now), until > now else {
            throw UsageError(
                "“\(text)” is no day that is to come.", cure: "Write it as 2026-12-31, or as 30d for thirty days.")
        }
        guard until <= now + EndDate.farthest else {
            throw UsageError("“\(text)” is more than a year away.", cure: "Take an earlier day.")
        }
        let recipients = context.parsed.values("recipient")
        let seconds = context.parsed.integer("wait") ?? 10
        let isDryRun = context.parsed.has("dry-run")
        let digest = context.parsed.value("digest")
        let (preview, outcome) = try await context.withRoom { room -> (AllowPreview, ReviewRoom.Outcome?) in
            let preview = try await room.preview(id, recipients: recipients, until: until)
            if let digest, digest != preview.hold.entry.digest.text {
                return (
                    preview,
                    ReviewRoom.Outcome.refused("The message was changed since it was shown; look at the new form.")
                )
            }
            guard !isDryRun else { return (preview, nil) }
            return (preview, try await room.allow(preview, wait: seconds))
        }
        var (result, reason): (String, String?) = ("not sent", nil)
        switch outcome {
        case .accepted:
            result = "accepted"
            reason =
                preview.missing > 0 ? "It counts once \(preview.missing) more reviewers have given the same word." : nil
        case .refused(let why): (result, reason) = ("refused", why)
        case .waiting: (result, reason) = ("waiting", "No guard has answered yet; your word waits for it.")
        case nil: break
        }
        let open = preview.open.map {
            OpenHold(
                hold: $0.hold.id, subject: $0.hold.entry.subject, recipients: $0.hold.entry.envelope.recipients,
                wouldHaveGone: $0.wouldHaveGone, still: $0.still)
        }
        try context.output.object(
            Allowed(
                hold: preview.hold.id, agent: preview.terms.agent, recipients: preview.terms.recipients,
                until: EndDate.text(until), approvals: preview.needed, others: preview.others,
                missing: preview.missing, open: open, result: result, reason: reason),
            lines: preview.lines + ["allow \(untrusted: preview.hold.id): \(untrusted: result)"]
                + (reason.map { [SafeText(untrusted: $0)] } ?? []))
        return result == "refused" ? .notAllowed : .done
    }

    private struct AllowedRow: Encodable, Sendable {
        let id: String
        let agent: String
        let recipient: String
        /// The last day on which it counts; nil where too few people have given their word.
        let until: String?
        let reviewers: [String]
        let needed: Int
    }

    /// `review allowed list`
    @Sendable static func reviewAllowed(_ context: CommandContext) async throws -> ExitCode {
        let rows = try await context.withRoom { try await $0.lists() }.allowed.map {
            AllowedRow(
                id: $0.pair.id, agent: $0.pair.agent, recipient: $0.pair.recipient,
                until: $0.until.map(EndDate.text), reviewers: $0.reviewers.keys.sorted(), needed: $0.needed)
        }
        try context.output.list(
            rows, empty: "Nothing is allowed for a pair.",
            columns: [
                Column("PAIR") { SafeText(untrusted: String($0.id.prefix(8))) },
                Column("AGENT", least: 10) { SafeText(untrusted: $0.agent) },
                Column("RECIPIENT", least: 12) { SafeText(untrusted: $0.recipient) },
                Column("UNTIL") { SafeText(untrusted: $0.until ?? "\($0.reviewers.count) of \($0.needed)") },
                Column("BY", least: 8) { SafeText(untrusted: $0.reviewers.joined(separator: " ")) },
            ])
        return .done
    }

    private struct SuppressedRow: Encodable, Sendable {
        let id: String
        let agent: String
        let recipient: String
        /// `bounce` or `unsubscribe`.
        let cause: String
        let at: String
        let detail: String
    }

    /// `review suppressed list`
    @Sendable static func reviewSuppressed(_ context: CommandContext) async throws -> ExitCode {
        let rows = try await context.withRoom { try await $0.lists() }.suppressed.map {
            SuppressedRow(
                id: $0.pair.id, agent: $0.pair.agent, recipient: $0.pair.recipient, cause: $0.cause.rawValue,
                at: $0.at.description, detail: $0.detail)
        }
        try context.output.list(
            rows, empty: "Everybody may get mail.",
            columns: [
                Column("PAIR") { SafeText(untrusted: String($0.id.prefix(8))) },
                Column("AGENT", least: 10) { SafeText(untrusted: $0.agent) },
                Column("RECIPIENT", least: 12) { SafeText(untrusted: $0.recipient) },
                Column("CAUSE") { SafeText(untrusted: $0.cause) }, Column("SINCE") { SafeText(untrusted: $0.at) },
                Column("DETAIL") { SafeText(untrusted: $0.detail) },
            ])
        return .done
    }

    private struct TakenBack: Encodable {
        let id: String
        let agent: String
        let recipient: String
        let action: String
        let result: String
        let reason: String?
    }

    /// `review allowed remove PAIR`
    @Sendable static func reviewDisallow(_ context: CommandContext) async throws -> ExitCode {
        try await takeBack(.disallow, context) { $0.allowed.map(\.pair) }
    }

    /// `review suppressed remove PAIR`
    @Sendable static func reviewUnsuppress(_ context: CommandContext) async throws -> ExitCode {
        try await takeBack(.unsuppress, context) { $0.suppressed.map(\.pair) }
    }

    private static func takeBack(
        _ action: Decision.Action, _ context: CommandContext, _ pairs: @Sendable (ReviewLists) -> [Pair]
    ) async throws -> ExitCode {
        let id = context.parsed.arguments["pair"]?.first ?? ""
        let seconds = context.parsed.integer("wait") ?? 10
        let (pair, outcome) = try await context.withRoom { room in
            let found = pairs(try await room.lists()).filter { !id.isEmpty && $0.id.hasPrefix(id) }
            guard let pair = found.first, found.count == 1 else {
                throw GuardError(
                    .notFound,
                    found.isEmpty ? "There is no pair \(id) in the list." : "Several pairs begin with \(id).",
                    cure: "The list shows each with its id.")
            }
            let outcome =
                action == .disallow
                ? try await room.disallow(pair, wait: seconds) : try await room.unsuppress(pair, wait: seconds)
            return (pair, outcome)
        }
        var (result, reason): (String, String?) = ("accepted", nil)
        switch outcome {
        case .accepted: break
        case .refused(let why): (result, reason) = ("refused", why)
        case .waiting: (result, reason) = ("waiting", "No guard has answered yet; your word waits for it.")
        }
        try context.output.object(
            TakenBack(
                id: pair.id, agent: pair.agent, recipient: pair.recipient, action: action.rawValue, result: result,
                reason: reason),
            lines: ["\(untrusted: pair.agent) to \(untrusted: pair.recipient): \(untrusted: result)"]
                + (reason.map { [SafeText(untrusted: $0)] } ?? []))
        return result == "refused" ? .notAllowed : .done
    }
}

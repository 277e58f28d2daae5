import AgenticMail
import FoundationEssentials
import SafeText

extension CommandHandlers {
    /// `mail read MESSAGE`
    @Sendable static func mailRead(_ context: CommandContext) async throws -> ExitCode {
        let content = try await context.withMessage { try await $0.read($1) }
        try context.output.object(
            content,
            lines: MessageText.lines(content, width: context.output.width, isForProgram: !context.output.isTerminal))
        return .done
    }

    /// `mail thread MESSAGE`
    @Sendable static func mailThread(_ context: CommandContext) async throws -> ExitCode {
        try context.output.messages(try await context.withMessage { try await $0.thread(of: $1) })
        return .done
    }

    /// `mail headers MESSAGE`
    @Sendable static func mailHeaders(_ context: CommandContext) async throws -> ExitCode {
        let headers = try await context.withMessage { try await $0.read($1).headers }
        try context.output.list(
            headers, empty: "The server names no header field.",
            columns: [
                Column("NAME") { SafeText(untrusted: $0.name) },
                Column("VALUE", least: 20) { SafeText(untrusted: $0.value) },
            ])
        return .done
    }

    /// `mail source MESSAGE`: marks instead of control characters on a terminal, the bytes as they are elsewhere.
    @Sendable static func mailSource(_ context: CommandContext) async throws -> ExitCode {
        let bytes = try await context.withMessage { try await $0.source(of: $1) }
        guard context.output.isTerminal else {
            try context.output.write(bytes)
            return .done
        }
        for line in SafeText.lines(untrusted: bytes) { try context.output.print(line) }
        return .done
    }
}

extension CommandContext {
    /// Hands the message that is named to the closure, with the workspace brought up to date where it is not known yet.
    func withMessage<Result: Sendable>(
        _ body: (Workspace, MessageReference) async throws -> Result
    ) async throws -> Result {
        guard let reference = parsed.argument("message").flatMap(MessageReference.init) else {
            throw UsageError("No message is named.", cure: "Name one as the lists do: account/email.")
        }
        return try await withWorkspace { workspace in
            try await know([reference], workspace)
            return try await body(workspace, reference)
        }
    }

    /// Brings the workspace up to date where one of the messages is not known here.
    func know(_ references: [MessageReference], _ workspace: Workspace) async throws {
        for reference in references {
            do throws(WorkspaceError) {
                _ = try await workspace.row(of: reference)
            } catch {
                guard error.code == .notFound else { throw error }
                return try await catchUp(workspace)
            }
        }
    }
}

/// A message as lines of text.
enum MessageText {
    /// - Parameter isForProgram: Whether a program reads them, such as an agent: all that strangers wrote then stands
    ///   between marks that nothing in it can forge, what a mail program hides is left out, and nothing is wrapped.
    static func lines(_ content: MessageContent, width: Int, isForProgram: Bool = false) -> [SafeText] {
        let judgement = judgement(of: content)
        guard isForProgram else { return judgement + head(content) + body(content, width: width) }
        // The marked text begins and ends with the marks.
        var text = SafeText.lines(untrusted: content.judgement.markedText)
        guard let begin = text.first, let end = text.popLast() else { return [] }
        let hidden: [SafeText] =
            content.hidden.isEmpty ? [] : ["\(content.hidden.count) hidden passages are left out."]
        return judgement + hidden + [begin] + head(content) + text.dropFirst() + lists(content) + [end]
    }

    /// What the inspection says, in words of its own.
    private static func judgement(of content: MessageContent) -> [SafeText] {
        guard content.judgement.isAlarm else { return [] }
        return ["Inspection: \(untrusted: content.judgement.verdict). It may be written for a machine to obey."]
            + content.judgement.reasons.prefix(5).map { "  \(untrusted: $0)" }
    }

    private static func head(_ content: MessageContent) -> [SafeText] {
        let message = content.message
        var lines: [SafeText] = []
        func field(_ name: SafeText, _ values: [String]) {
            guard !values.isEmpty else { return }
            lines.append("\(name): \(untrusted: values.joined(separator: ", "))")
        }
        let from = message.from ?? ""
        field("From", [message.fromName.isEmpty ? from : "\(message.fromName) <\(from)>"])
        field("To", content.to)
        field("Cc", content.cc)
        field("Bcc", content.bcc)
        field("Reply-To", content.replyTo)
        lines.append("Date: \(SafeText(dateTime: message.receivedAt))")
        field("Subject", [message.subject])
        field("Mailbox", message.mailboxes.map { "\(message.account)/\($0)" })
        if message.isHeld { lines.append("Held: the guard holds this message back.") }
        return lines + [""]
    }

    private static func body(_ content: MessageContent, width: Int) -> [SafeText] {
        var lines: [SafeText] = []
        for line in SafeText.lines(untrusted: content.text) {
            lines += line.wrapped(to: max(20, width), keepQuote: true)
        }
        if content.isTruncated { lines += ["", "The text is cut; mail source prints the whole message."] }
        if !content.hidden.isEmpty {
            lines += ["", "Hidden in the message, where a mail program would not show it:"]
            lines += content.hidden.map { "  \(untrusted: $0)" }
        }
        return lines + lists(content)
    }

    private static func lists(_ content: MessageContent) -> [SafeText] {
        var lines: [SafeText] = []
        if !content.links.isEmpty { lines += ["", "Links:"] }
        for link in content.links { lines.append("  [\(link.number)] \(untrusted: link.target)") }
        if !content.attachments.isEmpty { lines += ["", "Attachments:"] }
        for attachment in content.attachments {
            let size = SafeText(bytes: Int64(attachment.size))
            lines.append(
                "  \(attachment.number)  \(untrusted: attachment.name ?? "without a name")  \(untrusted: attachment.type)  \(size)"
            )
        }
        return lines
    }
}

import AgenticMail

extension CommandHandlers {
    /// `mail list [--agent AGENT] [--mailbox MAILBOX] [--unread] [--flagged] [--limit N]`
    @Sendable static func mailList(_ context: CommandContext) async throws -> ExitCode {
        try await listMessages(context, MessageQuery(), withText: false)
    }

    /// `mail search QUERY… [--agent AGENT] [--limit N]`
    @Sendable static func mailSearch(_ context: CommandContext) async throws -> ExitCode {
        let query = MessageQuery(searching: context.parsed.arguments["query"] ?? [])
        return try await listMessages(context, query, withText: true)
    }

    private static func listMessages(
        _ context: CommandContext, _ query: MessageQuery, withText: Bool
    ) async throws -> ExitCode {
        let parsed = context.parsed
        if parsed.has("mailbox"), !parsed.has("agent") {
            throw UsageError("--mailbox needs an agent.", cure: "Add --agent AGENT.")
        }
        let messages = try await context.withWorkspace { workspace in
            try await context.catchUp(workspace, withText: withText)
            var query = query
            query.isUnread = query.isUnread || parsed.has("unread")
            query.isFlagged = query.isFlagged || parsed.has("flagged")
            if let name = parsed.value("agent") {
                let agent = try await workspace.agent(name)
                query.agent = agent.id
                if let mailbox = parsed.value("mailbox") {
                    query.mailbox = try await workspace.mailbox(mailbox, of: agent)
                }
            }
            return try await workspace.messages(query, limit: parsed.integer("limit") ?? 100)
        }
        try context.output.messages(messages)
        return .done
    }
}

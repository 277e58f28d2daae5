import AgenticMail
import Configuration
import Guard
import JMAP
import SafeText

extension CommandHandlers {
    private struct Put: Encodable {
        let messageID: String
        let state: String
        let instruction: String
    }

    /// `outbox put FILE [--idempotency-key KEY] [--send-at TIME]`
    @Sendable static func outboxPut(_ context: CommandContext) async throws -> ExitCode {
        let path = context.parsed.arguments["file"]?.first ?? ""
        let bytes = try messageFile(path)
        var sendAt: UTCDate?
        if let text = context.parsed.value("send-at") {
            guard let date = UTCDate(text) else {
                throw UsageError("--send-at is “\(text)”.", cure: "Write a time such as 2027-01-31T09:00:00Z.")
            }
            sendAt = date
        }
        let wanted = sendAt
        let id = try await context.withLogin(.agent) { client, _ in
            try await AgentOutbox.open(client).put(
                bytes, key: context.parsed.value("idempotency-key"), sendAt: wanted)
        }
        let instruction = "It waits for the guard; do not send it again. outbox list says what becomes of it."
        try context.output.object(
            Put(messageID: id, state: "waiting", instruction: instruction),
            lines: ["\(untrusted: id)", "\(untrusted: instruction)"])
        return .done
    }

    /// The bytes of a message in a file.
    static func messageFile(_ path: String) throws -> [UInt8] {
        switch readSmallFile(path, limit: 50_000_000) {
        case .success(let bytes): return bytes
        case .failure(let fault):
            throw Failure(
                code: "file", message: "\(path) cannot be read, because \(fault.reason).",
                cure: "Name a file that holds a message.", exitCode: .failed)
        }
    }
}

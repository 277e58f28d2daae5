import AgenticMail
import FoundationEssentials
import Glibc
import JMAP
import Sandbox
import Sodium

extension CommandHandlers {
    /// What is printed once the server answers; the one line that a caller waits for.
    private struct Serving: Encodable {
        struct Reviewer: Encodable {
            let login: String
            let password: String
            /// What belongs into the file that `review --key` names.
            let key: String
        }

        struct Administrator: Encodable {
            let login: String
            let password: String
        }

        let url: String
        /// Where mail from outside is taken, host and port.
        let smtp: String?
        let admin: Administrator
        /// Who decides on held mail there, and the key to do it with; missing where there is no sample.
        let reviewer: Reviewer?
        /// Another one, since who edits cannot be the only one to approve.
        let secondReviewer: Reviewer?
    }

    /// `sandbox serve [--port N] [--data FOLDER] [--empty]`: serves until it is stopped.
    @Sendable static func sandboxServe(_ context: CommandContext) async throws -> ExitCode {
        var options = SandboxOptions(
            port: UInt16(context.parsed.integer("port") ?? 0), data: context.parsed.value("data"))
        options.smtpPort = UInt16(context.parsed.integer("smtp-port") ?? 0)
        // What was kept there has its sample already, or was begun without one.
        let isKept = options.data.map { access("\($0)/sandbox.sqlite", F_OK) == 0 } ?? false
        let sandbox = try await RunningSandbox.start(options, isEmpty: context.parsed.has("empty") || isKept)
        let admin = sandbox.server.admin
        func reviewer(_ kind: SandboxStaff.Kind, _ key: (SandboxStaff) -> Signing.KeyPair) -> Serving.Reviewer? {
            guard let staff = sandbox.staff, case .basic(let login, let password) = staff.credential(kind) else {
                return nil
            }
            return .init(
                login: login, password: password, key: Data(key(staff).secretKey).base64EncodedString())
        }
        try context.output.print(
            JSONText.encode(
                Serving(
                    url: sandbox.server.url, smtp: sandbox.server.smtpPort.map { "127.0.0.1:\($0)" },
                    admin: .init(login: admin.login, password: admin.password),
                    reviewer: reviewer(.reviewer) { $0.reviewerKey }, secondReviewer: reviewer(.second) { $0.secondKey }
                )))
        await untilCancelled()
        await sandbox.stop()
        return .done
    }

    /// Waits until the command is told to stop.
    static func untilCancelled() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
        for await _ in stream {}
        continuation.finish()
    }
}

import AgenticMail
import Configuration
import FoundationEssentials
import Guard
import JMAP
import Message
import Sandbox
import Sodium

extension Failure {
    /// What an error of the guard means for the command line.
    init(_ error: GuardError) {
        if let cause = error.cause {
            self.init(WorkspaceError(cause))
            return
        }
        let exit: ExitCode = error.code == .refused || error.code == .state ? .notAllowed : .failed
        self.init(code: error.code.rawValue, message: error.message, cure: error.cure, exitCode: exit)
    }
}

extension CommandContext {
    /// The policy's file.
    var policyPath: String {
        if let named = parsed.value("policy") { return named }
        let folder = locations.configuration.lastIndex(of: "/").map { locations.configuration[...$0] } ?? ""
        return folder + "guard.toml"
    }

    /// The file of the reviewer's secret key.
    var keyPath: String { parsed.value("key") ?? "\(locations.data)/reviewer-key" }

    /// The reviewer's secret key: of the sandbox, or out of its file.
    func secretKey(_ opened: OpenedWorkspace) async throws -> [UInt8] {
        if let key = opened.sandbox?.staff?.reviewerKey { return key.secretKey }
        let path = keyPath
        let secret: Secret
        do throws(SecretError) {
            secret = try SecretSource.file(path).read()
        } catch {
            throw Failure(
                code: "file", message: capitalised(error.message) + ".",
                cure: "Make a key with agenticmail review enroll.", exitCode: .failed)
        }
        guard let data = Data(base64Encoded: secret.reveal()), data.count == 64 else {
            throw Failure(
                code: "file", message: "\(path) holds no reviewer's key.",
                cure: "Make a key with agenticmail review enroll.", exitCode: .failed)
        }
        return Array(data)
    }

    /// Runs something as the login, or as the sandbox's person of that kind, with the guard's errors told as the program's.
    func withLogin<Value: Sendable>(
        _ who: SandboxStaff.Kind, _ body: (JMAPClient, OpenedWorkspace) async throws -> Value
    ) async throws -> Value {
        let opened = try await OpenedWorkspace.open(self)
        do {
            var client = opened.workspace.client
            if let staff = opened.sandbox?.staff {
                client = JMAPClient(origin: opened.workspace.origin, credential: staff.credential(who))
                // What waits in the outboxes of the sample is taken before anybody looks.
                try await staff.settle()
            }
            let value = try await body(client, opened)
            await opened.close()
            return value
        } catch let error as GuardError {
            await opened.close()
            throw Failure(error)
        } catch {
            await opened.close()
            throw error
        }
    }

    private func capitalised(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

    /// Seconds since 1970.
    static var now: Int64 { MessageBuilder.now.seconds }
}

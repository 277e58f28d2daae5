import AgenticMail
import Configuration
import FoundationEssentials
import Guard
import HTTPTransport
import JMAP

/// The endpoint for the mail server's hook, as the command line and the policy name it.
struct GuardHook: Sendable {
    /// Where it listens, host and port.
    let address: String
    /// What the server must send.
    let secret: [UInt8]

    /// Reads it; nil where none is named.
    init?(_ context: CommandContext, _ policy: Policy) throws {
        guard let address = context.parsed.value("hook") ?? policy.hook?.address else { return nil }
        let source = context.parsed.value("hook-secret").map { SecretSource.file($0) } ?? policy.hook?.secret
        guard let source else {
            throw UsageError(
                "The hook has no secret.",
                cure: "Add --hook-secret FILE, or a table [hook] with secret-file to the policy.")
        }
        do throws(SecretError) {
            secret = Array(try source.read().reveal().utf8)
        } catch {
            throw Failure(
                code: "file", message: "The hook's secret cannot be read: \(error.message).", cure: error.cure,
                exitCode: .failed)
        }
        guard secret.count >= 16 else {
            throw Failure(
                code: "file", message: "The hook's secret has \(secret.count) characters.",
                cure: "Give it 16 at least, such as those of: head -c 24 /dev/urandom | base64", exitCode: .failed)
        }
        self.address = address
    }

    /// Answers the server's hook for a guard.
    func serve(_ guardian: Guard) throws(GuardError) -> [HookServer] {
        let desk = guardian.hookDesk(secret: secret)
        return [try HookServer(address: address) { await desk.answer($0) }]
    }

    /// What a running guard's hook says of itself; nil where it does not answer.
    func counts() async -> JSON? {
        guard let url = URL(string: "http://\(address)/"), let token = String(validating: secret, as: UTF8.self) else {
            return nil
        }
        let request = HTTPRequest(
            url: url, headers: ["Authorization": "Bearer \(token)"], timeouts: .init(total: .seconds(5)))
        // Whoever asks is told that it does not answer; why is in the guard's log.
        guard let response = try? await HTTPTransport().send(request), response.status == 200 else { return nil }
        return try? JSON(parsing: response.body)
    }
}

/// Counters of a guard as Prometheus reads them.
enum GuardMetrics {
    /// Serves them on an address of the loopback interface: they tell nothing of content, but they are nobody's business.
    static func serve(_ guardian: Guard, on address: String) throws(GuardError) -> HookServer {
        guard ["127.0.0.1:", "[::1]:"].contains(where: address.hasPrefix) else {
            throw GuardError(
                .setup, "The counters are for the loopback interface alone, and \(address) is none of its addresses.",
                cure: "Name one such as 127.0.0.1:9645.")
        }
        return try HookServer(address: address) { request in
            guard request.method == "GET", request.path == "/metrics" else {
                return HookServer.Answer(status: 404, type: "text/plain", body: Array("Ask for /metrics.\n".utf8))
            }
            let text = await guardian.status.prometheus(hook: guardian.hookCounts)
            return HookServer.Answer(status: 200, type: "text/plain; version=0.0.4", body: Array(text.utf8))
        }
    }
}

import FoundationEssentials
import HTTPTransport

/// Asks hooks of a message, one after the other, each with what the one before left of it.
struct HookCaller: Sendable {
    private let transport = HTTPTransport()
    private static let answerLimit = 1 << 20

    func verdict(of hooks: [MailHook], on message: IncomingMessage) async -> HookVerdict {
        var message = message
        for hook in hooks {
            switch await verdict(of: hook, on: message) {
            case .accept(let changed): message = changed
            case let other: return other
            }
        }
        return .accept(message)
    }

    private func verdict(of hook: MailHook, on message: IncomingMessage) async -> HookVerdict {
        var headers: HTTPHeaders = ["Content-Type": "application/json", "Accept": "application/json"]
        if let authorization = hook.authorization { headers["Authorization"] = authorization }
        let request = HTTPRequest(
            method: .post, url: hook.url, headers: headers, body: .bytes(message.post.bytes),
            limits: .init(bodyBytes: Self.answerLimit, redirects: 0),
            timeouts: .init(total: .milliseconds(hook.timeout)))
        if let response = try? await transport.send(request), response.status == 200,
            let answer = try? JSONValue(parsing: response.body), let verdict = HookVerdict(answer, to: message)
        {
            return verdict
        }
        return hook.failsTemporarily ? .unavailable : .accept(message)
    }
}

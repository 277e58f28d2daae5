internal import CCrypt
package import FoundationEssentials
package import HTTPTransport
package import JMAP
internal import Synchronization

/// A Stalwart 0.15 as far as agents are made, kept and retired on it: principals over REST, in front of a server of 0.16
/// that does the mail and whose own administration it hides.
package final class PrincipalServer: HTTPClient {
    /// What is kept of a principal.
    struct Principal: Sendable {
        let number: UInt64
        let kind: String
        /// `name`, `description`, `emails`, `roles`, `secrets`, `memberOf`, `enabledPermissions`, `disabledPermissions`,
        /// `quota`.
        var fields: [String: JSON]
        /// Its id on the server behind.
        let behind: String

        func texts(_ field: String) -> [String] { (fields[field]?.array ?? []).compactMap(\.string) }
    }

    struct State: Sendable {
        var principals: [String: Principal] = [:]
        /// Keys of the server behind, by the principal that logs in.
        var keys: [String: String] = [:]
        var last: UInt64 = 5_000
    }

    let state = Mutex(State())
    /// The administrator of the server behind.
    let admin: JMAPClient
    private let login: String
    private let password: String
    private let base = HTTPTransport()

    /// Makes a server in front of another.
    ///
    /// - Parameters:
    ///   - origin: Where the server behind is.
    ///   - login: Its administrator, who administers this one too.
    package init(origin: URL, login: String, password: String) {
        admin = JMAPClient(origin: origin, credential: .basic(user: login, password: password))
        self.login = login
        self.password = password
    }

    /// A client of this server.
    package func client(_ credential: Credential) -> JMAPClient {
        JMAPClient(origin: admin.origin, credential: credential, transport: self)
    }

    /// The administrator's client.
    package var administrator: JMAPClient { client(.basic(user: login, password: password)) }

    package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        guard let who = await identify(request.headers["Authorization"]) else { return Self.problem(401) }
        if who.isSuspended { return Self.problem(403) }
        if request.url.path.hasPrefix("/api/") { return await answer(request, who) }
        var passed = request
        passed.headers["Authorization"] = who.passedOn
        if case .bytes(let bytes) = request.body, request.url.path.hasPrefix("/jmap") {
            let text = String(decoding: bytes, as: UTF8.self)
            // 0.15 knows neither the capability nor the methods.
            if text.contains("urn:stalwart:jmap") {
                return Self.problem(400, "urn:ietf:params:jmap:error:notRequest")
            }
            passed.body = .bytes(Array(text.replacing("\"x:", with: "\"y:").utf8))
        }
        return Self.withoutObjects(try await base.send(passed))
    }

    package func download(_ request: HTTPRequest, to path: String) async throws(HTTPError) -> HTTPDownload {
        var passed = request
        passed.headers["Authorization"] = await identify(request.headers["Authorization"])?.passedOn
        return try await base.download(passed, to: path)
    }

    package func events(_ request: HTTPRequest) -> AsyncThrowingStream<HTTPStreamElement, any Error> {
        AsyncThrowingStream { $0.finish() }
    }

    // MARK: Logins

    /// Who asks.
    struct Who: Sendable {
        /// The principal's name; nil for the administrator.
        let name: String?
        let isSuspended: Bool
        /// What the server behind is shown.
        let passedOn: String
        let permissions: Set<String>

        func may(_ permission: String) -> Bool { name == nil || permissions.contains(permission) }
    }

    private func identify(_ authorization: String?) async -> Who? {
        guard let authorization, authorization.hasPrefix("Basic "),
            let text = Data(base64Encoded: String(authorization.dropFirst(6))).map({
                String(decoding: $0, as: UTF8.self)
            }),
            let colon = text.firstIndex(of: ":")
        else { return nil }
        let (user, secret) = (String(text[..<colon]), String(text[text.index(after: colon)...]))
        if user == login, secret == password {
            return Who(name: nil, isSuspended: false, passedOn: authorization, permissions: [])
        }
        let (found, roles) = state.withLock { state -> (Principal?, [Principal]) in
            let found = state.principals[user]
            return (found, (found?.texts("roles") ?? []).compactMap { state.principals[$0] })
        }
        guard let found, found.texts("secrets").contains(where: { Self.matches(secret, $0) }),
            let key = await key(of: user, found)
        else { return nil }
        let isSuspended = found.texts("disabledPermissions").contains("authenticate")
        return Who(
            name: user, isSuspended: isSuspended, passedOn: "Bearer \(key)",
            permissions: Set(roles.flatMap { $0.texts("enabledPermissions") }))
    }

    /// Whether a secret is the one that was kept, as it is or as a hash, of an app password or not.
    private static func matches(_ secret: String, _ kept: String) -> Bool {
        var kept = kept[...]
        if kept.hasPrefix("$app$") {
            guard let end = kept.dropFirst(5).firstIndex(of: "$") else { return false }
            kept = kept[kept.index(after: end)...]
        }
        guard kept.hasPrefix("$6$") else { return secret == kept }
        var state = crypt_data()
        return crypt_r(secret, String(kept), &state).map { String(cString: $0) == kept } ?? false
    }

    private func key(of name: String, _ principal: Principal) async -> String? {
        if let known = state.withLock({ $0.keys[name] }) { return known }
        let call = RawCall(
            "x:ApiKey/set",
            [
                "accountId": .string(principal.behind),
                "create": ["k": ["description": "login", "permissions": ["@type": "Inherit"], "allowedIps": [:]]],
            ])
        guard let key = try? await admin.call(call)["created"]?["k"]?["secret"]?.string else { return nil }
        state.withLock { $0.keys[name] = key }
        return key
    }

    // MARK: Answers

    static func problem(_ status: Int, _ type: String = "about:blank") -> HTTPResponse {
        let text = #"{"type":"\#(type)","status":\#(status),"title":"No","detail":"No."}"#
        return HTTPResponse(
            status: status, headers: ["Content-Type": "application/problem+json"], body: Array(text.utf8))
    }

    static func json(_ value: JSON) -> HTTPResponse {
        HTTPResponse(status: 200, headers: ["Content-Type": "application/json"], body: value.encoded())
    }

    /// A session without what tells 0.16; any other answer as it is.
    private static func withoutObjects(_ response: HTTPResponse) -> HTTPResponse {
        guard response.status == 200, let json = try? JSON(parsing: response.body), json["apiUrl"] != nil,
            var session = json.object
        else { return response }
        func stripped(_ capabilities: JSON?) -> JSON {
            var members = capabilities?.object ?? [:]
            members["urn:stalwart:jmap"] = nil
            return .object(members)
        }
        session["capabilities"] = stripped(session["capabilities"])
        var accounts = session["accounts"]?.object ?? [:]
        for (id, account) in accounts {
            var members = account.object ?? [:]
            members["accountCapabilities"] = stripped(members["accountCapabilities"])
            accounts[id] = .object(members)
        }
        session["accounts"] = .object(accounts)
        return Self.json(.object(session))
    }
}

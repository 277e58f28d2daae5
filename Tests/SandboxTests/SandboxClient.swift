import FoundationEssentials
import HTTPTransport
import Sandbox
import Testing

/// One credential at a sandbox, speaking plain JMAP.
struct SandboxClient: Sendable {
    static let core = "urn:ietf:params:jmap:core"
    static let using: JSONValue = [
        "urn:ietf:params:jmap:core", "urn:ietf:params:jmap:mail", "urn:ietf:params:jmap:submission",
        "urn:ietf:params:jmap:blob", "urn:ietf:params:jmap:quota", "urn:stalwart:jmap",
    ]

    let url: String
    let authorization: String?
    /// The account in which it works, empty for the administrator.
    var account = ""
    var address = ""
    let transport: HTTPTransport

    /// The administrator of a sandbox.
    init(admin sandbox: Sandbox) {
        self.init(
            url: sandbox.url, authorization: Self.basic(sandbox.admin.login, sandbox.admin.password),
            transport: HTTPTransport())
    }

    init(url: String, authorization: String?, account: String = "", address: String = "", transport: HTTPTransport) {
        self.url = url
        self.authorization = authorization
        self.account = account
        self.address = address
        self.transport = transport
    }

    static func basic(_ user: String, _ password: String) -> String {
        "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()
    }

    func with(_ authorization: String?) -> SandboxClient {
        SandboxClient(
            url: url, authorization: authorization, account: account, address: address, transport: transport)
    }

    // MARK: HTTP

    func http(
        _ method: HTTPRequest.Method, _ path: String, body: [UInt8]? = nil, type: String = "application/json"
    ) async throws -> HTTPResponse {
        try await transport.send(request(method, path, body: body, type: type))
    }

    func request(
        _ method: HTTPRequest.Method, _ path: String, body: [UInt8]? = nil, type: String = "application/json"
    ) throws -> HTTPRequest {
        var headers: HTTPHeaders = body == nil ? [:] : ["Content-Type": type]
        if let authorization { headers.append("Authorization", authorization) }
        return HTTPRequest(
            method: method, url: try #require(URL(string: url + path)), headers: headers,
            body: body.map { .bytes($0) } ?? .none)
    }

    func json(_ path: String) async throws -> JSONValue {
        let response = try await http(.get, path)
        #expect(response.status == 200)
        return try JSONValue(parsing: response.body)
    }

    // MARK: JMAP

    /// The body of a request with these calls, whose ids are their places.
    static func body(_ calls: [(String, JSONValue)]) -> [UInt8] {
        let list = calls.enumerated().map { place, call in
            JSONValue.array([.string(call.0), call.1, .string(String(place))])
        }
        return JSONValue.object(["using": using, "methodCalls": .array(list)]).bytes
    }

    /// The responses of a request with several calls: names and arguments.
    func calls(_ calls: [(String, JSONValue)]) async throws -> [(name: String, arguments: JSONValue)] {
        let response = try await http(.post, "/jmap/", body: Self.body(calls))
        try #require(response.status == 200)
        let list = try JSONValue(parsing: response.body)["methodResponses"]?.array ?? []
        return list.map { ($0.array?[0].string ?? "", $0.array?[1] ?? .null) }
    }

    /// The response of one call, which has to succeed; `accountId` is the own account where none is given.
    func call(_ method: String, _ arguments: JSONObject = [:]) async throws -> JSONValue {
        let (name, answer) = try await answer(method, arguments)
        try #require(name == method, "\(answer.text)")
        return answer
    }

    /// The error of one call, which has to fail.
    func error(_ method: String, _ arguments: JSONObject = [:]) async throws -> JSONValue {
        let (name, answer) = try await answer(method, arguments)
        try #require(name == "error", "\(answer.text)")
        return answer
    }

    private func answer(_ method: String, _ arguments: JSONObject) async throws -> (String, JSONValue) {
        var arguments = arguments
        if arguments["accountId"] == nil, !account.isEmpty { arguments["accountId"] = .string(account) }
        let responses = try await calls([(method, .object(arguments))])
        let first = try #require(responses.first)
        return (first.name, first.arguments)
    }

    /// Creates one object and gives what the answer says of it.
    func create(_ method: String, _ object: JSONValue, in account: String? = nil) async throws -> JSONValue {
        var arguments: JSONObject = ["create": ["k": object]]
        if let account { arguments["accountId"] = .string(account) }
        let answer = try await call(method, arguments)
        return try #require(answer["created"]?["k"], "\(answer.text)")
    }

    /// Fails to create one object and gives why.
    func notCreated(_ method: String, _ object: JSONValue, in account: String? = nil) async throws -> JSONValue {
        var arguments: JSONObject = ["create": ["k": object]]
        if let account { arguments["accountId"] = .string(account) }
        let answer = try await call(method, arguments)
        return try #require(answer["notCreated"]?["k"], "\(answer.text)")
    }

    // MARK: Mail

    /// Makes a draft and gives its id.
    @discardableResult
    func draft(_ subject: String, to: String? = nil, text: String = "hello") async throws -> String {
        var object: JSONObject = [
            "mailboxIds": ["d": true], "keywords": ["$draft": true, "$seen": true], "subject": .string(subject),
            "from": [["email": .string(address)]], "textBody": [["partId": "1", "type": "text/plain"]],
            "bodyValues": ["1": ["value": .string(text)]],
        ]
        if let to { object["to"] = [["email": .string(to)]] }
        return try #require(try await create("Email/set", .object(object))["id"]?.string)
    }

    /// Uploads bytes and gives their blob id.
    func upload(_ bytes: [UInt8], to account: String? = nil) async throws -> String {
        let response = try await http(
            .post, "/jmap/upload/\(account ?? self.account)/", body: bytes, type: "message/rfc822")
        try #require(response.status == 200)
        return try #require(try JSONValue(parsing: response.body)["blobId"]?.string)
    }

    /// Imports a message and gives its id.
    @discardableResult
    func add(
        _ subject: String, body: String = "hello", headers: String = "", mailbox: String = "a",
        received: String = "2026-01-01T00:00:00Z", keywords: [String] = [], to account: String? = nil
    ) async throws -> JSONValue {
        let raw = "From: <x@y.test>\r\nSubject: \(subject)\r\n\(headers)\r\n\(body)\r\n"
        let blob = try await upload(Array(raw.utf8), to: account)
        let object: JSONObject = [
            "blobId": .string(blob), "mailboxIds": .object([mailbox: true]), "receivedAt": .string(received),
            "keywords": .object(JSONObject(keywords.map { ($0, .bool(true)) })),
        ]
        var arguments: JSONObject = ["emails": ["k": .object(object)]]
        if let account { arguments["accountId"] = .string(account) }
        let answer = try await call("Email/import", arguments)
        return try #require(answer["created"]?["k"], "\(answer.text)")
    }

    func state(_ type: String) async throws -> String {
        try #require(try await call("\(type)/get", ["ids": []])["state"]?.string)
    }
}

/// A sandbox with a domain and what tests put into it; it stops with the value's last reference.
struct Fixture: Sendable {
    let sandbox: Sandbox
    let admin: SandboxClient
    let domain: String
    let domainID: String

    /// What an agent may do: nothing here lets it send.
    static let agentPermissions = [
        "authenticate", "emailReceive", "jmapCoreEcho", "jmapMailboxGet", "jmapMailboxChanges", "jmapMailboxQuery",
        "jmapThreadGet", "jmapThreadChanges", "jmapEmailGet", "jmapEmailChanges", "jmapEmailQuery",
        "jmapEmailQueryChanges", "jmapEmailCreate", "jmapEmailUpdate", "jmapEmailDestroy", "jmapEmailImport",
        "jmapEmailParse", "jmapSearchSnippetGet", "jmapIdentityGet", "jmapEmailSubmissionGet", "jmapQuotaGet",
        "jmapBlobGet",
    ]

    init(_ options: SandboxOptions = SandboxOptions()) async throws {
        sandbox = try await Sandbox.start(options)
        admin = SandboxClient(admin: sandbox)
        domain = "agents.example.test"
        domainID = try #require(try await admin.create("x:Domain/set", ["name": .string(domain)])["id"]?.string)
    }

    func role(_ permissions: [String]) async throws -> String {
        let enabled = JSONValue.object(JSONObject(permissions.map { ($0, .bool(true)) }))
        let role = try await admin.create("x:Role/set", ["description": "role", "enabledPermissions": enabled])
        return try #require(role["id"]?.string)
    }

    /// An account with an API key.
    func account(
        _ name: String, _ roles: JSONValue = ["@type": "User"], more: JSONObject = [:]
    ) async throws -> SandboxClient {
        var object: JSONObject = [
            "@type": "User", "name": .string(name), "domainId": .string(domainID), "roles": roles,
        ]
        for (key, value) in more { object[key] = value }
        let id = try #require(try await admin.create("x:Account/set", .object(object))["id"]?.string)
        let key = try await admin.create("x:ApiKey/set", ["description": "key"], in: id)
        let secret = try #require(key["secret"]?.string)
        return SandboxClient(
            url: sandbox.url, authorization: "Bearer \(secret)", account: id, address: "\(name)@\(domain)",
            transport: admin.transport)
    }

    /// An account that may not send.
    func agent(_ name: String = "agent", more: JSONObject = [:]) async throws -> SandboxClient {
        let role = try await role(Self.agentPermissions)
        return try await account(name, ["@type": "Custom", "roleIds": .object([role: true])], more: more)
    }

    /// An account that may do everything everywhere.
    func operatorAccount(_ name: String = "operator") async throws -> SandboxClient {
        try await account(name, ["@type": "Admin"])
    }

    func group(_ name: String) async throws -> String {
        let object: JSONValue = ["@type": "Group", "name": .string(name), "domainId": .string(domainID)]
        return try #require(try await admin.create("x:Account/set", object)["id"]?.string)
    }
}

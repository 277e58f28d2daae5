import FoundationEssentials
import JMAP
import Stalwart
import TestSupport
import Testing

@Suite("What 0.15 has done is never told as not done, and nobody else is touched")
struct PrincipalOutcomeTests {
    private static let new = NewAccount(
        name: "ada", domain: "agents.example.com", detail: "", roles: .custom(["agenticmail-agent"]))
    private static let fields = PrincipalTests.fields

    /// A server that does everything but reload, which its login may not.
    private static func withoutReload(_ answers: [String: String]) throws -> PrincipalAdministration {
        let server = RecordedServer(session: RecordedServer.session(isObjects: false)) { asked in
            if asked.path == "/api/reload" {
                return RecordedServer.json(#"{"type":"about:blank","status":403,"detail":"no"}"#, status: 403)
            }
            return answers["\(asked.method) \(asked.path)"].map { RecordedServer.json($0) }
        }
        return PrincipalAdministration(client: try server.client())
    }

    @Test("an account or a domain that was made before the reload failed may be there, and the error says so")
    func made() async throws {
        let administration = try Self.withoutReload(["POST /api/principal": #"{"data":231}"#])
        let account = await failure { () async throws(StalwartError) in
            _ = try await administration.makeAccount(Self.new)
        }
        #expect(account?.mayHaveBeenDone == true)
        #expect(account?.code == .missingPermission("settings-reload"))
        let domain = await failure { () async throws(StalwartError) in
            _ = try await administration.makeDomain(named: "agents.example.com", detail: "")
        }
        #expect(domain?.mayHaveBeenDone == true)
    }

    @Test("an account that is gone before the reload failed may be gone, and the error says so")
    func removed() async throws {
        let one = #"{"id":231,"type":"individual","name":"ada@agents.example.com","emails":["ada@agents.example.com"]}"#
        let administration = try Self.withoutReload([
            "GET /api/principal?types=individual,group&fields=\(Self.fields)&page=1&limit=500":
                #"{"data":{"items":[\#(one)],"total":1}}"#,
            "DELETE /api/principal/ada%40agents.example.com": #"{"data":null}"#,
        ])
        let error = await failure { () async throws(StalwartError) in try await administration.removeAccount("hh") }
        #expect(error?.mayHaveBeenDone == true)
    }

    @Test("groups are joined by the making itself, so that no account is left without them")
    func groups() async throws {
        let group =
            #"{"id":232,"type":"group","name":"review@agents.example.com","emails":["review@agents.example.com"]}"#
        let (server, administration) = try principals([
            "GET /api/principal?types=individual,group&fields=\(Self.fields)&page=1&limit=500":
                #"{"data":{"items":[\#(group)],"total":1}}"#,
            "POST /api/principal": #"{"data":231}"#,
        ])
        var new = Self.new
        new.groups = ["hi"]
        #expect(try await administration.makeAccount(new) == "hh")
        let made = try #require(server.asked.first { $0.method == "POST" })
        #expect(made.body["memberOf"] == ["review@agents.example.com"])
        #expect(!server.asked.contains { $0.method == "PATCH" })
    }

    @Test("an account whose login is a short name is changed by that name, not by its address")
    func shortLogin() async throws {
        let one = #"{"id":231,"type":"individual","name":"ada","emails":["ada@agents.example.com"]}"#
        let (server, administration) = try principals([
            "GET /api/principal?types=individual,group&fields=\(Self.fields)&page=1&limit=500":
                #"{"data":{"items":[\#(one)],"total":1}}"#,
            "PATCH /api/principal/ada": #"{"data":null}"#,
            // Somebody else, whose name is the first one's address.
            "PATCH /api/principal/ada%40agents.example.com": #"{"data":null}"#,
        ])
        try await administration.change("hh", AccountChange(access: .noLogin))
        #expect(server.asked.filter { $0.method == "PATCH" }.map(\.path) == ["/api/principal/ada"])
    }
}

@Suite("The recordings of real servers, where they lie beside the package")
struct ServerRecordingTests {
    private static let folder = Places.shared.map { $0 + "/stalwart/recordings" }

    /// The exchanges of every recording of a version whose name begins so.
    private static func exchanges(_ version: String, _ beginnings: [String]) throws -> [(file: String, JSON)] {
        guard let folder else { return [] }
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(version)").sorted()
        return try names.filter { name in beginnings.contains { name.hasPrefix($0) } }.flatMap { name in
            let data = try Data(contentsOf: URL(filePath: "\(folder)/\(version)/\(name)"))
            return (try JSON(parsing: Array(data)).array ?? []).map { (name, $0) }
        }
    }

    @Test("every refusal of a making on 0.16 has a code of its own", .enabled(if: folder != nil))
    func refusals() async throws {
        var seen = 0
        for (file, exchange) in try Self.exchanges("0.16", ["provisioning.", "review."]) {
            for response in exchange["responseBody"]?["methodResponses"]?.array ?? [] {
                guard response[0]?.string == "x:Account/set",
                    let refused = response[1]?["notCreated"]?.object?.values.first
                else { continue }
                seen += 1
                let (_, administration) = try objects([
                    "x:Account/set": JSON.object(["notCreated": ["new": refused]]).description
                ])
                let error = await failure { () async throws(StalwartError) in
                    _ = try await administration.makeAccount(
                        NewAccount(name: "ada", domain: "b", detail: "", roles: .custom(["c"])))
                }
                switch error?.code {
                case .refused, .malformed, nil: Issue.record("\(file): \(refused) is \(String(describing: error))")
                default: break
                }
                #expect(error?.mayHaveBeenDone == false, "\(file)")
            }
        }
        #expect(seen > 5)
    }

    @Test("every account that 0.16 showed is read whole", .enabled(if: folder != nil))
    func accounts() async throws {
        var seen = 0
        for (file, exchange) in try Self.exchanges("0.16", ["provisioning.", "review.", "delivery."]) {
            for response in exchange["responseBody"]?["methodResponses"]?.array ?? [] {
                guard response[0]?.string == "x:Account/get" else { continue }
                for object in response[1]?["list"]?.array ?? [] {
                    guard let id = object["id"]?.string, let address = object["emailAddress"]?.string else { continue }
                    seen += 1
                    let (_, administration) = try objects([
                        "x:Account/get": JSON.object(["list": [object]]).description
                    ])
                    let account = try #require(try await administration.account(AccountID(id)), "\(file)")
                    #expect(account.address == address.lowercased(), "\(file)")
                    #expect(account.detail == object["description"]?.string ?? "", "\(file)")
                }
            }
        }
        #expect(seen > 3)
    }

    @Test("every answer of 0.15 to a making is a number or an error with a code", .enabled(if: folder != nil))
    func principalAnswers() async throws {
        var seen = 0
        for (file, exchange) in try Self.exchanges("0.15", ["account.", "domain.", "group.", "provision.", "role."]) {
            guard exchange["method"]?.string == "POST", exchange["path"]?.string == "/api/principal",
                let body = exchange["responseBody"], let status = exchange["status"]?.int
            else { continue }
            seen += 1
            let server = RecordedServer(session: RecordedServer.session(isObjects: false)) { asked in
                asked.path == "/api/reload"
                    ? RecordedServer.json(#"{"data":{}}"#)
                    : RecordedServer.json(body.description, status: Int(status))
            }
            let administration = PrincipalAdministration(client: try server.client())
            let error = await failure { () async throws(StalwartError) in
                _ = try await administration.makeAccount(
                    NewAccount(name: "ada", domain: "agents.example.com", detail: "", roles: .custom(["r"])))
            }
            #expect((error == nil) == (body["data"]?.int != nil), "\(file): \(body)")
            if error?.code == .malformed { Issue.record("\(file): \(body) cannot be read") }
            if body["error"]?.string == "fieldAlreadyExists" { #expect(error?.code == .alreadyExists(id: nil)) }
        }
        #expect(seen > 20)
    }

    @Test("every waiting message of 0.15 keeps its whole number", .enabled(if: folder != nil))
    func queue() async throws {
        var seen = 0
        for (_, exchange) in try Self.exchanges("0.15", ["queue.list_values"]) {
            for item in exchange["responseBody"]?["data"]?["items"]?.array ?? [] {
                guard let id = item["id"]?.int, let sender = item["return_path"]?.string else { continue }
                seen += 1
                let server = RecordedServer(session: RecordedServer.session(isObjects: false)) { _ in
                    RecordedServer.json(JSON.object(["data": ["items": [item]]]).description)
                }
                let found = try await PrincipalAdministration(client: try server.client()).queuedMessages(from: sender)
                #expect(found.map(\.id.rawValue) == [String(id)])
                #expect(found.first?.createdAt != nil)
            }
        }
        #expect(seen > 0)
    }
}

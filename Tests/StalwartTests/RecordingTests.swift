import FoundationEssentials
import HTTPTransport
import JMAP
import Stalwart
import TestSupport
import Testing

/// Exchanges of real servers, where they lie beside the package.
enum Recordings {
    /// Every exchange of a version whose path begins so, with its request and its answer.
    static func exchanges(_ version: String, _ path: String) throws -> [JSON] {
        guard let folder = Places.shared.map({ "\($0)/stalwart/recordings/\(version)" }),
            let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
        else { return [] }
        return try names.sorted().filter { $0.hasSuffix(".json") }.flatMap { name -> [JSON] in
            let data = try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
            return (try JSON(parsing: Array(data)).array ?? []).filter { $0["path"]?.string?.hasPrefix(path) == true }
        }
    }
}

@Suite("What real servers answered is understood", .enabled(if: Places.shared != nil))
struct RecordingTests {
    @Test("each refusal of 0.16 to make something is told as what it is")
    func objectRefusals() async throws {
        var types: Set<String> = []
        for exchange in try Recordings.exchanges("0.16", "/jmap/") {
            for response in exchange["responseBody"]?["methodResponses"]?.array ?? [] {
                let method = response[0]?.string ?? ""
                guard ["x:Account/set", "x:Domain/set", "x:Role/set"].contains(method) else { continue }
                for refusal in (response[1]?["notCreated"]?.object ?? [:]).values {
                    types.insert(refusal["type"]?.string ?? "")
                    let answer: JSON = ["notCreated": ["new": refusal]]
                    let (_, administration) = try objects(["x:Account/set": answer.description])
                    let error = try #require(
                        await failure { () async throws(StalwartError) in
                            _ = try await administration.makeAccount(
                                NewAccount(name: "ada", domain: "b", detail: "", roles: .custom(["c"])))
                        })
                    if case .refused(let type) = error.code { Issue.record("\(type) has no code of its own") }
                    #expect(error.code != .malformed)
                }
            }
        }
        #expect(types.isSuperset(of: ["primaryKeyViolation", "invalidForeignKey", "invalidPatch"]))
    }

    @Test("each answer of 0.15 to the making of an account is told as what it is")
    func principalAnswers() async throws {
        var (made, refused) = (0, 0)
        for exchange in try Recordings.exchanges("0.15", "/api/principal") {
            guard exchange["method"] == "POST", exchange["requestBody"]?["type"] == "individual",
                let status = exchange["status"]?.int, let body = exchange["responseBody"]
            else { continue }
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
            if body["data"] != nil { made += 1 } else { refused += 1 }
            #expect((error == nil) == (body["data"] != nil), "\(body)")
            #expect(error?.code != .malformed, "\(body)")
        }
        #expect(made > 50 && refused > 5)
    }

    @Test("the accounts and domains that real servers list are read")
    func lists() async throws {
        var accounts = 0
        for exchange in try Recordings.exchanges("0.16", "/jmap/") {
            for response in exchange["responseBody"]?["methodResponses"]?.array ?? []
            where response[0] == "x:Account/get" {
                for account in response[1]?["list"]?.array ?? [] where account["emailAddress"] != nil {
                    let (_, administration) = try objects([
                        "x:Account/get": (["list": [account]] as JSON).description
                    ])
                    let read = try #require(try await administration.account("x"))
                    #expect(read.address == account["emailAddress"]?.string)
                    accounts += 1
                }
            }
        }
        #expect(accounts >= 5)
    }
}

import JMAP
import Stalwart
import Testing

@Suite("Refusals of 0.16 are told apart")
struct ObjectRefusalTests {
    private static let new = NewAccount(
        name: "ada", domain: "b", detail: "", roles: .custom(["c"]), quota: 1 << 20)

    @Test(
        "each refusal of a making has a code, a sentence and a cure",
        arguments: [
            (
                #"{"type":"primaryKeyViolation","properties":["email"],"objectId":{"object":"Account","id":"bn"}}"#,
                StalwartError.Code.alreadyExists(id: "bn")
            ),
            (#"{"type":"invalidForeignKey","objectId":{"object":"Domain","id":"zzzz"}}"#, .unknownReference),
            (#"{"type":"invalidPatch","properties":["name"],"description":"bad"}"#, .invalid(properties: ["name"])),
            (
                #"{"type":"validationFailed","validationErrors":[{"type":"Required","property":"domainId"}]}"#,
                .invalid(properties: ["domainId"])
            ),
            (#"{"type":"invalidProperties","properties":["secret"]}"#, .invalid(properties: ["secret"])),
            (#"{"type":"overQuota"}"#, .quota),
            (#"{"type":"forbidden","description":"no"}"#, .missingPermission("sysAccountCreate")),
            (
                #"{"type":"forbidden","description":"Another process modified this message, please try again."}"#,
                .race
            ),
            (#"{"type":"rateLimit"}"#, .limit),
            (#"{"type":"newfangled"}"#, .refused("newfangled")),
        ])
    func making(_ refusal: String, _ code: StalwartError.Code) async throws {
        let (_, administration) = try objects(["x:Account/set": #"{"notCreated":{"new":\#(refusal)}}"#])
        let error = try #require(
            await failure { () async throws(StalwartError) in
                _ = try await administration.makeAccount(Self.new)
            })
        #expect(error.code == code)
        #expect(error.sentence.contains("make the account ada") && error.sentence.hasSuffix("."))
        #expect(!error.cure.isEmpty)
        #expect(!error.mayHaveBeenDone)
    }

    @Test("a role or a domain in use is not removed, and the users are named")
    func inUse() async throws {
        let linked =
            #"{"type":"objectIsLinked","objectId":{"object":"Role","id":"bh"},"linkedObjects":[{"object":"Account","id":"be"}]}"#
        let (_, administration) = try objects([
            "x:Role/set": #"{"notDestroyed":{"bh":\#(linked)}}"#,
            "x:Domain/set": #"{"notDestroyed":{"bh":\#(linked)}}"#,
        ])
        let role = await failure { () async throws(StalwartError) in try await administration.removeRole("bh") }
        #expect(role?.code == .inUse(by: ["Account be"]))
        let domain = await failure { () async throws(StalwartError) in try await administration.removeDomain("bh") }
        #expect(domain?.code == .inUse(by: ["Account be"]))
        #expect(domain?.sentence.contains("Account be") == true)
    }

    @Test("a missing right of the method is named")
    func missingPermission() async throws {
        let (_, administration) = try objects(["x:ApiKey/set": #"{"type":"forbidden","description":"no"}"#])
        let error = await failure { () async throws(StalwartError) in
            _ = try await administration.issueKey(NewCredential(name: "runtime"), for: "be")
        }
        #expect(error?.code == .missingPermission("sysApiKeyCreate"))
        #expect(error?.sentence.contains("sysApiKeyCreate") == true)
    }

    @Test("an unknown role fails as such although the server says that it is unavailable")
    func unknownRole() async throws {
        let (_, administration) = try objects([
            "x:Account/set": #"{"type":"serverUnavailable"}"#, "x:Role/get": #"{"list":[],"notFound":["c"]}"#,
        ])
        let error = await failure { () async throws(StalwartError) in
            _ = try await administration.makeAccount(Self.new)
        }
        #expect(error?.code == .unknownReference)
    }

    @Test("a server that is unavailable may have made what was asked")
    func unavailable() async throws {
        let (_, administration) = try objects([
            "x:Account/set": #"{"type":"serverUnavailable"}"#, "x:Role/get": #"{"list":[{"id":"c"}]}"#,
        ])
        let error = await failure { () async throws(StalwartError) in
            _ = try await administration.makeAccount(Self.new)
        }
        #expect(error?.code == .unavailable)
        #expect(error?.mayHaveBeenDone == true)
        #expect(error?.cure.contains("Look") == true)
    }

    @Test("an answer without a result says that it may have been done")
    func nothing() async throws {
        let (_, administration) = try objects(["x:Account/set": #"{"created":{}}"#])
        let error = await failure { () async throws(StalwartError) in
            _ = try await administration.makeAccount(Self.new)
        }
        #expect(error?.code == .malformed)
        #expect(error?.mayHaveBeenDone == true)
    }

    @Test(
        "names that the server would change in silence are never sent",
        arguments: [
            "Ada", "a b", " ada", "", "a@b", "ä", "a..b", ".a", "a.", "a\nb", "-a", String(repeating: "x", count: 65),
        ])
    func names(_ name: String) async throws {
        let (server, administration) = try objects([:])
        let error = await failure { () async throws(StalwartError) in
            _ = try await administration.makeAccount(
                NewAccount(name: name, domain: "b", detail: "", roles: .custom(["c"])))
        }
        #expect(error?.code == .invalid(properties: ["name"]))
        #expect(server.asked.isEmpty)
    }

    @Test("what the server says cannot act on a terminal")
    func hostile() async throws {
        let (_, administration) = try objects([
            "x:Account/set": #"{"notCreated":{"new":{"type":"in\u001b[2Jvalid","description":"\u001b]0;x\u0007"}}}"#
        ])
        let error = try #require(
            await failure { () async throws(StalwartError) in _ = try await administration.makeAccount(Self.new) })
        #expect(!error.description.unicodeScalars.contains { $0.value < 0x20 })
    }
}

@Suite("Refusals of 0.15 are told apart")
struct PrincipalRefusalTests {
    private static let new = NewAccount(
        name: "ada", domain: "agents.example.com", detail: "agenticmail intent=a1",
        roles: .custom(["agenticmail-agent"]))

    @Test(
        "errors that come with status 200 are errors",
        arguments: [
            (
                #"{"error":"fieldAlreadyExists","field":"emails","value":"ada@agents.example.com"}"#,
                StalwartError.Code.alreadyExists(id: nil)
            ),
            (#"{"error":"notFound","item":"agenticmail-agent"}"#, .unknownReference),
            (#"{"error":"fieldMissing","field":"name"}"#, .invalid(properties: ["name"])),
            (#"{"error":"assertFailed"}"#, .race), (#"{"error":"other","details":"x"}"#, .refused("other")),
            (#"{}"#, .malformed),
        ])
    func making(_ answer: String, _ code: StalwartError.Code) async throws {
        let (server, administration) = try principals(["POST /api/principal": answer])
        let error = await failure { () async throws(StalwartError) in
            _ = try await administration.makeAccount(Self.new)
        }
        #expect(error?.code == code)
        #expect(server.asked.count == 1, "nothing more is asked after a refusal")
    }

    @Test(
        "a status that is no success is told",
        arguments: [
            (400, StalwartError.Code.invalid(properties: [])), (401, .unauthorized),
            (403, .missingPermission("individual-create")), (404, .unknownReference), (429, .limit),
            (500, .unavailable),
        ])
    func statuses(_ status: Int, _ code: StalwartError.Code) async throws {
        let server = RecordedServer(session: RecordedServer.session(isObjects: false)) { _ in
            RecordedServer.json(
                #"{"type":"about:blank","status":\#(status),"title":"x","detail":"why"}"#, status: status)
        }
        let administration = PrincipalAdministration(client: try server.client())
        let error = await failure { () async throws(StalwartError) in
            _ = try await administration.makeAccount(Self.new)
        }
        #expect(error?.code == code)
        #expect(error?.mayHaveBeenDone == (status == 500), "several makings at once answer 500 although one was done")
    }

    @Test("an account's id in JMAP is its number in base 32")
    func ids() async throws {
        let (_, administration) = try principals(["POST /api/principal": #"{"data":231}"#])
        #expect(try await administration.makeAccount(Self.new) == "hh")
    }

    @Test("the secret of an app password is never sent, its hash is")
    func hashes() async throws {
        let one = #"{"id":231,"type":"individual","name":"ada@agents.example.com","emails":["ada@agents.example.com"]}"#
        let (server, administration) = try principals([
            "GET /api/principal/ada%40agents.example.com": #"{"data":\#(one)}"#,
            "PATCH /api/principal/ada%40agents.example.com": #"{"data":null}"#,
            "GET /api/principal?types=individual,group&fields=\(PrincipalTests.fields)&page=1&limit=500":
                #"{"data":{"items":[\#(one)],"total":1}}"#,
        ])
        let made = try await administration.issueKey(NewCredential(name: "runtime"), for: "hh")
        let patch = try #require(server.asked.last { $0.method == "PATCH" }?.body.description)
        #expect(patch.contains(#""$app$runtime$$6$"#))
        #expect(!patch.contains(made.secret))
        #expect(made.credential == .basic(user: "ada@agents.example.com", password: made.secret))
        #expect(!"\(made)".contains(made.secret))
        var dumped = ""
        dump(made, to: &dumped)
        #expect(!dumped.contains(made.secret))
    }

    @Test("what 0.15 cannot do to an app password is refused, not left out")
    func narrowing() async throws {
        let (server, administration) = try principals([:])
        let error = await failure { () async throws(StalwartError) in
            _ = try await administration.issueKey(
                NewCredential(name: "runtime", allowedNetworks: ["192.0.2.0/24"]), for: "hh")
        }
        #expect(error?.code == .unsupported)
        #expect(server.asked.isEmpty)
    }
}

import JMAP
import Stalwart
import Testing

@Suite("0.15 is administered by principals")
struct PrincipalTests {
    static let fields =
        "name,emails,quota,usedQuota,roles,enabledPermissions,disabledPermissions,description,memberOf,tenant"
    private static let ada = """
        {"id":231,"type":"individual","quota":104857600,"emails":["ada@agents.example.com","a.l@agents.example.com"],\
        "description":"agenticmail intent=a1","roles":["agenticmail-agent"],"name":"ada@agents.example.com",\
        "disabledPermissions":["authenticate"]}
        """
    private static let all = "GET /api/principal?types=individual,group&fields=\(fields)&page=1&limit=500"
    private static let everybody = "GET /api/principal?types=individual,group,list&fields=\(fields)&page=1&limit=500"
    private static let list = #"{"data":{"items":[\#(ada)],"total":1}}"#

    @Test("an account is read with everything that the server gives")
    func reading() async throws {
        let (_, administration) = try principals([
            "GET /api/principal/ada%40agents.example.com": #"{"data":\#(Self.ada)}"#
        ])
        let account = try #require(try await administration.account(at: "Ada@agents.example.com"))
        #expect(account.id == "hh")
        #expect(account.name == "ada")
        #expect(account.domain == "agents.example.com")
        #expect(account.aliases == ["a.l@agents.example.com"])
        #expect(account.roles == .custom(["agenticmail-agent"]))
        #expect(account.quota == 104_857_600)
        #expect(account.isSuspended)
    }

    @Test("the groups of an account are told by their ids, and one that is gone is none")
    func groups() async throws {
        let address = "jonas@agents.example.com"
        let jonas = """
            {"id":187,"type":"individual","name":"\(address)","emails":["\(address)"],\
            "memberOf":["review@agents.example.com","gone@agents.example.com"]}
            """
        let (_, administration) = try principals([
            "GET /api/principal/jonas%40agents.example.com": #"{"data":\#(jonas)}"#,
            Self.all:
                #"{"data":{"items":[\#(jonas)],"total":1}}"#,
            "GET /api/principal/review%40agents.example.com":
                #"{"data":{"id":186,"type":"group","name":"review@agents.example.com"}}"#,
            "GET /api/principal/gone%40agents.example.com": #"{"error":"notFound","item":"gone@agents.example.com"}"#,
        ])
        #expect(try await administration.account(at: address)?.groups == ["f7"])
        #expect(try await administration.holder(of: address)?.account?.groups == ["f7"])
        let page = try await administration.accounts(AccountFilter(), page: 0, limit: 500)
        #expect(page.accounts.first?.groups == ["f7"])
    }

    @Test("an address that is an account's own, its alias or a list's is taken, and another is free")
    func holders() async throws {
        let missing = #"{"error":"notFound","item":"x"}"#
        let (server, administration) = try principals([
            "GET /api/principal/ada%40agents.example.com": #"{"data":\#(Self.ada)}"#,
            "GET /api/principal/a.l%40agents.example.com": missing,
            "GET /api/principal/free%40agents.example.com": missing,
            "GET /api/principal/team%40agents.example.com":
                #"{"data":{"id":3,"type":"list","name":"team@agents.example.com"}}"#,
            Self.everybody: Self.list,
        ])
        guard case .account = try await administration.holder(of: "ada@agents.example.com") else {
            Issue.record("the own address is not found")
            return
        }
        guard case .alias(of: let owner) = try await administration.holder(of: "a.l@agents.example.com") else {
            Issue.record("the alias is not found")
            return
        }
        #expect(owner.id == "hh")
        #expect(
            try await administration.holder(of: "team@agents.example.com") == .list(name: "team@agents.example.com"))
        #expect(try await administration.holder(of: "free@agents.example.com") == nil)
        #expect(server.asked.allSatisfy { $0.method == "GET" }, "looking changes nothing")
    }

    @Test("a role or a domain that accounts use is not removed, although the server would")
    func links() async throws {
        let (server, administration) = try principals([Self.all: Self.list])
        let role = await failure { () async throws(StalwartError) in
            try await administration.removeRole("agenticmail-agent")
        }
        #expect(role?.code == .inUse(by: ["ada@agents.example.com"]))
        let domain = await failure { () async throws(StalwartError) in
            try await administration.removeDomain("agents.example.com")
        }
        #expect(domain?.code == .inUse(by: ["ada@agents.example.com"]))
        #expect(!server.asked.contains { $0.method == "DELETE" })
    }

    @Test("a changed role reaches the accounts that carry it, and no suspended one is opened by that")
    func touching() async throws {
        let (server, administration) = try principals([
            Self.all: Self.list, "PATCH /api/principal/agenticmail-agent": #"{"data":null}"#,
            "PATCH /api/principal/ada%40agents.example.com": #"{"data":null}"#,
        ])
        try await administration.setPermissions(["authenticate"], of: "agenticmail-agent")
        let touch = try #require(server.asked.last?.body[0])
        #expect(server.asked.last?.path == "/api/principal/ada%40agents.example.com")
        #expect(touch["action"] == "addItem" && touch["field"] == "disabledPermissions")
    }

    @Test("suspending takes the login away, and mail where that is wanted; resuming gives both back")
    func suspending() async throws {
        let (server, administration) = try principals([
            Self.all: Self.list, "GET /api/principal/ada%40agents.example.com": #"{"data":\#(Self.ada)}"#,
            "PATCH /api/principal/ada%40agents.example.com": #"{"data":null}"#,
        ])
        try await administration.change("hh", AccountChange(access: .noLoginNoMail))
        try await administration.change("hh", AccountChange(access: .open))
        let bodies = server.asked.filter { $0.method == "PATCH" }.map(\.body.description)
        #expect(bodies.count == 2)
        #expect(bodies[0].components("addItem") == 2 && bodies[1].components("removeItem") == 2)
    }

    @Test("a revoked app password is taken by its whole name, so that none with the same beginning goes")
    func revoking() async throws {
        let secrets = #""secrets":["$app$run$$6$x","$app$runtime$$6$y","$6$main"]"#
        let ada =
            #"{"id":231,"type":"individual","name":"ada@agents.example.com","emails":["ada@agents.example.com"],\#(secrets)}"#
        let (server, administration) = try principals([
            Self.all: Self.list, "GET /api/principal/ada%40agents.example.com": #"{"data":\#(ada)}"#,
            "PATCH /api/principal/ada%40agents.example.com": #"{"data":null}"#,
        ])
        #expect(try await administration.keys(of: "hh").map(\.name) == ["run", "runtime"])
        try await administration.revokeKey("run", of: "hh")
        #expect(server.asked.last?.body[0]?["value"] == "$app$run$")
        let error = await failure { () async throws(StalwartError) in
            try await administration.revokeKey("runt", of: "hh")
        }
        #expect(error?.code == .notFound)
    }

    @Test("the queue's ids keep every digit")
    func queue() async throws {
        let item = """
            {"id":342294355802868346,"return_path":"ada@agents.example.com","recipients":[{"address":"b@example.org"}],\
            "created":"2026-11-24T05:37:47Z","size":332}
            """
        let (_, administration) = try principals([
            "GET /api/queue/messages?from=ada%40agents.example.com&values=1&page=1&limit=100":
                #"{"data":{"items":[\#(item)],"total":1}}"#
        ])
        let messages = try await administration.queuedMessages(from: "ada@agents.example.com")
        #expect(messages.map(\.id) == ["342294355802868346"])
        #expect(messages.first?.recipients == ["b@example.org"])
    }

    @Test("a server is told by what it answers")
    func probing() async throws {
        let (old, _) = try principals([
            "GET /api/principal?limit=1&page=1": #"{"data":{"items":[],"total":0}}"#
        ])
        #expect(try await ServerProbe.kind(of: old.client()) == .principals)
        let (new, _) = try objects([:])
        #expect(try await ServerProbe.kind(of: new.client()) == .objects)
        let neither = RecordedServer(session: RecordedServer.session(isObjects: false)) { _ in nil }
        let error = await failure { () async throws(StalwartError) in
            do { _ = try await ServerProbe.kind(of: neither.client()) } catch let error as StalwartError {
                throw error
            } catch {}
        }
        #expect(error?.code == .unknownServer)
    }
}

extension String {
    /// How often a word stands in the text.
    fileprivate func components(_ word: String) -> Int {
        var (count, rest) = (0, self[...])
        while let found = rest.firstRange(of: word) {
            count += 1
            rest = rest[found.upperBound...]
        }
        return count
    }
}

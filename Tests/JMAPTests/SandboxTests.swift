import FoundationEssentials
import HTTPTransport
import JMAP
import Sandbox
import TestSupport
import Testing

@Suite("The sandbox")
struct SandboxTests {
    private let sandbox: Sandbox
    private let client: JMAPClient

    /// A server with a domain, a person and that person's key.
    init() async throws {
        let sandbox = try await Sandbox.start()
        let url = try #require(URL(string: sandbox.url))
        let admin = JMAPClient(
            origin: url, credential: .basic(user: sandbox.admin.login, password: sandbox.admin.password))
        let manual: JSON = ["@type": "Manual"]
        var request = Request()
        request.call(
            RawCall(
                "x:Domain/set",
                [
                    "create": [
                        "d": [
                            "name": "agents.example.test", "certificateManagement": manual, "dkimManagement": manual,
                            "dnsManagement": manual,
                        ]
                    ]
                ]))
        let made = request.call(
            RawCall(
                "x:Account/set",
                [
                    "create": [
                        "a": [
                            "@type": "User", "name": "ada", "domainId": "#d", "credentials": [:],
                            "roles": ["@type": "User"],
                        ]
                    ]
                ]))
        let account = try #require(try await admin.send(request).get(made)["created"]?["a"]?["id"])
        let key = try await admin.call(
            RawCall("x:ApiKey/set", ["accountId": account, "create": ["k": ["description": "test"]]]))
        let secret = try #require(key["created"]?["k"]?["secret"]?.string)
        self.sandbox = sandbox
        client = JMAPClient(origin: url, credential: .bearer(secret))
    }

    private func account() async throws -> AccountID { try #require(try await client.session().primaryMailAccount) }

    private func importOne(_ account: AccountID, _ subject: String = "Hallo") async throws -> (EmailID, MailboxID) {
        let mailboxes = try await client.call(MailboxGet(account: account, ids: .all))
        let inbox = try #require(mailboxes.list.first { $0.role == .inbox }).id
        let text = "From: a@b.example\r\nSubject: \(subject)\r\n\r\nText.\r\n"
        let blob = try await client.upload(.bytes(Array(text.utf8)), to: account, type: "message/rfc822")
        let answer = try await client.call(
            EmailImport(account: account, emails: ["a": .init(blobID: blob.id, mailboxIDs: [inbox])]))
        return (try answer.created("a"), inbox)
    }

    @Test("is read and written like any server")
    func readAndWrite() async throws {
        let account = try await account()
        let (id, inbox) = try await importOne(account)
        var request = Request()
        let found = request.call(EmailQuery(account: account, filter: .inMailbox(inbox), sort: [.newestFirst]))
        let rows = request.call(
            EmailGet(account: account, ids: .reference(found, "/ids"), properties: EmailProperty.row))
        let response = try await client.send(request)
        #expect(try response.get(rows).list.map(\.id) == [id])
        #expect(try response.get(rows).list.first?.subject == "Hallo")
        let patch = EmailPatch().keyword(.seen, true)
        let set = try await client.call(EmailSet(account: account, update: [id: patch.changes]))
        #expect(set.firstError == nil)
        let changes = try await client.call(EmailChanges(account: account, since: try response.get(rows).state))
        #expect(changes.updated == [id])
    }

    @Test("tells of a change on a stream that was opened before")
    func push() async throws {
        let account = try await account()
        var events = client.push(types: ["Email", "Mailbox"]).makeAsyncIterator()
        #expect(try await events.next() == .opened)
        _ = try await importOne(account)
        guard case .state(let change) = try await events.next() else {
            Issue.record("no change came")
            return
        }
        #expect(change.changed[account]?["Email"] != nil)
    }

    @Test("whose stream breaks or stays silent is noticed")
    func brokenStreams() async throws {
        sandbox.faults.set(.cutStream)
        let cut = client.push()
        let error = await #expect(throws: JMAPError.self) { for try await _ in cut {} }
        #expect(error?.isTransient == true)
    }

    @Test("that drops an answer has been asked once, and the client says that the answer is missing")
    func droppedAnswer() async throws {
        let account = try await account()
        let (id, inbox) = try await importOne(account)
        sandbox.faults.set(.dropAnswer, for: "Email/import")
        let failure = await #expect(throws: JMAPError.self) { _ = try await importOne(account, "zweimal?") }
        #expect(failure?.cause?.code == .cut)
        #expect(failure?.isTransient == true)
        let all = try await client.call(EmailQuery(account: account, filter: .inMailbox(inbox)))
        #expect(all.ids.count == 2 && all.ids.contains(id))
    }

    @Test("that misbehaves has a name for each kind of it")
    func faults() async throws {
        _ = try await account()
        let cases: [(Faults.Fault, JMAPError.Code)] = [
            (.tooManyRequests(retryAfter: 7), .limit("")), (.serverError, .serverUnavailable), (.html, .notJMAP),
            (.truncatedJSON, .malformed),
        ]
        for (fault, code) in cases {
            sandbox.faults.set(fault)
            let error = await #expect(throws: JMAPError.self) { _ = try await client.call(CoreEcho(["a": "b"])) }
            #expect(error?.code == code, "\(fault)")
            if code == .limit("") { #expect(error?.retryAfter == .seconds(7)) }
        }
        #expect(try await client.call(CoreEcho(["a": "b"])) == ["a": "b"])
    }

    @Test("refuses a wrong password, and the sentence says so")
    func wrongPassword() async throws {
        let wrong = JMAPClient(
            origin: try #require(URL(string: sandbox.url)), credential: .basic(user: "admin", password: "geheim"))
        let error = await #expect(throws: JMAPError.self) { _ = try await wrong.session() }
        #expect(error?.code == .unauthorized)
        #expect(error?.description.contains("geheim") == false)
    }
}

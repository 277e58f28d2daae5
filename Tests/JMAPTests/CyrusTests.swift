import FoundationEssentials
import HTTPTransport
import JMAP
import TestSupport
import Testing

@Suite(
    "A JMAP server that others wrote (Cyrus IMAP)",
    .enabled(if: Cyrus.obstacle == nil, Comment(rawValue: Cyrus.obstacle ?? "it can be started")))
struct CyrusTests {
    @Test("is read, written and searched")
    func everything() async throws {
        let server = try Cyrus(users: ["ada"])
        let client = JMAPClient(
            origin: try #require(URL(string: server.url)), credential: .basic(user: "ada", password: "x"))
        let session = try await client.session()
        let account = try #require(session.primaryMailAccount)
        #expect(session.api.origin.description == server.url)

        let mailboxes = try await client.call(MailboxGet(account: account, ids: .all, properties: MailboxProperty.all))
        let inbox = try #require(mailboxes.list.first { $0.role == .inbox })
        let archive = try #require(mailboxes.list.first { $0.name == "Archive" })

        let text =
            "From: Ada <ada@example.test>\r\nTo: bob@example.test\r\nSubject: =?UTF-8?Q?Gr=C3=B6=C3=9Fe?=\r\nMessage-ID: <1@x>\r\n\r\nHallo.\r\n"
        let blob = try await client.upload(.bytes(Array(text.utf8)), to: account, type: "message/rfc822")
        let imported = try await client.call(
            EmailImport(account: account, emails: ["a": .init(blobID: blob.id, mailboxIDs: [inbox.id])]))
        let id = try imported.created("a")

        var request = Request()
        let found = request.call(EmailQuery(account: account, filter: .inMailbox(inbox.id), sort: [.newestFirst]))
        let rows = request.call(
            EmailGet(account: account, ids: .reference(found, "/ids"), properties: EmailProperty.row))
        let response = try await client.send(request)
        #expect(try response.get(found).ids == [id])
        let email = try #require(try response.get(rows).list.first)
        #expect(email.subject == "Größe")
        #expect(email.from == [EmailAddress(name: "Ada", email: "ada@example.test")])
        #expect(email.mailboxIDs == [inbox.id])

        let state = try response.get(rows).state
        let patch = EmailPatch().keyword(.seen, true).mailbox(inbox.id, false).mailbox(archive.id, true)
        let set = try await client.call(EmailSet(account: account, update: [id: patch.changes]))
        #expect(set.firstError == nil)
        #expect(set.updated.keys.contains(id))
        let changes = try await client.call(EmailChanges(account: account, since: state, maxChanges: 100))
        #expect(changes.updated == [id])
        let moved = try await client.call(EmailGet(account: account, ids: [id], properties: EmailProperty.mutable))
        #expect(moved.list.first?.keywords?.contains(.seen) == true)
        #expect(moved.list.first?.mailboxIDs == [archive.id])

        let raw = try await client.download(try #require(email.blobID), of: account)
        #expect(String(decoding: raw, as: UTF8.self).hasSuffix("Hallo.\r\n"))

        let stale = await #expect(throws: JMAPError.self) {
            _ = try await client.call(EmailChanges(account: account, since: "no-such-state"))
        }
        #expect(stale?.method == "Email/changes")

        var pushed: [PushEvent] = []
        for try await event in client.push(types: ["Email"]) { pushed.append(event) }
        #expect(pushed == [.unsupported])
    }
}

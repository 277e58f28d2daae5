import FoundationEssentials
import HTTPTransport
package import JMAP
import Message

/// What an agent does with its own key: asks for mail to be sent, sees what became of it, takes it back.
package struct AgentOutbox: Sendable {
    /// One request as the agent sees it.
    package struct Item: Sendable, Hashable {
        /// The hold's id; nil while no guard has taken the draft.
        package var hold: String?
        /// `waiting`, or the state of the hold.
        package var state: String
        package var subject: String
        package var messageID: String?
        package var deadline: UTCDate?
        /// The reviewer's note, or why.
        package var note: String
        /// What to do now, for a program.
        package var instruction: String
        package var at: UTCDate
    }

    private let server: MailServer
    private let account: AccountID
    private let address: String
    private let outbox: MailboxID

    /// Opens the outbox of the agent's own login; it is made where it is missing and the login may make it.
    package static func open(_ client: JMAPClient) async throws(GuardError) -> AgentOutbox {
        let server = MailServer(client: client)
        let session = try await server.run { () async throws(JMAPError) in try await client.session() }
        guard let account = session.primaryMailAccount, let name = session.accounts[account]?.name else {
            throw GuardError(.setup, "The login has no mail account.", cure: "Sign in with the agent's key.")
        }
        let boxes = try await server.ensure(["Outbox"], in: account)
        return AgentOutbox(
            server: server, account: account, address: OutboundEnvelope.canonical(name), outbox: boxes["Outbox"] ?? "")
    }

    /// Puts a message into the outbox; gives its Message-ID.
    ///
    /// - Parameters:
    ///   - raw: A whole message; From may be left out.
    ///   - key: The same key never makes two messages.
    ///   - sendAt: Not before.
    ///   - hold: The hold of which it is a new version.
    package func put(
        _ raw: [UInt8], key: String? = nil, sendAt: UTCDate? = nil, revises hold: String? = nil
    ) async throws(GuardError) -> String {
        let message = ParsedMessage(raw)
        guard !message.isAmbiguous else {
            throw GuardError(
                .refused, "The message can be read in two ways, or is too large to be read whole.",
                cure: "Write it anew, with each header once.")
        }
        let id = message.messageID?.first ?? MessageBuilder.newMessageID(for: address)
        var email: [String: JSON] = [
            "mailboxIds": .set([outbox]), "keywords": ["$draft": true, "$seen": true], "messageId": [.string(id)],
            "from": Self.addresses(message.from.isEmpty ? [MailAddress(email: address)] : message.from),
            "subject": .string(message.subject ?? ""),
        ]
        for (name, list) in [("to", message.to), ("cc", message.cc), ("bcc", message.bcc)] where !list.isEmpty {
            email[name] = Self.addresses(list)
        }
        for (name, list) in [("inReplyTo", message.inReplyTo), ("references", message.references)] {
            if let list { email[name] = .array(list.map { .string($0) }) }
        }
        if let key { email["header:AgenticMail-Key:asText"] = .string(key) }
        if let hold { email["header:AgenticMail-Revises:asText"] = .string(hold) }
        if let sendAt { email["header:AgenticMail-Send-At:asText"] = sendAt.json }
        try await addBody(of: message, to: &email)
        _ = try await server.create([.object(email)], in: account)
        return id
    }

    private static func addresses(_ list: [MailAddress]) -> JSON {
        .array(list.map { ["name": $0.name.map { .string($0) } ?? .null, "email": .string($0.email)] })
    }

    private func addBody(of message: ParsedMessage, to email: inout [String: JSON]) async throws(GuardError) {
        let lists = BodyLists(message)
        var values: [String: JSON] = [:]
        var used: Set<Int> = []
        for (name, type, numbers) in [
            ("textBody", "text/plain", lists.text), ("htmlBody", "text/html", lists.html),
        ] {
            guard let part = numbers.map({ message.parts[$0] }).first(where: { $0.mediaType == type }) else { continue }
            used.insert(part.number)
            values[name] = ["value": .string(message.text(of: part).text)]
            email[name] = [["partId": .string(name), "type": .string(type)]]
        }
        email["bodyValues"] = .object(values)
        var attachments: [JSON] = []
        // What is no body goes along as a file, so that nothing of the message is left out.
        let rest = Set(lists.text + lists.html + lists.attachments).subtracting(used)
        for part in rest.sorted().map({ message.parts[$0] }) {
            let bytes = part.isMessage ? Array(message.rawBody(of: part)) : message.content(of: part)
            let blob = try await server.run { () async throws(JMAPError) in
                try await server.client.upload(.bytes(bytes), to: account, type: part.mediaType)
            }
            attachments.append([
                "blobId": blob.id.json, "type": .string(part.mediaType),
                "name": part.fileName.map { .string($0) } ?? .null, "disposition": "attachment",
            ])
        }
        if !attachments.isEmpty { email["attachments"] = .array(attachments) }
    }

    /// Every request, the newest first: what waits for the guard, and the last that the guard said of each other one.
    package func list() async throws(GuardError) -> [Item] {
        var items: [Item] = []
        for draft in try await server.list(outbox, in: account) {
            items.append(
                Item(
                    hold: nil, state: "waiting", subject: draft.subject, messageID: nil, deadline: nil, note: "",
                    instruction: "The guard has not taken it yet; do not send it again.",
                    at: UTCDate(seconds: draft.receivedAt)))
        }
        let notes = try await server.run { () async throws(JMAPError) in
            var request = Request()
            let query = request.call(
                EmailQuery(
                    account: account, filter: .hasKeyword(AgentBoxes.noteKeyword), sort: [.newestFirst], limit: 200))
            let get = request.call(
                EmailGet(account: account, ids: .reference(query, "/ids"), properties: [.blobID, .receivedAt]))
            return try await server.client.send(request).get(get).list
        }
        var seen: Set<String> = []
        let newest = notes.enumerated().sorted {
            ($0.element.receivedAt?.seconds ?? 0, $0.element.id.rawValue.utf8.count, $0.element.id)
                > ($1.element.receivedAt?.seconds ?? 0, $1.element.id.rawValue.utf8.count, $1.element.id)
        }
        for (_, note) in newest {
            guard let blob = note.blobID else { continue }
            let message = ParsedMessage(try await server.bytes(blob, of: account))
            guard let part = message.parts.first(where: { $0.fileName == "status.json" }),
                let json = try? JSON(parsing: message.content(of: part)), let hold = json["hold"]?.string,
                seen.insert(hold).inserted
            else { continue }
            items.append(
                Item(
                    hold: hold, state: json["state"]?.string ?? "", subject: json["subject"]?.string ?? "",
                    messageID: json["draftMessageId"]?.string,
                    deadline: json["deadline"]?.string.flatMap { UTCDate($0) }, note: json["note"]?.string ?? "",
                    instruction: json["instruction"]?.string ?? "", at: note.receivedAt ?? UTCDate(seconds: 0)))
        }
        return items
    }

    /// Asks the guard to take back a hold, named by its id or by the draft's Message-ID.
    package func withdraw(_ hold: String) async throws(GuardError) {
        let request: JSON = [
            "mailboxIds": .set([outbox]), "keywords": ["$draft": true], "from": Self.addresses([.init(email: address)]),
            "subject": "withdraw", "header:AgenticMail-Withdraw:asText": .string(hold),
            "textBody": [["partId": "1", "type": "text/plain"]], "bodyValues": ["1": ["value": ""]],
        ]
        _ = try await server.create([request], in: account)
    }
}

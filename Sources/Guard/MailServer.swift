import HTTPTransport
import JMAP
import Stalwart
import Synchronization

/// The few things that guard, reviewers and agents do on the mail server, in any account that the login reaches.
struct MailServer: Sendable {
    let client: JMAPClient
    private let found = AdministrationFound()

    init(client: JMAPClient) { self.client = client }

    /// How the server is administered, found out once.
    func administration() async throws(GuardError) -> any Administration {
        if let known = found.value.withLock({ $0 }) { return known }
        do throws(StalwartError) {
            let administration = try await ServerProbe.administration(of: client)
            found.value.withLock { $0 = administration }
            return administration
        } catch {
            throw GuardError(error)
        }
    }

    /// The administration, once it was found out.
    private final class AdministrationFound: Sendable {
        let value = Mutex<(any Administration)?>(nil)
    }

    /// One message of a list.
    struct Item: Sendable, Hashable {
        let id: EmailID
        let blob: BlobID
        let subject: String
        let mailboxes: Set<MailboxID>
        let receivedAt: Int64
        let size: Int
    }

    /// The mailboxes of an account by name; of two that a race gave one name the first made counts.
    func mailboxes(of account: AccountID, under parent: MailboxID? = nil) async throws(GuardError) -> [String:
        MailboxID]
    {
        let answer = try await run { () async throws(JMAPError) in
            try await client.call(
                MailboxGet(account: account, ids: .all, properties: ["id", "name", "parentId", "role"]))
        }
        var found: [String: MailboxID] = [:]
        for mailbox in answer.list where mailbox.parentID == parent {
            for name in [mailbox.name, mailbox.role.map { "role:\($0)" }].compactMap({ $0 }) {
                if let known = found[name], !Self.isBefore(mailbox.id, known) { continue }
                found[name] = mailbox.id
            }
        }
        return found
    }

    /// Ids of a server count upward, so a shorter one is older.
    private static func isBefore(_ left: MailboxID, _ right: MailboxID) -> Bool {
        (left.rawValue.utf8.count, left.rawValue) < (right.rawValue.utf8.count, right.rawValue)
    }

    /// The mailboxes of these names, made where they are missing.
    func ensure(
        _ names: [String], in account: AccountID, under parent: MailboxID? = nil
    ) async throws(GuardError) -> [String: MailboxID] {
        let known = try await mailboxes(of: account, under: parent)
        let missing = names.filter { known[$0] == nil }
        guard !missing.isEmpty else { return known }
        var create: [CreationID: JSON] = [:]
        for (index, name) in missing.enumerated() {
            var object: [String: JSON] = ["name": .string(name)]
            if let parent { object["parentId"] = parent.json }
            create[CreationID("m\(index)")] = .object(object)
        }
        let made = create
        // What another guard made at the same moment is found by the list that follows.
        _ = try await run { () async throws(JMAPError) in
            try await client.call(MailboxSet(account: account, create: made))
        }
        let after = try await mailboxes(of: account, under: parent)
        if let name = names.first(where: { after[$0] == nil }) {
            throw GuardError(
                .setup, "The mailbox \(name) is missing in the account \(account) and cannot be made.",
                cure: "Give the login the permission jmapMailboxCreate, or make the mailbox.")
        }
        return after
    }

    /// Every message of a mailbox, the oldest first.
    func list(_ mailbox: MailboxID, in account: AccountID, limit: Int = .max) async throws(GuardError) -> [Item] {
        var items: [Item] = []
        try await walk(mailbox, in: account, limit: limit) { page throws(GuardError) in
            items += page
            return true
        }
        return items.sorted { ($0.receivedAt, $0.id) < ($1.receivedAt, $1.id) }
    }

    /// Shows a mailbox page by page, so that no more than a page of it is in memory; stops where `body` says false.
    func walk(
        _ mailbox: MailboxID, in account: AccountID, newestFirst: Bool = false, limit: Int = .max,
        _ body: ([Item]) async throws(GuardError) -> Bool
    ) async throws(GuardError) {
        var start = 0
        while start < limit {
            let position = start
            let page = try await run { () async throws(JMAPError) in
                var request = Request()
                let query = request.call(
                    EmailQuery(
                        account: account, filter: .inMailbox(mailbox),
                        sort: [newestFirst ? .newestFirst : Sort("receivedAt")], position: position,
                        limit: min(Self.page, limit - position)))
                let get = request.call(
                    EmailGet(account: account, ids: .reference(query, "/ids"), properties: Self.itemProperties))
                let response = try await client.send(request)
                return (count: try response.get(query).ids.count, list: try response.get(get).list)
            }
            guard try await body(page.list.map(Self.item)), page.count == Self.page, !page.list.isEmpty else { return }
            start += page.count
        }
    }

    /// One message; nil where it is not there.
    func item(_ id: EmailID, in account: AccountID) async throws(GuardError) -> Item? {
        try await run { () async throws(JMAPError) in
            try await client.call(
                EmailGet(account: account, ids: .list([id]), properties: Self.itemProperties)
            ).list.first.map(Self.item)
        }
    }

    /// The messages with a word in their subject, as the server's search finds them: what was filed a moment ago may be
    /// missing.
    func search(_ word: String, in account: AccountID) async throws(GuardError) -> [Item] {
        try await run { () async throws(JMAPError) in
            var request = Request()
            let query = request.call(
                EmailQuery(account: account, filter: .matching(["subject": .string(word)]), limit: 100))
            let get = request.call(
                EmailGet(account: account, ids: .reference(query, "/ids"), properties: Self.itemProperties))
            return try await client.send(request).get(get).list.map(Self.item)
        }
    }

    private static let page = 500
    private static let itemProperties: [EmailProperty] = [.id, .blobID, .subject, .mailboxIDs, .receivedAt, .size]

    private static func item(_ email: Email) -> Item {
        Item(
            id: email.id, blob: email.blobID ?? "", subject: email.subject ?? "",
            mailboxes: email.mailboxIDs ?? [], receivedAt: email.receivedAt?.seconds ?? 0, size: email.size ?? 0)
    }

    /// The bytes of a message.
    func bytes(_ blob: BlobID, of account: AccountID) async throws(GuardError) -> [UInt8] {
        try await run { () async throws(JMAPError) in try await client.download(blob, of: account, limit: 96 << 20) }
    }

    /// Uploads a message and files it; gives its id.
    func file(
        _ bytes: [UInt8], in account: AccountID, mailbox: MailboxID, keywords: Set<Keyword> = []
    ) async throws(GuardError) -> EmailID {
        try await run { () async throws(JMAPError) in
            let blob = try await client.upload(.bytes(bytes), to: account, type: "message/rfc822")
            let item = EmailImport.Item(blobID: blob.id, mailboxIDs: [mailbox], keywords: keywords)
            let id = try await client.call(EmailImport(account: account, emails: ["e": item])).created("e")
            if found.value.withLock({ $0?.kind }) == .principals {
                // 0.15 tells nobody of what is imported, and of a keyword it does.
                let keyword: [String: JSON] = ["keywords/agenticmail-new": true]
                _ = try await client.call(EmailSet(account: account, update: [id: keyword]))
            }
            return id
        }
    }

    /// A message of text that Email/set makes, without an upload.
    static func note(
        _ subject: String, text: String, from address: String, mailbox: MailboxID, attachments: [JSON] = []
    ) -> JSON {
        var members: [String: JSON] = [
            "mailboxIds": .set([mailbox]), "subject": .string(subject), "from": [["email": .string(address)]],
            "keywords": ["$seen": true], "textBody": [["partId": "1", "type": "text/plain"]],
            "bodyValues": ["1": ["value": .string(text)]],
        ]
        if !attachments.isEmpty { members["attachments"] = .array(attachments) }
        return .object(members)
    }

    /// Makes messages of text; gives their ids in the order of the notes.
    func create(_ notes: [JSON], in account: AccountID) async throws(GuardError) -> [EmailID] {
        var create: [CreationID: JSON] = [:]
        for (index, note) in notes.enumerated() { create[CreationID("n\(index)")] = note }
        let made = create
        return try await run { () async throws(JMAPError) in
            let answer = try await client.call(EmailSet(account: account, create: made))
            var ids: [EmailID] = []
            for index in notes.indices { ids.append(try answer.created(CreationID("n\(index)"))) }
            return ids
        }
    }

    /// Puts a message into one mailbox alone; false where it is not there any more. A race is tried again.
    @discardableResult
    func move(
        _ id: EmailID, to mailbox: MailboxID, keywords: [Keyword: Bool] = [:], in account: AccountID
    ) async throws(GuardError) -> Bool {
        var patch: [String: JSON] = ["mailboxIds": .set([mailbox])]
        for (keyword, isSet) in keywords { patch["keywords/\(keyword)"] = isSet ? true : .null }
        let change = patch
        for attempt in 0... {
            do {
                return try await run { () async throws(JMAPError) in
                    let answer = try await client.call(EmailSet(account: account, update: [id: change]))
                    guard let error = answer.notUpdated[id] else { return true }
                    if error.type == "notFound" { return false }
                    throw JMAPError(.set(error.type), method: "Email/set", detail: error.detail, setError: error)
                }
            } catch {
                guard error.cause?.isTransient == true, error.cause?.isUnreachable != true, attempt < 5 else {
                    throw error
                }
            }
        }
        return false
    }

    /// Destroys a message: true for exactly one of all who try, which is what makes it a lock.
    func destroy(_ id: EmailID, in account: AccountID) async throws(GuardError) -> Bool {
        for attempt in 0... {
            do {
                return try await run { () async throws(JMAPError) in
                    let answer = try await client.call(EmailSet(account: account, destroy: [id]))
                    if answer.destroyed.contains(id) { return true }
                    guard let error = answer.notDestroyed[id], error.type != "notFound" else { return false }
                    throw JMAPError(.set(error.type), method: "Email/set", detail: error.detail, setError: error)
                }
            } catch {
                // Both mean that another one was at it; who lost finds it gone.
                guard error.cause?.isTransient == true, error.cause?.isUnreachable != true, attempt < 5 else {
                    throw error
                }
            }
        }
        return false
    }

    /// Whether at least one of these messages is there.
    func exist(_ ids: [EmailID], in account: AccountID) async throws(GuardError) -> Bool {
        guard !ids.isEmpty else { return false }
        return try await run { () async throws(JMAPError) in
            try await !client.call(EmailGet(account: account, ids: .list(ids), properties: [.id])).list.isEmpty
        }
    }

    /// Runs calls with their errors as the guard's.
    func run<Value: Sendable>(
        _ body: () async throws(JMAPError) -> Value
    ) async throws(GuardError) -> Value {
        do throws(JMAPError) { return try await body() } catch { throw GuardError(error) }
    }
}

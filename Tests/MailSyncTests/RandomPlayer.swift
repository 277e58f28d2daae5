import JMAP
import TestSupport

/// Another client that does random things to the mail of some accounts. What it does follows from its numbers and from
/// what it finds on the server; what the server refuses, or loses in a fault, is not done again.
actor RandomPlayer {
    private let client: JMAPClient
    private let accounts: [AccountID]
    /// Tells the messages of one player from those of another.
    private let name: String
    private var numbers: SeededGenerator
    private var made = 0

    init(client: JMAPClient, accounts: [AccountID], name: String, seed: UInt64) {
        self.client = client
        self.accounts = accounts
        self.name = name
        numbers = SeededGenerator(seed: seed)
    }

    /// Changes one account; gives how many changes were asked for.
    func play() async -> Int {
        let account = accounts[Int.random(in: 0..<accounts.count, using: &numbers)]
        guard let mailboxes = try? await client.call(MailboxGet(account: account, ids: .all)).list, !mailboxes.isEmpty,
            let ids = try? await client.call(EmailQuery(account: account, limit: 500)).ids
        else { return 0 }
        var count = 0
        if numbers.chance(25) { count += await changeMailboxes(mailboxes, of: account) }
        return await count + changeMail(ids, mailboxes.map(\.id), of: account)
    }

    private func changeMailboxes(_ mailboxes: [Mailbox], of account: AccountID) async -> Int {
        let own = mailboxes.filter { $0.role == nil }.map(\.id)
        var update: [MailboxID: [String: JSON]] = [:]
        made += 1
        for id in numbers.some(1, of: own) {
            update[id] = ["name": .string("Renamed \(name)\(made)")]
            if numbers.chance(50) {
                update[id]?["parentId"] =
                    numbers.some(1, of: own.filter { $0 != id }).first.map { .string($0.rawValue) } ?? .null
            }
        }
        var create: [CreationID: JSON] = [:]
        if own.count < 8 {
            let parent: JSON =
                numbers.chance(30) ? numbers.some(1, of: own).first.map { .string($0.rawValue) } ?? .null : .null
            create["new"] = ["name": .string("Box \(name)\(made)"), "parentId": parent]
        }
        let destroy = own.count > 4 ? numbers.some(1, of: own.filter { update[$0] == nil }) : []
        _ = try? await client.call(
            MailboxSet(
                account: account, create: create, update: update, destroy: .list(destroy),
                extra: ["onDestroyRemoveEmails": .bool(numbers.chance(60))]))
        return create.count + update.count + destroy.count
    }

    private func changeMail(_ ids: [EmailID], _ mailboxes: [MailboxID], of account: AccountID) async -> Int {
        let isFull = ids.count > 220
        var create: [CreationID: JSON] = [:]
        for _ in 0..<Int.random(in: 0...(isFull ? 6 : 20), using: &numbers) {
            made += 1
            create[CreationID("n\(made)")] = message(in: numbers.some(numbers.chance(20) ? 2 : 1, of: mailboxes))
        }
        var rest = ids.shuffled(using: &numbers)
        let destroy = Array(rest.prefix(Int.random(in: 0...(isFull ? 25 : 8), using: &numbers)))
        rest.removeFirst(destroy.count)
        var update: [EmailID: [String: JSON]] = [:]
        for id in rest.prefix(Int.random(in: 0...40, using: &numbers)) { update[id] = patch(mailboxes) }
        _ = try? await client.call(
            EmailSet(account: account, create: create, update: update, destroy: .list(destroy)))
        return create.count + update.count + destroy.count
    }

    /// A message that now and then belongs to the threads of two others, which merges them.
    private func message(in mailboxes: [MailboxID]) -> JSON {
        var references: [JSON] = []
        if numbers.chance(25) {
            references = (0..<2).map { _ in .string("\(name)\(Int.random(in: 1...made, using: &numbers))@x") }
        }
        return [
            "mailboxIds": .object(Dictionary(uniqueKeysWithValues: mailboxes.map { ($0.rawValue, true) })),
            "subject": .string("Plans \(made % 7)"), "messageId": [.string("\(name)\(made)@x")],
            "references": .array(references), "from": [["name": "Bob", "email": "bob@ext.example"]],
            "keywords": numbers.chance(30) ? ["$seen": true] : [:],
            "receivedAt": UTCDate(seconds: 1_750_000_000 + Int64.random(in: 0..<3_000_000, using: &numbers)).json,
            "bodyValues": ["1": ["value": .string("words of \(made)")]],
            "textBody": [["partId": "1", "type": "text/plain"]],
        ]
    }

    private func patch(_ mailboxes: [MailboxID]) -> [String: JSON] {
        let isSet = numbers.chance(60)
        let mailbox = mailboxes[Int.random(in: 0..<mailboxes.count, using: &numbers)]
        switch Int.random(in: 0..<6, using: &numbers) {
        case 0: return EmailPatch().keyword(.seen, isSet).changes
        case 1: return EmailPatch().keyword(.flagged, isSet).changes
        case 2: return EmailPatch().keyword(Keyword("word-\(made % 5)"), isSet).changes
        case 3: return EmailPatch().mailbox(mailbox, isSet).changes
        default: return ["mailboxIds": .object([mailbox.rawValue: true])]
        }
    }
}

import JMAP

/// Where the messages of an archive go in a new account: its mailboxes by the names on the way to them, made where they
/// are missing.
struct RestoredMailboxes: Sendable {
    private var ids: [[String]: MailboxID] = [:]
    private let inbox: MailboxID?

    /// Finds or makes every mailbox of the archive, those above before those below.
    init(_ agent: ArchivedAgent, in account: AccountID, _ mail: MailAccess) async throws(AgentsError) {
        var there = try await mail.ask("list the mailboxes") { (client) throws(JMAPError) in
            try await client.call(
                MailboxGet(account: account, ids: .all, properties: ["id", "name", "parentId", "role"])
            ).list
        }
        inbox = there.first { $0.role == .inbox }?.id
        for (number, path) in agent.mailboxes.enumerated() {
            guard let name = path.last else { continue }
            let role = agent.roles.flatMap { $0[number].isEmpty ? nil : $0[number] } ?? Self.role(of: path)
            let above = path.count > 1 ? ids[Array(path.dropLast())] : nil
            if let same = there.first(where: { box in
                role != nil && box.role?.rawValue == role || box.name == name && box.parentID == above
            }) {
                ids[path] = same.id
                continue
            }
            var object: [String: JSON] = ["name": .string(name), "parentId": above.map(\.json) ?? .null]
            if let role { object["role"] = .string(role) }
            let create: [CreationID: JSON] = ["box": .object(object)]
            let answer = try await mail.ask("make the mailbox \(name)") { (client) throws(JMAPError) in
                try await client.call(MailboxSet(account: account, create: create))
            }
            guard let made = answer.created["box"]?.id else {
                throw AgentsError(
                    .failed,
                    "The mailbox \(name) of the archive was not made. \(answer.notCreated["box"]?.sentence ?? "")",
                    cure: "See what the server says; the archive is whole and stays as it is.")
            }
            ids[path] = made
            var box = Mailbox(id: made)
            (box.name, box.parentID) = (name, above)
            there.append(box)
        }
    }

    /// Where a message goes: all of its mailboxes, or the inbox where it lay in none.
    func places(of message: ArchivedMessage) throws(AgentsError) -> Set<MailboxID> {
        let found = Set(message.mailboxes.compactMap { ids[$0] })
        guard found.count == message.mailboxes.count || found.isEmpty && message.mailboxes.isEmpty else {
            throw AgentsError(
                .file, "The archive is not whole: \(message.path) lies in a mailbox that it does not list.",
                cure: "Take another copy of it.")
        }
        if !found.isEmpty { return found }
        guard let inbox else {
            throw AgentsError(.failed, "The new account has no inbox.", cure: "See that the server makes one.")
        }
        return [inbox]
    }

    /// Older archives do not say what a mailbox is for: the inbox alone is known by its name.
    private static func role(of path: [String]) -> String? {
        path.count == 1 && path[0].lowercased() == "inbox" ? "inbox" : nil
    }
}

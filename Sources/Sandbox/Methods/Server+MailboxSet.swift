extension Server {
    /// Mailbox/set (RFC 8621 section 2.5).
    func mailboxSet(_ call: inout Call) throws -> JSONObject {
        try call.needSet("Mailbox")
        let account = try account(call)
        let set = try SetArguments(call)
        let removesEmails = try call.bool("onDestroyRemoveEmails")
        let old = store.state(.mailbox, of: account)
        try checkState(call, old)
        var result = SetResult()
        try store.transaction {
            var editor = MailboxEditor(
                store: store, account: account, limit: directory.account(account)?.quotas["maxMailboxes"],
                mailboxes: try store.mailboxes(account))
            try editor.create(set.create, &result)
            try editor.update(set.update, &result, destroying: set.destroy)
            try editor.destroy(set.destroy, &result, removesEmails: removesEmails)
        }
        var answer: JSONObject = [
            "accountId": .string(Base32.id(account)), "oldState": .string(old.text),
            "newState": .string(store.state(.mailbox, of: account).text),
        ]
        // Where nothing was changed the mailboxes may still just have been made.
        if result.created.isEmpty, result.updated.isEmpty, result.destroyed.isEmpty {
            answer["newState"] = .string(old.text)
        }
        result.write(to: &answer)
        return answer
    }
}

/// The members of one Mailbox/set, applied one after the other to the mailboxes as they are then.
private struct MailboxEditor {
    let store: Store
    let account: Int
    let limit: Int?
    var mailboxes: [StoredMailbox]
    /// One number for all that the call changes.
    private var number: Int?
    private static let roles: Set<String> = [
        "inbox", "trash", "junk", "drafts", "sent", "archive", "important", "memos", "snoozed", "scheduled",
    ]

    init(store: Store, account: Int, limit: Int?, mailboxes: [StoredMailbox]) {
        self.store = store
        self.account = account
        self.limit = limit
        self.mailboxes = mailboxes
    }

    private mutating func change() throws -> Int {
        if let number { return number }
        let next = try store.nextChange(account)
        number = next
        return next
    }

    mutating func create(_ objects: JSONObject, _ result: inout SetResult) throws {
        // A parent may be made by the same call, whatever the order: go round until nothing more is made.
        var waiting = objects.map { ($0.0, $0.1) }
        while !waiting.isEmpty {
            var later: [(String, JSONValue)] = []
            for (key, value) in waiting {
                if let parent = value["parentId"]?.string, parent.hasPrefix("#") {
                    let name = String(parent.dropFirst())
                    guard result.created[name] != nil || result.notCreated[name] != nil else {
                        later.append((key, value))
                        continue
                    }
                }
                do {
                    let id = try create(value, created: result.created)
                    result.created[key] = ["id": .string(Base32.id(id))]
                } catch let error as SetError {
                    result.notCreated[key] = error.json
                }
            }
            guard later.count < waiting.count else {
                for (key, _) in later { result.notCreated[key] = Self.noParent.json }
                return
            }
            waiting = later
        }
    }

    private static let noParent = SetError("invalidProperties", "Parent ID does not exist.")

    private mutating func create(_ value: JSONValue, created: JSONObject) throws -> Int {
        guard var object = value.object else { throw SetError("invalidProperties", "Invalid object.") }
        if mailboxes.count >= limit ?? Limits.mailboxes {
            throw SetError("overQuota", "There are too many mailboxes, please delete some before adding a new one.")
        }
        if let parent = object["parentId"]?.string, parent.hasPrefix("#") {
            object["parentId"] = created[String(parent.dropFirst())]?["id"] ?? .string(parent)
        }
        var mailbox = StoredMailbox(id: -1, name: "", parent: nil, role: nil, sortOrder: 0, isSubscribed: false)
        for (property, value) in object { try apply(property, value, to: &mailbox) }
        try validate(mailbox)
        let stored = StoredMailbox(
            id: try store.nextMailbox(account), name: mailbox.name, parent: mailbox.parent, role: mailbox.role,
            sortOrder: mailbox.sortOrder, isSubscribed: mailbox.isSubscribed)
        try store.put(stored, account: account, .created, change: change())
        mailboxes.append(stored)
        return stored.id
    }

    mutating func update(_ patches: JSONObject, _ result: inout SetResult, destroying: [String]) throws {
        for (id, patch) in patches {
            do {
                if destroying.contains(id) { throw SetError("willDestroy", "ID will be destroyed.") }
                guard let place = mailboxes.firstIndex(where: { Base32.id($0.id) == id }) else {
                    throw SetError("notFound")
                }
                var mailbox = mailboxes[place]
                for (property, value) in patch.object ?? [:] { try apply(property, value, to: &mailbox) }
                if mailbox != mailboxes[place] {
                    try validate(mailbox)
                    try store.put(mailbox, account: account, .updated, change: change())
                    mailboxes[place] = mailbox
                }
                result.updated[id] = .null
            } catch let error as SetError {
                result.notUpdated[id] = error.json
            }
        }
    }

    private func apply(_ property: String, _ value: JSONValue, to mailbox: inout StoredMailbox) throws(SetError) {
        let wrong = SetError("invalidProperties", "Invalid property or value.", properties: [property])
        switch property {
        case "name":
            guard let name = value.string else { throw wrong }
            mailbox.name = name
        case "parentId":
            guard !value.isNull else {
                mailbox.parent = nil
                return
            }
            guard let parent = mailboxes.first(where: { Base32.id($0.id) == value.string }) else { throw Self.noParent }
            mailbox.parent = parent.id
        case "role":
            guard value.isNull || value.string.map(Self.roles.contains) == true else { throw wrong }
            mailbox.role = value.string
        case "sortOrder":
            guard let order = value.integer, 0..<Int64(Int32.max) ~= order else { throw wrong }
            mailbox.sortOrder = Int(order)
        case "isSubscribed":
            guard let isSubscribed = value.bool else { throw wrong }
            mailbox.isSubscribed = isSubscribed
        default: throw wrong
        }
    }

    private func validate(_ mailbox: StoredMailbox) throws(SetError) {
        if mailbox.name.isEmpty {
            throw SetError("invalidProperties", "Mailbox name cannot be empty.", properties: ["name"])
        }
        if mailbox.name.utf8.count > Limits.mailboxNameBytes {
            throw SetError("invalidProperties", "Mailbox name is too long.", properties: ["name"])
        }
        let isInbox = mailbox.parent == nil && mailbox.name.lowercased() == "inbox"
        for other in mailboxes where other.id != mailbox.id {
            if let role = mailbox.role, other.role == role {
                throw SetError(
                    "invalidProperties", "A mailbox with role '\(role)' already exists.", properties: ["role"])
            }
            if other.parent == mailbox.parent, other.name == mailbox.name || isInbox && other.role == "inbox" {
                throw SetError(
                    "alreadyExists", "A mailbox with name '\(mailbox.name)' already exists.",
                    more: ["existingId": .string(Base32.id(other.id))])
            }
        }
        var depth = 1
        var parent = mailbox.parent
        while let id = parent {
            depth += 1
            if id == mailbox.id {
                throw SetError("invalidProperties", "Mailbox cannot be a parent of itself.", properties: ["parentId"])
            }
            if depth > Limits.mailboxDepth {
                throw SetError("invalidProperties", "Mailbox is too deep.", properties: ["parentId"])
            }
            parent = mailboxes.first { $0.id == id }?.parent
        }
    }

    mutating func destroy(_ ids: [String], _ result: inout SetResult, removesEmails: Bool) throws {
        for id in ids {
            do {
                guard let mailbox = mailboxes.first(where: { Base32.id($0.id) == id }) else {
                    throw SetError("notFound")
                }
                if let role = mailbox.role, ["inbox", "junk", "trash"].contains(role) {
                    throw SetError("forbidden", "You are not allowed to delete Inbox, Junk or Trash folders.")
                }
                if mailboxes.contains(where: { $0.parent == mailbox.id }) {
                    throw SetError("mailboxHasChild", "Mailbox has at least one children.")
                }
                try empty(mailbox.id, isAllowed: removesEmails)
                try store.remove(mailbox: mailbox.id, account: account, change: change())
                mailboxes.removeAll { $0.id == mailbox.id }
                result.destroyed.append(id)
            } catch let error as SetError {
                result.notDestroyed[id] = error.json
            }
        }
    }

    private mutating func empty(_ id: Int, isAllowed: Bool) throws {
        let emails = try store.emails(inMailbox: id, account: account)
        guard emails.isEmpty || isAllowed else { throw SetError("mailboxHasEmail", "Mailbox is not empty.") }
        for number in emails {
            guard let email = try store.email(number, account: account) else { continue }
            if email.mailboxes == [id] {
                try store.remove(email, change: change(), account: account)
            } else {
                try store.change(
                    email, mailboxes: email.mailboxes.subtracting([id]), keywords: email.keywords, change: change(),
                    account: account)
            }
        }
    }
}

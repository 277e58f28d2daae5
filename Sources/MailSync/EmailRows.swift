import JMAP
import MailCache

/// Reads messages as the rows that the cache keeps, straight from the answer's bytes.
struct EmailRowGet: MethodCall {
    typealias Answer = EmailRowAnswer

    private var plain: EmailGet

    /// What a row is made of; nothing else is asked for.
    static let properties: [EmailProperty] = [
        .id, .blobID, .threadID, .mailboxIDs, .keywords, .size, .receivedAt, .from, .to, .subject, .preview,
        .hasAttachment,
    ]

    init(account: AccountID, ids: IDs<EmailID>) {
        plain = EmailGet(account: account, ids: ids, properties: Self.properties)
    }

    var name: String { plain.name }
    var capabilities: [Capability] { plain.capabilities }
    var arguments: [String: JSON] { plain.arguments }

    func divided(within limits: SessionLimits) -> [EmailRowGet]? {
        plain.divided(within: limits)?.map { part in
            var copy = self
            copy.plain = part
            return copy
        }
    }

    static func merged(_ answers: [Answer]) -> Answer? {
        guard var all = answers.first else { return nil }
        for answer in answers.dropFirst() {
            all.list += answer.list
            all.notFound += answer.notFound
        }
        return all
    }
}

/// Rows that were read.
struct EmailRowAnswer: JSONDecodable, Sendable {
    /// The state of all messages at the moment of the answer.
    var state: State = ""
    var list: [EmailRecord] = []
    var notFound: [EmailID] = []

    init(json reader: inout JSONReader) throws(JSONError) {
        try reader.object { (key, value) throws(JSONError) in
            switch key {
            case "state": state = try value.optional() ?? ""
            case "list": try value.array { (item) throws(JSONError) in list.append(try EmailRecord(row: &item)) }
            case "notFound": notFound = try value.optionalList() ?? []
            default: try value.skip()
            }
        }
    }
}

extension EmailRecord {
    /// No line of a list needs more; a server may send any length.
    private static let subjectBytes = 4_096
    private static let previewBytes = 1_024

    /// Reads an object of Email/get. Absent members are taken as empty, members of a wrong type are errors.
    init(row reader: inout JSONReader) throws(JSONError) {
        var id: EmailID?
        var record = EmailRecord(
            id: "", threadID: "", blobID: "", mailboxIDs: [], keywords: [], receivedAt: 0, size: 0, from: [], to: [],
            subject: "", preview: "", hasAttachment: false)
        let start = reader.offset
        try reader.object { (key, value) throws(JSONError) in
            switch key {
            case "id": id = try EmailID(json: &value)
            case "threadId": record.threadID = try value.optional() ?? ""
            case "blobId": record.blobID = try value.optional() ?? ""
            case "mailboxIds": record.mailboxIDs = try value.keys { MailboxID($0) }
            case "keywords": record.keywords = try value.keys { $0 }
            case "receivedAt": record.receivedAt = try value.optional(UTCDate.self)?.seconds ?? 0
            case "size": record.size = try value.optional() ?? 0
            case "from": record.from = try value.correspondents()
            case "to": record.to = try value.correspondents()
            case "subject": record.subject = try value.text(upTo: Self.subjectBytes)
            case "preview": record.preview = try value.text(upTo: Self.previewBytes)
            case "hasAttachment": record.hasAttachment = try value.optional() ?? false
            default: try value.skip()
            }
        }
        guard let id, !id.rawValue.isEmpty else { throw JSONError(.missing, at: start, path: [.member("id")]) }
        self = record
        self.id = id
        // A server without threads gives each message its own.
        if threadID.rawValue.isEmpty { threadID = ThreadID(id.rawValue) }
    }
}

extension JSONReader {
    /// The keys of an object whose values are true; `null` is empty.
    fileprivate mutating func keys<T>(_ make: (String) -> T) throws(JSONError) -> [T] {
        var keys: [T] = []
        if try null() { return keys }
        try object { (key, value) throws(JSONError) in
            if try value.boolean() { keys.append(make(key.text)) }
        }
        return keys
    }

    /// A list of names and addresses; `null` is empty.
    fileprivate mutating func correspondents() throws(JSONError) -> [Correspondent] {
        var list: [Correspondent] = []
        if try null() { return list }
        try array { (item) throws(JSONError) in
            let address = try EmailAddress(json: &item)
            // Beyond this, no row shows anything, and the body has them all.
            if list.count < 100 { list.append(Correspondent(name: address.name ?? "", address: address.email)) }
        }
        return list
    }

    /// A text, cut at a character's end; `null` is empty.
    fileprivate mutating func text(upTo limit: Int) throws(JSONError) -> String {
        let text = try optional(String.self) ?? ""
        guard text.utf8.count > limit else { return text }
        // A slice of scalars rounds its end down to a scalar's beginning.
        return String(text.unicodeScalars[..<text.utf8.index(text.startIndex, offsetBy: limit)])
    }
}

extension EmailChange {
    /// What may change of a message, as Email/get gives it; members that are absent are taken as empty.
    init(_ email: Email) {
        self.init(
            id: email.id, threadID: email.threadID ?? ThreadID(email.id.rawValue),
            mailboxIDs: Array(email.mailboxIDs ?? []), keywords: (email.keywords ?? []).map(\.rawValue))
    }
}

extension MailboxRecord {
    /// What is kept of a mailbox; its counts are counted here.
    static let properties: [MailboxProperty] = ["id", "name", "parentId", "role", "sortOrder", "myRights"]

    private static let rightNames: [(String, MailboxRights)] = [
        ("mayReadItems", .readItems), ("mayAddItems", .addItems), ("mayRemoveItems", .removeItems),
        ("maySetSeen", .setSeen), ("maySetKeywords", .setKeywords), ("mayCreateChild", .createChild),
        ("mayRename", .rename), ("mayDelete", .delete), ("maySubmit", .submit),
    ]

    init(_ mailbox: Mailbox) {
        var rights: MailboxRights = mailbox.myRights == nil ? .all : []
        for (name, right) in Self.rightNames where mailbox.myRights?.contains(name) == true { rights.insert(right) }
        self.init(
            id: mailbox.id, name: mailbox.name ?? "", role: mailbox.role?.rawValue, parentID: mailbox.parentID,
            sortOrder: mailbox.sortOrder ?? 0, rights: rights)
    }
}

/// What the store keeps of a message beside its bytes, so that lists need no look into it.
struct EmailMetadata {
    /// The properties that lists show, as Email/get answers them.
    let summary: JSONObject
    /// The message's own ids.
    let messageIDs: [String]
    /// The ids by which it belongs to a conversation; bounded, since a header may hold any number.
    let threadIDs: [String]
    /// The subject as threads compare it.
    let threadSubject: String
    /// The words of the body.
    let text: String

    /// Reads a message; nil where the bytes are none.
    init?(_ raw: [UInt8]) {
        let object = EmailObject(parsing: raw)
        guard object.isMessage else { return nil }
        summary = object.summary
        messageIDs = summary["messageId"]?.strings ?? []
        threadIDs = Array(object.threadIDs.prefix(100))
        threadSubject = object.threadSubject
        text = object.searchText.body
    }

    /// The text of one of the summary's properties as JSON.
    func json(_ property: String) -> String { summary[property]?.text ?? "null" }

    /// The moment of the Date header, nil where there is none that can be read.
    var sent: Int? { summary["sentAt"]?.string.flatMap(Timestamp.seconds) }

    /// The text by which addresses are sorted: the first one's name or address.
    func sortKey(_ property: String) -> String {
        guard let first = summary[property]?.array?.first else { return "" }
        let name = first["name"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        return (name ?? first["email"]?.string ?? "").lowercased()
    }

    /// The names and addresses of a property as words.
    func words(_ property: String) -> String {
        (summary[property]?.array ?? []).flatMap { [$0["name"]?.string, $0["email"]?.string] }.compactMap { $0 }
            .joined(separator: " ")
    }
}

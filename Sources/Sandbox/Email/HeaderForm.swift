import Message

/// A property `header:Name:asForm:all` (RFC 8621 §4.1.3).
struct HeaderForm {
    /// How the value is answered.
    enum Form: String {
        case asRaw, asText, asAddresses, asGroupedAddresses, asMessageIds, asDate, asURLs
    }

    /// The header's name as it was asked.
    let name: String
    /// How the value is answered.
    let form: Form
    /// Whether every field of the name is answered, as a list.
    let isAll: Bool

    /// The name under which the value is answered: as asked, but without `:asRaw`, as Stalwart does.
    var key: String {
        "header:\(name)" + (form == .asRaw ? "" : ":\(form.rawValue)") + (isAll ? ":all" : "")
    }

    /// Reads a property; nil if it is no header property or names an unknown form, which Stalwart passes over.
    init?(_ property: String) {
        var pieces = property.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard pieces.count >= 2, pieces.count <= 4, pieces[0] == "header", !pieces[1].isEmpty else { return nil }
        name = pieces[1]
        pieces.removeFirst(2)
        isAll = pieces.last == "all"
        if isAll { pieces.removeLast() }
        guard pieces.count <= 1, let form = pieces.isEmpty ? Form.asRaw : Form(rawValue: pieces[0]) else { return nil }
        self.form = form
    }

    /// The value of the last field of the name, or of all.
    func value(in headers: [HeaderField]) -> JSONValue {
        if isAll { return .array(headers.all(named: name).map(value)) }
        return headers.last(named: name).map(value) ?? .null
    }

    private func value(_ field: HeaderField) -> JSONValue {
        switch form {
        case .asRaw: .string(field.raw)
        case .asText: .string(field.text)
        case .asAddresses: Self.addresses(field.addresses)
        case .asGroupedAddresses:
            .array(field.groups.map { ["name": .text($0.name), "addresses": Self.addresses($0.members)] })
        case .asMessageIds: field.messageIDs.map { .list($0) } ?? .null
        case .asDate: .text(field.date?.rfc3339)
        case .asURLs: field.urls.map { .list($0) } ?? .null
        }
    }

    /// Addresses as JMAP's EmailAddress objects.
    static func addresses(_ addresses: [MailAddress]) -> JSONValue {
        .array(addresses.map { ["name": .text($0.name), "email": .string($0.email)] })
    }
}

package import Message

/// Makes a message's bytes of the object that Email/set creates (RFC 8621 §4.6).
package struct EmailBuilder {
    /// A blob that a part names: its bytes, nil if the account can't read it.
    package typealias BlobReader = (_ blobID: String) -> [UInt8]?

    private let object: JSONObject
    private let blob: BlobReader
    private let values: JSONObject
    private var headers = HeaderWriter()

    /// Builds the bytes of an Email object; members that are no part of the message (`mailboxIds`, `keywords`,
    /// `receivedAt`) are passed over. Date, Message-ID and MIME-Version are added.
    ///
    /// Throws the error for `notCreated`.
    ///
    /// - Parameters:
    ///   - date: the date of a message that names none.
    ///   - host: what stands after the at sign of a Message-ID that is added.
    package static func build(
        _ object: JSONObject, date: MailDate = MessageBuilder.now, host: String, blob: @escaping BlobReader
    ) throws(SetError) -> [UInt8] {
        var builder = EmailBuilder(object, blob: blob)
        return try builder.build(date: date, host: host)
    }

    private init(_ object: JSONObject, blob: @escaping BlobReader) {
        self.object = object
        self.blob = blob
        values = object["bodyValues"]?.object ?? [:]
    }

    private mutating func build(date: MailDate, host: String) throws(SetError) -> [UInt8] {
        for name in ["textBody", "htmlBody", "attachments"] where has(name) && has("bodyStructure") {
            throw .invalidProperties(
                name, "bodyStructure", description: "Cannot set both properties on a same request.")
        }
        try addHeaders()
        let body = try body()
        guard body != nil || !headers.names.isEmpty else {
            throw SetError("invalidProperties", "Message has to have at least one header or body part.")
        }
        try adding("sentAt") { writer throws(MessageBuilderError) in
            if !writer.names.contains("date") { try writer.add("Date", raw: date.rfc5322) }
        }
        try adding("messageId") { writer throws(MessageBuilderError) in
            guard !writer.names.contains("message-id") else { return }
            try writer.add("Message-ID", messageIDs: [MessageBuilder.newMessageID(for: "x@\(host)")])
        }
        let empty = BuildPart(type: .init(value: "text/plain"), content: .text(""))
        do throws(MessageBuilderError) {
            return try MessageBuilder.message(headers: headers, body: body ?? empty)
        } catch {
            throw .invalidProperties("bodyStructure", description: error.sentence)
        }
    }

    private func has(_ name: String) -> Bool { !(object[name]?.isNull ?? true) }

    // MARK: Headers

    private static let addressProperties = [
        "from": "From", "sender": "Sender", "replyTo": "Reply-To", "to": "To", "cc": "Cc", "bcc": "Bcc",
    ]
    private static let idProperties = [
        "messageId": "Message-ID", "inReplyTo": "In-Reply-To", "references": "References",
    ]

    private mutating func addHeaders() throws(SetError) {
        for (property, value) in object where !value.isNull {
            if let name = Self.addressProperties[property] {
                try add(property, name, .asAddresses, value)
            } else if let name = Self.idProperties[property] {
                try add(property, name, .asMessageIds, value)
            } else if property == "subject" {
                try add(property, "Subject", .asText, value)
            } else if property == "sentAt" {
                try add(property, "Date", .asDate, value)
            } else if property.hasPrefix("header:") {
                guard let form = HeaderForm(property) else { throw .invalidProperties(property) }
                try add(property, form, value)
            }
        }
    }

    private mutating func add(_ property: String, _ form: HeaderForm, _ value: JSONValue) throws(SetError) {
        guard form.isAll else {
            try add(property, form.name, form.form, value)
            return
        }
        guard let list = value.array else { throw .invalidProperties(property) }
        for element in list { try add(property, form.name, form.form, element) }
    }

    private mutating func add(
        _ property: String, _ name: String, _ form: HeaderForm.Form, _ value: JSONValue
    ) throws(SetError) {
        try adding(property) { writer throws(MessageBuilderError) in
            try Self.write(name, form, value, to: &writer)
        }
    }

    /// Runs a writing and turns its failure, a wrong type included, into the error of the property.
    private mutating func adding(
        _ property: String, _ write: (inout HeaderWriter) throws(MessageBuilderError) -> Void
    ) throws(SetError) {
        do throws(MessageBuilderError) {
            try write(&headers)
        } catch {
            throw .invalidProperties(property, description: error.sentence)
        }
    }

    static func write(
        _ name: String, _ form: HeaderForm.Form, _ value: JSONValue, to writer: inout HeaderWriter
    ) throws(MessageBuilderError) {
        let wrong = MessageBuilderError(code: .address, field: name)
        switch form {
        case .asRaw:
            guard let text = value.string else { throw wrong }
            try writer.add(name, raw: text)
        case .asText:
            guard let text = value.string else { throw wrong }
            try writer.add(name, text: text)
        case .asAddresses:
            guard let list = value.array else { throw wrong }
            try writer.add(name, addresses: try addresses(list, wrong))
        case .asGroupedAddresses:
            var groups: [AddressGroup] = []
            for group in value.array ?? [] {
                guard let list = group["addresses"]?.array else { throw wrong }
                groups.append(AddressGroup(name: group["name"]?.string, members: try addresses(list, wrong)))
            }
            try writer.add(name, groups: groups)
        case .asMessageIds:
            guard let ids = value.strings else { throw wrong }
            try writer.add(name, messageIDs: ids)
        case .asDate:
            guard let text = value.string, let date = MailDate(rfc3339: text) else { throw wrong }
            try writer.add(name, raw: date.rfc5322)
        case .asURLs:
            guard let urls = value.strings else { throw wrong }
            try writer.add(name, raw: urls.map { "<\($0)>" }.joined(separator: ", "))
        }
    }

    private static func addresses(
        _ list: [JSONValue], _ wrong: MessageBuilderError
    ) throws(MessageBuilderError) -> [MailAddress] {
        var found: [MailAddress] = []
        for element in list {
            guard let email = element["email"]?.string else { throw wrong }
            found.append(MailAddress(name: element["name"]?.string, email: email))
        }
        return found
    }

    // MARK: Body

    private func body() throws(SetError) -> BuildPart? {
        if has("bodyStructure") {
            guard let structure = object["bodyStructure"]?.object else { throw .invalidProperties("bodyStructure") }
            return try part(structure, property: "bodyStructure", depth: 0)
        }
        var bodies: [BuildPart] = []
        for (property, type) in [("textBody", "text/plain"), ("htmlBody", "text/html")] where has(property) {
            guard let list = object[property]?.array, list.count == 1, let only = list[0].object else {
                throw .invalidProperties(property, description: "Only one part is allowed.")
            }
            guard only["type"].map({ $0.string?.lowercased() == type }) ?? true else {
                throw .invalidProperties(property, description: "Expected a part of type \(type).")
            }
            var typed = only
            typed["type"] = .string(type)
            bodies.append(try part(typed, property: property, depth: 0))
        }
        var attachments: [BuildPart] = []
        if has("attachments") {
            guard let list = object["attachments"]?.array else { throw .invalidProperties("attachments") }
            for element in list {
                guard let attachment = element.object else { throw .invalidProperties("attachments") }
                attachments.append(try part(attachment, property: "attachments", depth: 0))
            }
        }
        let shown: BuildPart? = bodies.count == 2 ? .multipart("alternative", bodies) : bodies.first
        if attachments.isEmpty { return shown }
        return .multipart("mixed", (shown.map { [$0] } ?? []) + attachments)
    }

    /// One part of the structure; deeper than the reader reads is refused.
    private func part(_ json: JSONObject, property: String, depth: Int) throws(SetError) -> BuildPart {
        guard depth < ParsingLimits.standard.depth else { throw .invalidProperties(property, description: "Too deep.") }
        let type = (json["type"]?.string ?? "application/octet-stream").lowercased()
        var part = BuildPart(type: ParameterizedValue(value: type), content: .parts([]))
        if type.hasPrefix("multipart/") {
            var parts: [BuildPart] = []
            for element in json["subParts"]?.array ?? [] {
                guard let inner = element.object else { throw .invalidProperties("\(property)/subParts") }
                parts.append(try self.part(inner, property: property, depth: depth + 1))
            }
            part.content = .parts(parts)
        } else {
            part.content = try content(json, type: type, property: property)
        }
        describe(&part, json)
        try addHeaders(&part, json, property)
        return part
    }

    private func content(_ json: JSONObject, type: String, property: String) throws(SetError) -> BuildPart.Content {
        if let id = json["partId"]?.string {
            guard !(json["blobId"]?.string != nil) else {
                throw .invalidProperties("\(property)/partId", "\(property)/blobId", description: "Cannot set both.")
            }
            guard let value = values[id]?["value"]?.string else {
                throw .invalidProperties("\(property)/partId", description: "Missing body value for partId.")
            }
            guard values[id]?["isTruncated"]?.bool != true, values[id]?["isEncodingProblem"]?.bool != true else {
                throw .invalidProperties("bodyValues/\(id)")
            }
            return .text(value)
        }
        guard let id = json["blobId"]?.string else { throw .invalidProperties("\(property)/blobId") }
        guard let bytes = blob(id) else {
            throw .invalidProperties("\(property)/blobId", description: "Cannot set property.")
        }
        if type.hasPrefix("text/"), let text = String(validating: bytes, as: UTF8.self), !text.utf8.contains(13) {
            // Written as text only where the lines come back as they were; other bytes are kept by base64.
            return text.utf8.contains(10) ? .bytes(bytes) : .text(text)
        }
        return .bytes(bytes)
    }

    private func describe(_ part: inout BuildPart, _ json: JSONObject) {
        let name = json["name"]?.string
        if let disposition = json["disposition"]?.string ?? (name == nil ? nil : "attachment") {
            let parameters = name.map { [(name: "filename", value: $0)] } ?? []
            part.disposition = ParameterizedValue(value: disposition.lowercased(), parameters: parameters)
        }
        part.contentID = json["cid"]?.string
        if let charset = json["charset"]?.string, case .bytes = part.content {
            part.type = ParameterizedValue(value: part.type.value, parameters: [(name: "charset", value: charset)])
        }
    }

    private func addHeaders(_ part: inout BuildPart, _ json: JSONObject, _ property: String) throws(SetError) {
        do throws(MessageBuilderError) {
            if let languages = json["language"]?.strings, !languages.isEmpty {
                try part.headers.add("Content-Language", text: languages.joined(separator: ", "))
            }
            if let location = json["location"]?.string { try part.headers.add("Content-Location", text: location) }
            for (key, value) in json where key.hasPrefix("header:") && !value.isNull {
                guard let form = HeaderForm(key), !form.isAll else {
                    throw MessageBuilderError(code: .headerName, field: key)
                }
                try Self.write(form.name, form.form, value, to: &part.headers)
            }
        } catch {
            throw .invalidProperties(property, description: error.sentence)
        }
    }
}

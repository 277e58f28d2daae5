package import Message

/// A message as JMAP shows it (RFC 8621 §4.1), computed from its bytes as Stalwart 0.16 does.
package struct EmailObject: Sendable {
    /// The message.
    package let message: ParsedMessage
    /// Which parts are shown and which are attachments.
    let lists: BodyLists
    /// The part's JMAP id for the number of each part outside messages inside: counted as the parts begin.
    let partIDs: [Int: Int]

    /// Reads a message; never fails.
    package init(parsing bytes: [UInt8]) {
        self.init(ParsedMessage(bytes))
    }

    /// Takes a message that is read already.
    package init(_ message: ParsedMessage) {
        self.message = message
        lists = BodyLists(message)
        var ids: [Int: Int] = [:]
        for part in message.parts {
            guard let parent = part.parent else {
                ids[part.number] = 0
                continue
            }
            // A message inside is one leaf to JMAP.
            if ids[parent] != nil, !message.parts[parent].isMessage { ids[part.number] = ids.count }
        }
        partIDs = ids
    }

    /// Whether the bytes are a message at all: Stalwart takes what has at least one header field.
    package var isMessage: Bool { !message.headers.isEmpty }

    /// The decoded content of the part with this JMAP id, as its blob is downloaded; nil for an unknown id and for a
    /// multipart.
    package func content(ofPart id: Int) -> [UInt8]? {
        guard let number = partIDs.first(where: { $0.value == id })?.key else { return nil }
        let part = message.parts[number]
        guard !part.isMultipart else { return nil }
        return content(of: part)
    }

    /// The content as the server sees it: base64 with foreign characters counts as not encoded.
    func content(of part: MessagePart) -> [UInt8] {
        let decoded = part.transferEncoding.decode(message.rawBody(of: part))
        return decoded.isBroken ? Array(message.rawBody(of: part)) : decoded.bytes
    }

    /// The properties that follow from the bytes; those that do not (`id`, `blobId`, `mailboxIds`…) are left to the
    /// caller,
    /// unknown ones are passed over.
    ///
    /// - Parameter blobID: gives the blob id of the part with a JMAP part id.
    package func json(_ request: EmailRequest, blobID: (Int) -> String) -> JSONObject {
        var object = JSONObject()
        for property in request.properties {
            if let value = summaryValue(property) {
                object[property] = value
            } else if property.hasPrefix("header:") {
                if let form = HeaderForm(property) { object[form.key] = form.value(in: message.headers) }
            } else if let value = bodyValue(property, request, blobID) {
                object[property] = value
            }
        }
        return object
    }

    private func bodyValue(_ property: String, _ request: EmailRequest, _ blobID: (Int) -> String) -> JSONValue? {
        switch property {
        case "headers":
            .array(message.headers.map { ["name": .string($0.name), "value": .string($0.raw)] })
        case "bodyStructure": structure(message.root, request.bodyProperties, blobID)
        case "textBody": .array(lists.text.map { leaf(message.parts[$0], request.bodyProperties, blobID) })
        case "htmlBody": .array(lists.html.map { leaf(message.parts[$0], request.bodyProperties, blobID) })
        case "attachments": .array(lists.attachments.map { leaf(message.parts[$0], request.bodyProperties, blobID) })
        case "bodyValues": bodyValues(request)
        default: nil
        }
    }

    // MARK: Parts

    /// A part with the parts inside; their depth is bounded by the parser.
    private func structure(_ part: MessagePart, _ properties: [String], _ blobID: (Int) -> String) -> JSONValue {
        guard part.isMultipart else { return leaf(part, properties, blobID) }
        var object = members(part, properties, blobID)
        object["subParts"] = .array(message.children(of: part).map { structure($0, properties, blobID) })
        return .object(object)
    }

    private func leaf(_ part: MessagePart, _ properties: [String], _ blobID: (Int) -> String) -> JSONValue {
        .object(members(part, properties, blobID))
    }

    private func members(_ part: MessagePart, _ properties: [String], _ blobID: (Int) -> String) -> JSONObject {
        var object = JSONObject()
        let id = part.isMultipart ? nil : partIDs[part.number]
        for property in properties {
            switch property {
            case "partId": object[property] = .text(id.map(String.init))
            case "blobId": object[property] = .text(id.map(blobID))
            case "size": object[property] = id == nil ? .null : .count(size(of: part))
            case "name": object[property] = .text(part.fileName)
            case "type": object[property] = .string(part.mediaType)
            case "charset": object[property] = .text(part.charset ?? (part.isText ? "us-ascii" : nil))
            case "disposition": object[property] = .text(part.disposition?.value)
            case "cid": object[property] = .text(part.contentID)
            case "language": object[property] = part.languages.map { .list($0) } ?? .null
            case "location": object[property] = .text(part.location)
            case "headers":
                object[property] = .array(part.headers.map { ["name": .string($0.name), "value": .string($0.raw)] })
            default:
                if let form = HeaderForm(property) { object[form.key] = form.value(in: part.headers) }
            }
        }
        return object
    }

    private func size(of part: MessagePart) -> Int {
        part.transferEncoding == .identity ? part.bodyRange.count : content(of: part).count
    }

    // MARK: Values

    private func bodyValues(_ request: EmailRequest) -> JSONValue {
        var wanted: Set<Int> = []
        if request.fetchesTextValues { wanted.formUnion(lists.text) }
        if request.fetchesHTMLValues { wanted.formUnion(lists.html) }
        var object = JSONObject()
        for part in message.parts where part.isText && !part.isMultipart {
            guard let id = partIDs[part.number], request.fetchesAllValues || wanted.contains(part.number) else {
                continue
            }
            let (text, isBroken) = text(of: part)
            let limit = request.maxBodyValueBytes
            let isTruncated = limit > 0 && text.utf8.count > limit
            object[String(id)] = [
                "isEncodingProblem": .bool(isBroken), "isTruncated": .bool(isTruncated),
                "value": .string(isTruncated ? Self.cut(text, to: limit) : text),
            ]
        }
        return .object(object)
    }

    /// The text of a part with LF line ends, and whether its encoding or charset could not be read.
    func text(of part: MessagePart) -> (text: String, isBroken: Bool) {
        let raw = part.transferEncoding.decode(message.rawBody(of: part))
        let decoded = Charset.decode(raw.isBroken ? Array(message.rawBody(of: part)) : raw.bytes, charset: part.charset)
        let isBroken = raw.isBroken || decoded.isUnknownCharset || part.transferEncoding == .unknown
        return (Self.withLF(decoded.text), isBroken)
    }

    private static func withLF(_ text: String) -> String {
        guard text.utf8.contains(13) else { return text }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var last: UInt8 = 0
        for byte in text.utf8 {
            if byte == 10, last == 13 { bytes.removeLast() }
            bytes.append(byte)
            last = byte
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Cuts at a character's edge and, where there is room, says so by three dots that the message does not have.
    static func cut(_ text: String, to limit: Int) -> String {
        let room = limit > 3 ? limit - 3 : limit
        var end = text.utf8.index(text.utf8.startIndex, offsetBy: min(room, text.utf8.count))
        while end > text.utf8.startIndex, end < text.utf8.endIndex, text.utf8[end] & 0xC0 == 0x80 {
            end = text.utf8.index(before: end)
        }
        return String(Substring(text.utf8[..<end])) + (limit > 3 ? "..." : "")
    }
}

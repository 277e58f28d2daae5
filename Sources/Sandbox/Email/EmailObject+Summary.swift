import Message

extension EmailObject {
    /// The properties that lists show. They need the bytes once: the store keeps ``summary`` and answers from it.
    package static let summaryProperties: Set<String> = [
        "messageId", "inReplyTo", "references", "sender", "from", "to", "cc", "bcc", "replyTo", "subject", "sentAt",
        "hasAttachment", "preview",
    ]

    /// How long a preview is at most, in characters (RFC 8621 §4.1.4).
    private static let previewLength = 255

    /// The properties of ``summaryProperties``, all of them.
    package var summary: JSONObject {
        var object = JSONObject()
        for property in [
            "messageId", "inReplyTo", "references", "sender", "from", "to", "cc", "bcc", "replyTo", "subject", "sentAt",
            "hasAttachment", "preview",
        ] {
            object[property] = summaryValue(property)
        }
        return object
    }

    /// One property of ``summaryProperties``; nil for any other.
    func summaryValue(_ property: String) -> JSONValue? {
        switch property {
        case "messageId": ids("Message-ID")
        case "inReplyTo": ids("In-Reply-To")
        case "references": ids("References")
        case "sender": addresses("Sender")
        case "from": addresses("From")
        case "to": addresses("To")
        case "cc": addresses("Cc")
        case "bcc": addresses("Bcc")
        case "replyTo": addresses("Reply-To")
        case "subject": .text(message.subject)
        case "sentAt": .text(message.date?.rfc3339)
        case "hasAttachment": .bool(hasAttachment)
        case "preview": .string(preview)
        default: nil
        }
    }

    /// Whether there is something to download: an attachment that is no picture of the body.
    package var hasAttachment: Bool {
        lists.attachments.contains { number in
            let part = message.parts[number]
            let isPicture = part.mediaType.hasPrefix("image/") && part.contentID != nil
            return !isPicture || part.disposition?.value == "attachment"
        }
    }

    /// The beginning of the body as text.
    package var preview: String {
        for number in lists.text {
            let part = message.parts[number]
            guard part.isText else { continue }
            let whole = part.bodyRange.count > 40_000 ? "" : text(of: part).text
            let text = whole.isEmpty && part.bodyRange.count > 0 ? beginning(of: part) : whole
            let readable = part.mediaType == "text/html" ? HTMLText.read(text).plain : text
            let preview = Self.trimmed(readable.prefix(Self.previewLength))
            if !preview.isEmpty { return preview }
        }
        return ""
    }

    /// The text to search: subject, addresses and every text part, HTML as it reads; at most 200 kB.
    package var searchText: (subject: String, addresses: String, body: String) {
        var body = ""
        for part in message.parts where part.isText && !part.isMultipart && body.utf8.count < 200_000 {
            let text = part.bodyRange.count > 400_000 ? beginning(of: part) : text(of: part).text
            body += part.mediaType == "text/html" ? HTMLText.read(text).plain : text
            body += "\n"
        }
        let people = (message.from + message.to + message.cc + message.bcc).map { "\($0.name ?? "") \($0.email)" }
        return (message.subject ?? "", people.joined(separator: " "), String(body.prefix(200_000)))
    }

    /// The first bytes of a long part, so that a preview does not decode megabytes.
    private func beginning(of part: MessagePart) -> String {
        let raw = message.rawBody(of: part).prefix(40_000)
        return Charset.decode(part.transferEncoding.decode(raw).bytes, charset: part.charset).text
    }

    private static func trimmed(_ text: Substring) -> String {
        let isWhite: (Character) -> Bool = { $0.isWhitespace }
        guard let first = text.firstIndex(where: { !isWhite($0) }), let last = text.lastIndex(where: { !isWhite($0) })
        else {
            return ""
        }
        return String(text[first...last])
    }

    private func ids(_ name: String) -> JSONValue {
        message.headers.last(named: name)?.messageIDs.map { .list($0) } ?? .null
    }

    private func addresses(_ name: String) -> JSONValue {
        guard let field = message.headers.last(named: name) else { return .null }
        return HeaderForm.addresses(field.addresses)
    }
}

// MARK: Threads

extension EmailObject {
    /// The ids that tie the message to others: its own, those that it answers, those before it.
    package var threadIDs: [String] {
        var seen: Set<String> = []
        return ((message.messageID ?? []) + (message.inReplyTo ?? []) + (message.references ?? [])).filter {
            seen.insert($0).inserted
        }
    }

    /// The subject without the marks of answers and forwards, in lower case: equal in all messages of a thread.
    package var threadSubject: String {
        var rest = (message.subject ?? "").lowercased().trimming
        while true {
            if rest.hasPrefix("["), let close = rest.firstIndex(of: "]"), rest.index(after: close) < rest.endIndex {
                rest = rest[rest.index(after: close)...].trimming
            } else if let mark = Self.marks.first(where: { rest.hasPrefix($0) }) {
                rest = rest.dropFirst(mark.count).trimming
            } else {
                return String(rest)
            }
        }
    }

    private static let marks = [
        "re:", "fwd:", "fw:", "aw:", "wg:", "sv:", "vs:", "tr:", "rv:", "res:", "enc:", "antw:", "ref:", "rif:", "回复:",
        "答复:", "转发:",
        "回复：", "答复：", "转发：",
    ]
}

extension StringProtocol where SubSequence == Substring {
    /// Without white space at both ends.
    fileprivate var trimming: Substring {
        let start = firstIndex { !$0.isWhitespace } ?? endIndex
        var end = endIndex
        while end > start, self[index(before: end)].isWhitespace { end = index(before: end) }
        return self[start..<end]
    }
}

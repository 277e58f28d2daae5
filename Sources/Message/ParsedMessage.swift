/// A message read from its bytes: the one reading that the reader, the guard and the sandbox share.
///
/// Every input gives a message. What could not be read, or could be read in two ways, is in ``passedLimits`` and
/// ``ambiguities``. All text in it is hostile.
package struct ParsedMessage: Sendable {
    /// The bytes as they came.
    package let raw: [UInt8]
    /// All parts as they begin in the message, those of messages inside included; never empty, the message itself is 0.
    package let parts: [MessagePart]
    /// The limits that the message passed; what lies beyond them was not read.
    package let passedLimits: Set<PassedLimit>
    /// What another parser could read differently.
    package let ambiguities: [Ambiguity]

    /// Reads a message; never fails.
    package init(_ raw: [UInt8], limits: ParsingLimits = .standard) {
        let scanner = raw.withUnsafeBufferPointer { StructureScanner($0, limits: limits) }
        self.raw = raw
        parts = scanner.parts
        ambiguities = scanner.ambiguities
        passedLimits = scanner.passed.union(Self.addressLimit(scanner.parts, limits))
    }

    /// The message itself.
    package var root: MessagePart { parts[0] }

    /// The header fields of the message itself.
    package var headers: [HeaderField] { root.headers }

    /// Whether another parser could read the message differently, or some of it was not read.
    package var isAmbiguous: Bool { !ambiguities.isEmpty || !passedLimits.isEmpty }

    /// The parts inside a part, in order.
    package func children(of part: MessagePart) -> [MessagePart] { part.children.map { parts[$0] } }

    /// The part's body as it stands in the message.
    package func rawBody(of part: MessagePart) -> ArraySlice<UInt8> { raw[part.bodyRange] }

    /// The part's header section and body as they stand in the message.
    package func rawBytes(of part: MessagePart) -> ArraySlice<UInt8> {
        raw[part.headerRange.lowerBound..<part.bodyRange.upperBound]
    }

    /// The part's content, its transfer encoding undone; foreign characters in base64 are passed over.
    package func content(of part: MessagePart) -> [UInt8] { part.transferEncoding.decode(rawBody(of: part)).bytes }

    /// The part's content as text in its charset.
    package func text(of part: MessagePart) -> Charset.Decoded {
        let charset =
            part.charset ?? (part.mediaType == "text/html" ? HTMLCharset.declared(in: content(of: part)) : nil)
        return Charset.decode(content(of: part), charset: charset)
    }

    private static func addressLimit(_ parts: [MessagePart], _ limits: ParsingLimits) -> Set<PassedLimit> {
        var commas = 0
        for part in parts {
            for field in part.headers where addressHeaders.contains(field.key) && field.rawBytes.count > 2 {
                field.rawBytes.withUnsafeBufferPointer {
                    for byte in $0 where byte == UInt8(ascii: ",") { commas += 1 }
                }
            }
        }
        return commas >= limits.addresses ? [.addresses] : []
    }

    private static let addressHeaders: Set<String> = [
        "from", "sender", "reply-to", "to", "cc", "bcc", "resent-from", "resent-sender", "resent-to", "resent-cc",
        "resent-bcc",
    ]
}

// MARK: The headers that a reader shows

extension ParsedMessage {
    /// The decoded subject; nil without one.
    package var subject: String? { headers.last(named: "Subject")?.text }

    /// The authors.
    package var from: [MailAddress] { addresses("From") }

    /// Who handed the message in for the authors.
    package var sender: [MailAddress] { addresses("Sender") }

    /// Where answers go.
    package var replyTo: [MailAddress] { addresses("Reply-To") }

    /// The recipients.
    package var to: [MailAddress] { addresses("To") }

    /// The recipients of copies.
    package var cc: [MailAddress] { addresses("Cc") }

    /// The hidden recipients, where the message still names them.
    package var bcc: [MailAddress] { addresses("Bcc") }

    /// When the author says that it was written.
    package var date: MailDate? { headers.last(named: "Date")?.date }

    /// Its ids, without brackets; one, in a sound message.
    package var messageID: [String]? { headers.last(named: "Message-ID")?.messageIDs }

    /// The ids of the messages that it answers.
    package var inReplyTo: [String]? { headers.last(named: "In-Reply-To")?.messageIDs }

    /// The ids of the messages in its thread before it.
    package var references: [String]? { headers.last(named: "References")?.messageIDs }

    private func addresses(_ name: String) -> [MailAddress] { headers.last(named: name)?.addresses ?? [] }
}

// MARK: What a reader shows

extension ParsedMessage {
    /// The message's own body made readable; other parts that are shown in place stand as `[image: name]`.
    ///
    /// - Parameter prefersHTML: take the HTML body where there are both; otherwise the plain one, if it has any text.
    package func readable(prefersHTML: Bool = false) -> ReadableText {
        let lists = BodyLists(self)
        let preferred = readable(prefersHTML ? lists.html : lists.text)
        guard preferred.lines.isEmpty else { return preferred }
        return readable(prefersHTML ? lists.text : lists.html)
    }

    /// One part's text made readable; empty for a part that is no text.
    package func readable(part: MessagePart) -> ReadableText {
        guard part.isText else { return ReadableText() }
        let text = text(of: part).text
        guard part.mediaType != "text/html" else { return HTMLText.read(text) }
        return PlainText.read(
            text, isFlowed: part.contentType["format"]?.lowercased() == "flowed",
            deletesSpace: part.contentType["delsp"]?.lowercased() == "yes")
    }

    private func readable(_ numbers: [Int]) -> ReadableText {
        var result = ReadableText()
        for number in numbers {
            let part = parts[number]
            if part.isText {
                result.append(readable(part: part))
            } else {
                let kind = part.mediaType.prefix { $0 != "/" }
                result.append(ReadableText(lines: [.init("[\(kind): \(part.fileName ?? "without a name")]")]))
            }
        }
        return result
    }
}

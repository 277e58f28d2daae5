package import Message

/// What a reviewer wants a held message to say instead: recipients, subject and text; its files stay as they are.
package struct HoldEdit: Sendable, Hashable {
    package var to: [MailAddress]
    package var cc: [MailAddress]
    package var bcc: [MailAddress]
    package var subject: String
    /// The plain text. The HTML form of the message, which would say what the text said before, is left out.
    package var text: String

    /// Makes an edit.
    package init(to: [MailAddress], cc: [MailAddress], bcc: [MailAddress], subject: String, text: String) {
        self.to = to
        self.cc = cc
        self.bcc = bcc
        self.subject = subject
        self.text = text
    }

    /// What a message says now: the edit that changes nothing but its form.
    package init(of message: ParsedMessage) {
        func all(_ name: String) -> [MailAddress] { message.headers.all(named: name).flatMap(\.addresses) }
        let texts = BodyLists(message).text.map { message.parts[$0] }.filter(\.isText).map { part in
            part.mediaType == "text/html" ? message.readable(part: part).plain : message.text(of: part).text
        }
        self.init(
            to: all("To"), cc: all("Cc"), bcc: all("Bcc"), subject: message.subject ?? "",
            text: texts.map(Self.unixLines).joined(separator: "\n"))
    }

    private static func unixLines(_ text: String) -> String {
        var result = ""
        var last: Unicode.Scalar = "\n"
        for scalar in text.unicodeScalars {
            if scalar == "\r" {
                result.unicodeScalars.append("\n")
            } else if scalar != "\n" || last != "\r" {
                result.unicodeScalars.append(scalar)
            }
            last = scalar
        }
        return result
    }

    /// Header fields that the edit writes anew, or that belong to the body before.
    private static let replaced: Set<String> = [
        "to", "cc", "bcc", "subject", "mime-version", "content-type", "content-transfer-encoding",
        "content-disposition", "content-id", "content-description", "content-language", "content-md5",
    ]

    /// The message in its new form: its other header fields byte for byte, the new text, its files with their bytes.
    package func apply(to message: ParsedMessage) throws(GuardError) -> [UInt8] {
        var bytes: [UInt8] = []
        for field in message.headers where !Self.replaced.contains(field.key) { bytes += message.raw[field.range] }
        do throws(MessageBuilderError) {
            var headers = HeaderWriter()
            try headers.add("To", addresses: to)
            try headers.add("Cc", addresses: cc)
            try headers.add("Bcc", addresses: bcc)
            try headers.add("Subject", text: subject)
            let files = Self.files(of: message)
            let body = BuildPart(type: .init(value: "text/plain"), content: .text(text))
            return bytes
                + (try MessageBuilder.message(
                    headers: headers, body: files.isEmpty ? body : .multipart("mixed", [body] + files)))
        } catch {
            throw GuardError(
                .refused, "The edited message cannot be written: \(error.sentence)", cure: "Edit it in another way.")
        }
    }

    /// Everything of a message but its texts.
    private static func files(of message: ParsedMessage) -> [BuildPart] {
        let lists = BodyLists(message)
        let shown = Set(lists.text + lists.html)
        let texts = shown.filter { message.parts[$0].isText }
        return shown.union(lists.attachments).subtracting(texts).sorted().map { number in
            let part = message.parts[number]
            let bytes = part.isMessage ? Array(message.rawBody(of: part)) : message.content(of: part)
            return .attachment(name: part.fileName, type: part.mediaType, bytes: bytes)
        }
    }
}

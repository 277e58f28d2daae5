import Glibc

/// Builds a message's bytes (RFC 5322, MIME) from what a person or a program says.
///
/// Lines end in CRLF; Date, Message-ID and MIME-Version are added; Bcc is kept, since a draft needs it. A value that
/// holds a
/// line break is refused, so that no value can add a header.
package struct MessageBuilder: Sendable {
    /// The authors.
    package var from: [MailAddress] = []
    /// Who hands it in, if that is not the author.
    package var sender: [MailAddress] = []
    /// Where answers go.
    package var replyTo: [MailAddress] = []
    /// The recipients.
    package var to: [MailAddress] = []
    /// The recipients of copies.
    package var cc: [MailAddress] = []
    /// The hidden recipients.
    package var bcc: [MailAddress] = []
    /// The subject; nil leaves the header out.
    package var subject: String?
    /// When it was written; nil is now.
    package var date: MailDate?
    /// Its id without brackets; nil makes one.
    package var messageID: String?
    /// The ids of the messages that it answers.
    package var inReplyTo: [String] = []
    /// The ids of the messages before it in the thread.
    package var references: [String] = []
    /// More headers of free text.
    package var headers: [(name: String, text: String)] = []
    /// The plain body.
    package var text: String?
    /// The HTML body.
    package var html: String?
    /// Files and messages to add.
    package var attachments: [BuildPart] = []

    /// Makes a builder of an empty message.
    package init() {}

    /// The message's bytes.
    package func build() throws(MessageBuilderError) -> [UInt8] {
        var writer = HeaderWriter()
        try writer.add("Date", raw: (date ?? Self.now).rfc5322)
        try writer.add("From", addresses: from)
        try writer.add("Sender", addresses: sender)
        try writer.add("Reply-To", addresses: replyTo)
        try writer.add("To", addresses: to)
        try writer.add("Cc", addresses: cc)
        try writer.add("Bcc", addresses: bcc)
        if let subject { try writer.add("Subject", text: subject) }
        try writer.add("Message-ID", messageIDs: [messageID ?? Self.newMessageID(for: from.first?.email)])
        try writer.add("In-Reply-To", messageIDs: inReplyTo)
        try writer.add("References", messageIDs: references)
        for header in headers { try writer.add(header.name, text: header.text) }
        return try Self.message(headers: writer, body: body)
    }

    /// The bytes of a message of these headers and this body; MIME-Version is added.
    package static func message(headers: HeaderWriter, body: BuildPart) throws(MessageBuilderError) -> [UInt8] {
        var headers = headers
        if !headers.names.contains("mime-version") { try headers.add("MIME-Version", raw: "1.0") }
        var output = headers.bytes
        var number = 0
        try body.write(to: &output, token: token(headers.bytes), number: &number)
        return output
    }

    /// The body as parts: alternatives where there are two bodies, mixed with files where there are any.
    private var body: BuildPart {
        var bodies: [BuildPart] = []
        if let text { bodies.append(BuildPart(type: .init(value: "text/plain"), content: .text(text))) }
        if let html { bodies.append(BuildPart(type: .init(value: "text/html"), content: .text(html))) }
        let shown: BuildPart
        switch bodies.count {
        case 0: shown = BuildPart(type: .init(value: "text/plain"), content: .text(""))
        case 1: shown = bodies[0]
        default: shown = .multipart("alternative", bodies)
        }
        return attachments.isEmpty ? shown : .multipart("mixed", [shown] + attachments)
    }

    /// The moment of the call.
    package static var now: MailDate { MailDate(seconds: Int64(time(nil))) }

    /// A message id that no other message has.
    package static func newMessageID(for email: String?) -> String {
        var generator = SystemRandomNumberGenerator()
        let domain = email?.split(separator: "@").last.map(String.init) ?? ""
        let isSound = !domain.isEmpty && domain.utf8.allSatisfy { $0 > 44 && $0 < 127 && $0 != 60 && $0 != 62 }
        let unique = String(generator.next(), radix: 36) + "." + String(generator.next(), radix: 36)
        return "\(unique)@\(isSound ? domain : "localhost")"
    }

    /// What boundaries are made of: the same for the same headers, so that a message of a fixed date and id has fixed
    /// bytes.
    ///
    /// A boundary that begins with `=_` can't stand in quoted-printable or base64 text (RFC 2045 §6.7).
    private static func token(_ bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return String(hash, radix: 36)
    }
}

package import MailCache
package import Message
package import SafeText

/// A message's body made ready to be laid out: safe text, its quotes, links, hidden passages and attachments apart.
///
/// Making it costs time in proportion to the text, so large bodies are made off the interface's actor.
package struct ReadableMessage: Sendable {
    /// One line, not wrapped yet.
    package struct Line: Sendable {
        package let text: SafeText
        /// 0 is the author's own.
        package let quoteLevel: Int
        package let role: ReadableText.Role
    }

    /// Neighbouring lines that fold together, or that never do.
    package struct Stretch: Sendable {
        package let isQuote: Bool
        package let lines: [Line]
    }

    /// A link as `[1]` in the text counts it.
    package struct Link: Sendable {
        package let text: SafeText
        package let target: SafeText
    }

    /// One attachment, numbered from 1.
    package struct Attachment: Sendable {
        package let number: Int
        package let name: SafeText
        package let type: SafeText
        /// Bytes as the server counts them.
        package let size: Int
    }

    package let stretches: [Stretch]
    package let links: [Link]
    /// Passages that a mail program would not show.
    package let hidden: [SafeText]
    package let attachments: [Attachment]
    /// Names of fields and who stands in them, beyond From and To.
    package let more: [(name: SafeText, people: SafeText)]
    /// What a reader should know about how this text came about.
    package let notes: [SafeText]

    package var hasQuotes: Bool { stretches.contains(where: \.isQuote) }

    /// Bytes of text up to which a body is made ready at once; longer ones are made ready beside the interface.
    package static let quickLimit = 60_000
    /// More lines than this are not laid out; the raw view has them.
    private static let mostLines = 10_000
    private static let mostLinks = 500
    private static let mostHidden = 100

    /// How long the texts of a body are together, in bytes.
    package static func length(_ body: BodyRow) -> Int {
        body.values.values.reduce(0) { $0 + $1.text.utf8.count }
    }

    /// Makes a body ready.
    package init(_ body: BodyRow) {
        var readable = ReadableText()
        var notes: [SafeText] = []
        var shown: Set<String> = []
        for part in body.textBody {
            guard let id = part.partID, let value = body.values[id] else { continue }
            shown.insert(id)
            if part.type.lowercased() == "text/html" {
                notes.append("HTML, shown as text.")
                readable.append(HTMLText.read(value.text))
            } else {
                readable.append(PlainText.read(value.text))
            }
            if value.isTruncated { notes.append("The text is cut: y shows the whole message.") }
            if value.isEncodingProblem { notes.append("Some characters could not be decoded.") }
        }
        var hidden = readable.hidden
        // The HTML beside a plain text is not shown; what it hides is what a program that reads it would see.
        for part in body.htmlBody {
            guard let id = part.partID, !shown.contains(id), part.type.lowercased() == "text/html",
                let value = body.values[id]
            else { continue }
            hidden += HTMLText.read(value.text).hidden
        }
        if readable.isTruncated || readable.lines.count > Self.mostLines {
            notes.append("The text is too long to be shown whole: y shows the message's source.")
        }
        if readable.links.count > Self.mostLinks { notes.append("Only the first \(Self.mostLinks) links are listed.") }
        stretches = Self.stretches(Array(readable.lines.prefix(Self.mostLines)))
        links = readable.links.prefix(Self.mostLinks).map {
            Link(text: SafeText(untrusted: $0.text), target: SafeText(untrusted: $0.target))
        }
        self.hidden = hidden.prefix(Self.mostHidden).map { SafeText(untrusted: String($0.prefix(2_000))) }
        attachments = body.attachments.enumerated().map { index, part in
            Attachment(
                number: index + 1, name: SafeText(untrusted: part.name ?? "without a name"),
                type: SafeText(untrusted: part.type), size: part.size)
        }
        let fields: [(SafeText, [Correspondent])] = [
            ("cc", body.cc), ("bcc", body.bcc), ("reply to", body.replyTo), ("sender", body.sender),
        ]
        more = fields.filter { !$0.1.isEmpty }.map { ($0.0, People.list($0.1)) }
        self.notes = notes.reduce(into: []) { unique, note in if !unique.contains(note) { unique.append(note) } }
    }

    private static func stretches(_ lines: [ReadableText.Line]) -> [Stretch] {
        var isQuote = lines.map { $0.quoteLevel > 0 }
        // The line above a quote that says who wrote it folds with it, and so does an empty line between the two.
        for index in isQuote.indices where isQuote[index] && index > 0 && !isQuote[index - 1] {
            let above = lines[index - 1].text.isEmpty && index > 1 ? index - 2 : index - 1
            if lines[above].text.count <= 200, lines[above].text.hasSuffix(":"), !isQuote[above] {
                for folded in above..<index { isQuote[folded] = true }
            }
        }
        // An empty line between two quoted ones does not part them.
        for index in isQuote.indices.dropFirst().dropLast()
        where lines[index].text.isEmpty && isQuote[index - 1] && isQuote[index + 1] {
            isQuote[index] = true
        }
        var stretches: [Stretch] = []
        var start = 0
        while start < lines.count {
            var end = start
            while end < lines.count, isQuote[end] == isQuote[start] { end += 1 }
            let folded = lines[start..<end].map { line in
                Line(text: SafeText(untrusted: line.text), quoteLevel: line.quoteLevel, role: line.role)
            }
            stretches.append(Stretch(isQuote: isQuote[start], lines: folded))
            start = end
        }
        return stretches
    }
}

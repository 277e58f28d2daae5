package import Guard
import Message

/// An edit as a file for an editor: recipients and subject as lines of a header, an empty line, the text.
package enum EditText {
    private static let fields = ["To", "Cc", "Bcc", "Subject"]

    /// The file of an edit.
    package static func write(_ edit: HoldEdit) -> String {
        """
        To: \(list(edit.to))
        Cc: \(list(edit.cc))
        Bcc: \(list(edit.bcc))
        Subject: \(edit.subject.split(whereSeparator: \.isNewline).joined(separator: " "))

        \(edit.text)
        """
    }

    /// Reads a file that an editor has written.
    ///
    /// Throws what cannot be read, with its line.
    package static func read(_ text: String) throws(GuardError) -> HoldEdit {
        var edit = HoldEdit(to: [], cc: [], bcc: [], subject: "", text: "")
        var rest = text[...]
        var number = 0
        while let end = rest.firstIndex(where: \.isNewline) ?? (rest.isEmpty ? nil : rest.endIndex) {
            number += 1
            let line = rest[..<end]
            rest = end < rest.endIndex ? rest[rest.index(after: end)...] : rest[rest.endIndex...]
            if line.allSatisfy(\.isWhitespace) {
                edit.text = String(rest)
                return edit
            }
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count == 2 ? String(parts[1].drop { $0 == " " }) : ""
            switch parts[0].lowercased() {
            case "to" where parts.count == 2: edit.to += try addresses(value, number)
            case "cc" where parts.count == 2: edit.cc += try addresses(value, number)
            case "bcc" where parts.count == 2: edit.bcc += try addresses(value, number)
            case "subject" where parts.count == 2: edit.subject = value
            default:
                throw GuardError(
                    .file, "Line \(number) of the edited message is none of To, Cc, Bcc and Subject.",
                    cure: "Keep those four lines and the empty line below them.")
            }
        }
        return edit
    }

    private static func list(_ addresses: [MailAddress]) -> String {
        addresses.map { address in
            guard let name = address.name, !name.isEmpty else { return address.email }
            let plain = name.filter { !$0.isNewline && $0 != "\"" && $0 != "\\" }
            return "\"\(plain)\" <\(address.email)>"
        }.joined(separator: ", ")
    }

    private static func addresses(_ text: String, _ line: Int) throws(GuardError) -> [MailAddress] {
        let list = AddressGroup.parse(Array(text.utf8)).flatMap(\.members)
        if let wrong = list.first(where: { OutboundEnvelope.domain(of: $0.email).isEmpty }) {
            throw GuardError(
                .file, "Line \(line) of the edited message holds “\(wrong.email)”, which is no address.",
                cure: "Write addresses as name@domain, with commas between.")
        }
        return list
    }
}

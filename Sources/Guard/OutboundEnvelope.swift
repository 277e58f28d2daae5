package import JMAP
package import Message
import Sodium

/// Who a message is submitted for and to whom: every recipient, To, Cc and Bcc alike.
package struct OutboundEnvelope: Sendable, Hashable {
    /// The agent's address.
    package let sender: String
    /// The recipients, each once, sorted; domains in lower case.
    package let recipients: [String]

    /// Makes an envelope in its canonical form.
    package init(sender: String, recipients: [String]) {
        self.sender = Self.canonical(sender)
        self.recipients = Array(Set(recipients.map(Self.canonical))).sorted()
    }

    /// The envelope of a message as its header names the recipients.
    package init(sender: String, message: ParsedMessage) {
        // All fields of a name count, also where one may stand once only: nobody is left out of what is judged.
        let fields = ["To", "Cc", "Bcc"].flatMap { message.headers.all(named: $0) }
        self.init(sender: sender, recipients: fields.flatMap { $0.addresses.map(\.email) })
    }

    /// An address with its domain in lower case and without white space around it.
    package static func canonical(_ address: String) -> String {
        let trimmed = String(address.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
        guard let at = trimmed.lastIndex(of: "@") else { return trimmed }
        return trimmed[..<at] + trimmed[at...].lowercased()
    }

    /// The domain of an address in lower case; empty where there is none.
    package static func domain(of address: String) -> String {
        guard let at = address.lastIndex(of: "@") else { return "" }
        return address[address.index(after: at)...].lowercased()
    }

    /// The envelope as JSON.
    package var json: JSON { ["sender": .string(sender), "recipients": .array(recipients.map { .string($0) })] }

    /// Reads what ``json`` wrote.
    package init?(json: JSON?) {
        guard let sender = json?["sender"]?.string, let list = json?["recipients"]?.array else { return nil }
        self.init(sender: sender, recipients: list.compactMap(\.string))
    }
}

/// What a decision is on: SHA-256 over the exact bytes and the canonical envelope.
package struct Digest: Sendable, Hashable, CustomStringConvertible {
    /// `sha256:` and 64 digits.
    package let text: String

    /// The digest of a message to these recipients.
    package init(message: [UInt8], envelope: OutboundEnvelope) {
        var bytes = Array("agenticmail-digest-1\n\(envelope.json)\n".utf8)
        bytes += Sodium.sha256(message)
        text = "sha256:" + Hex.sha256(bytes)
    }

    /// A digest that was kept.
    package init(text: String) {
        self.text = text
    }

    package var description: String { text }
}

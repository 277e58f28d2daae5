package import JMAP
import Message
import Sodium

/// A message as the server shows it to the hook at DATA, before it accepts it.
package struct HookMessage: Sendable {
    /// The envelope's sender; empty for the null sender.
    package let sender: String
    /// The envelope's recipients.
    package let recipients: [String]
    /// For which account it was submitted; nil for mail from outside.
    package let login: String?
    /// The message as far as it came: a hook is posted text, so bytes that are no UTF-8 are lost.
    package let raw: [UInt8]

    /// Reads what was posted; nil where it is no message at DATA.
    package init?(_ json: JSON) {
        guard let from = json["envelope"]?["from"], let to = json["envelope"]?["to"]?.array,
            let contents = json["message"]?["contents"]?.string
        else { return nil }
        sender = OutboundEnvelope.canonical(from["address"]?.string ?? "")
        recipients = to.compactMap { $0["address"]?.string }.map(OutboundEnvelope.canonical)
        login = json["context"]?["sasl"]?["login"]?.string.map(OutboundEnvelope.canonical)
        var head: [UInt8] = []
        for header in json["message"]?["headers"]?.array ?? [] {
            guard let name = header[0]?.string, let value = header[1]?.string else { continue }
            let isEnded = value.utf8.last == UInt8(ascii: "\n")
            head += Array(
                "\(name):\(value.utf8.first == UInt8(ascii: " ") ? "" : " ")\(value)\(isEnded ? "" : "\r\n")".utf8)
        }
        let whole = head + [13, 10] + Array(contents.utf8)
        // Some versions give the whole message as its contents: the size tells.
        let size = json["message"]?["size"]?.int ?? Int64(whole.count)
        let isWhole = abs(size - Int64(contents.utf8.count)) < abs(size - Int64(whole.count))
        raw = isWhole ? Array(contents.utf8) : whole
    }

    /// Everybody whom the message claims as its sender: envelope, login, and every address of the header's senders.
    package var claimedSenders: Set<String> {
        let message = ParsedMessage(raw)
        let names = ["From", "Sender", "Resent-From", "Resent-Sender"]
        let fields = names.flatMap { message.headers.all(named: $0) }.flatMap { $0.addresses.map(\.email) }
        return Set(
            ([sender] + [login].compactMap { $0 } + fields).filter { !$0.isEmpty }.map(OutboundEnvelope.canonical))
    }
}

/// What is the same of a message before the server takes it and as the hook is shown it: header fields without Bcc,
/// and the body as text.
struct MessagePrint: Sendable, Hashable {
    private let fields: [String]
    private let body: [UInt8]

    init(_ raw: [UInt8]) {
        let message = ParsedMessage(raw)
        fields = message.headers.filter { $0.key != "bcc" }.map { field in
            let text = String(decoding: raw[field.range], as: UTF8.self)
            return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        let text = String(decoding: raw[message.root.bodyRange], as: UTF8.self)
        var bytes = text.utf8.filter { $0 != 13 }
        while bytes.last == 10 { bytes.removeLast() }
        body = Sodium.sha256(bytes)
    }

    /// Whether a message is this one, perhaps with fields that a server has put before the others.
    func matches(_ shown: MessagePrint) -> Bool {
        body == shown.body && shown.fields.count >= fields.count && Array(shown.fields.suffix(fields.count)) == fields
    }

    /// A digest of it, 64 digits.
    var digest: String { Hex.sha256(Array(fields.joined(separator: "\n").utf8) + [0] + body) }
}

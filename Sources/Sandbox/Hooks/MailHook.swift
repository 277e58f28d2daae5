import FoundationEssentials

/// A hook that an administrator has set up: asked at DATA, before a message is accepted.
struct MailHook: Sendable {
    let url: URL
    /// The value of the Authorization header; nil where none is sent.
    let authorization: String?
    /// Milliseconds until it counts as failed.
    let timeout: Int
    /// Whether mail waits where the hook fails; otherwise it is taken as if there were none.
    let failsTemporarily: Bool

    /// Reads an object as it is kept; nil where it is switched off, or is not asked at DATA.
    init?(_ object: JSONObject) {
        guard object["enable"]?["else"]?.string != "false", object["stages"]?["data"]?.bool != false,
            let url = object["url"]?.string.flatMap({ URL(string: $0) })
        else { return nil }
        self.url = url
        timeout = object["timeout"]?.integer.flatMap { Int(exactly: $0) } ?? 30_000
        failsTemporarily = object["tempFailOnError"]?.bool ?? true
        let auth = object["httpAuth"]
        switch auth?["@type"]?.string {
        case "Bearer": authorization = auth?["bearerToken"]?["secret"]?.string.map { "Bearer \($0)" }
        case "Basic":
            let name = auth?["username"]?.string ?? ""
            authorization = auth?["secret"]?["secret"]?.string.map { secret in
                "Basic " + Data("\(name):\(secret)".utf8).base64EncodedString()
            }
        default: authorization = nil
        }
    }
}

/// A message at DATA, as hooks are told of it.
struct IncomingMessage: Sendable {
    var raw: [UInt8]
    let sender: String
    var recipients: [String]
    /// The account for which it was submitted; nil for mail from outside.
    let login: String?

    /// What is posted: headers and body apart, both as text.
    var post: JSONValue {
        let (headers, body) = Self.parts(raw)
        var context: JSONObject = [
            "stage": "data",
            "client": ["ip": "127.0.0.1", "port": 0, "ptr": nil, "helo": "localhost", "activeConnections": 1],
            "server": ["name": "sandbox.local", "port": 25, "ip": "127.0.0.1"], "protocol": ["version": 1],
        ]
        if let login { context["sasl"] = ["login": .string(login), "method": nil] }
        return [
            "context": .object(context),
            "envelope": [
                "from": ["address": .string(sender), "parameters": nil],
                "to": .array(recipients.map { ["address": .string($0), "parameters": nil] }),
            ],
            "message": [
                "headers": .array(headers.map { [.string($0.name), .string($0.value)] }),
                "serverHeaders": [], "contents": .string(body), "size": .count(raw.count),
            ],
        ]
    }

    private static func parts(_ raw: [UInt8]) -> (headers: [(name: String, value: String)], body: String) {
        var headers: [(name: String, value: String)] = []
        var rest = raw[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = rest[...end]
            rest = rest[(end + 1)...]
            if line.count == 1 || line.elementsEqual([13, 10]) { break }
            let text = String(decoding: line, as: UTF8.self)
            if line.first == UInt8(ascii: " ") || line.first == UInt8(ascii: "\t"), !headers.isEmpty {
                headers[headers.count - 1].value += text
            } else {
                let colon = text.firstIndex(of: ":") ?? text.startIndex
                headers.append((String(text[..<colon]), String(text[colon...].dropFirst())))
            }
        }
        return (headers, String(decoding: rest, as: UTF8.self))
    }
}

/// What the hooks made of a message.
enum HookVerdict: Sendable {
    /// It goes on, perhaps with other recipients and more headers.
    case accept(IncomingMessage)
    /// It is taken and thrown away.
    case discard
    /// The reply of three digits, an enhanced code and words.
    case refuse(String)

    /// What a hook that fails leads to.
    static let unavailable = HookVerdict.refuse("451 4.3.5 Unable to accept message at this time.")

    /// Reads a hook's answer; nil where it is none.
    init?(_ answer: JSONValue, to message: IncomingMessage) {
        switch answer["action"]?.string {
        case "accept", "quarantine":
            var changed = message
            for change in answer["modifications"]?.array ?? [] { changed.apply(change) }
            self = changed.recipients.isEmpty ? .discard : .accept(changed)
        case "discard": self = .discard
        case "reject":
            let response = answer["response"]
            let status = response?["status"]?.integer ?? 503
            let enhanced = response?["enhancedStatus"]?.string ?? response?["enhanced_status"]?.string ?? "5.5.3"
            let text = response?["message"]?.string ?? "Invalid recipient."
            let words = text.split(whereSeparator: \.isNewline).joined(separator: " ")
            self = .refuse("\(status) \(enhanced) \(words)")
        default: return nil
        }
    }
}

extension IncomingMessage {
    /// Applies one modification of a hook's answer; those that are not known are passed over.
    fileprivate mutating func apply(_ change: JSONValue) {
        let value = change["value"]?.string ?? ""
        switch change["type"]?.string {
        case "addRecipient": if !recipients.contains(value) { recipients.append(value) }
        case "deleteRecipient": recipients.removeAll { $0.lowercased() == value.lowercased() }
        case "addHeader":
            let line = "\(change["name"]?.string ?? ""): \(value)"
            raw = Array((line.split(whereSeparator: \.isNewline).joined(separator: " ") + "\r\n").utf8) + raw
        default: break
        }
    }
}

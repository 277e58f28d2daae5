package import JMAP
import Message

/// Why somebody gets no more mail of an agent.
package struct Suppression: Sendable, Hashable {
    /// What happened.
    package enum Cause: String, Sendable, Hashable {
        /// A mail server has said that mail to the address will never arrive.
        case bounce
        /// The recipient wants no more.
        case unsubscribe
    }

    package var pair: Pair
    package var cause: Cause
    /// When the message came that says so, by the agent's mailbox.
    package var at: UTCDate
    /// What the message says, short; hostile text.
    package var detail: String

    /// For the agent and for people.
    package var sentence: String {
        switch cause {
        case .bounce: "mail to it came back for good\(detail.isEmpty ? "" : " (\(detail))")."
        case .unsubscribe: "its owner has asked for no more."
        }
    }

    /// The suppression as JSON.
    package var json: JSON {
        [
            "agent": .string(pair.agent), "recipient": .string(pair.recipient), "cause": .string(cause.rawValue),
            "at": at.json, "detail": .string(detail), "id": .string(pair.id),
        ]
    }

    /// Makes one.
    package init(_ pair: Pair, _ cause: Cause, at: UTCDate, detail: String) {
        (self.pair, self.cause, self.at, self.detail) = (pair, cause, at, detail)
    }

    /// Reads what ``json`` wrote.
    package init?(json: JSON) {
        guard let agent = json["agent"]?.string, let recipient = json["recipient"]?.string,
            let cause = json["cause"]?.string.flatMap(Cause.init), let at = json["at"]?.string.flatMap({ UTCDate($0) })
        else { return nil }
        self.init(
            Pair(agent: agent, recipient: recipient), cause, at: at, detail: json["detail"]?.string ?? "")
    }
}

/// Who gets no more mail of which agent, and for whom a reviewer has lifted that.
struct SuppressionBook: Sendable {
    private var entries: [String: (record: EmailID, word: Suppression)] = [:]
    /// Until when messages do not count, by pair: what a reviewer has lifted, an old bounce does not bring back.
    private var lifted: [String: Int64] = [:]

    static let liftedWord = "lifted"

    subscript(pair: Pair) -> Suppression? { entries[pair.id]?.word }

    /// All of them, sorted.
    var all: [Suppression] { entries.values.map(\.word).sorted { $0.pair < $1.pair } }

    func record(of id: String) -> EmailID? { entries[id]?.record }

    func isNews(_ word: Suppression) -> Bool {
        entries[word.pair.id] == nil && word.at.seconds > lifted[word.pair.id] ?? .min
    }

    mutating func add(_ word: Suppression, record: EmailID) { entries[word.pair.id] = (record, word) }

    mutating func lift(_ id: String, at moment: Int64) {
        entries[id] = nil
        lifted[id] = moment
    }

    /// Takes a note of the ledger, in the order in which they came; false where it cannot be read.
    mutating func add(_ note: Ledger.Note) -> Bool {
        let words = note.subject.split(separator: " ").map(String.init)
        if words.count == 3, words[0] == Self.liftedWord, let moment = Int64(words[2]) {
            lift(words[1], at: moment)
            return true
        }
        guard let json = try? JSON(parsing: Array(note.text.utf8)), let word = Suppression(json: json) else {
            return false
        }
        add(word, record: note.id)
        return true
    }
}

/// A message that came for an agent, read for what it says about mail that the agent sent.
enum ReturnedMail {
    /// Addresses to which mail will never arrive, with the status that the report gives.
    struct Failure: Hashable {
        let address: String
        let status: String
    }

    /// What a delivery status notification (RFC 3464) says has failed for good; empty for other messages.
    static func failures(_ message: ParsedMessage) -> [Failure] {
        guard message.root.mediaType == "multipart/report" else { return [] }
        var found: [Failure] = []
        for part in message.children(of: message.root) where part.mediaType == "message/delivery-status" {
            let text = String(decoding: message.content(of: part), as: UTF8.self)
            for block in blocks(text) {
                guard block["action"]?.lowercased() == "failed", let status = block["status"],
                    status.hasPrefix("5."), status.utf8.count <= 12
                else { continue }
                for name in ["original-recipient", "final-recipient"] {
                    guard let value = block[name], let mark = value.firstIndex(of: ";"),
                        value[..<mark].lowercased() == "rfc822"
                    else { continue }
                    let address = value[value.index(after: mark)...].filter {
                        !$0.isWhitespace && $0 != "<" && $0 != ">"
                    }
                    found.append(Failure(address: address, status: status))
                }
            }
        }
        return found
    }

    /// The groups of fields that empty lines divide; names in lower case, continued lines joined.
    private static func blocks(_ text: String) -> [[String: String]] {
        var blocks: [[String: String]] = [[:]]
        var last: String?
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).prefix(5_000) {
            if line.allSatisfy(\.isWhitespace) {
                if blocks.last?.isEmpty == false { blocks.append([:]) }
                last = nil
            } else if line.first?.isWhitespace == true, let last {
                blocks[blocks.count - 1][last]? += line
            } else if let colon = line.firstIndex(of: ":") {
                let name = line[..<colon].lowercased()
                blocks[blocks.count - 1][name] = String(line[line.index(after: colon)...].drop { $0.isWhitespace })
                last = name
            }
        }
        return blocks
    }

    /// The hold that a notification is about, by the header of the message that it returns; nil where it returns none.
    static func hold(_ message: ParsedMessage) -> String? {
        for part in message.parts {
            guard ["message/rfc822", "text/rfc822-headers", "message/global-headers"].contains(part.mediaType) else {
                continue
            }
            let inner = ParsedMessage(Array(message.rawBody(of: part)))
            return inner.headers.last(named: "AgenticMail-Hold")?.text ?? ""
        }
        return nil
    }

    /// Whether it asks for no more mail: as mail programs answer a List-Unsubscribe address, or in one word.
    static func isUnsubscribe(_ message: ParsedMessage) -> Bool {
        let subject = (message.subject ?? "").lowercased().split { $0.isWhitespace || $0 == ":" }
        if subject.first == "unsubscribe" { return true }
        let text = message.parts.first { $0.isText }.map { message.text(of: $0).text } ?? ""
        let lines = text.prefix(2_000).split(whereSeparator: \.isNewline).map {
            $0.filter { !$0.isWhitespace }.lowercased()
        }
        return lines.first == "unsubscribe" || lines.first == "list-unsubscribe=one-click"
    }
}

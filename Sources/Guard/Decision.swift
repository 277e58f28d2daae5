import FoundationEssentials
package import JMAP
import Message
import Sodium

/// One reviewer's word on one digest.
package struct Decision: Sendable, Hashable {
    /// What is decided.
    package enum Action: String, Sendable, Hashable, CaseIterable {
        /// Send it.
        case approve
        /// Never send it; the note says why.
        case reject
        /// Not so: the note says what to change.
        case requestChanges = "request-changes"
        /// Call it back while the server still holds it.
        case undo
        /// I am looking at it: advice to the others, no lock.
        case claim
        /// I am not looking at it any longer.
        case release
        /// Not so, but as in ``Decision/edited``: it becomes another revision of the hold, with a digest of its own.
        case edit
        /// Mail of this agent to these recipients need not wait until a date; this hold still does.
        case allow
        /// What was allowed for a pair of agent and recipient is taken back.
        case disallow
        /// A recipient who got no more mail of an agent may get some again.
        case unsuppress

        /// Whether it is about a pair of agent and recipient, and not about a hold.
        package var isOfPair: Bool { self == .disallow || self == .unsuppress }
    }

    /// What a word about an agent and its recipients is on.
    package struct Terms: Sendable, Hashable {
        /// The agent's address.
        package var agent: String
        /// The recipients' addresses.
        package var recipients: [String]
        /// When it ends; nil for words that take something back.
        package var until: UTCDate?

        /// Makes terms.
        package init(agent: String, recipients: [String], until: UTCDate? = nil) {
            self.agent = OutboundEnvelope.canonical(agent)
            self.recipients = Array(Set(recipients.map(OutboundEnvelope.canonical))).sorted()
            self.until = until
        }

        /// The pairs that they are about.
        package var pairs: [Pair] { recipients.map { Pair(agent: agent, recipient: $0) } }
    }

    package var action: Action
    /// The hold's id.
    package var hold: String
    /// The digest that the reviewer saw.
    package var digest: Digest
    /// The reviewer's address.
    package var reviewer: String
    /// When it was signed, by the reviewer's clock.
    package var at: UTCDate
    /// Makes each decision another one; a replay has one that is known.
    package var nonce: String
    /// For the agent; may be empty.
    package var note: String
    /// The whole message as an edit wants it; nil for every other act.
    package var edited: [UInt8]?

    /// Whether the reviewer approves although the thread has moved on since the message was held.
    package var acknowledgesThread = false

    /// For words about an agent and its recipients; nil for every other act.
    package var terms: Terms?

    /// How the refusal of an approval begins that did not know of messages that came meanwhile.
    package static let threadMovedOn = "Its thread has moved on"

    /// The largest edited message that goes along in the decision itself, in bytes; a larger one is uploaded.
    static let inlineLimit = 4_000_000

    /// Makes a decision of now.
    package init(
        _ action: Action, hold: String, digest: Digest, reviewer: String, at: UTCDate, note: String = "",
        nonce: String = Sodium.randomText(22), edited: [UInt8]? = nil
    ) {
        self.action = action
        self.hold = hold
        self.digest = digest
        self.reviewer = OutboundEnvelope.canonical(reviewer)
        self.at = at
        self.note = note
        self.nonce = nonce
        self.edited = edited
    }

    /// The bytes that are signed.
    private static func signedBytes(_ payload: String) -> [UInt8] { Array("agenticmail-decision-1\n\(payload)".utf8) }

    private var json: JSON {
        var members: [String: JSON] = [
            "version": 1, "action": .string(action.rawValue), "hold": .string(hold), "digest": .string(digest.text),
            "reviewer": .string(reviewer), "at": at.json, "nonce": .string(nonce), "note": .string(note),
        ]
        if acknowledgesThread { members["acknowledgesThread"] = true }
        members["edited"] = edited.map { .string(Hex.sha256($0)) }
        members["terms"] = terms.map { terms in
            [
                "agent": .string(terms.agent), "recipients": .array(terms.recipients.map { .string($0) }),
                "until": terms.until?.json ?? .null,
            ]
        }
        return .object(members)
    }

    /// The body of the message in `Decisions`: a line for people, the JSON on one line, the signature on one line, and
    /// an edited message in base64 on one line where it is small.
    package func signedText(secretKey: [UInt8]) throws(GuardError) -> String {
        let payload = json.description
        guard let signature = Signing.sign(Self.signedBytes(payload), secretKey: secretKey) else {
            throw GuardError(
                .setup, "The reviewer's secret key is none.", cure: "Make a new one with agenticmail review enroll.")
        }
        let line = "\(reviewer): \(action.rawValue) of hold \(hold)"
        let inline = edited.flatMap {
            $0.count <= Self.inlineLimit ? "message:\(Data($0).base64EncodedString())\n" : nil
        }
        return "\(line)\n\n\(payload)\ned25519:\(Data(signature).base64EncodedString())\n\(inline ?? "")"
    }

    /// Reads a decision out of a message and checks its signature.
    ///
    /// Throws why it does not count, in words for the reviewer.
    package static func read(
        _ raw: [UInt8], from account: String, reviewers: [Policy.Reviewer]
    ) throws(GuardError) -> Decision {
        let message = ParsedMessage(raw)
        let text = message.parts.first { $0.isText }.map { message.text(of: $0).text } ?? ""
        let lines = text.split(whereSeparator: \.isNewline).map(String.init)
        let payloads = lines.filter { $0.hasPrefix("{") }
        guard payloads.count == 1, let payload = payloads.first else {
            throw refused("It holds \(payloads.count) decisions; it must hold one.")
        }
        let object: JSON
        do throws(JSONError) { object = try JSON(parsing: Array(payload.utf8)) } catch {
            throw refused("Its JSON cannot be read: \(error.description).")
        }
        guard object["version"]?.int == 1, let hold = object["hold"]?.string, let digest = object["digest"]?.string,
            let action = object["action"]?.string.flatMap(Action.init(rawValue:)), let nonce = object["nonce"]?.string,
            let name = object["reviewer"]?.string, let at = object["at"]?.string.flatMap({ UTCDate($0) })
        else { throw refused("Its JSON lacks a member, or names an act that is not known.") }
        guard let reviewer = reviewers.first(where: { $0.address == OutboundEnvelope.canonical(name) }) else {
            throw refused("Its reviewer is not named in the guard's configuration.")
        }
        guard reviewer.address.lowercased() == OutboundEnvelope.canonical(account).lowercased() else {
            throw refused("It lies in another account than that of the reviewer whom it names.")
        }
        let signatures = lines.filter { $0.hasPrefix("ed25519:") }
        guard signatures.count == 1, let data = Data(base64Encoded: String(signatures[0].dropFirst(8))) else {
            throw refused("It is not signed.")
        }
        guard Signing.isValid(Array(data), of: signedBytes(payload), publicKey: reviewer.publicKey) else {
            throw refused("Its signature is not the reviewer's.")
        }
        var edited: [UInt8]?
        if action == .edit {
            edited = Self.edited(lines, message)
            guard let edited, object["edited"]?.string == Hex.sha256(edited) else {
                throw refused("The edited message is missing, or is not the one that was signed.")
            }
        }
        var decision = Decision(
            action, hold: hold, digest: Digest(text: digest), reviewer: name, at: at,
            note: object["note"]?.string ?? "", nonce: nonce, edited: edited)
        decision.acknowledgesThread = object["acknowledgesThread"]?.bool ?? false
        decision.terms = terms(object["terms"])
        guard ![.allow, .disallow, .unsuppress].contains(action) || decision.terms?.recipients.isEmpty == false else {
            throw refused("It does not say for which agent and which recipients.")
        }
        return decision
    }

    private static func terms(_ object: JSON?) -> Terms? {
        guard let agent = object?["agent"]?.string, let recipients = object?["recipients"]?.array else { return nil }
        return Terms(
            agent: agent, recipients: recipients.compactMap(\.string),
            until: object?["until"]?.string.flatMap { UTCDate($0) })
    }

    /// The edited message of a decision: inside its text, or as a file beside it.
    private static func edited(_ lines: [String], _ message: ParsedMessage) -> [UInt8]? {
        if let line = lines.first(where: { $0.hasPrefix("message:") }) {
            return Data(base64Encoded: String(line.dropFirst(8))).map(Array.init)
        }
        return message.parts.first { $0.fileName == "message.eml" && $0.parent == 0 }.map {
            $0.isMessage ? Array(message.rawBody(of: $0)) : message.content(of: $0)
        }
    }

    private static func refused(_ reason: String) -> GuardError {
        GuardError(.refused, "The decision does not count. \(reason)", cure: "Decide again with agenticmail review.")
    }
}

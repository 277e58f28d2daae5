import FoundationEssentials

/// What this program keeps about an agent in its account's description on the server, so that a lost cache loses nothing.
///
/// `agenticmail/1 ` and then one JSON object with short names; what is empty is left out. It begins with a word that the
/// server's search finds, and the intent's id tells an account that this program made from any other.
package struct AgentRecord: Sendable, Hashable {
    /// How far the agent is in its life.
    package enum Stage: String, Sendable, Hashable, Codable {
        /// It is being made: not to be used, and undone should its maker stop.
        case provisioning
        /// It works.
        case active
        /// It cannot log in.
        case suspended
        /// Its mail is in an archive, and it cannot log in.
        case archived
    }

    /// The id of the intent that made it.
    package var intent: String
    /// How far it is.
    package var stage: Stage
    /// What people say about it.
    package var details: AgentDetails
    /// When it was made, in seconds since 1970.
    package var created: Int64
    /// The salted hash of its key, by which a guard knows the key in a message; nil before there is one.
    package var keyHash: KeyHash?
    /// The archive that holds its mail; nil where there is none.
    package var archive: Archive?

    /// An archive, and what it holds.
    package struct Archive: Sendable, Hashable {
        /// The SHA-256 of the file, in hexadecimal.
        package var sha256: String
        /// The state of the account's mail that is in it.
        package var state: String
    }

    /// Makes a record.
    package init(
        intent: String, stage: Stage = .provisioning, details: AgentDetails, created: Int64, keyHash: KeyHash? = nil
    ) {
        self.intent = intent
        self.stage = stage
        self.details = details
        self.created = created
        self.keyHash = keyHash
    }

    /// The word that every description of this program begins with, and that a search finds.
    package static let word = "agenticmail"
    private static let prefix = "\(word)/1 "
    /// A longer description is none of ours.
    private static let longest = 8_192

    /// The names are short: the text is sent with every list of accounts.
    private struct Form: Codable {
        var i: String
        var s: String?
        var o: String?
        var p: String?
        var y: String?
        var l: [String]?
        var c: Int64?
        var k: String?
        var a: [String]?
    }

    /// Reads a description; nil where it is not of this program, or of a form that is not known.
    package init?(description: String) {
        guard description.utf8.count <= Self.longest, description.hasPrefix(Self.prefix),
            let form = try? JSONDecoder().decode(
                Form.self, from: Data(description.utf8.dropFirst(Self.prefix.utf8.count))),
            Self.isIntent(form.i), let stage = Stage(rawValue: form.s ?? Stage.active.rawValue),
            let details = try? AgentDetails(
                owner: form.o ?? "", purpose: form.p ?? "", policy: form.y ?? "", labels: form.l ?? [])
        else { return nil }
        self.init(
            intent: form.i, stage: stage, details: details, created: form.c ?? 0,
            keyHash: form.k.flatMap(KeyHash.init(text:)))
        if let archive = form.a, archive.count == 2 {
            self.archive = Archive(sha256: archive[0], state: archive[1])
        }
    }

    /// The description that says all this.
    package var text: String {
        let form = Form(
            i: intent, s: stage == .active ? nil : stage.rawValue, o: details.owner.orNil, p: details.purpose.orNil,
            y: details.policy.orNil, l: details.labels.isEmpty ? nil : details.labels, c: created == 0 ? nil : created,
            k: keyHash?.text, a: archive.map { [$0.sha256, $0.state] })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings and whole numbers can always be encoded.
        let json = (try? encoder.encode(form)).map { String(decoding: $0, as: UTF8.self) } ?? "{\"i\":\"\(intent)\"}"
        return Self.prefix + json
    }

    /// Whether a text can be an intent's id: 20 lower case letters and digits.
    static func isIntent(_ text: String) -> Bool {
        text.utf8.count == 20 && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
    }
}

extension String {
    /// The text, nil where it is empty.
    fileprivate var orNil: String? { isEmpty ? nil : self }
}

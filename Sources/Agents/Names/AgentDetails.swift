/// What people say about an agent, checked: it stands in the account's description on the server.
package struct AgentDetails: Sendable, Hashable, Codable {
    /// The address of the person who answers for the agent; empty where none is named.
    package var owner: String
    /// What the agent is for, one line.
    package var purpose: String
    /// The name of the policy that its mail goes by; empty for the usual one.
    package var policy: String
    /// Words to find it by, in the order given.
    package var labels: [String]

    /// Takes details; throws `invalid` with the first that does not do.
    package init(
        owner: String = "", purpose: String = "", policy: String = "", labels: [String] = []
    ) throws(AgentsError) {
        self.owner = owner
        self.purpose = purpose
        self.policy = policy
        self.labels = labels
        if !owner.isEmpty { try Self.checkOwner(owner) }
        guard purpose.utf8.count <= 400, Self.isOneLine(purpose) else {
            throw AgentsError(
                .invalid, "The purpose is no line of at most 400 bytes.",
                cure: "Say in a few words what the agent does.")
        }
        if !policy.isEmpty { try Self.checkWord(policy, "policy") }
        guard labels.count <= 16 else {
            throw AgentsError(
                .invalid, "There are \(labels.count) labels; an agent has 16 at most.", cure: "Give fewer.")
        }
        for label in labels { try Self.checkWord(label, "label") }
    }

    /// Whether they would be taken as new ones; those of a file may hold anything.
    var isGood: Bool {
        (try? AgentDetails(owner: owner, purpose: purpose, policy: policy, labels: labels)) != nil
    }

    /// Checks a person's address, as far as that can be done without asking for it.
    package static func checkOwner(_ address: String) throws(AgentsError) {
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        let isPlain = address.unicodeScalars.allSatisfy {
            $0.value > 0x20 && $0.value != 0x7F && !"<>(),;\"\\".unicodeScalars.contains($0)
        }
        guard parts.count == 2, !parts[0].isEmpty, parts[1].contains("."), !parts[1].hasPrefix("."),
            !parts[1].hasSuffix("."),
            isPlain, address.utf8.count <= 254
        else {
            throw AgentsError(
                .invalid, "The owner is no address.", cure: "Give a person's address, such as ines@example.com.")
        }
    }

    /// Checks a word of the details: a policy's name or a label.
    private static func checkWord(_ word: String, _ what: String) throws(AgentsError) {
        let isPlain = word.unicodeScalars.allSatisfy {
            ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
                || "._-:/".unicodeScalars.contains($0)
        }
        guard isPlain, !word.isEmpty, word.utf8.count <= 40 else {
            throw AgentsError(
                .invalid, "A \(what) is no word of at most 40 letters, digits and . _ - : /.",
                cure: "Give one such as “billing”.")
        }
    }

    private static func isOneLine(_ text: String) -> Bool {
        !text.unicodeScalars.contains {
            $0.value < 0x20 || $0.value == 0x7F || $0.value == 0x2028 || $0.value == 0x2029
        }
    }
}

/// A domain's name, checked (RFC 1035, 2.3.1, with digits first as RFC 1123 allows).
package struct DomainName: Sendable, Hashable, CustomStringConvertible {
    /// The name in lower case.
    package let text: String
    /// The name in lower case.
    package var description: String { text }

    /// Takes a name; throws `invalid` with what is wrong about it.
    package init(_ text: String) throws(AgentsError) {
        let lowered = text.lowercased()
        let labels = lowered.split(separator: ".", omittingEmptySubsequences: false)
        let isGood = labels.allSatisfy { label in
            !label.isEmpty && label.utf8.count <= 63 && !label.hasPrefix("-") && !label.hasSuffix("-")
                && label.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
        }
        guard isGood, lowered.utf8.count <= 253 else {
            throw AgentsError(
                .invalid, "That is no domain name.",
                cure: "Give one such as agents.example.com; a name of other letters in its xn-- form.")
        }
        self.text = lowered
    }
}

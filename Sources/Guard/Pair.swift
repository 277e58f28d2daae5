import JMAP

/// An agent and somebody whom it writes to.
package struct Pair: Sendable, Hashable, Comparable {
    /// Addresses in lower case.
    package let agent: String
    package let recipient: String

    /// Makes a pair of addresses.
    package init(agent: String, recipient: String) {
        self.agent = OutboundEnvelope.canonical(agent).lowercased()
        self.recipient = OutboundEnvelope.canonical(recipient).lowercased()
    }

    /// By which it is named: 16 hexadecimal digits.
    package var id: String {
        String(Hex.sha256(Array("agenticmail-pair-1\n\(agent)\n\(recipient)".utf8)).prefix(16))
    }

    package static func < (left: Pair, right: Pair) -> Bool {
        (left.agent, left.recipient) < (right.agent, right.recipient)
    }
}

/// What reviewers have allowed for pairs of agent and recipient, in the order in which the guard took it.
///
/// A word counts as long as its reviewer may decide, its end has not passed, and nobody has taken it back since.
struct AllowanceBook: Sendable {
    private struct Word: Sendable {
        let record: EmailID
        let nonce: String
        let reviewer: String
        let pair: Pair
        /// Nil for one that takes back.
        let until: Int64?
    }

    private var words: [Word] = []

    /// Takes a decision that counts.
    mutating func add(_ decision: Decision, record: EmailID) {
        for pair in decision.terms?.pairs ?? [] {
            words.append(
                Word(
                    record: record, nonce: decision.nonce, reviewer: decision.reviewer.lowercased(), pair: pair,
                    until: decision.action == .allow ? decision.terms?.until?.seconds ?? 0 : nil))
        }
    }

    /// Whether a decision was taken before.
    func knows(_ nonce: String) -> Bool { words.contains { $0.nonce == nonce } }

    /// Who allows a pair, each with the end of the word.
    func reviewers(of pair: Pair, at now: Int64) -> [String: Int64] {
        var found: [String: Int64] = [:]
        for word in words where word.pair == pair {
            if let until = word.until { found[word.reviewer] = until } else { found = [:] }
        }
        return found.filter { now < $0.value }
    }

    /// Until when a pair is allowed by so many people; nil where too few allow it.
    func end(of pair: Pair, by people: Int, among reviewers: Set<String>, at now: Int64) -> Int64? {
        let ends = self.reviewers(of: pair, at: now).filter { reviewers.contains($0.key) && $0.key != pair.agent }
            .values.sorted(by: >)
        return ends.count >= max(1, people) ? ends[max(1, people) - 1] : nil
    }

    /// The pairs for which a word stands.
    func pairs(at now: Int64) -> [Pair] {
        Set(words.map(\.pair)).filter { !reviewers(of: $0, at: now).isEmpty }.sorted()
    }

    /// Records that say nothing any more; they are kept until then, so that an old word handed in again is known.
    mutating func takeOver(at now: Int64) -> [EmailID] {
        let alive = Set(words.filter { ($0.until ?? 0) > now }.map(\.pair))
        let standing = Set(
            words.filter { ($0.until ?? 0) > now || ($0.until == nil && alive.contains($0.pair)) }.map(\.record))
        let gone = Set(words.map(\.record)).subtracting(standing)
        words.removeAll { gone.contains($0.record) }
        return gone.sorted()
    }
}

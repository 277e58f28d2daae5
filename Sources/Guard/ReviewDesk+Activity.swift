package import JMAP
import Message

extension ReviewDesk {
    /// One decision that the guard has accepted, as it tells the reviewers.
    package struct Activity: Sendable, Hashable {
        package let hold: String
        package let action: Decision.Action
        /// The reviewer's address.
        package let reviewer: String
        package let at: UTCDate
        /// What the decision was on: of an earlier revision where it is not the hold's digest now.
        package let digest: Digest
        /// The reviewer's note; hostile text.
        package let note: String

        /// Makes one.
        package init(
            hold: String, action: Decision.Action, reviewer: String, at: UTCDate, digest: Digest, note: String
        ) {
            (self.hold, self.action, self.reviewer, self.at) = (hold, action, reviewer, at)
            (self.digest, self.note) = (digest, note)
        }
    }

    /// Seconds for which a claim stands.
    package static let claimDuration: Int64 = 600

    /// What was decided on holds, the oldest first: advice, since every member of the group can write there.
    ///
    /// - Parameter hold: Of this hold alone; of all otherwise.
    package func activity(of hold: String? = nil) async throws(GuardError) -> [Activity] {
        var found: [Activity] = []
        for item in try await server.list(activityBox, in: group) {
            guard let line = ActivityLine(subject: item.subject), hold == nil || line.hold == hold else { continue }
            let message = ParsedMessage(try await server.bytes(item.blob, of: group))
            found.append(
                Activity(
                    hold: line.hold, action: line.action, reviewer: line.reviewer, at: UTCDate(seconds: line.at),
                    digest: line.digest, note: message.text(of: message.root).text))
        }
        return found
    }

    /// Who is looking at which hold: the newest claim of the last ten minutes, by hold.
    package func claims(at now: Int64) async throws(GuardError) -> [String: (reviewer: String, until: UTCDate)] {
        var found: [String: (reviewer: String, until: UTCDate)] = [:]
        for item in try await server.list(activityBox, in: group) {
            guard let line = ActivityLine(subject: item.subject), line.action == .claim,
                line.at + Self.claimDuration > now
            else { continue }
            found[line.hold] = (line.reviewer, UTCDate(seconds: line.at + Self.claimDuration))
        }
        return found
    }

    /// Until when a guard has said that it is there; nil, or in the past, where none runs: decisions then wait.
    package func guardUntil() async throws(GuardError) -> UTCDate? {
        let ends = try await server.list(answers, in: group).compactMap { Heartbeat.end(inSubject: $0.subject) }
        return ends.max().map { UTCDate(seconds: $0) }
    }
}

/// The subject of a note of the group's `Activity`.
struct ActivityLine {
    let action: Decision.Action
    let hold: String
    let at: Int64
    let digest: Digest
    let reviewer: String

    init(_ decision: Decision, at now: Int64) {
        action = decision.action
        hold = decision.hold
        at = now
        digest = decision.digest
        reviewer = decision.reviewer
    }

    init?(subject: String) {
        let words = subject.split(separator: " ").map(String.init)
        guard words.count == 6, words[0] == "decided", let action = Decision.Action(rawValue: words[1]),
            let at = Int64(words[3]), (0...253_402_300_799).contains(at)
        else { return nil }
        self.action = action
        hold = words[2]
        self.at = at
        digest = Digest(text: words[4])
        reviewer = words[5]
    }

    var subject: String { "decided \(action.rawValue) \(hold) \(at) \(digest) \(reviewer)" }
}

/// The subject of the note by which reviewers see that a guard is there.
enum Heartbeat {
    /// Seconds for which it holds true, and after how many it is written anew.
    static let duration: Int64 = 180
    static let renewal: Int64 = 60

    /// - Parameter holdFor: Seconds for which the server holds what is released.
    static func subject(until: Int64, holdFor: Int64) -> String { "guard \(until) \(holdFor)" }

    /// Seconds for which the server holds what is released; nil where the note does not say.
    static func holdFor(inSubject subject: String) -> Int64? {
        let words = subject.split(separator: " ")
        return words.count == 3 && end(inSubject: subject) != nil ? Int64(words[2]) : nil
    }

    static func end(inSubject subject: String) -> Int64? {
        let words = subject.split(separator: " ")
        guard (2...3).contains(words.count), words[0] == "guard", let end = Int64(words[1]),
            (0...253_402_300_799).contains(end)
        else { return nil }
        return end
    }
}

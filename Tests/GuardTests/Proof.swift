import Glibc
import Guard
import JMAP
import TestSupport
import Testing

/// How often something is tried: a quick number, or what an environment variable asks for.
func times(_ quick: Int, _ variable: String) -> Int {
    guard let value = getenv(variable), let number = Int(String(cString: value)) else { return quick }
    return max(1, number)
}

/// What is counted in the end: on the server, not by the guard's word.
struct Proof {
    let fixture: GuardFixture

    /// The submissions for an agent that were accepted and not called back, by the hold of the message.
    ///
    /// Submissions are counted, not arrivals: a mailbox of the server keeps one of two messages with one Message-ID.
    func submissions() async throws -> [String: Int] {
        let agent = fixture.agent.id
        var counts: [String: Int] = [:]
        var position = 0
        while true {
            let start = position
            let ids = try await fixture.admin.call(
                EmailSubmissionQuery(account: agent, position: start, limit: 200)
            ).ids
            guard !ids.isEmpty else { return counts }
            position += ids.count
            let list = try await fixture.admin.call(EmailSubmissionGet(account: agent, ids: .list(ids))).list
            for submission in list where submission.undoStatus != .canceled {
                let email = submission.emailID ?? ""
                let found = try await fixture.admin.call(
                    EmailGet(account: agent, ids: .list([email]), properties: [.subject])
                ).list.first
                counts[found?.subject ?? "gone \(email)", default: 0] += 1
            }
        }
    }

    /// Lets everything that the server still holds leave, as an administrator can.
    func releaseQueue() async throws {
        let ids = try await fixture.admin.call(RawCall("x:QueuedMessage/query", [:]))["ids"]?.array ?? []
        for id in ids.compactMap(\.string) {
            _ = try await fixture.admin.call(
                RawCall("x:QueuedMessage/set", ["update": [id: ["nextRetry": "2020-01-01T00:00:00Z"]]]))
        }
    }

    /// Checks that every hold lies in one listed state, that none was submitted twice, that what was approved is sent, and
    /// that the audit holds.
    func check(_ comment: String, mayBeUncertain: Bool = false) async throws {
        let ledger = try await fixture.ledger()
        for (hold, states) in ledger {
            #expect(states.count == 1, "\(comment): \(hold) \(states)")
            #expect(states.first.flatMap(HoldState.init(rawValue:))?.isFinal == true, "\(comment): \(hold) \(states)")
        }
        let submissions = try await submissions()
        #expect(submissions.values.allSatisfy { $0 == 1 }, "\(comment): \(submissions.filter { $0.value != 1 })")
        let audit = try await AuditTrail.open(fixture.guardian.client).all()
        #expect(AuditVerdict(audit.entries, unreadable: audit.unreadable).faults == [], "\(comment)")
        var approved: Set<String> = []
        for entry in audit.entries where entry.event == "approved" { approved.insert(entry.hold ?? "") }
        var counts: [String: Int] = [:]
        for (subject, states) in ledger {
            let hold = subject.split(separator: " ")[1]
            counts[states.first ?? "", default: 0] += 1
            guard approved.contains(String(hold)) else { continue }
            let allowed: Set<String> = mayBeUncertain ? ["sent", "uncertain", "canceled"] : ["sent", "canceled"]
            #expect(allowed.contains(states.first ?? ""), "\(comment): approved and \(states)")
        }
        let sent = counts["sent", default: 0]
        #expect(submissions.count >= sent, "\(comment): \(sent) sent, \(submissions.count) submitted")
        #expect(
            submissions.count <= sent + counts["uncertain", default: 0], "\(comment): \(counts) \(submissions.count)")
        print("\(comment): \(ledger.count) holds \(counts), \(submissions.count) submissions")
    }
}

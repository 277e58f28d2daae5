import HTTPTransport
package import JMAP
import Message

/// What a reviewer does: reads the copies of the holds in the group and puts signed decisions into the own account.
///
/// It works also while no guard runs: decisions then wait.
package struct ReviewDesk: Sendable {
    /// A hold as a reviewer sees it.
    package struct Hold: Sendable {
        package let message: HeldMessage
        package let state: HoldState
        /// The bytes of the revision before; nil for a first one.
        package var previous: [UInt8]? { message.previous }
        package var entry: HoldEntry { message.entry }
    }

    /// What became of a decision.
    package enum Answer: Sendable, Hashable {
        case accepted
        /// Why it does not count.
        case refused(String)
        /// No guard has answered yet; the decision stands and waits for one.
        case waiting
    }

    let server: MailServer
    private let own: AccountID
    /// The reviewer's address.
    package let address: String
    let group: AccountID
    let states: [HoldState: MailboxID]
    let bell: MailboxID
    let answers: MailboxID
    /// Where the guard tells what was decided; nil before a guard made it.
    let activityBox: MailboxID

    /// Opens the desk of the login.
    package static func open(_ client: JMAPClient) async throws(GuardError) -> ReviewDesk {
        let server = MailServer(client: client)
        let session = try await server.run { () async throws(JMAPError) in try await client.session() }
        guard let own = session.primaryMailAccount, let name = session.accounts[own]?.name else {
            throw GuardError(.setup, "The login has no mail account.", cure: "Sign in as a reviewer.")
        }
        let groups = session.accounts.filter { !$0.value.isPersonal }.keys.sorted()
        for group in groups {
            let roots = try await server.mailboxes(of: group)
            guard let parent = roots[Mirror.parent], let bell = roots["Bell"], let answers = roots["Answers"],
                let activity = roots[Mirror.activity]
            else { continue }
            let boxes = try await server.mailboxes(of: group, under: parent)
            let states = Dictionary(
                uniqueKeysWithValues: HoldState.allCases.compactMap { state in
                    boxes[state.rawValue].map { (state, $0) }
                })
            // A guard that is beginning, or was stopped there, has made some of them: what lies in those that it makes
            // later would never be seen.
            guard states.count == HoldState.allCases.count else { continue }
            return ReviewDesk(
                server: server, own: own, address: OutboundEnvelope.canonical(name), group: group, states: states,
                bell: bell, answers: answers, activityBox: activity)
        }
        throw GuardError(
            .setup, "The login \(name) belongs to no group of reviewers with holds.",
            cure: "Add it to the group that the guard's policy names, and run the guard once.")
    }

    /// The holds in some states, the nearest deadline first; copies that cannot be read are counted.
    ///
    /// - Parameter direction: Mail that agents send, or mail that came for them and was kept.
    package func holds(
        in wanted: [HoldState], direction: HoldEntry.Direction = .outbound
    ) async throws(GuardError) -> (holds: [Hold], unreadable: Int) {
        var holds: [Hold] = []
        var unreadable = 0
        for state in wanted {
            guard let mailbox = states[state] else { continue }
            for item in try await server.list(mailbox, in: group) {
                let raw = try await server.bytes(item.blob, of: group)
                do throws(GuardError) {
                    let message = try HeldMessage(raw)
                    if message.entry.direction == direction { holds.append(Hold(message: message, state: state)) }
                } catch {
                    unreadable += 1
                }
            }
        }
        return (holds.sorted { ($0.entry.deadline, $0.entry.id) < ($1.entry.deadline, $1.entry.id) }, unreadable)
    }

    /// One hold, by its id or the beginning of it.
    package func hold(_ id: String) async throws(GuardError) -> Hold {
        for state in HoldState.allCases {
            guard let mailbox = states[state] else { continue }
            let items = try await server.list(mailbox, in: group)
            let found = items.filter { HoldEntry.name(inSubject: $0.subject)?.hold.hasPrefix(id) == true }
            guard let item = found.first, !id.isEmpty else { continue }
            guard Set(found.map(\.subject)).count == 1 else {
                throw GuardError(.notFound, "Several holds begin with \(id).", cure: "Give more of the id.")
            }
            return Hold(message: try HeldMessage(try await server.bytes(item.blob, of: group)), state: state)
        }
        throw GuardError(.notFound, "There is no hold \(id).", cure: "agenticmail review list --all names all of them.")
    }

    /// Signs a decision on the digest that was seen and hands it in; its subject, by which the answer is found.
    package func decide(
        _ action: Decision.Action, on entry: HoldEntry, note: String, at now: Int64, secretKey: [UInt8],
        acknowledgesThread: Bool = false
    ) async throws(GuardError) -> String {
        var decision = Decision(
            action, hold: entry.id, digest: entry.digest, reviewer: address, at: UTCDate(seconds: now), note: note)
        decision.acknowledgesThread = acknowledgesThread
        return try await hand(in: decision.signedText(secretKey: secretKey), named: decision)
    }

    /// Signs an edit and hands it in: this whole message is to become the next revision of the hold.
    ///
    /// It is inspected again, and one who did not edit it must approve it.
    package func edit(
        _ entry: HoldEntry, to bytes: [UInt8], note: String, at now: Int64, secretKey: [UInt8]
    ) async throws(GuardError) -> String {
        guard bytes.count <= Guard.draftLimit else {
            throw GuardError(
                .refused, "The edited message has \(bytes.count) bytes; \(Guard.draftLimit) are the most.",
                cure: "Take an attachment out.")
        }
        let decision = Decision(
            .edit, hold: entry.id, digest: entry.digest, reviewer: address, at: UTCDate(seconds: now), note: note,
            edited: bytes)
        return try await hand(in: decision.signedText(secretKey: secretKey), named: decision)
    }

    /// Puts the text of a decision into `Decisions` and rings the bell.
    package func hand(in text: String, named decision: Decision) async throws(GuardError) -> String {
        let boxes = try await server.ensure(["Decisions"], in: own)
        let subject = "\(decision.action.rawValue) \(decision.hold) \(decision.nonce)"
        var attachments: [JSON] = []
        if let edited = decision.edited, edited.count > Decision.inlineLimit {
            let blob = try await server.run { () async throws(JMAPError) in
                try await server.client.upload(.bytes(edited), to: own, type: "application/octet-stream")
            }
            attachments = [["blobId": blob.id.json, "type": "application/octet-stream", "name": "message.eml"]]
        }
        let note = MailServer.note(
            subject, text: text, from: address, mailbox: boxes["Decisions"] ?? "", attachments: attachments)
        _ = try await server.create([note], in: own)
        let ring = MailServer.note("bell", text: decision.hold, from: address, mailbox: bell)
        _ = try await server.create([ring], in: group)
        return subject
    }

    /// The guard's answer to a decision; waits for it a while.
    package func answer(to subject: String, seconds: Int) async throws(GuardError) -> Answer {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(seconds)
        while true {
            for item in try await server.list(answers, in: group) where item.subject == "answer \(subject)" {
                let message = ParsedMessage(try await server.bytes(item.blob, of: group))
                let text = message.text(of: message.root).text
                if text.hasPrefix("accepted") { return .accepted }
                let words = text.split(whereSeparator: \.isNewline).joined(separator: " ")
                return .refused(words.hasPrefix("refused: ") ? String(words.dropFirst(9)) : words)
            }
            guard clock.now < end, (try? await Task.sleep(for: .milliseconds(100))) != nil else { return .waiting }
        }
    }
}

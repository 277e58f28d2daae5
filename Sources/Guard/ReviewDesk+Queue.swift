package import JMAP
import Message

extension ReviewDesk {
    /// A copy of a hold in the group, without what is in it.
    package struct Copy: Sendable, Hashable {
        package let id: EmailID
        package let hold: String
        package let state: HoldState
        let revision: Int
        /// The JSON of the entry; nil where the copy has none.
        let json: BlobID?
    }

    /// What a guard has let the reviewers know of itself.
    package struct Presence: Sendable, Hashable {
        /// When it last said that it is there, in seconds since 1970; nil where none ever did.
        package var lastSeen: Int64?
        /// Until when that holds true.
        package var until: Int64?
        /// Seconds for which the server holds what is released.
        package var holdFor: Int64 = 0
        /// Since when a bell rings that no guard has taken away; nil where none does.
        package var bell: Int64?
    }

    /// The copies in a state, the oldest first, or only the newest ones where there are more than so many.
    package func copies(in state: HoldState, newest limit: Int? = nil) async throws(GuardError) -> [Copy] {
        guard let mailbox = states[state] else { return [] }
        var found: [Copy] = []
        while true {
            let start = found.count
            let size = min(500, (limit ?? .max) - start)
            guard size > 0 else { break }
            let list = try await server.run { () async throws(JMAPError) in
                var request = Request()
                let query = request.call(
                    EmailQuery(
                        account: group, filter: .inMailbox(mailbox), sort: [.newestFirst], position: start, limit: size)
                )
                let get = request.call(
                    EmailGet(
                        account: group, ids: .reference(query, "/ids"), properties: [.id, .subject, .attachments]))
                return try await server.client.send(request).get(get).list
            }
            found += list.map { email in
                let name = HoldEntry.name(inSubject: email.subject ?? "")
                return Copy(
                    id: email.id, hold: name?.hold ?? "", state: state, revision: name?.revision ?? 1,
                    json: email.attachments?.first { $0.name == "hold.json" }?.blobID)
            }
            if list.count < size { break }
        }
        return found.reversed()
    }

    /// The entry of a copy, without the message; what it says is checked when the message is read.
    package func entry(of copy: Copy) async throws(GuardError) -> HoldEntry {
        guard let blob = copy.json else { throw Self.unreadable(copy) }
        let bytes = try await server.bytes(blob, of: group)
        guard let json = try? JSON(parsing: bytes), let entry = HoldEntry(json: json), entry.id == copy.hold else {
            throw Self.unreadable(copy)
        }
        return entry
    }

    private static func unreadable(_ copy: Copy) -> GuardError {
        GuardError(
            .damaged, "A copy of the hold \(copy.hold) cannot be read.",
            cure: "The guard repairs it from its ledger; look there if it does not.")
    }

    /// The decisions that counted, the newest first: at most so many.
    package func recentActivity(_ limit: Int = 300) async throws(GuardError) -> [Activity] {
        let list = try await server.run { () async throws(JMAPError) in
            var request = Request()
            let query = request.call(
                EmailQuery(account: group, filter: .inMailbox(activityBox), sort: [.newestFirst], limit: limit))
            let get = request.call(
                EmailGet(
                    account: group, ids: .reference(query, "/ids"),
                    properties: [.id, .subject, .textBody, .bodyValues],
                    bodyValues: BodyValues(text: true)))
            return try await server.client.send(request).get(get).list
        }
        // Of two in one second the later one is the one with the larger id.
        let sorted = list.sorted { ($0.id.rawValue.utf8.count, $0.id) > ($1.id.rawValue.utf8.count, $1.id) }
        return sorted.compactMap { email -> Activity? in
            guard let line = ActivityLine(subject: email.subject ?? "") else { return nil }
            return Activity(
                hold: line.hold, action: line.action, reviewer: line.reviewer, at: UTCDate(seconds: line.at),
                digest: line.digest, note: email.textBody?.first?.partID.flatMap { email.bodyValues?[$0]?.value } ?? "")
        }
    }

    /// What can be seen of the guard from the group.
    package func presence() async throws(GuardError) -> Presence {
        var presence = Presence()
        let beats = try await server.list(answers, in: group).map(\.subject).filter {
            Heartbeat.end(inSubject: $0) != nil
        }
        if let last = beats.max(by: { Heartbeat.end(inSubject: $0) ?? 0 < Heartbeat.end(inSubject: $1) ?? 0 }) {
            presence.until = Heartbeat.end(inSubject: last)
            presence.lastSeen = presence.until.map { $0 - Heartbeat.duration }
            presence.holdFor = min(max(0, Heartbeat.holdFor(inSubject: last) ?? 0), 604_800)
        }
        presence.bell = try await server.list(bell, in: group, limit: 1).first?.receivedAt
        return presence
    }

    /// Rings the bell, which an active guard takes away within seconds.
    package func ring() async throws(GuardError) {
        let note = MailServer.note("bell", text: "", from: address, mailbox: bell)
        _ = try await server.create([note], in: group)
    }
}

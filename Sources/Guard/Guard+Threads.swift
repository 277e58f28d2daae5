import JMAP
import Message

extension Guard {
    /// How many messages of an account are looked through for those of a thread, and how many of them are inspected.
    private static let threadWindow = 200
    private static let inspectedInThread = 5

    /// What others have put into a thread of an agent's account, the newest first: also what lies in Junk, or was moved
    /// elsewhere by the agent.
    func thread(_ thread: ThreadID, _ boxes: AgentBoxes) async throws(GuardError) -> [Email] {
        let found = try await server.run { () async throws(JMAPError) in
            var request = Request()
            let query = request.call(
                EmailQuery(
                    account: boxes.account, filter: .matching(["notKeyword": AgentBoxes.noteKeyword.json]),
                    sort: [.newestFirst],
                    limit: Self.threadWindow))
            let get = request.call(
                EmailGet(
                    account: boxes.account, ids: .reference(query, "/ids"),
                    properties: [.id, .threadID, .blobID, .from, .receivedAt, .keywords, .size]))
            return try await server.client.send(request).get(get).list
        }
        return found.filter { email in
            email.threadID == thread && email.keywords?.contains(AgentBoxes.noteKeyword) != true
                && email.from?.contains { $0.email.lowercased() == boxes.address.lowercased() } != true
        }
    }

    /// The thread of a draft on the server, where it answers something; nil otherwise.
    func threadID(of draft: EmailID, _ message: ParsedMessage, _ boxes: AgentBoxes) async throws(GuardError)
        -> ThreadID?
    {
        guard message.inReplyTo?.isEmpty == false || message.references?.isEmpty == false else { return nil }
        return try await server.run { () async throws(JMAPError) in
            try await server.client.call(
                EmailGet(account: boxes.account, ids: .list([draft]), properties: [.threadID])
            ).list.first?.threadID
        }
    }

    /// Whether a thread holds a message of others that the inspection flags.
    func isTainted(_ thread: ThreadID, _ boxes: AgentBoxes) async throws(GuardError) -> Bool {
        for email in try await self.thread(thread, boxes).prefix(Self.inspectedInThread) {
            guard let blob = email.blobID, (email.size ?? 0) <= 4 << 20 else { continue }
            let raw = try await server.bytes(blob, of: boxes.account)
            if screener.inspectInbound(raw, ownDomains: accounts.domains).isFlagged { return true }
        }
        return false
    }

    /// How many messages came into the thread of a hold since it was taken.
    func arrivals(since entry: HoldEntry) async throws(GuardError) -> Int {
        guard let thread = entry.threadID, let boxes = boxes[entry.account] else { return 0 }
        return try await self.thread(ThreadID(thread), boxes).count {
            ($0.receivedAt?.seconds ?? 0) > entry.createdAt.seconds
        }
    }
}

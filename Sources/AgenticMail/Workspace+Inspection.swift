import Configuration
import FoundationEssentials
import Glibc
import Inspection
package import MailCache

extension Workspace {
    /// What the inspection makes of a message that came in: out of the cache where these rules have looked at it, else
    /// looked at now and kept.
    ///
    /// - Returns: nil for what was written here, and where the body is not in the cache.
    package func judgement(of key: MessageKey) async throws(WorkspaceError) -> MessageJudgement? {
        let rules = currentRules()
        let kept = try await reading.read { reader throws(CacheError) in try reader.inspection(of: key) }
        if let kept, kept.rules == rules.mark, let judgement = MessageJudgement(kept) { return judgement }
        let found = try await reading.read { reader throws(CacheError) -> (MessageRow, BodyRow, InboundContext)? in
            guard let row = try reader.messages([key]).first, !row.flags.contains(.outgoing),
                let body = try reader.body(of: key)
            else { return nil }
            return (row, body, try self.context(of: row, reader))
        }
        guard let (row, body, context) = found else { return nil }
        let judgement = MessageJudgement(body.inspected(by: Inspector(rules: rules), subject: row.subject, context))
        // A result that cannot be kept is worked out again the next time.
        if let kept = try? judgement.row(rules: rules.mark) { try? await cache.writer.store(kept, of: key) }
        return judgement
    }

    /// The rules as the person's files have them now; where they are broken, the last ones that were not.
    func currentRules() -> RuleBook {
        guard let rules else { return .builtIn }
        do throws(ConfigurationError) {
            return try rules.current()
        } catch {
            log.write(.warning, "rules", error.sentence)
            return rules.last
        }
    }

    /// What is known about a message's sender beside the message.
    private nonisolated func context(of row: MessageRow, _ reader: CacheReader) throws(CacheError) -> InboundContext {
        let domains = Set(
            try reader.accounts(at: Int64(time(nil))).compactMap { account in
                account.address.split(separator: "@").last.map { $0.lowercased() }
            })
        let hosts = domains.flatMap { [$0, "mail.\($0)"] } + [origin.host() ?? ""]
        var known: Set<String> = []
        if let sender = row.from?.address.lowercased(), !sender.isEmpty {
            var filter = MessageFilter()
            filter.from = sender
            let earlier = try reader.messages(in: .all, filter: filter, limit: 20).rows
            if earlier.contains(where: { $0.key < row.key && $0.from?.address.lowercased() == sender }) {
                known.insert(sender)
            }
        }
        return InboundContext(authorities: Set(hosts), ownDomains: domains, knownAddresses: known)
    }

    /// Inspects what comes while ``run()`` runs, so that a list and the next reader have the result.
    ///
    /// A first fill is not looked at: old mail is inspected when somebody opens it.
    func inspectArrivals() async {
        let since = Int64(time(nil)) - 86_400
        for await change in cache.changes() {
            for key in change.added.union(change.updated).sorted() where key.receivedAt >= since {
                if Task.isCancelled { return }
                _ = try? await judgement(of: key)
            }
        }
    }
}

extension BodyRow {
    /// What an inspector makes of the texts and the header.
    func inspected(by inspector: Inspector, subject: String, _ context: InboundContext) -> Report {
        var header: [UInt8] = []
        for field in headers.prefix(2_000) { header += Array("\(field.name): \(field.value)\r\n".utf8) }
        if !header.isEmpty { header += [13, 10] }
        return inspector.inspectInbound(subject: subject, bodies: texts, header: header, context: context)
    }

    /// The texts with the names of their parts, each once.
    var texts: [(part: String, text: String, isHTML: Bool)] {
        var seen: Set<String> = []
        return (textBody + htmlBody).compactMap { part in
            guard let id = part.partID, seen.insert(id).inserted, let value = values[id] else { return nil }
            return (id, value.text, part.type.lowercased() == "text/html")
        }
    }
}

package import JMAP
package import MailCache

/// A message that the server did not change, and why.
package struct ActRefusal: Sendable, Hashable {
    package var key: MessageKey
    /// A sentence.
    package var reason: String
}

extension MailSync {
    /// Sets or takes away a keyword of messages, on the server and then in the cache; gives those that the server refused.
    ///
    /// A patch may be sent twice, so failures that may pass are tried again. Throws where nothing was reached at all.
    package func setKeyword(
        _ keyword: Keyword, _ isSet: Bool, on keys: [MessageKey]
    ) async throws(SyncError) -> [ActRefusal] {
        var refusals: [ActRefusal] = []
        var byAccount: [AccountID: [EmailID: MessageKey]] = [:]
        for key in keys {
            let found = try await cached { () async throws(CacheError) in try await self.writer.wantedBody(of: key) }
            if let found {
                byAccount[found.account, default: [:]][found.emailID] = key
            } else {
                refusals.append(ActRefusal(key: key, reason: "The message is gone."))
            }
        }
        for (account, messages) in byAccount {
            refusals += try await set(keyword, isSet, messages, in: account)
        }
        return refusals
    }

    private func set(
        _ keyword: Keyword, _ isSet: Bool, _ messages: [EmailID: MessageKey], in account: AccountID
    ) async throws(SyncError) -> [ActRefusal] {
        let patch = JMAP.EmailPatch().keyword(keyword, isSet).changes
        var refusals: [ActRefusal] = []
        var rest = messages
        for attempt in 1...options.attempts where !rest.isEmpty {
            let ids = rest
            let before = try await states(of: account).email
            let answer: SetAnswer<EmailID>
            do {
                answer = try await patiently { () async throws(JMAPError) in
                    try await self.client.call(EmailSet(account: account, update: ids.mapValues { _ in patch }))
                }
            } catch where error.isOfOneAccount {
                return refusals + rest.values.map { ActRefusal(key: $0, reason: error.sentence) }
            }
            let done = answer.updated.keys.compactMap { rest.removeValue(forKey: $0) }
            if !done.isEmpty {
                try await cached { () async throws(CacheError) in
                    try await self.writer.mark(done, keyword: keyword.rawValue, isSet, in: account, at: before)
                }
                markMoved(account)
            }
            for (id, error) in answer.notUpdated where !error.isRace || attempt == options.attempts {
                if error.type == "notFound" { markMoved(account) }
                if let key = rest.removeValue(forKey: id) {
                    refusals.append(ActRefusal(key: key, reason: error.sentence))
                }
            }
        }
        return refusals + rest.values.map { ActRefusal(key: $0, reason: "The server did not answer for this message.") }
    }
}

package import JMAP
import SQLite

extension CacheWriter {
    /// Writes an act into the journal and shows it; nothing is sent from here.
    ///
    /// It is on the disk when this returns. Throws `fault` where there is no journal.
    package func perform(_ request: ActRequest) throws(CacheError) -> ActReceipt {
        var written: (act: ActID, count: Int)?
        do throws(CacheError) {
            return try acting { journal in
                try perform(request, journal) { act, count in written = (act, count) }
            }
        } catch {
            // What could not be shown is not sent either: whoever asked for it is told that it was not done.
            if let written, let journal {
                _ = try? journal.set(
                    (0..<written.count).map { (ActTargetID(act: written.act, number: $0), .takenBack, "") })
                journal.forget()
            }
            throw error
        }
    }

    private func perform(
        _ request: ActRequest, _ journal: ActJournal, written: (ActID, Int) -> Void
    ) throws -> ActReceipt {
        var receipt = ActReceipt()
        var targets: [ActJournal.NewTarget] = []
        var places: [(EmailID, Int64)] = []
        for key in request.keys {
            guard let (account, ref, id, blob) = try message(key) else {
                receipt.impossible[key] = "The message is gone."
                continue
            }
            guard let shown = try shown(id, in: ref)?.2 else { continue }
            let edit: MessageEdit
            switch try self.edit(request.change, of: account, ref, shown) {
            case .success(let made): edit = made
            case .failure(let fault):
                receipt.impossible[key] = fault.reason
                continue
            }
            guard let reverse = edit.reversed(over: shown) else {
                receipt.unchanged += 1
                continue
            }
            targets.append(
                ActJournal.NewTarget(
                    account: account, emailID: id, blobID: blob, receivedAt: key.receivedAt, edit: edit,
                    reverse: reverse))
            places.append((id, ref))
            change.accounts.insert(account)
        }
        guard !targets.isEmpty else { return receipt }
        let (kind, place) = request.change.words
        let act = try journal.insert(kind, place: place, made: now(), targets)
        written(act, targets.count)
        for (id, ref) in places { try showAgain(id, in: ref) }
        receipt.act = try journal.row(act)
        return receipt
    }

    /// Takes an act back: what was not sent is not, what may be on the server is changed back there.
    ///
    /// - Parameters:
    ///   - id: the act; the last one without.
    ///   - ownOnly: whether the last one is looked for among those of this run alone.
    /// - Returns: nil where there is none.
    package func undo(_ id: ActID? = nil, ownOnly: Bool = true) throws(CacheError) -> UndoReceipt? {
        try acting { journal in
            guard let id = try id ?? journal.lastToTakeBack(ownOnly: ownOnly), let act = try journal.row(id),
                !act.isTakenBack
            else { return nil }
            var receipt = UndoReceipt(act: act)
            var dropped: [(ActTargetID, ActState, reason: String)] = []
            var reversed: [ActJournal.NewTarget] = []
            var touched: Set<MessageName> = []
            for target in try journal.reversible(id) {
                let name = MessageName(account: target.target.account, emailID: target.target.emailID)
                switch target.state {
                case .waiting:
                    dropped.append((target.id, .takenBack, ""))
                    touched.insert(name)
                case .sent, .confirmed, .done:
                    guard target.target.edit != MessageEdit() else { continue }
                    reversed.append(target.target)
                    touched.insert(name)
                case .refused: receipt.refused += 1
                case .takenBack: break
                }
            }
            try journal.connection.transaction {
                try journal.setTakenBack(id)
                try journal.set(dropped)
                if !reversed.isEmpty {
                    _ = try journal.insert(.undo, place: act.place, made: now(), undoes: id, reversed)
                }
            }
            receipt.unsent = dropped.count
            receipt.reversed = reversed.count
            for name in touched {
                guard let ref = try? accountRef(name.account) else { continue }
                change.accounts.insert(name.account)
                try showAgain(name.emailID, in: ref)
            }
            return receipt
        }
    }

    /// Accounts with acts that the server does not have yet.
    package func accountsToSend() throws(CacheError) -> [AccountID] {
        guard journal != nil else { return [] }
        return try acting { journal in
            journal.open.filter { $0.value.values.contains { $0.contains { $0.state != .confirmed } } }.keys.sorted()
        }
    }

    /// What of an account is to be sent next, at most one change a message; from now on the server may have it.
    ///
    /// Only who has the `ProgramLock` may ask.
    package func nextToSend(of account: AccountID, limit: Int) throws(CacheError) -> [ActTarget] {
        try acting { journal in
            let targets = try journal.sendable(of: account, limit: limit)
            try journal.set(targets.filter { $0.state == .waiting }.map { ($0.id, .sent, "") })
            return targets
        }
    }

    /// Notes what the server said; what it refused is not shown any longer.
    package func conclude(_ outcomes: [ActTargetID: ActOutcome]) throws(CacheError) {
        guard !outcomes.isEmpty else { return }
        try acting { journal in
            let names = try journal.set(
                outcomes.sorted { $0.key < $1.key }.map { id, outcome in
                    switch outcome {
                    case .confirmed: (id, .confirmed, "")
                    case .refused(let reason): (id, .refused, reason)
                    case .unsent: (id, .waiting, "")
                    }
                })
            for name in names {
                guard let ref = try? accountRef(name.account) else { continue }
                change.accounts.insert(name.account)
                try showAgain(name.emailID, in: ref)
            }
        }
    }

    /// Refuses every act of an account that the server does not have.
    package func refuseAll(of account: AccountID, reason: String) throws(CacheError) {
        guard journal != nil else { return }
        let open = try acting { journal in
            (journal.open[account] ?? [:]).values.joined().filter { $0.state != .confirmed }.map(\.id)
        }
        try conclude(Dictionary(open.map { ($0, .refused(reason)) }, uniquingKeysWith: { first, _ in first }))
    }

    /// The id that a message has now whose id the server does not know any longer; nil where it is gone.
    ///
    /// A message that was moved to another thread keeps its bytes and its date.
    package func successor(of target: ActTarget) throws(CacheError) -> EmailID? {
        try acting { journal in
            let ref = try accountRef(target.account)
            let kept = try journal.sendable(of: target.account, limit: .max).first { $0.id == target.id }
            if let kept, kept.emailID != target.emailID { return kept.emailID }
            let found = try connection.query(
                "SELECT key, id FROM message INDEXED BY message_account WHERE account = ? AND blob = ? AND id <> ?",
                ref,
                target.blobID.rawValue, target.emailID.rawValue
            ) { (MessageKey(rawValue: $0.int64(0)), EmailID($0.text(1))) }
            let alike = found.filter { $0.0.receivedAt == target.receivedAt }
            guard alike.count == 1 else { return nil }
            try journal.retarget(MessageName(account: target.account, emailID: target.emailID), to: alike[0].1)
            try showAgain(alike[0].1, in: ref)
            return alike[0].1
        }
    }

    /// Takes refused acts, or those of one act, off the list.
    package func dismiss(_ act: ActID? = nil) throws(CacheError) {
        try acting { journal in try journal.dismiss(act) }
    }

    /// One act, or nil where it is forgotten.
    package func act(_ id: ActID) throws(CacheError) -> ActRow? {
        try acting { journal in try journal.row(id) }
    }

    /// Shows the acts of earlier runs on the rows, before anything is read.
    package func showActs() throws(CacheError) {
        guard journal != nil else { return }
        try acting { _ in }
    }

    /// Notes that the cache has read back what the server had confirmed; gives the messages.
    func settle(_ targets: [ActTargetID]) throws -> Set<MessageName> {
        guard let journal, !targets.isEmpty else { return [] }
        let open = Set(journal.open.values.flatMap { $0.values.joined().filter { $0.state == .confirmed }.map(\.id) })
        let names = try journal.settle(targets.filter(open.contains))
        if !names.isEmpty { try publish(journal) }
        return names
    }

    private func acting<T>(_ body: (ActJournal) throws -> T) throws(CacheError) -> T {
        guard let journal else {
            throw CacheError(code: .fault, path: path, detail: "nothing can be done to messages without a journal")
        }
        return try transaction { () throws -> T in
            do {
                let result = try body(journal)
                try publish(journal)
                return result
            } catch {
                journal.forget()
                throw error
            }
        }
    }

    private func publish(_ journal: ActJournal) throws {
        let summary = try journal.summary()
        acts.update { $0 = summary }
    }

    private func message(_ key: MessageKey) throws -> (AccountID, Int64, EmailID, BlobID)? {
        try connection.first(
            "SELECT a.id, a.ref, m.id, m.blob FROM message m JOIN account a ON a.ref = m.account WHERE m.key = ?",
            key.rawValue
        ) { (AccountID($0.text(0)), $0.int64(1), EmailID($0.text(2)), BlobID($0.text(3))) }
    }

    private struct Impossible: Error {
        var reason: String
    }

    private func edit(
        _ change: ActRequest.Change, of account: AccountID, _ ref: Int64, _ shown: Standing
    ) throws -> Result<MessageEdit, Impossible> {
        var edit = MessageEdit()
        switch change {
        case .keyword(let keyword, let isSet): edit.keywords[keyword] = isSet
        case .role(let kind):
            let role = kind.rawValue
            let found = try connection.first(
                """
                SELECT id FROM mailbox WHERE account = ?1 AND (role = ?2 OR (role IS NULL AND parent IS NULL
                  AND name = ?2 COLLATE NOCASE)) ORDER BY role IS NULL, ref LIMIT 1
                """, ref, role
            ) { MailboxID($0.text(0)) }
            guard let found else {
                return .failure(
                    Impossible(
                        reason:
                            "The account has no mailbox for that (role or name “\(role)”); move to another one, or have one made."
                    ))
            }
            edit.only = [found]
        case .move(let destinations, let from, _):
            guard let to = destinations[account] else {
                return .failure(Impossible(reason: "The account has no mailbox of that name."))
            }
            if let from, shown.mailboxIDs.contains(from), shown.mailboxIDs.count > 1 {
                edit.into = [to]
                edit.outOf = from == to ? [] : [from]
            } else {
                edit.only = [to]
            }
        }
        return .success(edit)
    }
}

extension ActRequest.Change {
    /// What the journal calls it.
    fileprivate var words: (ActKind, String) {
        switch self {
        case .keyword("$seen", let isSet): (isSet ? .seen : .unseen, "")
        case .keyword("$flagged", let isSet): (isSet ? .flagged : .unflagged, "")
        case .keyword(let keyword, let isSet): (isSet ? .keywordSet : .keywordRemoved, keyword)
        case .role(let kind): (kind, "")
        case .move(_, _, let name): (.move, name)
        }
    }
}

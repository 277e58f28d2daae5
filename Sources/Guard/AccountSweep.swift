package import JMAP

/// Asks which of other people's accounts have moved: the server pushes only the login's own account and its groups.
///
/// Sixteen accounts go into a request. Those that moved lately are in every one; the others take turns, all of them in
/// less than half a second where they are few and in some seconds where they are thousands.
package actor AccountSweep {
    private struct Watched {
        /// The state of the account's messages that is known; nil until it was asked for.
        var state: State?
        var movedAt: ContinuousClock.Instant?
        /// Before then it is not asked, because the server has refused to say.
        var restsUntil: ContinuousClock.Instant?
    }

    /// For how long an account that has moved is asked with every request.
    private static let busyTime: Duration = .seconds(30)
    /// Between two requests where an account is busy.
    private static let busyGap: Duration = .milliseconds(20)
    /// In which all accounts have had their turn, where they are few.
    private static let turn: Duration = .milliseconds(400)
    /// How many changes are named at most.
    private static let pageSize = 50
    /// Until an account that refuses to say what changed is asked again.
    private static let rest: Duration = .seconds(5)

    private let client: JMAPClient
    private let bell: Bell
    private let clock = ContinuousClock()
    private var wanted: Set<AccountID> = []
    private var watched: [AccountID: Watched] = [:]
    /// The order of turns, and whose turn is next.
    private var order: [AccountID] = []
    private var position = 0
    private var busy: [AccountID] = []
    /// Those for whom people wait: they are in every request, a few at a time.
    private var urgent: [AccountID] = []
    private var isWaiting: CheckedContinuation<Void, Never>?

    /// Makes a sweep that rings a bell for every account that has moved.
    package init(client: JMAPClient, bell: Bell) {
        self.client = client
        self.bell = bell
    }

    /// Watches these accounts from now on, and none where there are none; what was known of the others is forgotten.
    ///
    /// The bell rings for each new one as soon as its state is known: what lay there before is looked at then.
    ///
    /// - Parameter first: Those among them for whom people wait.
    package func watch(_ accounts: Set<AccountID>, first: Set<AccountID> = []) {
        guard accounts != wanted || first != Set(urgent) else { return }
        wanted = accounts
        urgent = first.intersection(accounts).sorted { $0.rawValue < $1.rawValue }
        watched = watched.filter { accounts.contains($0.key) }
        for id in accounts where watched[id] == nil { watched[id] = Watched() }
        busy.removeAll { !accounts.contains($0) }
        order = accounts.sorted { $0.rawValue < $1.rawValue }
        position = 0
        isWaiting?.resume()
        isWaiting = nil
    }

    /// Asks until it is cancelled; sleeps while there is nothing to watch.
    package func run() async {
        var faults = 0
        while !Task.isCancelled {
            if order.isEmpty {
                await untilWatching()
                continue
            }
            let begun = clock.now
            do throws(JMAPError) {
                try await ask()
                faults = 0
            } catch {
                // The loop of the guard says what is wrong with the server; here it is only asked less often.
                faults = min(faults + 1, 6)
            }
            let wait = faults == 0 ? gap : Self.turn * (1 << faults)
            try? await clock.sleep(until: begun + wait)
        }
    }

    /// Between the beginnings of two requests.
    private var gap: Duration {
        if !busy.isEmpty { return Self.busyGap }
        return max(Self.busyGap, Self.turn / max(1, (order.count + 15) / 16))
    }

    private func untilWatching() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if Task.isCancelled || !order.isEmpty { continuation.resume() } else { isWaiting = continuation }
            }
        } onCancel: {
            Task { await self.stopWaiting() }
        }
    }

    private func stopWaiting() {
        isWaiting?.resume()
        isWaiting = nil
    }

    /// The accounts of the next request: the busy ones, then those whose turn it is.
    private func next(_ count: Int) -> [AccountID] {
        let now = clock.now
        busy.removeAll { id in watched[id]?.movedAt.map { now - $0 > Self.busyTime } ?? true }
        // Where all are busy the others must have their turn as well.
        var chosen = Array(urgent.prefix(count / 4))
        urgent = Array(urgent.dropFirst(chosen.count)) + chosen
        for id in busy.suffix(max(1, count / 2)) where !chosen.contains(id) { chosen.append(id) }
        chosen.removeAll { id in watched[id]?.restsUntil.map { $0 > now } == true }
        var left = order.count
        while chosen.count < count, left > 0 {
            left -= 1
            let id = order[position % order.count]
            position = (position + 1) % order.count
            if let until = watched[id]?.restsUntil, until > now { continue }
            if !chosen.contains(id) { chosen.append(id) }
        }
        return chosen
    }

    private func ask() async throws(JMAPError) {
        let count = min(16, max(1, try await client.session().limits.maxCallsInRequest))
        let chosen = next(count)
        guard !chosen.isEmpty else { return }
        var request = Request()
        var changes: [(AccountID, PendingCall<EmailChanges>)] = []
        var states: [(AccountID, PendingCall<EmailGet>)] = []
        for id in chosen {
            if let state = watched[id]?.state {
                changes.append((id, request.call(EmailChanges(account: id, since: state, maxChanges: Self.pageSize))))
            } else {
                states.append((id, request.call(EmailGet(account: id, ids: .list([]), properties: [.id]))))
            }
        }
        let response = try await client.send(request)
        var moved: Set<AccountID> = []
        for (id, call) in changes {
            do throws(JMAPError) {
                let answer = try response.get(call)
                // After more changes than that, where it stands is asked for and looked at anew.
                watched[id]?.state = answer.hasMoreChanges ? nil : answer.newState
                let isQuiet = answer.created.isEmpty && answer.updated.isEmpty && answer.destroyed.isEmpty
                if !isQuiet || answer.hasMoreChanges { moved.insert(id) }
            } catch {
                refused(id, error, &moved)
            }
        }
        for (id, call) in states {
            do throws(JMAPError) {
                watched[id]?.state = try response.get(call).state
                moved.insert(id)
            } catch {
                refused(id, error, &moved)
            }
        }
        let now = clock.now
        for id in moved where watched[id] != nil {
            watched[id]?.movedAt = now
            busy.removeAll { $0 == id }
            busy.append(id)
        }
        if !moved.isEmpty { bell.ring(moved) }
    }

    /// An account that does not say what changed is looked at, and asked again after a rest.
    private func refused(_ id: AccountID, _ error: JMAPError, _ moved: inout Set<AccountID>) {
        watched[id]?.state = nil
        // Where only the state is too old, the next request asks where it stands.
        guard error.code != .method("cannotCalculateChanges") else { return }
        watched[id]?.restsUntil = clock.now + Self.rest
        moved.insert(id)
    }
}

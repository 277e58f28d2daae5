import Stalwart

extension Provisioner {
    /// How many agents are made at once: so many calls go with one request of most servers.
    package static let width = 16

    /// Makes the agents of a list, each as a transaction of its own, and tells what came of each as soon as it is known.
    ///
    /// One that fails stops no other, unless the server is not reached or lets this login do nothing more. Cancelling
    /// undoes those that are being made and begins no more. What is told is not kept, so that memory does not grow.
    package func create(
        _ list: ListPlan, tell: @escaping @Sendable (ListPlan.Item, ListOutcome) -> Void
    ) async {
        let known = KnownPlaces()
        var isStopped = false
        var free: [ListPlan.Item] = []
        for item in list.items {
            switch item.standing {
            case .free: free.append(item)
            case .agent(let entry): tell(item, .there(entry))
            case .refused(let error): tell(item, .refused(error))
            }
        }
        // The first of each domain goes alone: it finds or makes what the others share.
        var seen: Set<DomainName> = []
        let firsts = free.filter { seen.insert($0.plan.domain).inserted }
        seen = []
        let others = free.filter { !seen.insert($0.plan.domain).inserted }
        for item in firsts {
            let outcome = isStopped || Task.isCancelled ? .leftOut : await make(item, known)
            isStopped = isStopped || outcome.stopsAll
            tell(item, outcome)
        }
        await withTaskGroup(of: (ListPlan.Item, ListOutcome).self) { group in
            var running = 0
            var rest = others.makeIterator()
            while let item = rest.next() {
                if running == Self.width, let (done, outcome) = await group.next() {
                    running -= 1
                    isStopped = isStopped || outcome.stopsAll
                    tell(done, outcome)
                }
                guard !isStopped, !Task.isCancelled else {
                    tell(item, .leftOut)
                    continue
                }
                running += 1
                group.addTask { (item, await make(item, known)) }
            }
            for await (done, outcome) in group { tell(done, outcome) }
        }
    }

    private func make(_ item: ListPlan.Item, _ known: KnownPlaces) async -> ListOutcome {
        do throws(AgentsError) {
            return .made(try await create(item.plan, knowing: known) { _ in })
        } catch {
            switch error.code {
            case .taken: return .refused(error)
            case .cancelled: return .leftOut
            default: return .failed(error)
            }
        }
    }
}

extension ListOutcome {
    /// Whether the next agent would fail for the same reason.
    fileprivate var stopsAll: Bool {
        guard case .failed(let error) = self else { return false }
        switch error.code {
        case .notReached, .notAllowed, .unsafe: return true
        default: return false
        }
    }
}

import Synchronization

/// Switches by which a test makes the server misbehave as networks and servers do.
///
/// They may be set from any thread. Each switch applies to the next requests that it fits, as often as was said.
package final class Faults: Sendable {
    /// What goes wrong.
    package enum Fault: Sendable, Hashable {
        /// The request is carried out, and the connection ends without an answer.
        case dropAnswer
        /// What an EmailSubmission/set submits is queued, no record of it is written, and the connection ends without an
        /// answer: so ends a server that is killed between the two. Only where no hook is asked.
        case lostRecord
        /// The answer comes this much later.
        case lateAnswer(Duration)
        /// 429, with Retry-After in seconds where it is given; nothing is carried out.
        case tooManyRequests(retryAfter: Int?)
        /// 500; nothing is carried out.
        case serverError
        /// 200 with an HTML page in place of JSON.
        case html
        /// 200 with JSON that ends in the middle; the request is carried out.
        case truncatedJSON
        /// Valid JSON in which every member of every method's response has another type.
        case wrongTypes
        /// The method error `cannotCalculateChanges` for `/changes` and `/queryChanges`.
        case cannotCalculateChanges
        /// The event stream's connection is torn off right after it opened.
        case cutStream
        /// The event stream opens and never says anything, pings neither.
        case silentStream
    }

    private struct Switch {
        let fault: Fault
        let name: String?
        var left: Int
    }

    private let switches = Mutex<[Switch]>([])
    private let hub: EventHub

    init(hub: EventHub) {
        self.hub = hub
    }

    /// Sets a switch.
    ///
    /// - Parameters:
    ///   - fault: what goes wrong.
    ///   - name: which requests: those with a call of this method (`Email/get`), or `session`, `upload`, `download`,
    ///     `eventsource`; nil for any.
    ///   - times: how often.
    package func set(_ fault: Fault, for name: String? = nil, times: Int = 1) {
        switches.withLock { $0.append(Switch(fault: fault, name: name, left: times)) }
    }

    /// Takes back all switches that are left.
    package func clear() {
        switches.withLock { $0 = [] }
    }

    /// What a watcher is told of a request.
    package enum Moment: Sendable, Hashable {
        /// It is here and nothing was done yet.
        case arrived
        /// It was carried out and is not answered yet.
        case carriedOut
    }

    /// Called for every request, at its moments, with the Authorization header; a test stops a client right there.
    package typealias Watcher = @Sendable (Moment, Set<String>, String?) -> Void

    /// A closure in a value of its own: one that lies in a mutex bare is wrapped anew by every access.
    private struct Watching {
        var body: Watcher?
    }

    private let watcher = Mutex(Watching())

    /// Sets who is told of requests.
    package func watch(_ watcher: Watcher?) {
        self.watcher.withLock { $0.body = watcher }
    }

    func tell(_ moment: Moment, _ names: Set<String>, _ authorization: String?) {
        watcher.withLock { $0.body }?(moment, names, authorization)
    }

    /// Whether no switch is left.
    package var isClear: Bool { switches.withLock { $0.isEmpty } }

    /// Tears off all event streams that are open.
    package func cutStreams() {
        hub.forEach { $0.end(cut: true) }
    }

    /// Lets all event streams that are open fall silent, pings included.
    package func silenceStreams() {
        hub.forEach { $0.fallSilent() }
    }

    /// The first switch that fits a request, used up once; those for single calls and for streams are left alone.
    func take(_ names: Set<String>, where fits: (Fault) -> Bool) -> Fault? {
        switches.withLock { switches in
            guard
                let place = switches.firstIndex(where: { candidate in
                    candidate.left > 0 && fits(candidate.fault) && (candidate.name.map(names.contains) ?? true)
                })
            else { return nil }
            switches[place].left -= 1
            let fault = switches[place].fault
            if switches[place].left == 0 { switches.remove(at: place) }
            return fault
        }
    }
}

extension Faults.Fault {
    /// Whether it concerns a whole request and its answer.
    var isOfRequest: Bool {
        switch self {
        case .cannotCalculateChanges, .cutStream, .silentStream: false
        default: true
        }
    }
}

/// The faults of single calls, as the dispatcher asks for them.
struct CallFaults {
    let faults: Faults

    /// The error with which a call fails, nil where it runs.
    func error(for method: String) -> MethodError? {
        guard method.hasSuffix("hanges"),
            faults.take([method], where: { $0 == .cannotCalculateChanges }) != nil
        else { return nil }
        return .cannotCalculateChanges
    }
}

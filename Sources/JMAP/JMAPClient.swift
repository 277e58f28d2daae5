package import FoundationEssentials
package import HTTPTransport
import Synchronization

/// Talks to one JMAP server with one login (RFC 8620).
///
/// Everything goes to the configured origin: of the URLs that the session names only the paths are used. Requests stay
/// inside the session's limits, in size and in number at once.
package final class JMAPClient: Sendable {
    /// How much of an answer is taken, and how long is waited.
    package struct Options: Sendable {
        /// The longest answer to calls, in bytes.
        package var answerBytes: Int
        /// How long requests wait.
        package var timeouts: HTTPRequest.Timeouts
        /// A push stream that sends nothing for this long is dead.
        package var pushSilence: Duration
        /// What waits are measured by; tests give their own.
        package var clock: any Clock<Duration>

        /// Makes options.
        package init(
            answerBytes: Int = 64 << 20, timeouts: HTTPRequest.Timeouts = .init(), pushSilence: Duration = .seconds(75),
            clock: any Clock<Duration> = ContinuousClock()
        ) {
            self.answerBytes = answerBytes
            self.timeouts = timeouts
            self.pushSilence = pushSilence
            self.clock = clock
        }
    }

    /// What the client remembers: the session, guarded by the lock, replaced whole.
    private struct Known {
        var session: Session?
        /// The last state that an answer gave for the session; another one than the session's own makes it stale once.
        var answeredState: String?
        var isStale = false
        /// The login, once it is known.
        var credential: Credential?
    }

    /// Where the server is; with a path, the place of the session object.
    package let origin: URL
    let transport: any HTTPClient
    package let options: Options
    private let known: Mutex<Known>
    private let signIn: @Sendable () async throws(JMAPError) -> Credential
    /// Lets one task at a time ask for the login.
    private let signInTurn = RequestLimiter(limit: 1)
    /// Lets one task at a time fetch the session.
    private let sessionTurn = RequestLimiter(limit: 1)
    private let requests = RequestLimiter(limit: 4)
    let uploads = RequestLimiter(limit: 4)

    /// Makes a client; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - origin: `https://host`, found by `/.well-known/jmap`; or the whole URL of the session object.
    ///   - credential: The login.
    ///   - transport: What sends; tests put faults around it.
    package init(
        origin: URL, credential: Credential, transport: any HTTPClient = HTTPTransport(), options: Options = Options()
    ) {
        self.origin = origin
        known = Mutex(Known(credential: credential))
        signIn = { () async throws(JMAPError) in credential }
        self.transport = transport
        self.options = options
    }

    /// Makes a client that asks for its login before its first request, and again where that failed; nothing is sent yet.
    ///
    /// - Parameter signIn: Gives the login; mostly it throws `noSecret`.
    package init(
        origin: URL, transport: any HTTPClient = HTTPTransport(), options: Options = Options(),
        signIn: @escaping @Sendable () async throws(JMAPError) -> Credential
    ) {
        self.origin = origin
        known = Mutex(Known())
        self.signIn = signIn
        self.transport = transport
        self.options = options
    }

    /// The login, asked for when it is first needed.
    private func credential() async throws(JMAPError) -> Credential {
        if let credential = known.withLock({ $0.credential }) { return credential }
        return try await signInTurn.run(place: place) { () async throws(JMAPError) in
            if let credential = self.known.withLock({ $0.credential }) { return credential }
            let credential = try await self.signIn()
            self.known.withLock { $0.credential = credential }
            return credential
        }
    }

    /// The session object, fetched once and again when the server says that it changed.
    package func session(refresh: Bool = false) async throws(JMAPError) -> Session {
        if !refresh, let session = current { return session }
        return try await sessionTurn.run(place: place) { () async throws(JMAPError) in
            if !refresh, let session = self.current { return session }
            let session = try await self.fetchSession()
            self.known.withLock { known in
                known.session = session
                known.isStale = false
            }
            self.requests.setLimit(session.limits.maxConcurrentRequests)
            self.uploads.setLimit(session.limits.maxConcurrentUpload)
            return session
        }
    }

    /// The session that is known and not stale.
    private var current: Session? { known.withLock { $0.isStale ? nil : $0.session } }

    /// Origin and path of the configured server, for errors.
    var place: String { (try? HTTPTarget(origin))?.place ?? "the server" }

    /// Sends a request and gives the answers to its calls.
    ///
    /// More than the session's limits allow goes out as several requests, one after the other; when a later one fails,
    /// the earlier ones have been done. Throws what stands for the request as a whole; the errors of single calls come
    /// from `Response.get`.
    package func send(_ request: Request) async throws(JMAPError) -> Response {
        let session = try await session()
        let wire = try WireRequests(request, limits: session.limits, place: session.api.place)
        var response = Response(place: session.api.place)
        var created = request.createdIDs
        // Names of objects made in one part must be known in the next.
        if wire.batches.count > 1, created == nil { created = [:] }
        for batch in wire.batches {
            let body = WireRequests.body(batch, createdIDs: created)
            let answer = try await requests.run(place: session.api.place) { () async throws(JMAPError) in
                try await self.postInTurn(body, to: session.api)
            }
            try response.add(answer)
            if created != nil { created?.merge(response.createdIDs) { $1 } }
        }
        note(response.sessionState, session)
        return response
    }

    /// Sends one call and gives its answer.
    package func call<Method: MethodCall>(_ method: Method) async throws(JMAPError) -> Method.Answer {
        var request = Request()
        let pending = request.call(method)
        return try await send(request).get(pending)
    }

    /// Notes the session state of an answer: a new one makes the session be fetched again before the next request.
    private func note(_ state: String, _ session: Session) {
        guard !state.isEmpty else { return }
        known.withLock { known in
            if state != session.state, state != known.answeredState { known.isStale = true }
            known.answeredState = state
        }
    }

    /// Posts again while other clients of the same login take up all the requests that the server allows at once.
    ///
    /// Such a refusal is of the whole request, of which nothing was done, so that acts may be sent again too.
    private func postInTurn(_ body: [UInt8], to target: HTTPTarget) async throws(JMAPError) -> [UInt8] {
        var backoff = Backoff(first: .milliseconds(20), longest: .seconds(1))
        while true {
            do throws(JMAPError) {
                return try await post(body, to: target)
            } catch {
                guard error.code == .limit("maxConcurrentRequests"), backoff.failures < 8 else { throw error }
                do {
                    try await options.clock.sleep(for: backoff.next(after: error))
                } catch { throw JMAPError(.cancelled, place: target.place) }
            }
        }
    }

    private func post(_ body: [UInt8], to target: HTTPTarget) async throws(JMAPError) -> [UInt8] {
        var request = try await self.request(.post, target)
        request.headers["Content-Type"] = "application/json"
        request.headers["Accept"] = "application/json"
        request.body = .bytes(body)
        request.limits.bodyBytes = options.answerBytes
        let response = try await sent(request)
        guard response.status == 200 else { throw JMAPError.refusal(response) }
        return response.body
    }

    /// Asks a place of the server that is not JMAP, with the login; for administration and diagnosis.
    ///
    /// Gives the answer whatever its status. Throws when none came, and for a path with control characters.
    ///
    /// - Parameters:
    ///   - method: What is asked.
    ///   - path: The place inside the configured origin.
    ///   - json: What is sent as JSON.
    ///   - form: What is sent as a form, encoded already.
    ///   - withLogin: Whether the login goes along.
    package func http(
        _ method: HTTPRequest.Method = .get, path: String, json: JSON? = nil, form: String? = nil,
        withLogin: Bool = true
    ) async throws(JMAPError) -> HTTPResponse {
        let target: HTTPTarget?
        do throws(HTTPError) {
            target = HTTPTarget(try Origin(origin), path: path)
        } catch { throw JMAPError(error) }
        guard let target else { throw JMAPError(.malformed, place: place, detail: "the path is none") }
        var request = try await self.request(method, target)
        request.headers["Accept"] = "application/json"
        request.limits.bodyBytes = options.answerBytes
        if let json {
            request.headers["Content-Type"] = "application/json"
            request.body = .bytes(json.encoded())
        } else if let form {
            request.headers["Content-Type"] = "application/x-www-form-urlencoded"
            request.body = .bytes(Array(form.utf8))
        }
        if !withLogin { request.headers["Authorization"] = nil }
        return try await sent(request)
    }

    /// A request with the login on it.
    func request(_ method: HTTPRequest.Method, _ target: HTTPTarget) async throws(JMAPError) -> HTTPRequest {
        guard let url = target.url else { throw JMAPError(.malformed, place: target.place, detail: "it is no URL") }
        let authorization = try await credential().authorization
        return HTTPRequest(
            method: method, url: url, headers: ["Authorization": authorization], timeouts: options.timeouts)
    }

    /// Sends, with the transport's errors as errors of JMAP.
    func sent(_ request: HTTPRequest) async throws(JMAPError) -> HTTPResponse {
        do throws(HTTPError) { return try await transport.send(request) } catch { throw JMAPError(error) }
    }
}

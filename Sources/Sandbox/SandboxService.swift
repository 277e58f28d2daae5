import Synchronization

/// Routes HTTP requests to the server: authentication, limits, uploads, downloads, event streams.
final class SandboxService: Sendable {
    /// Holds the server: one request is answered at a time.
    private let server: Mutex<Server>
    let hub = EventHub()
    let faults: Faults
    private let caller = HookCaller()
    /// How many JMAP requests of each account are being answered.
    private let running = Mutex<[Int: Int]>([:])
    /// When the next held message goes, and what waits for that.
    private let timer = Mutex<(due: Int, task: Task<Void, Never>)?>(nil)

    init(_ server: sending Server) {
        self.server = Mutex(server)
        faults = Faults(hub: hub)
    }

    /// Ends timers and streams.
    func stop() {
        timer.withLock { timer in
            timer?.task.cancel()
            timer = nil
        }
        hub.close()
    }

    /// Works with the server and tells streams of what that changed.
    private func work<T: Sendable>(_ body: @Sendable (Server) throws -> T) -> Result<T, any Error> {
        let (result, due) = server.withLock { server in
            let result = Result { try body(server) }
            hub.notify(server.store.takeNews())
            // A queue that cannot be read has nothing that is due.
            return (result, (try? server.nextDue()) ?? nil)
        }
        plan(due)
        return result
    }

    /// Wakes up when the next held message goes.
    private func plan(_ due: Int?) {
        timer.withLock { timer in
            guard timer?.due != due else { return }
            timer?.task.cancel()
            timer = due.map { due in
                let wait = Duration.seconds(max(0, due - Timestamp.now))
                return (
                    due,
                    Task { [weak self] in
                        guard (try? await Task.sleep(for: wait)) != nil, let self else { return }
                        // What fails stays in the queue and is tried with the next request.
                        _ = self.work { try $0.releaseDue() }
                    }
                )
            }
        }
    }

    // MARK: Requests

    /// Answers one HTTP request, with the faults that are switched on for it.
    func answer(_ request: ServerRequest, origin: String) -> (HTTPReply, Delivery) {
        let parsed = isJMAP(request) ? Server.Request(request.body) : nil
        let names = parsed.map { Set($0.calls.map(\.name)) } ?? [kind(request)]
        faults.tell(.arrived, names, request.authorization)
        defer { faults.tell(.carriedOut, names, request.authorization) }
        let fault = faults.take(names) { $0.isOfRequest }
        switch fault {
        case .tooManyRequests(let seconds):
            let headers = seconds.map { [(name: "retry-after", value: String($0))] } ?? []
            return (
                .answer(
                    .problem(
                        429, title: "Too Many Requests",
                        detail: "Your request has been rate limited. Please try again in a few seconds.",
                        headers: headers)), Delivery()
            )
        case .serverError: return (.answer(.internalError), Delivery())
        case .html:
            let page = "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>"
            return (
                .answer(HTTPAnswer(status: 200, headers: [("content-type", "text/html")], body: Array(page.utf8))),
                Delivery()
            )
        default: break
        }
        var reply = route(request, parsed, origin: origin)
        switch reply {
        case .answer(let answer): reply = .answer(Self.spoilt(answer, by: fault))
        case .later(let work): reply = .later { Self.spoilt(await work(), by: fault) }
        case .stream, .socket: break
        }
        var delivery = Delivery()
        switch fault {
        case .dropAnswer: delivery.isDropped = true
        case .lostRecord:
            if case .answer(let answer) = reply { _ = work { try $0.forgetSubmissions(answer.body) } }
            delivery.isDropped = true
        case .lateAnswer(let delay): delivery.delay = delay
        default: break
        }
        return (reply, delivery)
    }

    private static func spoilt(_ answer: HTTPAnswer, by fault: Faults.Fault?) -> HTTPAnswer {
        var answer = answer
        switch fault {
        case .truncatedJSON: answer.body = Array(answer.body.prefix(answer.body.count / 2))
        case .wrongTypes: answer.body = withWrongTypes(answer.body)
        default: break
        }
        return answer
    }

    private static func withWrongTypes(_ body: [UInt8]) -> [UInt8] {
        guard var object = (try? JSONValue(parsing: body))?.object else { return body }
        func wrong(_ value: JSONValue) -> JSONValue {
            switch value {
            case .string: 7
            case .array: "wrong"
            default: ["wrong"]
            }
        }
        if let responses = object["methodResponses"]?.array {
            object["methodResponses"] = .array(
                responses.map { response in
                    guard var parts = response.array, parts.count == 3 else { return response }
                    parts[1] = .object(JSONObject((parts[1].object ?? [:]).map { ($0.0, wrong($0.1)) }))
                    return .array(parts)
                })
        } else {
            object = JSONObject(object.map { ($0.0, wrong($0.1)) })
        }
        return JSONValue.object(object).bytes
    }

    private func isJMAP(_ request: ServerRequest) -> Bool { request.path == ["jmap"] && request.method == "POST" }

    private func kind(_ request: ServerRequest) -> String {
        request.path.first == "jmap" && request.path.count > 1 ? request.path[1] : request.path.first ?? ""
    }

    private func route(_ request: ServerRequest, _ parsed: Server.Request?, origin: String) -> HTTPReply {
        let path = request.path
        switch (request.method, path.first, path.count) {
        case ("GET", ".well-known", 2) where path[1] == "jmap":
            return .answer(HTTPAnswer(status: 307, headers: [("location", "/jmap/session")]))
        case ("GET", "healthz", 2) where path[1] == "live" || path[1] == "ready":
            return .answer(.problem(200, title: "OK", detail: "OK"))
        case ("GET", "jmap", 2) where path[1] == "session":
            return withLogin(request, nobody: { .json($0.session(nil, origin: origin)) }) { server, login in
                .json(server.session(login, origin: origin))
            }
        case ("GET", "api", 2) where path[1] == "account":
            return withLogin(request) { server, login in .json(server.account(login)) }
        case ("POST", "api", 2) where path[1] == "auth":
            return .answer((try? work { $0.oauthLogin(request.body) }.get()) ?? .internalError)
        case ("POST", "auth", 2) where path[1] == "device":
            return .answer((try? work { $0.oauthDevice() }.get()) ?? .internalError)
        case ("POST", "auth", 2) where path[1] == "token":
            let form = ServerRequest.parts(of: "?" + String(decoding: request.body, as: UTF8.self)).query
            return .answer((try? work { $0.oauthToken(form) }.get()) ?? .internalError)
        case ("POST", "jmap", 1): return jmap(request, parsed)
        case ("POST", "jmap", 3) where path[1] == "upload": return upload(request, to: path[2])
        case ("GET", "jmap", 4...) where path[1] == "download":
            return download(request, blob: path[3], name: path.count > 4 ? path[4] : "")
        case ("GET", "jmap", 2) where path[1] == "eventsource": return eventSource(request)
        case ("GET", "jmap", 2) where path[1] == "ws": return socket(request, origin: origin)
        // Calendars and contacts are not here, and closed to agents there.
        case (_, "dav", 2...): return withLogin(request) { _, _ in .forbidden }
        default: return .answer(.notFound)
        }
    }

    /// Answers by a closure that gets the login; without a valid one the refusal.
    private func withLogin(
        _ request: ServerRequest, nobody: (@Sendable (Server) -> HTTPAnswer)? = nil,
        _ body: @Sendable (Server, Login) throws -> HTTPAnswer
    ) -> HTTPReply {
        let result = work { server -> HTTPAnswer in
            switch server.authenticator.authenticate(request.authorization, directory: server.directory) {
            case .none: return nobody?(server) ?? .unauthorized
            case .refused: return .unauthorized
            case .forbidden: return .forbidden
            case .login(let login): return try body(server, login)
            }
        }
        // What fails here is the database, of which the client need not know more.
        return .answer((try? result.get()) ?? .internalError)
    }

    // MARK: JMAP

    private func jmap(_ request: ServerRequest, _ parsed: Server.Request?) -> HTTPReply {
        let login: Login
        switch authentication(request) {
        case .login(let found): login = found
        case .forbidden: return .answer(.forbidden)
        case .none, .refused: return .answer(.unauthorized)
        }
        guard request.contentType?.lowercased().hasPrefix("application/json") == true else {
            return .answer(.refused("notJSON", detail: "The content type is not application/json."))
        }
        if request.isBodyTooLong || request.body.count > Limits.sizeRequest {
            return .answer(
                .refused(
                    "limit", detail: "The request is larger than the server is willing to process.",
                    limit: "maxSizeRequest"))
        }
        guard let parsed else {
            return .answer(.refused("notRequest", detail: String(decoding: request.body, as: UTF8.self)))
        }
        if parsed.calls.count > Limits.callsInRequest {
            return .answer(
                .refused(
                    "limit", detail: "The request exceeds the maximum number of calls in a single request.",
                    limit: "maxCallsInRequest"))
        }
        let isCounted = !login.may("unlimitedRequests")
        guard !isCounted || begin(login.account) else {
            return .answer(
                .refused(
                    "limit", detail: "The request exceeds the maximum number of concurrent requests.",
                    limit: "maxConcurrentRequests"))
        }
        defer { if isCounted { end(login.account) } }
        if parsed.calls.contains(where: { $0.name == "EmailSubmission/set" }) {
            let asked = server.withLock { server in
                let hooks = server.hooks
                return (hooks, hooks.isEmpty ? [] : server.submissions(in: parsed, login: login))
            }
            if !asked.1.isEmpty { return .later { await self.submit(parsed, login, asked.1, asked.0) } }
        }
        return .answer(carryOut(parsed, login, [:]))
    }

    private func carryOut(
        _ request: Server.Request, _ login: Login, _ verdicts: [Server.HookKey: HookVerdict]
    ) -> HTTPAnswer {
        let faults = CallFaults(faults: faults)
        let result = work { server in
            server.verdicts = verdicts
            defer { server.verdicts = [:] }
            return HTTPAnswer.json(server.answer(request, login: login, faults: faults))
        }
        // What fails here is the database, of which the client need not know more.
        return (try? result.get()) ?? .internalError
    }

    /// Asks the hooks of what is to be submitted, then carries the request out; the server answers others meanwhile.
    private func submit(
        _ request: Server.Request, _ login: Login, _ messages: [(key: Server.HookKey, message: IncomingMessage)],
        _ hooks: [MailHook]
    ) async -> HTTPAnswer {
        var verdicts: [Server.HookKey: HookVerdict] = [:]
        for (key, message) in messages { verdicts[key] = await caller.verdict(of: hooks, on: message) }
        return carryOut(request, login, verdicts)
    }

    // MARK: Mail from outside

    /// The reply to a recipient that is not taken; nil where it is.
    func refusal(of address: String) -> String? {
        server.withLock { server in
            if server.directory.recipient(address) != nil { return nil }
            let domain = String(address.split(separator: "@").last ?? "")
            return server.directory.isLocal(domain: domain)
                ? "550 5.1.2 Mailbox does not exist." : "550 5.1.2 Relay not allowed."
        }
    }

    /// Takes a message from outside, or not; the reply to its sender.
    func receive(_ message: IncomingMessage) async -> String {
        guard EmailMetadata(message.raw) != nil else { return "550 5.7.7 Failed to parse message." }
        var accepted = message
        switch await caller.verdict(of: server.withLock { $0.hooks }, on: message) {
        case .accept(let changed): accepted = changed
        case .discard: return "250 2.0.0 Message queued."
        case .refuse(let reply): return reply
        }
        let taken = accepted
        let result = work { server in
            try server.store.transaction {
                for address in taken.recipients {
                    _ = try server.deliver(taken.raw, from: taken.sender, to: address)
                }
            }
        }
        guard case .success = result else { return "451 4.3.0 Temporary server failure." }
        return "250 2.0.0 Message queued."
    }

    /// Says on which port mail from outside is taken.
    func setSMTP(port: UInt16) {
        server.withLock { $0.smtpPort = port }
    }

    func authentication(_ request: ServerRequest) -> Authentication {
        server.withLock { $0.authenticator.authenticate(request.authorization, directory: $0.directory) }
    }

    private func begin(_ account: Int) -> Bool {
        running.withLock { running in
            guard running[account, default: 0] < Limits.concurrentRequests else { return false }
            running[account, default: 0] += 1
            return true
        }
    }

    private func end(_ account: Int) {
        running.withLock { running in
            running[account, default: 1] -= 1
            if running[account] == 0 { running[account] = nil }
        }
    }

    // MARK: Blobs

    private func upload(_ request: ServerRequest, to account: String) -> HTTPReply {
        withLogin(request) { server, login in
            // As on the real server any login may upload to any id, also to one that is no account's.
            guard let number = Base32.number(account) else { return .notFound }
            if request.isBodyTooLong {
                return .refused("limit", detail: "The upload is too large.", limit: "maxSizeUpload")
            }
            let (bytes, target) = (request.body, Int(number))
            guard let blob = try server.upload(bytes, to: target, by: login) else {
                return .problem(
                    429, title: "Quota exceeded",
                    detail: "You have exceeded the blob upload quota of \(Limits.uploadedFiles) files or "
                        + "\(Limits.uploadedBytes) bytes.",
                    headers: [("retry-after", String(server.uploadPause(target)))])
            }
            return .json([
                "accountId": .string(account), "blobId": .string(blob.text),
                "type": .string(request.contentType ?? "application/octet-stream"), "size": .count(bytes.count),
            ])
        }
    }

    private func download(_ request: ServerRequest, blob: String, name: String) -> HTTPReply {
        withLogin(request) { server, login in
            guard let id = BlobID(blob), let bytes = try server.bytes(of: id, for: login) else { return .notFound }
            func clean(_ text: String) -> String {
                String(text.unicodeScalars.filter { $0.value >= 32 && $0 != "\"" && $0 != "\\" && $0.value != 127 })
            }
            return HTTPAnswer(
                status: 200,
                headers: [
                    ("content-type", clean(request.query["accept"] ?? "application/octet-stream")),
                    ("content-disposition", "attachment; filename=\"\(clean(name))\""),
                    ("cache-control", "private, immutable, max-age=31536000"),
                ], body: bytes)
        }
    }

    // MARK: Event streams

    private func eventSource(_ request: ServerRequest) -> HTTPReply {
        let login: Login
        switch authentication(request) {
        case .login(let found): login = found
        case .forbidden: return .answer(.forbidden)
        case .none, .refused: return .answer(.unauthorized)
        }
        var types: Set<DataType> = []
        for name in (request.query["types"] ?? "*").split(separator: ",").map(String.init) {
            if name == "*" {
                types = Set(DataType.allCases)
            } else if let type = DataType(name: name) {
                types.insert(type)
            } else if !DataType.silentNames.contains(name) {
                return .answer(.problem(400, title: "Invalid parameters", detail: "Invalid type: \(name)"))
            }
        }
        let seconds = request.query["ping"].flatMap { Int($0) } ?? 0
        let fault = faults.take(["eventsource"]) { $0 == .cutStream || $0 == .silentStream }
        let stream = hub.open(
            accounts: login.groups.union([login.account]), types: types,
            close: request.query["closeafter"] == "state" ? .afterState : .never,
            // The real server pings every 30 seconds at the most.
            ping: seconds > 0 ? .seconds(min(max(30, seconds), 86_400)) : nil)
        guard let stream else { return .answer(.internalError) }
        if fault == .cutStream { stream.end(cut: true) }
        if fault == .silentStream { stream.fallSilent() }
        return .stream(stream)
    }
}

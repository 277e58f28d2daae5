internal import CCurl
internal import FoundationEssentials
internal import HTTPTransport
internal import JMAP
internal import MailCache
internal import MailSync
internal import Synchronization

/// The first fill of 20,000 messages against a bare libcurl loop that makes the same calls and throws the answers away.
struct FillBenchmarks {
    private static let messages = 20_000

    var report: Report

    mutating func run() async throws {
        let server = try await BenchmarkServer(agents: 0)
        try await server.add(Self.messages, subject: "Message")
        // One round warms the server's caches; then the better of three each, alternating.
        var (fills, loops): ([Double], [Double]) = ([], [])
        for round in 0..<4 {
            let (seconds, requests) = try await fill(server)
            let bare = try await BareLoop(requests: requests).seconds()
            if round > 0 {
                fills.append(seconds)
                loops.append(bare)
            }
        }
        guard let fill = fills.min(), let loop = loops.min() else { return }
        report.add("fill_per_second", Double(Self.messages) / fill)
        report.add("fill_bare_per_second", Double(Self.messages) / loop)
        report.add("fill_ratio", loop / fill, goal: "≥ 0.9")
    }

    /// Fills an empty cache; the seconds it took and the calls it made.
    private func fill(_ server: BenchmarkServer) async throws -> (Double, [HTTPRequest]) {
        let folder = try BenchmarkFolder(url: server.url)
        let cache = try MailCache.open(at: folder.cachePath)
        let calls = Calls()
        let transport = HTTPInterceptor(
            HTTPTransport(),
            send: { (request, base) async throws(HTTPError) in
                if request.method == .post { calls.add(request) }
                return try await base.send(request)
            })
        let client = JMAPClient(
            origin: server.url, credential: .basic(user: BenchmarkServer.login, password: BenchmarkServer.password),
            transport: transport)
        var options = SyncOptions()
        options.fetchesBodies = false
        let sync = MailSync(client: client, cache: cache, options: options)
        let reader = try cache.reader()
        let changes = cache.changes()
        let begun = ContinuousClock.now
        let task = Task { await sync.run() }
        for await _ in changes where try reader.account(server.operatorID, at: 0)?.fill == .complete { break }
        let seconds = (ContinuousClock.now - begun).milliseconds / 1000
        let made = calls.all
        task.cancel()
        await task.value
        guard try reader.account(server.operatorID, at: 0)?.total == Self.messages else {
            throw BenchmarkError("the cache does not hold what the server holds")
        }
        return (seconds, made)
    }
}

/// The calls of a fill, from whichever thread makes them.
private final class Calls: Sendable {
    private let requests: Mutex<[HTTPRequest]>

    init(_ requests: [HTTPRequest] = []) { self.requests = Mutex(requests) }

    var all: [HTTPRequest] { requests.withLock { $0 } }

    func add(_ request: HTTPRequest) { requests.withLock { $0.append(request) } }

    /// Takes the first call that is left, or nil.
    func next() -> HTTPRequest? { requests.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
}

/// The same calls by libcurl alone: three handles that each take the next call, as many as the fill has under way.
private struct BareLoop {
    let requests: [HTTPRequest]

    func seconds() async throws -> Double {
        let calls = Calls(requests)
        let begun = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    guard let handle = curl_easy_init() else { throw BenchmarkError("libcurl gives no handle") }
                    defer { curl_easy_cleanup(handle) }
                    while let request = calls.next() { try Self.perform(request, handle) }
                }
            }
            try await group.waitForAll()
        }
        return (ContinuousClock.now - begun).milliseconds / 1000
    }

    private static func perform(_ request: HTTPRequest, _ handle: UnsafeMutableRawPointer) throws {
        guard case .bytes(let body) = request.body else { return }
        var list: UnsafeMutablePointer<curl_slist>?
        for field in request.headers.fields { list = curl_slist_append(list, "\(field.name): \(field.value)") }
        defer { curl_slist_free_all(list) }
        _ = ccurl_set_string(handle, CURLOPT_URL, request.url.absoluteString)
        _ = ccurl_set_list(handle, CURLOPT_HTTPHEADER, list)
        _ = ccurl_set_data_function(handle, CURLOPT_WRITEFUNCTION) { _, size, count, _ in size * count }
        let code = body.withUnsafeBytes { bytes in
            _ = ccurl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count))
            _ = ccurl_set_pointer(handle, CURLOPT_POSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress))
            return curl_easy_perform(handle)
        }
        guard code == CURLE_OK else { throw BenchmarkError("libcurl: \(String(cString: curl_easy_strerror(code)))") }
    }
}

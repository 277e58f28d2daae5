internal import FoundationEssentials
internal import Glibc
internal import HTTPTransport
internal import JMAP
internal import MailCache
internal import MailSync

/// The first fill of 20,000 messages, a minute apart, against a bare libcurl loop that makes the same calls and throws the
/// answers away.
///
/// The loop is the plain one: one handle, one call after the other (`fill_ratio`). Beside it stand the same loop with as
/// many handles as the program has requests under way (`fill_ratio_concurrent`), and client and server with a core each,
/// as two machines have (`fill_ratio_apart`). A loop that keeps nothing costs half a microsecond a message, so with
/// enough handles it shows how fast the server is, and the ratio what the cache costs beside that.
struct FillBenchmarks {
    static let messages = 20_000
    private static let rounds = 5

    /// A server whose one account is filled from.
    struct Peer {
        let url: URL
        let login: String
        let password: String
        let account: AccountID
        /// The server's process; nil where it has several.
        let pid: Int32?
    }

    var report: Report

    mutating func run() async throws {
        let server = try await BenchmarkServer(agents: 0)
        try await server.add(Self.messages, subject: "Message", spread: 60)
        let peer = Peer(
            url: server.url, login: BenchmarkServer.login, password: BenchmarkServer.password,
            account: server.operatorID, pid: server.process.pid)
        let plain = try await compare(peer, rounds: Self.rounds)
        report.add("fill_per_second", Double(Self.messages) / plain.fill.seconds)
        report.add("fill_bare_per_second", Double(Self.messages) / plain.bare.seconds)
        report.add("fill_ratio", plain.ratio, goal: .atLeast(0.9))
        let concurrent = try await compare(peer, rounds: Self.rounds, handles: 4)
        report.add("fill_ratio_concurrent", concurrent.ratio)
        if Cores.count > 1 {
            try Cores.keep(server.process.pid, on: 1..<2)
            try Cores.keep(getpid(), on: 0..<1)
            report.add("fill_ratio_apart", try await compare(peer, rounds: Self.rounds).ratio)
            try Cores.keep(server.process.pid, on: 0..<Cores.count)
            try Cores.keep(getpid(), on: 0..<Cores.count)
        }
        let each = 1e6 / Double(Self.messages)
        report.add("fill_client_us_per_message", plain.fill.client * each)
        report.add("fill_server_us_per_message", plain.fill.server * each)
        report.add("fill_bare_client_us_per_message", plain.bare.client * each)
    }

    /// What one way took: seconds by the clock, and processor time here and at the server.
    struct Cost {
        var seconds = Double.infinity
        var client = Double.infinity
        var server = Double.infinity

        mutating func keepBest(_ other: Cost) { if other.seconds < seconds { self = other } }
    }

    /// One round warms the server's caches; then the best of several each, in turns.
    func compare(_ server: Peer, rounds: Int, handles: Int = 1) async throws -> (fill: Cost, bare: Cost, ratio: Double)
    {
        var (best, bare) = (Cost(), Cost())
        let client = ProcessFigures(pid: getpid())
        let other = server.pid.map { ProcessFigures(pid: $0) }
        for round in 0...rounds {
            let start = (client.processorSeconds, other?.processorSeconds ?? 0)
            let (seconds, requests) = try await fill(server)
            let middle = (client.processorSeconds, other?.processorSeconds ?? 0)
            let loop = try BareLoop(requests: requests, handles: handles).seconds()
            let end = (client.processorSeconds, other?.processorSeconds ?? 0)
            if round > 0 {
                best.keepBest(Cost(seconds: seconds, client: middle.0 - start.0, server: middle.1 - start.1))
                bare.keepBest(Cost(seconds: loop, client: end.0 - middle.0, server: end.1 - middle.1))
            }
        }
        return (best, bare, bare.seconds / best.seconds)
    }

    /// Fills an empty cache; the seconds it took and the calls it made.
    private func fill(_ server: Peer) async throws -> (Double, [HTTPRequest]) {
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
            origin: server.url, credential: .basic(user: server.login, password: server.password),
            transport: transport)
        var options = SyncOptions()
        options.fetchesBodies = false
        let sync = MailSync(client: client, cache: cache, options: options)
        let reader = try cache.reader()
        let changes = cache.changes()
        let begun = ContinuousClock.now
        let task = Task { await sync.run() }
        for await _ in changes where try reader.account(server.account, at: 0)?.fill == .complete { break }
        let seconds = (ContinuousClock.now - begun).milliseconds / 1000
        let made = calls.all
        task.cancel()
        await task.value
        guard try reader.account(server.account, at: 0)?.total == Self.messages else {
            throw BenchmarkError("the cache does not hold what the server holds")
        }
        return (seconds, made)
    }
}

import FoundationEssentials
import HTTPTransport
import JMAP
import MailCache
import MailSync
import Sandbox
import TestSupport
import Testing

@Suite("Over HTTP/2", .enabled(if: HTTP2Proxy.obstacle == nil, "no HTTP/2 proxy can be started here"))
struct HTTP2Tests {
    private let fixture: SyncFixture
    private let proxy: HTTP2Proxy
    private let client: JMAPClient

    init() async throws {
        fixture = try await SyncFixture(agents: 2)
        let server = try #require(URL(string: fixture.sandbox.url)?.port)
        proxy = try HTTP2Proxy(before: server)
        client = JMAPClient(
            origin: try #require(URL(string: proxy.url)), credential: fixture.operatorLogin,
            transport: HTTPTransport(options: .init(pinnedKey: proxy.pin)))
    }

    /// Runs a synchronisation through the proxy beside the closure and ends it afterwards.
    private func running(_ body: (MailCache) async throws -> Void) async throws {
        let cache = try MailCache.open(at: fixture.folder.file("cache.sqlite"))
        let sync = MailSync(client: client, cache: cache, options: SyncFixture.options, random: { 0.5 })
        let task = Task { await sync.run() }
        let result: Result<Void, any Error>
        do { result = .success(try await body(cache)) } catch { result = .failure(error) }
        task.cancel()
        await task.value
        try result.get()
    }

    @Test("a fill, a stream and what follows share one connection, and the cache equals the server")
    func oneConnection() async throws {
        for account in fixture.accounts { try await fixture.add(700, to: account) }
        try await running { cache in
            try await fixture.settle(cache)
            let late = try await fixture.add(3, to: fixture.operatorID, subject: "Late", from: 1_790_000_000)
            try await fixture.destroy([late[0]], in: fixture.operatorID)
            try await fixture.settle(cache)
        }
        let answers = proxy.answers
        #expect(answers.count > 10)
        #expect(answers.allSatisfy { $0.protocol == "h2" })
        #expect(Set(answers.map(\.port)).count == 1)
    }

    @Test("a proxy that goes away in the middle of a fill and comes back leaves the cache equal to the server")
    func comesBack() async throws {
        for account in fixture.accounts { try await fixture.add(900, to: account) }
        try await running { cache in
            #expect(await until { (try? cache.reader().messages(in: .all, limit: 1).rows.isEmpty) == false })
            proxy.stop()
            try await fixture.destroy(
                Array(try await fixture.add(30, to: fixture.operatorID).prefix(10)), in: fixture.operatorID)
            try proxy.start()
            try await fixture.settle(cache)
        }
    }
}

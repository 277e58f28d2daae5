import JMAP
import MailCache
import Testing

@Suite("Results of the inspection")
struct InspectionRowTests {
    @Test("are kept with the rules they went by, replaced by later ones, and go with their message")
    func keeps() async throws {
        let fixture = try await CacheFixture()
        try await fixture.write([email("1"), email("2")])
        let key = try #require(try fixture.reader.message("1", in: "a")?.key)
        #expect(try fixture.reader.inspection(of: key) == nil)
        let first = InspectionRow(rules: "r1", verdict: "mark", score: 0.7, detail: "{\"a\":1}")
        try await fixture.cache.writer.store(first, of: key)
        #expect(try fixture.reader.inspection(of: key) == first)
        let second = InspectionRow(rules: "r2", verdict: "deliver", score: 0, detail: "{}")
        try await fixture.cache.writer.store(second, of: key)
        #expect(try fixture.reader.inspection(of: key) == second)
        var batch = CacheBatch(account: "a")
        batch.emailsDestroyed = ["1"]
        _ = try await fixture.cache.writer.apply(batch)
        #expect(try fixture.reader.inspection(of: key) == nil)
        try await fixture.cache.writer.store(first, of: key)
        #expect(try fixture.reader.inspection(of: key) == nil)
    }
}

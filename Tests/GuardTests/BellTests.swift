import FoundationEssentials
import Guard
import JMAP
import Testing

@Suite("The bell that wakes the guard")
struct BellTests {
    private let bell: Bell

    init() throws {
        bell = Bell(
            client: JMAPClient(origin: try #require(URL(string: "http://127.0.0.1:9")), credential: .bearer("x")))
    }

    @Test("rests for its whole time where nobody rings, one time after the other")
    func rests() async {
        for _ in 0..<50 { #expect(await !bell.wait(milliseconds: 1)) }
    }

    @Test("wakes at once for a ring that came before, and once for it")
    func rungBefore() async {
        bell.ring()
        bell.ring()
        #expect(await bell.wait(milliseconds: 3_600_000))
        #expect(await !bell.wait(milliseconds: 1))
    }

    @Test("wakes for a ring that comes meanwhile")
    func rungMeanwhile() async {
        let waiting = Task { await bell.wait(milliseconds: 3_600_000) }
        bell.ring()
        #expect(await waiting.value)
    }
}

import Console
import Testing

@Suite("Figures")
struct FiguresTests {
    /// Tue 24 Nov 2026 12:04:09 UTC.
    private let clock = LocalClock.fixed(1_795_521_849)

    @Test("dates are short where near and longer where far")
    func dates() {
        #expect(Figures.time(1_795_521_849, clock) == "12:04")
        #expect(Figures.timeWithSeconds(1_795_521_849, clock) == "12:04:09")
        #expect(Figures.shortDate(1_795_521_849, clock) == "12:04")
        #expect(Figures.shortDate(1_795_521_849 - 86_400, clock) == "23 Nov")
        #expect(Figures.shortDate(1_700_000_000, clock) == "2023")
        #expect(Figures.longDate(1_795_521_849, clock) == "Tue 24 Nov 2026 12:04")
    }

    @Test("a zone east of Greenwich shifts the hour and the day")
    func zone() {
        let tokyo = LocalClock(now: { 1_795_521_849 }, offset: { _ in 9 * 3_600 })
        #expect(Figures.longDate(1_795_539_600, tokyo) == "Wed 25 Nov 2026 02:00")
    }

    @Test(
        "leap days and the turn of centuries are right",
        arguments: [
            (951_782_400, "Tue 29 Feb 2000 00:00"), (-1, "Wed 31 Dec 1969 23:59"),
            (4_107_542_400, "Mon 1 Mar 2100 00:00"),
        ] as [(Int64, String)])
    func calendar(instant: Int64, text: String) {
        #expect(Figures.longDate(instant, clock) == text)
    }

    @Test("a hostile date is a date, not a crash", arguments: [Int64.min, Int64.max])
    func extremes(instant: Int64) {
        #expect(!Figures.longDate(instant, clock).isEmpty)
        #expect(Figures.shortDate(instant, clock).count <= 6)
        #expect(Figures.age(instant, clock).count <= 4 || instant == .min)
    }

    @Test(
        "ages count in the largest unit",
        arguments: [
            (0, "now"), (59, "now"), (60, "1m"), (3_599, "59m"), (7_200, "2h"), (432_000, "5d"), (5_184_000, "8w"),
            (69_120_000, "2y"), (-500, "now"),
        ] as [(Int64, String)])
    func ages(seconds: Int64, text: String) {
        #expect(Figures.age(1_795_521_849 - seconds, clock) == text)
    }

    @Test(
        "sizes take four cells at most",
        arguments: [
            (0, "0"), (812, "812"), (1_023, "1.0K"), (1_024, "1.0K"), (12_300, "12K"), (1_048_576, "1.0M"),
            (10_180, "9.9K"), (10_239, "10K"), (Int64.max, "8.0E"), (-5, "0"),
        ] as [(Int64, String)])
    func sizes(bytes: Int64, text: String) {
        #expect(Figures.size(bytes) == text)
    }

    @Test("every size up to exabytes fits its column")
    func sizeWidth() {
        var bytes: Int64 = 1
        while bytes < Int64.max / 3 {
            #expect(Figures.size(bytes).count <= 4)
            bytes = bytes * 3 - 1
            if bytes < 3 { bytes = 3 }
        }
    }

    @Test("counts have their thousands apart, or are short")
    func counts() {
        #expect(Figures.count(0) == "0")
        #expect(Figures.count(3_120) == "3,120")
        #expect(Figures.count(-1_234_567) == "-1,234,567")
        #expect(Figures.shortCount(999) == "999")
        #expect(Figures.shortCount(3_120) == "3.1k")
        #expect(Figures.shortCount(9_949) == "9.9k")
        #expect(Figures.shortCount(45_000) == "45k")
        #expect(Figures.shortCount(1_000_000) == "1.0M")
        #expect(Figures.shortCount(Int.max).count <= 4)
    }

    @Test("full means full")
    func percent() {
        #expect(Figures.percent(995, of: 1_000) == "99%")
        #expect(Figures.percent(1_000, of: 1_000) == "100%")
        #expect(Figures.percent(5, of: nil) == "-")
        #expect(Figures.percent(5, of: 0) == "-")
    }
}

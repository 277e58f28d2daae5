import Console
import TerminalUI
import Testing

private struct Row: Identifiable, Equatable {
    let id: Int
}

@Suite("Filtered lists")
struct RowSourceTests {
    /// Numbers from 1 that count how many were read.
    private final class Numbers {
        let rows: [Row]
        private(set) var read = 0

        init(_ count: Int) {
            rows = (1...count).map { Row(id: $0) }
        }

        var source: RowSource<Row> {
            let all = RowSource(rows)
            return RowSource(
                after: { [self] row, limit in
                    let found = all.after(row, limit)
                    read += found.count
                    return found
                },
                before: { [self] row, limit in
                    let found = all.before(row, limit)
                    read += found.count
                    return found
                })
        }
    }

    @Test("a filter that matches seldom stops at its limit instead of reading everything")
    func filterLimit() {
        let numbers = Numbers(5_000)
        var hit = false
        let source = numbers.source.filtered(scanLimit: { 1_000 }, limitReached: { hit = true }) { $0.id == 4_999 }
        #expect(source.after(nil, 5).isEmpty)
        #expect(hit)
        #expect(numbers.read <= 1_500)
    }

    @Test("a filtered list has only what matches, both ways")
    func filtered() {
        let source = Numbers(2_000).source.filtered { $0.id.isMultiple(of: 7) }
        #expect(source.after(nil, 3).map(\.id) == [7, 14, 21])
        #expect(source.after(Row(id: 21), 2).map(\.id) == [28, 35])
        #expect(source.before(nil, 2).map(\.id) == [1_988, 1_995])
        #expect(source.before(Row(id: 28), 100).map(\.id) == [7, 14, 21])
    }

    @Test("the nearest match is found on either side, and none where there is none")
    func nearest() {
        let source = Numbers(1_000).source
        let divisible: (Row) -> Bool = { $0.id.isMultiple(of: 300) }
        #expect(source.nearest(to: Row(id: 1), forward: true, where: divisible)?.id == 300)
        #expect(source.nearest(to: Row(id: 300), forward: true, where: divisible)?.id == 600)
        #expect(source.nearest(to: Row(id: 899), forward: false, where: divisible)?.id == 600)
        #expect(source.nearest(to: Row(id: 900), forward: true, where: divisible) == nil)
    }
}

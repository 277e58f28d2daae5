import SafeText
import TerminalUI
import Testing

/// Rows in a table that grows and shrinks, newest first, and counts what it is asked for.
private final class Table {
    struct Row: Identifiable, Equatable {
        let id: Int
    }

    var ids: [Int]
    var mostAskedFor = 0
    var asked = 0

    init(_ count: Int) {
        ids = Array((0..<count).reversed())
    }

    var source: RowSource<Row> {
        RowSource(
            after: { row, limit in self.rows(from: row.map { self.place(of: $0.id, behind: true) } ?? 0, limit) },
            before: { row, limit in
                let end = row.map { self.place(of: $0.id, behind: false) } ?? self.ids.count
                return self.rows(from: max(0, end - limit), min(limit, end))
            })
    }

    private func rows(from start: Int, _ limit: Int) -> [Row] {
        mostAskedFor = max(mostAskedFor, limit)
        asked += 1
        return ids[min(start, ids.count)...].prefix(limit).map { Row(id: $0) }
    }

    /// Where the row stands or stood, ids falling.
    private func place(of id: Int, behind: Bool) -> Int {
        var (low, high) = (0, ids.count)
        while low < high {
            let middle = (low + high) / 2
            if ids[middle] > id || (behind && ids[middle] == id) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

@Suite("A list of a hundred thousand rows")
struct ListViewTests {
    private func list(_ table: Table, height: Int = 20) -> ListView<Table.Row> {
        var list = ListView(source: table.source)
        list.resize(height: height)
        return list
    }

    private func visible(_ list: ListView<Table.Row>) -> [Int] { list.visibleRows.map(\.id) }

    @Test("holds a few screens of them at most, wherever it is")
    func holdsFew() {
        let table = Table(100_000)
        var list = list(table)
        for motion in [Motion.pageDown, .last, .pageUp, .halfPageUp, .first, .halfPageDown] {
            for _ in 0..<30 {
                list.move(motion)
                #expect(list.rows.count <= 100)
                #expect(list.visibleRows.count == 20)
                #expect(list.visibleRows.contains { $0.id == list.cursorRow?.id })
            }
        }
        #expect(table.mostAskedFor <= 60)
    }

    @Test("moves by a whole page whether or not the rows were read ahead")
    func wholePages() {
        let table = Table(100_000)
        var (list, prepared) = (list(table), list(table))
        for _ in 0..<20 {
            list.move(.pageDown)
            prepared.readAhead()
            let asked = table.asked
            prepared.move(.pageDown)
            #expect(table.asked == asked)
            #expect(visible(list) == visible(prepared))
            #expect(list.cursorRow == prepared.cursorRow)
        }
        for _ in 0..<20 {
            list.move(.pageUp)
            prepared.readAhead()
            prepared.move(.pageUp)
            #expect(visible(list) == visible(prepared))
        }
        #expect(list.cursorOrdinal == 1)
    }

    @Test("tells when reading ahead found its end")
    func endInSight() {
        let table = Table(70)
        var list = list(table)
        list.move(.pageDown)
        let first = list.readAhead()
        list.move(.pageDown)
        let second = list.readAhead()
        #expect(!first && second && list.holdsLast)
    }

    @Test("is walked through from end to end without a gap")
    func walk() {
        let table = Table(1_000)
        var list = list(table)
        var seen = [list.cursorRow?.id]
        while list.move(.down) { seen.append(list.cursorRow?.id) }
        #expect(seen == table.ids)
        #expect(list.cursorOrdinal == 1_000)
        var back = [list.cursorRow?.id]
        while list.move(.up) { back.append(list.cursorRow?.id) }
        #expect(back == table.ids.reversed())
        #expect(list.cursorOrdinal == 1)
    }

    @Test("shows the end by one key and the start by another")
    func ends() {
        var list = list(Table(100_000))
        list.move(.last)
        #expect(visible(list) == Array((0..<20).reversed()))
        #expect(list.cursorRow?.id == 0)
        list.move(.first)
        #expect(visible(list).first == 99_999)
        #expect(list.cursorRow?.id == 99_999)
    }

    @Test("keeps the cursor on its row when others arrive above, and shows them while its start is in sight")
    func arrivalsInSight() {
        let table = Table(1_000)
        var list = list(table)
        for _ in 0..<3 { list.move(.down) }
        #expect(list.cursorRow?.id == 996)
        table.ids.insert(contentsOf: [1_002, 1_001, 1_000], at: 0)
        list.reload()
        #expect(list.cursorRow?.id == 996)
        #expect(visible(list).first == 1_002)
        #expect(list.cursorOrdinal == 7)
    }

    @Test("moves nothing on the screen when rows arrive out of sight")
    func arrivalsOutOfSight() {
        let table = Table(1_000)
        var list = list(table)
        for _ in 0..<10 { list.move(.pageDown) }
        let before = visible(list)
        table.ids.insert(contentsOf: (1_000..<1_500).reversed(), at: 0)
        list.reload()
        #expect(visible(list) == before)
        list.move(.first)
        #expect(list.cursorRow?.id == 1_499)
    }

    @Test("puts the cursor on the neighbour of a row that is gone")
    func removals() {
        let table = Table(100)
        var list = list(table)
        for _ in 0..<50 { list.move(.down) }
        let id = list.cursorRow?.id ?? 0
        table.ids.removeAll { $0 == id }
        list.reload()
        #expect(list.cursorRow?.id == id - 1)
        table.ids.removeAll()
        list.reload()
        #expect(list.isEmpty)
        #expect(list.cursorRow == nil)
        let moved = list.move(.down)
        #expect(!moved)
        table.ids = [7]
        list.reload()
        #expect(list.cursorRow?.id == 7)
    }

    @Test("puts the cursor on the last row when the end is gone")
    func endRemoved() {
        let table = Table(100)
        var list = list(table)
        list.move(.last)
        table.ids.removeLast(30)
        list.reload()
        #expect(list.cursorRow?.id == 30)
        #expect(visible(list).last == 30)
    }

    @Test("marks rows one by one and by a range that left the window")
    func marks() {
        var list = list(Table(1_000))
        list.toggleMark()
        #expect(list.actedOn() == [999])
        list.toggleMark()
        #expect(list.actedOn() == [999])
        list.move(.down)
        list.toggleRange()
        for _ in 0..<20 { list.move(.pageDown) }
        let cursor = list.cursorRow?.id ?? 0
        #expect(list.actedOn() == Set(cursor...998))
        list.toggleRange()
        #expect(list.marked.count == 998 - cursor + 1)
        list.clearMarks()
        #expect(list.actedOn() == [cursor])
    }

    @Test("makes a range upwards too")
    func rangeUp() {
        var list = list(Table(1_000))
        list.move(.last)
        list.toggleRange()
        for _ in 0..<10 { list.move(.pageUp) }
        let cursor = list.cursorRow?.id ?? 0
        #expect(list.actedOn() == Set(0...cursor))
    }

    @Test("is scrolled by the wheel without moving the cursor while that is in sight")
    func wheel() {
        var list = list(Table(1_000))
        for _ in 0..<10 { list.move(.down) }
        list.scroll(by: 5)
        #expect(list.cursorRow?.id == 989)
        #expect(visible(list).first == 994)
        list.scroll(by: 10)
        #expect(list.cursorRow?.id == 984)
        let clicked = list.row(atLine: 3, selecting: true)
        #expect(clicked?.id == 981)
        #expect(list.cursorRow?.id == 981)
        let below = list.row(atLine: 20)
        #expect(below == nil)
    }

    @Test("keeps the cursor in sight at any height")
    func heights() {
        var list = list(Table(1_000), height: 40)
        for _ in 0..<35 { list.move(.down) }
        let id = list.cursorRow?.id
        for height in [10, 1, 3, 60, 20] {
            list.resize(height: height)
            #expect(list.cursorRow?.id == id)
            #expect(visible(list).contains(id ?? -1))
            #expect(visible(list).count == height)
        }
    }

    @Test("draws its rows, with the terminal's cursor on the focused one")
    func drawing() {
        var list = list(Table(1_000), height: 3)
        list.move(.down)
        var surface = Surface(size: Size(width: 6, height: 3))
        list.draw(into: &surface) { row, _, line in line.put("\(row.id)", at: .zero) }
        #expect(surface.rows == ["999", "998", "997"])
        #expect(surface.cursor == Point(x: 0, y: 1))
        #expect(surface.style(at: Point(x: 5, y: 1))?.ground == .selection)
    }
}

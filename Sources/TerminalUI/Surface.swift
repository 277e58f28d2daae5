package import SafeText

/// A grid of cells to draw on; knows no terminal and no mail, and takes no text but `SafeText`.
///
/// Drawing is clipped to a region: what lies outside is not drawn, and a wide character that the edge would cut becomes
/// a blank. Coordinates are relative to the region's origin.
package struct Surface: Sendable {
    /// One cell of the grid, eight bytes.
    struct Cell: Equatable, Sendable {
        /// A scalar, or from `Surface.firstCluster` on the number of a cluster in `clusters`.
        var glyph: UInt32
        /// Columns of what begins here; 0 for the second half of a wide character.
        var width: UInt8
        var style: Style

        static let blank = Cell(glyph: 0x20, width: 1, style: .text)
    }

    static let firstCluster: UInt32 = 0x8000_0000

    /// Whether boxes are left out, so that a screen reader reads text only.
    package var isLinear = false
    /// Where the terminal's cursor goes, in the grid's own coordinates; nothing hides it.
    package private(set) var cursor: Point?
    /// Whether the cursor is shown as an input's; else it only marks the focused row for screen readers.
    package private(set) var cursorIsInput = false

    var cells: [Cell]
    /// Clusters of more than one scalar that were drawn since `clear`.
    private(set) var clusters: [String] = []
    private var clusterNumbers: [String: UInt32] = [:]
    /// The whole grid.
    package private(set) var gridSize: Size
    /// What may be drawn on, in the grid's coordinates.
    private var clip: Rect
    /// Where the region's (0, 0) is in the grid.
    private var region: Rect

    /// A blank grid.
    package init(size: Size) {
        gridSize = size
        cells = Array(repeating: .blank, count: size.width * size.height)
        region = Rect(origin: .zero, size: size)
        clip = region
    }

    /// The size of the region that is drawn on.
    package var size: Size { region.size }
    /// The region that is drawn on, in its own coordinates.
    package var bounds: Rect { Rect(origin: .zero, size: region.size) }

    /// Makes every cell blank and forgets cursor and regions.
    package mutating func clear(size: Size? = nil) {
        gridSize = size ?? gridSize
        region = Rect(origin: .zero, size: gridSize)
        clip = region
        clusters.removeAll(keepingCapacity: true)
        clusterNumbers.removeAll(keepingCapacity: true)
        cursor = nil
        cursorIsInput = false
        let count = gridSize.width * gridSize.height
        if cells.count == count {
            for index in cells.indices { cells[index] = .blank }
        } else {
            cells = Array(repeating: .blank, count: count)
        }
    }

    /// Draws into a part of the region: inside `body`, (0, 0) is the rectangle's corner and nothing leaves it.
    @discardableResult
    package mutating func clipped<Result>(to rect: Rect, _ body: (inout Surface) throws -> Result) rethrows -> Result {
        let (outerRegion, outerClip) = (region, clip)
        region = rect.offset(by: region.origin)
        clip = clip.intersection(region)
        defer { (region, clip) = (outerRegion, outerClip) }
        return try body(&self)
    }

    /// Draws one line of text and answers how many columns it took, clipped or not.
    @discardableResult
    package mutating func put(_ text: SafeText, at point: Point, style: Style = .text) -> Int {
        let y = region.y + point.y
        guard y >= clip.y, y < clip.maxY, !clip.isEmpty else { return text.width }
        var x = region.x + point.x
        let markStyle = Style(.mark, on: style.ground, style.emphasis)
        var last: Int?
        text.forEachCell { bytes, width, isMark in
            if x >= clip.maxX { return false }
            if x >= clip.x && x + width <= clip.maxX {
                let glyph = bytes.count == 1 ? UInt32(bytes[0]) : self.glyph(bytes)
                set(Cell(glyph: glyph, width: UInt8(width), style: isMark ? markStyle : style), x: x, y: y)
                last = y * gridSize.width + x
            } else {
                // A wide character across the edge: its visible half is a blank.
                for column in max(x, clip.x)..<max(min(x + width, clip.maxX), max(x, clip.x)) {
                    set(Cell(glyph: 0x20, width: 1, style: style), x: column, y: y)
                }
            }
            x += width
            return true
        }
        if text.hasRightToLeft, let last { isolate(last) }
        return text.width
    }

    /// Fills a part of the region with blanks.
    package mutating func fill(_ rect: Rect, style: Style = .text) {
        let target = rect.offset(by: region.origin).intersection(clip)
        guard !target.isEmpty else { return }
        for y in target.y..<target.maxY {
            for x in target.x..<target.maxX { set(Cell(glyph: 0x20, width: 1, style: style), x: x, y: y) }
        }
    }

    /// Gives every cell of a part another ground, and leaves its text and role.
    package mutating func setGround(_ ground: Role, in rect: Rect, emphasis: Style.Emphasis = []) {
        let target = rect.offset(by: region.origin).intersection(clip)
        guard !target.isEmpty else { return }
        for y in target.y..<target.maxY {
            for index in y * gridSize.width + target.x..<y * gridSize.width + target.maxX {
                cells[index].style.ground = ground
                cells[index].style.emphasis.formUnion(emphasis)
            }
        }
    }

    /// Puts the terminal's cursor on a cell of the region; ignored where it is clipped.
    ///
    /// - Parameter isInput: whether it shows where typing goes; else it follows the focus for screen readers.
    package mutating func placeCursor(at point: Point, isInput: Bool = false) {
        let place = Point(x: region.x + point.x, y: region.y + point.y)
        guard clip.contains(place) else { return }
        cursor = place
        cursorIsInput = isInput
    }

    /// Writes one cell inside the clip and repairs a wide character that it cuts in two.
    private mutating func set(_ cell: Cell, x: Int, y: Int) {
        let row = y * gridSize.width
        let index = row + x
        let end = index + Int(cell.width)
        if cells[index].width == 0 { blankWide(endingBefore: index, row: row) }
        if end < row + gridSize.width, cells[end].width == 0, Int(cell.width) > 0 { blankRest(from: end, row: row) }
        cells[index] = cell
        for rest in index + 1..<max(index + 1, end) {
            cells[rest] = Cell(glyph: 0x20, width: 0, style: cell.style)
        }
    }

    private mutating func blankWide(endingBefore index: Int, row: Int) {
        var start = index - 1
        while start > row, cells[start].width == 0 { start -= 1 }
        for cut in max(start, row)..<index { cells[cut] = Cell(glyph: 0x20, width: 1, style: cells[cut].style) }
    }

    private mutating func blankRest(from index: Int, row: Int) {
        var cut = index
        while cut < row + gridSize.width, cells[cut].width == 0 {
            cells[cut] = Cell(glyph: 0x20, width: 1, style: cells[cut].style)
            cut += 1
        }
    }

    /// The number of a cluster, or its scalar when it has only one.
    private mutating func glyph(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
        let cluster = String(decoding: bytes, as: UTF8.self)
        var scalars = cluster.unicodeScalars.makeIterator()
        guard let first = scalars.next() else { return 0x20 }
        return scalars.next() == nil ? first.value : intern(cluster)
    }

    private mutating func intern(_ cluster: String) -> UInt32 {
        if let number = clusterNumbers[cluster] { return number }
        let number = Self.firstCluster + UInt32(clusters.count)
        clusters.append(cluster)
        clusterNumbers[cluster] = number
        return number
    }

    /// Ends right-to-left text with a left-to-right mark, so that a terminal that reorders such text leaves the next
    /// column where it is.
    private mutating func isolate(_ index: Int) {
        cells[index].glyph = intern(cluster(cells[index].glyph) + "\u{200E}")
    }

    /// The cluster that a glyph stands for.
    func cluster(_ glyph: UInt32) -> String {
        if glyph >= Self.firstCluster { return clusters[Int(glyph - Self.firstCluster)] }
        return String(Unicode.Scalar(glyph) ?? " ")
    }
}

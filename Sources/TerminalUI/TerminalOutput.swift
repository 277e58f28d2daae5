internal import CNcurses
internal import Glibc

/// Bytes that ncurses' functions put out one by one. Touched on the interface's thread only, inside one call.
nonisolated(unsafe) private var collected: [UInt8] = []

private func collect(_ byte: Int32) -> Int32 {
    collected.append(UInt8(truncatingIfNeeded: byte))
    return byte
}

/// Shows surfaces through ncurses: rows that changed go to its window, and its optimiser finds the fewest bytes.
///
/// ncurses holds five scalars a cell and believes `wcwidth`. A cluster for which that is not enough (an emoji of
/// several, a sign made an emoji) first gets a stand-in of the right width; then it is written over it by hand, the
/// cursor placed before and after, so that no terminal's idea of its width moves anything else on the row.
@UIActor
final class TerminalOutput {
    private let descriptor: Int32
    private let capture: FrameCapture
    private let depth: ColorDepth
    var theme: Theme { didSet { if theme != oldValue { styleCells.removeAll() } } }
    /// What each style that was used is to ncurses.
    private var styleCells: [Style: StyleCell] = [:]

    /// What ncurses is given for a style.
    private struct StyleCell {
        /// A blank cell in the style.
        var cell: cchar_t
        var emphasis: attr_t
        var pair: Int32
        /// Where it is the same, blanks look the same; nil where they show more than their ground (an underline).
        var blankGround: Int32?
    }
    /// Rows on which clusters were written by hand.
    private var handWritten: Set<Int> = []
    private var row: [cchar_t] = []
    private var cursorShape: Int32 = -1

    /// - Parameters:
    ///   - descriptor: The terminal.
    ///   - written: The descriptor that ncurses writes to.
    init(descriptor: Int32, written: Int32, depth: ColorDepth, theme: Theme) {
        self.descriptor = descriptor
        capture = FrameCapture(terminal: descriptor, written: written)
        self.depth = depth
        self.theme = theme
    }

    /// Shows a surface where another, or an unknown screen, was shown.
    func present(_ surface: Surface, over shown: Surface?) {
        let size = surface.gridSize
        var byHand: [(x: Int, y: Int)] = []
        let comparable = shown.flatMap { $0.gridSize == size ? $0 : nil }
        if comparable == nil { handWritten.removeAll() }
        for y in rowsToWrite(surface, over: comparable) {
            let odd = put(surface, y)
            if handWritten.contains(y) { wredrawln(ncurses_window(), Int32(y), 1) }
            if odd.isEmpty { handWritten.remove(y) } else { handWritten.insert(y) }
            byHand += odd.map { ($0, y) }
        }
        let cursor = surface.cursor ?? Point(x: max(0, size.width - 1), y: max(0, size.height - 1))
        wmove(ncurses_window(), Int32(min(cursor.y, size.height - 1)), Int32(min(cursor.x, size.width - 1)))
        let shape: Int32 = surface.cursor != nil && (surface.cursorIsInput || surface.isLinear) ? 1 : 0
        let frame = capture.collect {
            if shape != cursorShape {
                curs_set(shape)
                cursorShape = shape
            }
            wnoutrefresh(ncurses_window())
            doupdate()
        }
        // Over an unknown screen everything is said in full: nobody knows which character set it was left in.
        let bytes = shown == nil ? frame : StyleSequences.compact(frame)
        write(byHand.isEmpty ? bytes : bytes + handWriting(byHand, surface))
    }

    /// Gives back what frames were collected with.
    func close() {
        capture.close()
    }

    /// The rows that changed, and those written by hand where ncurses may move rows by scrolling the terminal: it knows
    /// only the stand-ins, so what it moves must be written again.
    private func rowsToWrite(_ surface: Surface, over shown: Surface?) -> [Int] {
        let rows = 0..<surface.gridSize.height
        guard let shown else { return Array(rows) }
        let changed = rows.filter { !surface.showsSameRow($0, as: shown) }
        // It looks for rows whose text stands elsewhere now: that takes two rows whose text is another one.
        guard !handWritten.isEmpty, changed.count(where: { !surface.showsSameText($0, as: shown) }) > 1 else {
            return changed
        }
        return handWritten.union(changed).sorted()
    }

    /// Forgets how the cursor looks: somebody else had the terminal.
    func forgetCursor() {
        cursorShape = -1
    }

    /// Writes past ncurses: modes, title, clipboard.
    func write(_ text: String) {
        write(Array(text.utf8))
    }

    private func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                var polled = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                if poll(&polled, 1, 1_000) <= 0 { return }
            } else if errno != EINTR {
                return
            }
        }
    }

    /// Puts one row into ncurses' window; answers the columns of clusters that it cannot hold.
    private func put(_ surface: Surface, _ y: Int) -> [Int] {
        var odd: [Int] = []
        row.removeAll(keepingCapacity: true)
        let start = y * surface.gridSize.width
        var look: StyleCell?
        // Mostly a cell has its neighbour's style, which is not looked up again.
        var last: (style: Style, cell: StyleCell)?
        // The first of the blanks before this cell that took no style from their left.
        var openBlanks: Int?
        for x in 0..<surface.gridSize.width {
            let cell = surface.cells[start + x]
            guard cell.width > 0 else { continue }
            let own: StyleCell
            if let last, last.style == cell.style {
                own = last.cell
            } else {
                own = styleCell(cell.style)
                last = (cell.style, own)
            }
            let fitsBefore = own.blankGround != nil && own.blankGround == look?.blankGround
            if cell.glyph == 0x20 {
                // Whatever colour its text would have: a blank that changes nothing costs one byte instead of twenty.
                if !fitsBefore {
                    look = own
                    openBlanks = own.blankGround == nil ? nil : row.count
                }
                row.append((look ?? own).cell)
                continue
            }
            if let first = openBlanks, fitsBefore { for index in first..<row.count { row[index] = own.cell } }
            openBlanks = nil
            look = own
            var blank = own.cell
            if cell.glyph < 0x7F {
                blank.chars.0 = wchar_t(cell.glyph)
                row.append(blank)
            } else if !append(surface.cluster(cell.glyph), columns: Int(cell.width), blank) {
                odd.append(x)
            }
        }
        ncurses_put_row(ncurses_window(), Int32(y), row, Int32(row.count))
        return odd
    }

    /// Appends a cluster as ncurses counts it: one cell for each scalar with a width, the others with it. Where that
    /// does not come to the cluster's columns, a stand-in is appended, and the answer is false.
    private func append(_ cluster: String, columns: Int, _ blank: cchar_t) -> Bool {
        let first = row.count
        var used = 0
        var fits = true
        var combining = 0
        for scalar in cluster.unicodeScalars {
            let width = Int(ncurses_width(scalar.value))
            if width > 0 || row.count == first {
                guard width >= 0 else { fits = false; break }
                var cell = blank
                cell.chars.0 = wchar_t(scalar.value)
                row.append(cell)
                used += width
                combining = 0
            } else {
                combining += 1
                fits = fits && width == 0 && combine(wchar_t(scalar.value), place: combining)
            }
            if used > columns { fits = false }
        }
        if fits, used == columns { return true }
        row.removeSubrange(first...)
        standIn(for: cluster, columns: columns, blank)
        return false
    }

    /// The first scalar alone, or `�` where the system does not know it, with blanks up to the cluster's columns.
    private func standIn(for cluster: String, columns: Int, _ blank: cchar_t) {
        let scalar = cluster.unicodeScalars.first?.value ?? 0xFFFD
        let width = Int(ncurses_width(scalar))
        let usable = width > 0 && width <= columns
        var cell = blank
        cell.chars.0 = wchar_t(usable ? scalar : 0xFFFD)
        row.append(cell)
        for _ in 0..<max(0, columns - (usable ? width : 1)) { row.append(blank) }
    }

    private func combine(_ scalar: wchar_t, place: Int) -> Bool {
        let last = row.count - 1
        switch place {
        case 1: row[last].chars.1 = scalar
        case 2: row[last].chars.2 = scalar
        case 3: row[last].chars.3 = scalar
        case 4: row[last].chars.4 = scalar
        default: return false
        }
        return true
    }

    private func styleCell(_ style: Style) -> StyleCell {
        if let made = styleCells[style] { return made }
        let look = theme.look(style)
        var emphasis: attr_t = 0
        if look.emphasis.contains(.bold) { emphasis |= ncurses_bold() }
        if look.emphasis.contains(.dim) { emphasis |= ncurses_dim() }
        if look.emphasis.contains(.italic) { emphasis |= ncurses_italic() }
        if look.emphasis.contains(.underline) { emphasis |= ncurses_underline() }
        if look.emphasis.contains(.reverse) { emphasis |= ncurses_reverse() }
        var foreground = look.foreground.map(depth.number) ?? -1
        let background = look.background.map(depth.number) ?? -1
        // Of eight colours black is the nearest to a grey, and cannot be seen on a dark terminal.
        if depth == .sixteen(bright: false), foreground == 0, background <= 0 {
            foreground = background == 0 ? 7 : -1
            if look.foreground?.isNearlyBlack == false { emphasis |= ncurses_dim() }
        }
        if depth == .none, look.isMarkedByGroundAlone { emphasis |= ncurses_reverse() }
        let pair = foreground == -1 && background == -1 ? 0 : max(0, alloc_pair(foreground, background))
        var cell = cchar_t()
        ncurses_style_cell(&cell, emphasis, pair)
        let marksBlanks = emphasis & (ncurses_underline() | ncurses_reverse()) != 0
        let made = StyleCell(cell: cell, emphasis: emphasis, pair: pair, blankGround: marksBlanks ? nil : background)
        styleCells[style] = made
        return made
    }
}

extension TerminalOutput {
    /// What writes clusters over their stand-ins, and again what a terminal that thinks them wider has covered.
    private func handWriting(_ places: [(x: Int, y: Int)], _ surface: Surface) -> [UInt8] {
        collected.removeAll(keepingCapacity: true)
        let width = surface.gridSize.width
        for (x, y) in places {
            let cell = surface.cells[y * width + x]
            let cluster = surface.cluster(cell.glyph)
            let widest = Self.widest(cluster)
            // At the edge a terminal that thinks it wider would go on in the next row.
            guard x + max(widest, Int(cell.width)) <= width else { continue }
            put(cluster, cell.style, at: x, y)
            let end = x + Int(cell.width)
            for covered in end..<max(end, x + widest) where surface.cells[y * width + covered].width > 0 {
                let other = surface.cells[y * width + covered]
                let whole = surface.cluster(other.glyph)
                // Of one that is written by hand itself only the beginning: all of it might reach over the edge.
                let fits = Self.widest(whole) <= Int(other.width)
                put(fits ? whole : String(whole.unicodeScalars.prefix(1)), other.style, at: covered, y)
            }
        }
        ncurses_move_cursor(ncurses_cursor_row(), ncurses_cursor_column(), collect)
        return collected
    }

    /// The columns of a cluster in a terminal that draws each of its scalars by itself.
    private static func widest(_ cluster: String) -> Int {
        cluster.unicodeScalars.reduce(0) { sum, scalar in
            let columns = ncurses_width(scalar.value)
            return sum + (columns < 0 ? 2 : Int(columns))
        }
    }

    private func put(_ text: String, _ style: Style, at x: Int, _ y: Int) {
        let look = styleCell(style)
        ncurses_move_cursor(Int32(y), Int32(x), collect)
        ncurses_put_style(look.emphasis, look.pair, collect)
        collected += text.utf8
    }
}

extension Theme.Look {
    /// Whether, without colours, nothing but a background would set this apart from plain text.
    fileprivate var isMarkedByGroundAlone: Bool { emphasis.isEmpty && background != nil && background != .standard }
}

package import AgenticMail
package import JMAP
package import MailCache
package import SafeText
package import TerminalUI

/// A view that is a table with a cursor: what the lists of the console have in common.
@UIActor
package class ListScreen<Row: Identifiable>: ScreenView {
    package let console: ConsoleModel
    package let screen: Screen
    package var list: ListView<Row>
    package private(set) var size = Size(width: 80, height: 20)
    package private(set) var filter = ""
    /// Cells of rows drawn before, so that a frame costs what has changed; emptied by `invalidate`.
    private var drawn: [Row.ID: [Line]] = [:]

    package init(_ screen: Screen, _ console: ConsoleModel) {
        self.screen = screen
        self.console = console
        list = ListView(source: RowSource([]))
    }

    // MARK: What a list says about itself

    package var crumb: SafeText { SafeText(untrusted: screen.rawValue) }
    package var subject: SafeText { crumb }
    /// Its columns at this width, in order.
    package var columns: [TableColumn] { [] }
    /// The cells of a row, one for each column.
    package func cells(of row: Row) -> [Line] { [] }
    /// What stands where there are no rows.
    package var emptyText: SafeText { filter.isEmpty ? "Nothing here yet." : "Nothing matches \(untrusted: filter)." }
    /// How many rows there are in all; nil where only counting would tell.
    package var total: Int? { nil }
    /// First column of the table; a side pane stands before it.
    package var tableStart: Int { 0 }
    /// Whether the cursor stays on the first row while new ones arrive above it, as a log is followed.
    package var followsStart: Bool { false }
    /// Opens a row.
    package func open(_ row: Row) {}
    /// Runs a command that only this list has.
    package func performOwn(_ id: Command.ID, _ arguments: [String]) -> Bool { false }
    /// Whether a fact holds that only this list knows.
    package func holdsOwn(_ requirement: Command.Requirement) -> Bool { false }
    /// Reads its rows anew for a changed filter.
    package func filterChanged() {}
    /// Whether the list ends before all of its rows were looked at: its filter lets too little through.
    package var isCut: Bool { false }
    /// Looks at more rows where the list is cut; false where it is not.
    package func lookFurther() -> Bool { false }
    /// Whether a row counts as unread for Tab.
    package func isUnread(_ row: Row) -> Bool { false }
    package func draw(sidePane surface: inout Surface) {}
    package var accountsShown: Set<AccountID> { [] }
    package func appear() { reload() }
    package func cacheChanged(_ change: CacheChange) { reload() }
    package func minuteTurned() { invalidate() }

    // MARK: Rows

    /// The rows come from elsewhere now; the cursor stays on its row where `keeping`, else it goes to the first.
    package func setSource(_ source: RowSource<Row>, keeping: Bool) {
        invalidate()
        list.source = source
        if keeping { list.reload() } else { list.reset() }
    }

    /// Reads the rows again; the cursor stays on its row.
    package func reload() {
        invalidate()
        let isAtStart = list.cursorOrdinal == 1
        list.reload()
        if followsStart, isAtStart { list.move(.first) }
    }

    /// Forgets drawn cells.
    package func invalidate() { drawn.removeAll(keepingCapacity: true) }

    package var position: SafeText {
        let more: SafeText = isCut ? "+" : .empty
        guard !list.isEmpty else { return "0" + more }
        // From the end the place is known too, where the whole is.
        let place =
            list.cursorOrdinal ?? total.flatMap { list.holdsLast ? $0 - list.rows.count + list.cursorIndex + 1 : nil }
        switch (place, total) {
        case (let place?, let total?): return "\(place)/\(total)"
        case (let place?, nil):
            return list.holdsLast && list.holdsFirst ? "\(place)/\(list.rows.count)\(more)" : "\(place)"
        case (nil, let total?): return "…/\(total)"
        case (nil, nil): return .empty
        }
    }

    /// Fetches the rows of the next page and makes them ready to be drawn.
    package func readAhead() -> Bool {
        let isOtherwise = list.readAhead()
        // Of rows that are gone from the window nothing is kept: a list has a million of them.
        if drawn.count > 2 * list.rows.count {
            let held = Set(list.rows.map(\.id))
            drawn = drawn.filter { held.contains($0.key) }
        }
        for row in list.nearbyRows where drawn[row.id] == nil { drawn[row.id] = cells(of: row) }
        return isOtherwise
    }

    // MARK: Drawing

    /// Rows that the column heads take.
    package var headRows: Int { size.height >= 6 && size.width >= 40 ? 1 : 0 }

    package func layout(_ size: Size) {
        self.size = size
        invalidate()
        list.resize(height: max(1, size.height - headRows))
    }

    package func draw(on surface: inout Surface) {
        let start = min(tableStart, surface.size.width)
        let (side, room) = surface.bounds.splitLeft(start)
        if start > 0 { surface.clipped(to: side) { draw(sidePane: &$0) } }
        let (head, body) = room.splitTop(headRows)
        let columns = columns
        let layout = TableLayout(columns, width: room.width, gap: 1)
        if headRows > 0 { surface.clipped(to: head) { layout.drawTitles(columns, into: &$0) } }
        guard !list.isEmpty else { return surface.clipped(to: body) { drawEmpty(&$0) } }
        list.resize(height: max(1, body.height))
        for row in list.visibleRows where drawn[row.id] == nil { drawn[row.id] = cells(of: row) }
        // The list is being changed while it draws, so the closure may not look at it: everything is made ready before.
        let drawn = drawn
        surface.clipped(to: body) { table in
            list.draw(into: &table) { row, _, line in
                guard let cells = drawn[row.id] else { return }
                for slot in layout.slots where slot.column < cells.count {
                    let cell = cells[slot.column]
                    let indent = slot.alignment == .trailing ? max(0, slot.width - cell.width) : 0
                    line.put(cell, slot.x + indent, 0, width: slot.width - indent)
                }
            }
        }
    }

    private func drawEmpty(_ surface: inout Surface) {
        let rows = emptyText.wrapped(to: surface.size.width, limit: surface.size.height)
        for (line, text) in rows.enumerated() { surface.put(text, 0, line, .muted) }
        surface.placeCursor(at: .zero)
    }

    // MARK: Acting

    package func holds(_ requirement: Command.Requirement) -> Bool {
        switch requirement {
        case .row: list.cursorRow != nil
        case .filter: !filter.isEmpty
        case .marks: !list.marked.isEmpty
        case .unread: true
        default: holdsOwn(requirement)
        }
    }

    package func perform(_ id: Command.ID, _ arguments: [String]) -> Bool {
        if performOwn(id, arguments) { return true }
        switch id.rawValue {
        case "cursor.down": list.move(.down)
        case "cursor.up": list.move(.up)
        case "cursor.first": list.move(.first)
        case "cursor.last": list.move(.last)
        case "cursor.half-down": list.move(.halfPageDown)
        case "cursor.half-up": list.move(.halfPageUp)
        case "cursor.page-down": list.move(.pageDown)
        case "cursor.page-up": list.move(.pageUp)
        case "open": if let row = list.cursorRow { open(row) }
        case "match.next":
            if list.move(.down) { break }
            let wasEmpty = list.isEmpty
            if lookFurther(), wasEmpty ? !list.isEmpty : list.move(.down) { break }
            if !isCut { console.say("This is the last match.", .refusal) }
        case "match.previous": if !list.move(.up) { console.say("This is the first match.", .refusal) }
        case "next.unread": goToUnread()
        default: return false
        }
        return true
    }

    /// Goes to the next unread row, from the end on to the first again.
    private func goToUnread() {
        guard let row = list.cursorRow else { return console.say("Nothing here is unread.", .refusal) }
        if let next = list.source.nearest(to: row, forward: true, where: isUnread) { return list.jump(to: next) }
        guard let first = list.source.after(nil, 1).first else { return }
        let above = isUnread(first) ? first : list.source.nearest(to: first, forward: true, where: isUnread)
        if let above, above.id != row.id {
            list.jump(to: above)
            console.say("From the first row on again.")
        } else {
            console.say(isUnread(row) ? "Nothing else is unread." : "Nothing here is unread.", .refusal)
        }
    }

    package func setFilter(_ text: String) {
        guard text != filter else { return }
        filter = text
        filterChanged()
    }

    package func click(column: Int, row: Int, isDouble: Bool) {
        let hit = list.row(atLine: row - headRows, selecting: true)
        if isDouble, let hit { open(hit) }
    }

    package func wheel(by lines: Int) { list.scroll(by: lines) }
}

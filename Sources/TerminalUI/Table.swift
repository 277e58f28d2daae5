package import SafeText

/// A column of a list: how wide it wants to be, and what happens when there is no room.
package struct TableColumn: Hashable, Sendable {
    /// The heading.
    package var title: SafeText
    /// Columns below which it is left out.
    package var minimum: Int
    /// Columns that it takes where there is room; at least `minimum`.
    package var ideal: Int
    /// Its share of the room that is left over; 0 never grows.
    package var grows: Int
    /// Higher is left out later; the highest is never left out.
    package var priority: Int
    package var alignment: SafeText.Alignment

    /// A column.
    package init(
        _ title: SafeText, minimum: Int, ideal: Int? = nil, grows: Int = 0, priority: Int,
        alignment: SafeText.Alignment = .leading
    ) {
        self.title = title
        self.minimum = max(1, minimum)
        self.ideal = max(self.minimum, ideal ?? minimum)
        self.grows = max(0, grows)
        self.priority = priority
        self.alignment = alignment
    }
}

/// The columns that fit a width, and where they stand.
package struct TableLayout: Hashable, Sendable {
    /// One column that is shown.
    package struct Slot: Hashable, Sendable {
        /// The column's number among those that were asked for.
        package let column: Int
        package let x: Int
        package let width: Int
        package let alignment: SafeText.Alignment
    }

    package let slots: [Slot]

    /// Chooses the columns for `width`: those of the least priority go first, then all shrink from ideal to minimum.
    package init(_ columns: [TableColumn], width: Int, gap: Int = 2) {
        var shown = Array(columns.indices)
        func need(_ size: (TableColumn) -> Int) -> Int {
            shown.reduce(0) { $0 + size(columns[$1]) } + gap * max(0, shown.count - 1)
        }
        while shown.count > 1, need(\.minimum) > width,
            let least = shown.min(by: { columns[$0].priority < columns[$1].priority })
        {
            shown.removeAll { $0 == least }
        }
        var widths = shown.map { columns[$0].minimum }
        var spare = max(0, width - need(\.minimum))
        for (slot, column) in shown.enumerated().sorted(by: {
            columns[$0.element].priority > columns[$1.element].priority
        }) {
            let more = min(spare, columns[column].ideal - widths[slot])
            widths[slot] += more
            spare -= more
        }
        var shares = shown.reduce(0) { $0 + columns[$1].grows }
        for (slot, column) in shown.enumerated() where shares > 0 && columns[column].grows > 0 {
            let more = spare * columns[column].grows / shares
            widths[slot] += more
            spare -= more
            shares -= columns[column].grows
        }
        if shown.count == 1, widths[0] > width { widths[0] = max(0, width) }
        var x = 0
        var slots: [Slot] = []
        for (slot, column) in shown.enumerated() {
            slots.append(Slot(column: column, x: x, width: widths[slot], alignment: columns[column].alignment))
            x += widths[slot] + gap
        }
        self.slots = slots
    }

    /// Draws one line: `cell` gives the text and style of each column that is shown.
    package func draw(into line: inout Surface, cell: (_ column: Int) -> (SafeText, Style)) {
        for slot in slots {
            let (text, style) = cell(slot.column)
            let fitted = text.truncated(to: slot.width)
            let room = slot.width - fitted.width
            let indent =
                switch slot.alignment {
                case .leading: 0
                case .trailing: room
                case .center: room / 2
                }
            line.put(fitted, at: Point(x: slot.x + indent, y: 0), style: style)
        }
    }

    /// Draws the headings.
    package func drawTitles(_ columns: [TableColumn], into line: inout Surface, style: Style = Style(.columnTitle)) {
        draw(into: &line) { (columns[$0].title, style) }
    }
}

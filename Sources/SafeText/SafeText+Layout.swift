extension SafeText {
    /// The text in at most `columns`; what is too long ends in `…`.
    package func truncated(to columns: Int) -> SafeText {
        guard width > columns else { return self }
        guard columns > 0 else { return .empty }
        return slice(0..<cells(fitting: columns - 1).count) + "…"
    }

    /// The text in at most `columns`, cut at the front: for paths and addresses whose end tells more.
    package func truncatedAtStart(to columns: Int) -> SafeText {
        guard width > columns else { return self }
        guard columns > 0 else { return .empty }
        var first = 0
        var remaining = width
        for cell in cells where remaining > columns - 1 {
            remaining -= cell.width
            first += 1
        }
        return "…" + slice(first..<count)
    }

    /// Where a text stands in a field that is wider.
    package enum Alignment: Sendable {
        /// At the left edge.
        case leading
        /// At the right edge.
        case trailing
        /// In the middle.
        case center
    }

    /// The text in exactly `columns`: cut with `…` or filled with blanks.
    package func padded(to columns: Int, align: Alignment = .leading) -> SafeText {
        let text = truncated(to: columns)
        let missing = max(0, columns - text.width)
        guard missing > 0 else { return text }
        switch align {
        case .leading: return text + .spaces(missing)
        case .trailing: return .spaces(missing) + text
        case .center: return .spaces(missing / 2) + text + .spaces(missing - missing / 2)
        }
    }

    /// The whole cells that fit into `columns`, without a sign that more was there.
    package func prefix(columns: Int) -> SafeText {
        width <= columns ? self : slice(0..<cells(fitting: max(0, columns)).count)
    }

    /// What is left when the cells in the first `columns` are taken away; a wide one across the edge goes too.
    package func dropping(columns: Int) -> SafeText {
        guard columns > 0 else { return self }
        let fitting = cells(fitting: columns)
        let across = fitting.width < columns && fitting.count < count ? 1 : 0
        return slice(fitting.count + across..<count)
    }
}

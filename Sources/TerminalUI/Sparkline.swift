package import SafeText

/// Numbers over time as a row of bars, one column each.
package enum Sparkline {
    /// The last `columns` numbers, scaled to the largest; 0 is a blank, and anything more is at least the least bar.
    package static func text(_ values: [Int], columns: Int) -> SafeText {
        let shown = values.suffix(max(0, columns))
        let most = max(1, shown.max() ?? 1)
        let bars: [SafeText] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
        return shown.map { value in
            guard value > 0 else { return " " }
            let height = (Double(value) / Double(most) * 7).rounded()
            return bars[max(0, min(7, Int(height)))]
        }.joined()
    }

    /// A share of a whole as a bar of `columns` cells.
    package static func bar(_ share: Double, columns: Int) -> SafeText {
        let bounded = share.isFinite ? max(0, min(share, 1)) : 0
        let full = Int((bounded * Double(max(0, columns))).rounded())
        return .repeating("█", count: full) + .repeating("░", count: columns - full)
    }
}

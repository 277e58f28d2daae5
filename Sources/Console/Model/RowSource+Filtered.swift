package import TerminalUI

extension RowSource {
    /// This source without the rows that do not match, looking at `scanLimit` rows at most for each read.
    ///
    /// A filter that almost nothing matches would otherwise read a whole cache at one key; where the limit is hit, the
    /// list ends there and `limitReached` is called.
    package func filtered(
        scanLimit: @escaping () -> Int = { 20_000 }, limitReached: @escaping () -> Void = {},
        by matches: @escaping (Row) -> Bool
    ) -> RowSource {
        let chunk = 500
        func scan(_ start: Row?, _ limit: Int, forward: Bool) -> [Row] {
            var found: [Row] = []
            var edge = start
            var scanned = 0
            while found.count < limit {
                let rows = forward ? after(edge, chunk) : before(edge, chunk)
                let hits = rows.filter(matches)
                found = forward ? found + hits.prefix(limit - found.count) : hits.suffix(limit - found.count) + found
                scanned += rows.count
                edge = forward ? rows.last : rows.first
                if rows.count < chunk { break }
                if scanned >= scanLimit() {
                    limitReached()
                    break
                }
            }
            return found
        }
        return RowSource(
            after: { scan($0, $1, forward: true) }, before: { scan($0, $1, forward: false) })
    }

    /// The nearest row on one side of a row that matches, looking at `limit` rows at most; nil where there is none.
    package func nearest(to row: Row, forward: Bool, limit: Int = 5_000, where matches: (Row) -> Bool) -> Row? {
        let chunk = 200
        var edge = row
        var looked = 0
        while looked < limit {
            let rows = forward ? after(edge, chunk) : before(edge, chunk)
            if let found = forward ? rows.first(where: matches) : rows.last(where: matches) { return found }
            guard rows.count == chunk, let last = forward ? rows.last : rows.first else { return nil }
            edge = last
            looked += chunk
        }
        return nil
    }
}

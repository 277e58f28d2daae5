/// How far a list looks for rows that its filter lets through, so that a filter which almost nothing matches does not
/// read a whole cache at one key; and whether that was too short.
package final class FilterReach {
    /// Rows that one step looks at.
    package static let step = 20_000

    /// How many rows one read of the list looks at.
    package private(set) var rows = FilterReach.step
    /// True where a read has ended before the list did.
    package private(set) var isTooShort = false

    /// One step.
    package init() {}

    /// Notes that a read came to the end of the reach before it came to the list's.
    package func end() { isTooShort = true }

    /// One step more from now on.
    package func extend() {
        rows += Self.step
        isTooShort = false
    }
}

/// A movement through rows: of a list's cursor, or of a text.
package enum Motion: Hashable, Sendable {
    case up, down, pageUp, pageDown, halfPageUp, halfPageDown, first, last
}

/// The difference of two texts by lines, as a unified diff tells it.
package struct LineDiff: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        case same = " "
        case removed = "-"
        case added = "+"
    }

    package struct Line: Sendable, Hashable {
        package let kind: Kind
        package let text: String
    }

    /// Lines to compare at most beside what is the same at both ends; more are told as replaced whole.
    private static let most = 2_000
    /// Lines that stay the same and are shown around a change.
    private static let context = 3

    /// Every line of both, in order.
    package let lines: [Line]

    /// Compares two texts.
    package init(_ old: String, _ new: String) {
        let before = old.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
        let after = new.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
        var start = 0
        while start < min(before.count, after.count), before[start] == after[start] { start += 1 }
        var end = 0
        while end < min(before.count, after.count) - start,
            before[before.count - 1 - end] == after[after.count - 1 - end]
        {
            end += 1
        }
        let (left, right) = (Array(before[start..<before.count - end]), Array(after[start..<after.count - end]))
        lines =
            before[..<start].map { Line(kind: .same, text: $0) } + Self.compare(left, right)
            + before[(before.count - end)...].map { Line(kind: .same, text: $0) }
    }

    package var isEmpty: Bool { !lines.contains { $0.kind != .same } }

    /// The changes with a few lines around each; nil stands where lines are left out.
    package var hunks: [Line?] {
        var shown = [Bool](repeating: false, count: lines.count)
        for index in lines.indices where lines[index].kind != .same {
            for near in max(0, index - Self.context)...min(lines.count - 1, index + Self.context) { shown[near] = true }
        }
        var result: [Line?] = []
        for index in lines.indices {
            if shown[index] {
                result.append(lines[index])
            } else if index == 0 || shown[index - 1] {
                result.append(nil)
            }
        }
        return result
    }

    private static func compare(_ left: [String], _ right: [String]) -> [Line] {
        func whole() -> [Line] {
            left.map { Line(kind: .removed, text: $0) } + right.map { Line(kind: .added, text: $0) }
        }
        guard left.count <= most, right.count <= most, !left.isEmpty, !right.isEmpty else { return whole() }
        // Lengths of the longest common subsequences of the rests, row by row from the end.
        let width = right.count + 1
        var length = [UInt16](repeating: 0, count: (left.count + 1) * width)
        for row in stride(from: left.count - 1, through: 0, by: -1) {
            for column in stride(from: right.count - 1, through: 0, by: -1) {
                length[row * width + column] =
                    left[row] == right[column]
                    ? length[(row + 1) * width + column + 1] + 1
                    : max(length[(row + 1) * width + column], length[row * width + column + 1])
            }
        }
        var result: [Line] = []
        var (row, column) = (0, 0)
        while row < left.count || column < right.count {
            if row < left.count, column < right.count, left[row] == right[column] {
                result.append(Line(kind: .same, text: left[row]))
                (row, column) = (row + 1, column + 1)
            } else if column == right.count
                || row < left.count && length[(row + 1) * width + column] >= length[row * width + column + 1]
            {
                result.append(Line(kind: .removed, text: left[row]))
                row += 1
            } else {
                result.append(Line(kind: .added, text: right[column]))
                column += 1
            }
        }
        return result
    }
}

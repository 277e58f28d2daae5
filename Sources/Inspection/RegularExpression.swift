import CRE2

/// A compiled pattern of RE2, whose matching takes time linear in the text.
///
/// RE2 lets several threads use one pattern at once, hence `@unchecked Sendable`; the pointer never changes.
package final class RegularExpression: @unchecked Sendable {
    /// Where a match and its groups lie in the text.
    package struct Match {
        /// The whole match.
        package let range: Range<Int>
        /// The groups in order; nil for one that took no part.
        package let groups: [Range<Int>?]

        /// The first group that took part, or else the whole match: the value that a rule is about.
        package var value: Range<Int> { groups.lazy.compactMap { $0 }.first ?? range }
    }

    private let pattern: OpaquePointer
    private let groupCount: Int

    /// No pattern may take more memory than this.
    private static let mostBytes: Int64 = 16 << 20

    /// Compiles a pattern.
    ///
    /// - Throws: ``PatternError`` with RE2's reason.
    package init(_ source: String, ignoresCase: Bool = false, isBytes: Bool = false) throws(PatternError) {
        var reason = [CChar](repeating: 0, count: 200)
        let bytes = Array(source.utf8)
        let made = bytes.withUnsafeBufferPointer { text in
            text.withMemoryRebound(to: CChar.self) {
                cre2_compile(
                    $0.baseAddress, $0.count, ignoresCase ? 1 : 0, isBytes ? 1 : 0, Self.mostBytes, &reason,
                    reason.count)
            }
        }
        guard let made else {
            let text = reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            throw PatternError(reason: String(decoding: text, as: UTF8.self))
        }
        pattern = made
        groupCount = Int(cre2_groups(made))
    }

    deinit { cre2_free(pattern) }

    /// The first match that begins in a range and ends in it.
    package func first(in text: borrowing [UInt8], _ range: Range<Int>) -> Match? {
        var bounds = [Int](repeating: -1, count: 2 * (groupCount + 1))
        let found = text.withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) {
                cre2_find(
                    pattern, $0.baseAddress, $0.count, range.lowerBound, range.upperBound, &bounds, Int32(groupCount))
            }
        }
        guard found == 1, bounds[0] >= 0 else { return nil }
        let groups = (1..<(groupCount + 1)).map { index -> Range<Int>? in
            bounds[2 * index] >= 0 ? bounds[2 * index]..<bounds[2 * index + 1] : nil
        }
        return Match(range: bounds[0]..<bounds[1], groups: groups)
    }

    /// The matches in a range, none inside another, at most so many.
    package func matches(in text: borrowing [UInt8], _ range: Range<Int>, most: Int = 1_000) -> [Match] {
        var result: [Match] = []
        var start = range.lowerBound
        while start <= range.upperBound, result.count < most, let match = first(in: text, start..<range.upperBound) {
            result.append(match)
            start = max(match.range.upperBound, match.range.lowerBound + 1)
        }
        return result
    }

    /// Whether the pattern matches anywhere in the bytes.
    package func isMatch(_ text: borrowing [UInt8]) -> Bool { first(in: text, 0..<text.count) != nil }
}

/// A text that is no pattern.
package struct PatternError: Error, Sendable, Hashable {
    /// What RE2 says, without a full stop.
    package let reason: String
}

/// Many patterns that are looked for in one pass over a text.
///
/// RE2 lets several threads use one set at once, hence `@unchecked Sendable`; the pointer never changes.
final class ExpressionSet: @unchecked Sendable {
    private let set: OpaquePointer
    private let count: Int

    private static let mostBytes: Int64 = 64 << 20

    /// Compiles the patterns, each of which must be sound; nil if they take too much memory together.
    init?(_ sources: [String], ignoresCase: Bool) {
        guard let made = cre2_set_make(ignoresCase ? 1 : 0, Self.mostBytes) else { return nil }
        set = made
        count = sources.count
        for source in sources {
            let bytes = Array(source.utf8)
            let number = bytes.withUnsafeBufferPointer { text in
                text.withMemoryRebound(to: CChar.self) { cre2_set_add(made, $0.baseAddress, $0.count) }
            }
            guard number >= 0 else { return nil }
        }
        guard cre2_set_compile(made) == 1 else { return nil }
    }

    deinit { cre2_set_free(set) }

    /// The numbers of the patterns that may match: exactly those that do, or all where the pass ran out of memory.
    func candidates(in text: borrowing [UInt8]) -> [Int] {
        var numbers = [Int32](repeating: 0, count: max(1, count))
        let room = Int32(numbers.count)
        let found = text.withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) {
                cre2_set_match(set, $0.baseAddress, $0.count, &numbers, room)
            }
        }
        guard found >= 0 else { return Array(0..<count) }
        return numbers.prefix(Int(found)).map(Int.init).sorted()
    }
}

/// The sequences that set styles in what ncurses writes, made shorter without another effect.
///
/// ncurses takes colours back one by one before it resets everything, and chooses the plain character set at each reset
/// although nobody chose another. On a row whose ground changes, that is a tenth of all bytes.
package enum StyleSequences {
    /// Most numbers in one sequence: some terminals take no more.
    private static let mostNumbers = 16

    /// The same bytes with neighbouring style sequences joined, and those left out that a reset behind them undoes.
    ///
    /// Bytes that choose a character set of lines are given back as they are.
    package static func compact(_ bytes: [UInt8]) -> [UInt8] {
        guard !choosesLines(bytes) else { return bytes }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var run = Run()
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            guard byte == 0x1B, index + 2 < bytes.count else {
                run.end(into: &result)
                result.append(byte)
                index += 1
                continue
            }
            if bytes[index + 1] == UInt8(ascii: "("), bytes[index + 2] == UInt8(ascii: "B") {
                index += 3
            } else if let end = styleEnd(bytes, index) {
                run.add(bytes[index + 2..<end], into: &result)
                index = end + 1
            } else {
                run.end(into: &result)
                result.append(byte)
                index += 1
            }
        }
        run.end(into: &result)
        return result
    }

    /// Numbers that follow one another without anything shown between them.
    private struct Run {
        private var numbers: [UInt8] = []
        private var count = 0
        private var isOpen = false

        mutating func add(_ more: ArraySlice<UInt8>, into result: inout [UInt8]) {
            let added = more.count(where: { $0 == 0x3B }) + 1
            let resets = more.isEmpty || more.first == 0x30 && (more.count == 1 || more.dropFirst().first == 0x3B)
            if resets {
                numbers.removeAll(keepingCapacity: true)
                count = 0
            } else if count + added > mostNumbers {
                end(into: &result)
            }
            if isOpen, !numbers.isEmpty || count > 0 {
                // A reset without a number is a zero once something follows it.
                if numbers.isEmpty { numbers.append(0x30) }
                numbers.append(0x3B)
            }
            numbers += more
            count += added
            isOpen = true
        }

        mutating func end(into result: inout [UInt8]) {
            guard isOpen else { return }
            result += [0x1B, 0x5B]
            result += numbers
            result.append(UInt8(ascii: "m"))
            numbers.removeAll(keepingCapacity: true)
            count = 0
            isOpen = false
        }
    }

    /// Where the `m` is of a style sequence that begins here, or nil where none does.
    private static func styleEnd(_ bytes: [UInt8], _ start: Int) -> Int? {
        guard bytes[start + 1] == 0x5B else { return nil }
        var index = start + 2
        while index < bytes.count {
            switch bytes[index] {
            case 0x30...0x3B: index += 1
            case UInt8(ascii: "m"): return index
            default: return nil
            }
        }
        return nil
    }

    private static func choosesLines(_ bytes: [UInt8]) -> Bool {
        var index = 0
        while let escape = bytes[index...].firstIndex(of: 0x1B) {
            if escape + 2 < bytes.count, bytes[escape + 1] == UInt8(ascii: "("), bytes[escape + 2] != UInt8(ascii: "B")
            {
                return true
            }
            index = escape + 1
        }
        return false
    }
}

internal import Glibc

/// What characters and sequences do to the grid.
extension VirtualTerminal {
    mutating func moveTo(x newX: Int, y newY: Int) {
        x = max(0, min(newX, columns - 1))
        y = max(0, min(newY, rows - 1))
        isWrapPending = false
    }

    mutating func put(_ scalar: Unicode.Scalar) {
        if Self.isForbidden(scalar) {
            fault("a character that acts or hides, U+\(String(scalar.value, radix: 16, uppercase: true)),")
        }
        let width = Self.width(of: scalar)
        if width > 0 { return put(scalar, width: width) }
        // What has no width of its own belongs to the cell before the cursor.
        var place = isWrapPending ? x : x - 1
        while place > 0, cells[y * columns + place].width == 0 { place -= 1 }
        guard place >= 0 else { return fault("a character without width at the beginning of a row") }
        cells[y * columns + place].text.unicodeScalars.append(scalar)
    }

    mutating func put(_ scalar: Unicode.Scalar, width: Int) {
        guard !isWrapPending || !modes.contains(7) else { return fault("a row that goes on in the next one") }
        guard x + width <= columns else { return fault("a wide character across the edge") }
        let place = y * columns + x
        unmakeWide(place)
        if width == 2 { unmakeWide(place + 1) }
        cells[place] = Cell(text: String(scalar), width: width, style: style)
        if width == 2 { cells[place + 1] = Cell(text: "", width: 0, style: style) }
        lastPrinted = (scalar, width)
        if x + width == columns {
            x = columns - 1
            isWrapPending = true
        } else {
            x += width
        }
    }

    /// Makes both halves of a wide character blanks before one of them is written over.
    private mutating func unmakeWide(_ place: Int) {
        if cells[place].width == 0, place > 0 { cells[place - 1] = Cell(style: cells[place - 1].style) }
        if cells[place].width == 2, place + 1 < cells.count { cells[place + 1] = Cell(style: cells[place + 1].style) }
    }

    /// A blank as erasing makes it: with the ground of the style in use.
    private var blank: Cell { Cell(style: Style(background: style.background)) }

    mutating func erase(_ range: Range<Int>) {
        for place in range {
            unmakeWide(place)
            cells[place] = blank
        }
    }

    mutating func lineFeed() {
        isWrapPending = false
        if y == region.upperBound { scrollUp(region, by: 1) } else { y = min(y + 1, rows - 1) }
    }

    mutating func reverseLineFeed() {
        isWrapPending = false
        if y == region.lowerBound { scrollDown(region, by: 1) } else { y = max(0, y - 1) }
    }

    mutating func scrollUp(_ range: ClosedRange<Int>, by count: Int) {
        for _ in 0..<min(count, range.count) {
            cells.removeSubrange(range.lowerBound * columns..<(range.lowerBound + 1) * columns)
            cells.insert(contentsOf: Array(repeating: blank, count: columns), at: range.upperBound * columns)
        }
    }

    mutating func scrollDown(_ range: ClosedRange<Int>, by count: Int) {
        for _ in 0..<min(count, range.count) {
            cells.removeSubrange(range.upperBound * columns..<(range.upperBound + 1) * columns)
            cells.insert(contentsOf: Array(repeating: blank, count: columns), at: range.lowerBound * columns)
        }
    }

    /// A control sequence: `ESC [`, parameters, a final byte.
    mutating func control(_ text: String, _ final: UInt8, _ bytes: ArraySlice<UInt8>) {
        let isPrivate = text.hasPrefix("?")
        let words = text.drop { $0 == "?" }.split(separator: ";", omittingEmptySubsequences: false)
        let numbers = words.map { $0.isEmpty ? 0 : Int($0) ?? -1 }
        guard !numbers.contains(-1), numbers.count <= 16 else { return fault("odd parameters:", bytes) }
        let kind = Character(Unicode.Scalar(final))
        if isPrivate {
            guard kind == "h" || kind == "l" else { return fault("a private sequence:", bytes) }
            return setModes(numbers, isOn: kind == "h", bytes)
        }
        let count = max(1, numbers.first ?? 1)
        let row = y * columns
        switch kind {
        case "m": setStyle(numbers, bytes)
        case "H": moveTo(x: max(1, numbers.count > 1 ? numbers[1] : 1) - 1, y: count - 1)
        case "A": moveTo(x: x, y: y - count)
        case "B": moveTo(x: x, y: y + count)
        case "C": moveTo(x: x + count, y: y)
        case "D": moveTo(x: x - count, y: y)
        case "G": moveTo(x: count - 1, y: y)
        case "d": moveTo(x: x, y: count - 1)
        case "Z": moveTo(x: max(0, (x - 1) / 8 * 8), y: y)
        case "K" where numbers.first ?? 0 <= 1:
            erase(numbers.first == 1 ? row..<row + x + 1 : row + x..<row + columns)
        case "J" where numbers.first == 2: erase(0..<cells.count)
        case "J" where numbers.first ?? 0 == 0: erase(row + x..<cells.count)
        case "X": erase(row + x..<row + min(x + count, columns))
        case "P": shiftLeft(count)
        case "@": shiftRight(count)
        case "L" where region.contains(y): scrollDown(y...region.upperBound, by: count)
        case "M" where region.contains(y): scrollUp(y...region.upperBound, by: count)
        case "S": scrollUp(region, by: count)
        case "T": scrollDown(region, by: count)
        case "b": repeatLast(count, bytes)
        case "r": setRegion(numbers, bytes)
        case "t": titleStack(text, bytes)
        case "l" where text == "4", "h" where text == "4":
            if kind == "h" { fault("insert mode:", bytes) }
        default: fault("a control sequence:", bytes)
        }
    }

    private mutating func shiftLeft(_ count: Int) {
        let (row, count) = (y * columns, min(count, columns - x))
        unmakeWide(row + x)
        cells.insert(contentsOf: Array(repeating: blank, count: count), at: row + columns)
        cells.removeSubrange(row + x..<row + x + count)
    }

    private mutating func shiftRight(_ count: Int) {
        let (row, count) = (y * columns, min(count, columns - x))
        unmakeWide(row + x)
        cells.removeSubrange(row + columns - count..<row + columns)
        cells.insert(contentsOf: Array(repeating: blank, count: count), at: row + x)
    }

    private mutating func repeatLast(_ count: Int, _ bytes: ArraySlice<UInt8>) {
        guard let lastPrinted, count <= columns else { return fault("a repetition of nothing:", bytes) }
        for _ in 0..<count { put(lastPrinted.text, width: lastPrinted.width) }
    }

    private mutating func setRegion(_ numbers: [Int], _ bytes: ArraySlice<UInt8>) {
        let top = max(1, numbers.first ?? 1)
        let bottom = numbers.count > 1 && numbers[1] > 0 ? numbers[1] : rows
        guard numbers.count <= 2, top <= bottom, bottom <= rows else { return fault("an odd region:", bytes) }
        region = top - 1...bottom - 1
        moveTo(x: 0, y: 0)
    }

    private mutating func titleStack(_ text: String, _ bytes: ArraySlice<UInt8>) {
        switch text {
        case "22;0;0", "22;2": savedTitles += 1
        case "23;0;0", "23;2": savedTitles -= 1
        default: fault("a command to the window:", bytes)
        }
    }

    private mutating func setModes(_ numbers: [Int], isOn: Bool, _ bytes: ArraySlice<UInt8>) {
        for number in numbers {
            guard [1, 7, 12, 25, 1000, 1004, 1006, 1049, 2004].contains(number) else {
                fault("a mode:", bytes)
                continue
            }
            if isOn { modes.insert(number) } else { modes.remove(number) }
            // The other screen begins blank, as xterm has it.
            if number == 1049 { erase(0..<cells.count) }
        }
    }

    private mutating func setStyle(_ numbers: [Int], _ bytes: ArraySlice<UInt8>) {
        var rest = (numbers.isEmpty ? [0] : numbers)[...]
        while let number = rest.popFirst() {
            switch number {
            case 0: style = Style()
            case 1, 2, 3, 4, 7: style.emphasis.insert(number)
            case 22: style.emphasis.subtract([1, 2])
            case 23, 24, 27: style.emphasis.remove(number - 20)
            case 30...37: style.foreground = number - 30
            case 90...97: style.foreground = number - 82
            case 39: style.foreground = -1
            case 40...47: style.background = number - 40
            case 100...107: style.background = number - 92
            case 49: style.background = -1
            case 38 where rest.count >= 2 && rest.first == 5, 48 where rest.count >= 2 && rest.first == 5:
                let color = rest[rest.startIndex + 1]
                rest = rest.dropFirst(2)
                if number == 38 { style.foreground = color } else { style.background = color }
            default: return fault("a style:", bytes)
            }
        }
    }
}

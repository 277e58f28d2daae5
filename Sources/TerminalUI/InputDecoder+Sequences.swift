extension InputDecoder {
    /// Keys by the last byte of a control sequence or of SS3.
    static let finals: [UInt8: Key.Code] = [
        UInt8(ascii: "A"): .up, UInt8(ascii: "B"): .down, UInt8(ascii: "C"): .right, UInt8(ascii: "D"): .left,
        UInt8(ascii: "H"): .home, UInt8(ascii: "F"): .end, UInt8(ascii: "M"): .enter,
        UInt8(ascii: "P"): .function(1), UInt8(ascii: "Q"): .function(2), UInt8(ascii: "R"): .function(3),
        UInt8(ascii: "S"): .function(4),
    ]

    /// Keys by the number before `~`.
    private static let numbers: [Int: Key.Code] = [
        1: .home, 2: .insert, 3: .delete, 4: .end, 5: .pageUp, 6: .pageDown, 7: .home, 8: .end,
        11: .function(1), 12: .function(2), 13: .function(3), 14: .function(4), 15: .function(5),
        17: .function(6), 18: .function(7), 19: .function(8), 20: .function(9), 21: .function(10),
        23: .function(11), 24: .function(12), 25: .function(13), 26: .function(14), 28: .function(15),
        29: .function(16), 31: .function(17), 32: .function(18), 33: .function(19), 34: .function(20),
    ]

    /// What a complete control sequence says; nothing for those that are not known.
    mutating func event(_ parameters: ArraySlice<UInt8>, final: UInt8) -> Event? {
        if parameters.first == UInt8(ascii: "<") { return Self.mouse(parameters.dropFirst(), final: final) }
        let numbers = Self.numbers(parameters)
        let modifiers = Self.modifiers(numbers.count > 1 ? numbers[1] : 1)
        switch final {
        case UInt8(ascii: "~"):
            if numbers.first == 200 {
                beginPaste()
                return nil
            }
            return numbers.first.flatMap { Self.numbers[$0] }.map { .key(Key($0, modifiers)) }
        case UInt8(ascii: "Z"):
            return .key(Key(.tab, .shift))
        case UInt8(ascii: "I") where parameters.isEmpty:
            return .focus(true)
        case UInt8(ascii: "O") where parameters.isEmpty:
            return .focus(false)
        case UInt8(ascii: "u"):
            return numbers.first.flatMap { Self.key(codePoint: $0, modifiers) }.map { .key($0) }
        case UInt8(ascii: "M"):
            return nil
        default:
            return Self.finals[final].map { .key(Key($0, modifiers)) }
        }
    }

    private static func numbers(_ parameters: ArraySlice<UInt8>) -> [Int] {
        parameters.split(separator: UInt8(ascii: ";"), maxSplits: 8, omittingEmptySubsequences: false).map { digits in
            var number = 0
            for digit in digits.prefix(7) {
                guard (0x30...0x39).contains(digit) else { break }
                number = number * 10 + Int(digit) - 0x30
            }
            return number
        }
    }

    /// xterm's number: one more than the sum of shift 1, alt 2, control 4.
    private static func modifiers(_ number: Int) -> Key.Modifiers {
        let bits = max(0, number - 1)
        var modifiers: Key.Modifiers = []
        if bits & 1 != 0 { modifiers.insert(.shift) }
        if bits & 2 != 0 { modifiers.insert(.alt) }
        if bits & 4 != 0 { modifiers.insert(.control) }
        return modifiers
    }

    /// A key sent by its number (`CSI u`).
    private static func key(codePoint: Int, _ modifiers: Key.Modifiers) -> Key? {
        switch codePoint {
        case 9: return Key(.tab, modifiers)
        case 13: return Key(.enter, modifiers)
        case 27: return Key(.escape, modifiers)
        case 127: return Key(.backspace, modifiers)
        default:
            guard codePoint >= 0x20, !(0x7F..<0xA0).contains(codePoint), let scalar = Unicode.Scalar(UInt32(codePoint))
            else { return nil }
            return Key(.character(Character(scalar)), modifiers.subtracting(.shift))
        }
    }

    /// A mouse report in SGR form: button, column, row, from 1.
    private static func mouse(_ parameters: ArraySlice<UInt8>, final: UInt8) -> Event? {
        let numbers = numbers(parameters)
        guard numbers.count == 3, numbers[1] > 0, numbers[2] > 0 else { return nil }
        let point = Point(x: numbers[1] - 1, y: numbers[2] - 1)
        let isRelease = final == UInt8(ascii: "m")
        switch numbers[0] & ~0b11100 {
        case 0...2:
            return .mouse(MouseEvent(isRelease ? .release : .press, at: point, button: (numbers[0] & 3) + 1))
        case 64: return .mouse(MouseEvent(.wheelUp, at: point, button: 0))
        case 65: return .mouse(MouseEvent(.wheelDown, at: point, button: 0))
        default: return nil
        }
    }
}

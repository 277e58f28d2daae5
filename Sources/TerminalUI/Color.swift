/// A colour of a theme: 24 bits, or the terminal's own.
package enum Color: Hashable, Sendable {
    /// The terminal's own foreground or background.
    case standard
    /// Red, green and blue, 0 to 255.
    case rgb(red: UInt8, green: UInt8, blue: UInt8)

    /// Reads `#rrggbb` or `default`.
    init?(_ text: some StringProtocol) {
        if text == "default" {
            self = .standard
            return
        }
        guard text.utf8.count == 7, text.utf8.first == UInt8(ascii: "#"),
            let value = UInt32(text.dropFirst(), radix: 16)
        else { return nil }
        self = .rgb(
            red: UInt8(value >> 16), green: UInt8(value >> 8 & 0xFF), blue: UInt8(value & 0xFF))
    }

    /// Whether the eye takes it for black.
    var isNearlyBlack: Bool {
        guard case .rgb(let red, let green, let blue) = self else { return false }
        return max(red, green, blue) < Self.nearBlack
    }

    fileprivate static let nearBlack: UInt8 = 60
}

/// How many colours a terminal draws.
package enum ColorDepth: Hashable, Sendable {
    /// None: emphasis alone (`NO_COLOR`, or a terminal without colours).
    case none
    /// The eight or sixteen of the palette, whose look is the person's.
    case sixteen(bright: Bool)
    /// The palette of 256, whose upper 240 are fixed.
    case palette256
    /// 24 bits.
    case direct

    /// The number that the terminal takes for a colour; -1 is its own, which it also gets without colours.
    func number(_ color: Color) -> Int32 {
        guard case .rgb(let red, let green, let blue) = color else { return -1 }
        switch self {
        case .none: return -1
        case .sixteen(let bright): return Self.sixteen(red, green, blue, bright: bright)
        case .palette256: return Self.palette(red, green, blue)
        // The first eight numbers are the palette's even here (terminfo's `RGB` with `colors#0x1000000`).
        case .direct: return max(8, Int32(red) << 16 | Int32(green) << 8 | Int32(blue))
        }
    }

    /// The nearest of the colour cube and the greys of xterm's palette.
    private static func palette(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> Int32 {
        let levels: [Int32] = [0, 95, 135, 175, 215, 255]
        func nearest(_ value: UInt8) -> Int {
            levels.indices.min { abs(levels[$0] - Int32(value)) < abs(levels[$1] - Int32(value)) } ?? 0
        }
        let (r, g, b) = (nearest(red), nearest(green), nearest(blue))
        let cube = distance(red, green, blue, levels[r], levels[g], levels[b])
        let mean = (Int32(red) + Int32(green) + Int32(blue)) / 3
        let step = max(0, min(23, (mean - 3) / 10))
        let grey = distance(red, green, blue, 8 + step * 10, 8 + step * 10, 8 + step * 10)
        return grey < cube ? 232 + step : Int32(16 + 36 * r + 6 * g + b)
    }

    private static func distance(
        _ red: UInt8, _ green: UInt8, _ blue: UInt8, _ r: Int32, _ g: Int32, _ b: Int32
    ) -> Int32 {
        let (dr, dg, db) = (Int32(red) - r, Int32(green) - g, Int32(blue) - b)
        return dr * dr + dg * dg + db * db
    }

    /// By hue and lightness rather than by distance: the sixteen look different everywhere, but blue is blue.
    private static func sixteen(_ red: UInt8, _ green: UInt8, _ blue: UInt8, bright hasBright: Bool) -> Int32 {
        let (r, g, b) = (Int32(red), Int32(green), Int32(blue))
        let (most, least) = (max(r, g, b), min(r, g, b))
        if most - least < 40 {
            if most < Int32(Color.nearBlack) { return 0 }
            if !hasBright { return most < 128 ? 0 : 7 }
            return most < 140 ? 8 : (most < 225 ? 7 : 15)
        }
        let middle = (most + least) / 2
        let hue = (r > middle ? 1 : 0) | (g > middle ? 2 : 0) | (b > middle ? 4 : 0)
        return Int32(hue) + (hasBright && most > 190 ? 8 : 0)
    }
}

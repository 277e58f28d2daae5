import SafeText
import TestSupport
import Testing

/// Whether a text holds anything that a terminal obeys or hides.
func findsControl(in text: String) -> Bool {
    text.unicodeScalars.contains { scalar in
        let value = scalar.value
        return value < 0x20 || (0x7F...0x9F).contains(value) || (0x202A...0x202E).contains(value)
            || (0x2066...0x2069).contains(value) || (0x2028...0x2029).contains(value) || value == 0x200B
    }
}

@Suite("Any bytes at all")
struct RandomBytesTests {
    @Test("become cells without controls whose widths add up", arguments: 0..<40 as Range<UInt64>)
    func becomeCells(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let interesting: [UInt8] = [0x1B, 0x5B, 0x9B, 0xC2, 0xE2, 0x80, 0x8D, 0xF0, 0x9F, 0xCC, 0x81, 0xEF, 0xB8, 0x8F]
        for _ in 0..<50 {
            let bytes = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                Bool.random(using: &generator)
                    ? interesting.randomElement(using: &generator) ?? 0 : UInt8.random(in: 0...255, using: &generator)
            }
            check(SafeText(untrusted: bytes))
            for line in SafeText.lines(untrusted: bytes) { check(line) }
        }
    }

    @Test("and any scalars do too", arguments: 0..<40 as Range<UInt64>)
    func anyScalars(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let ranges: [ClosedRange<UInt32>] = [
            0...0x2FF, 0x300...0x36F, 0x590...0x6FF, 0x900...0xDFF, 0x1100...0x11FF, 0x180B...0x1820, 0x2000...0x206F,
            0x2600...0x27BF, 0x4E00...0x4E20, 0xFE00...0xFE0F, 0x1F1E6...0x1F1FF, 0x1F3F3...0x1F3FF, 0x1F466...0x1F469,
            0xE0000...0xE01EF, 0x200C...0x200D,
        ]
        for _ in 0..<50 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...40, using: &generator) {
                let range = ranges.randomElement(using: &generator) ?? 0...0x7F
                if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &generator)) { text.append(scalar) }
            }
            check(SafeText(untrusted: String(text)))
        }
    }

    private func check(_ text: SafeText) {
        #expect(!findsControl(in: text.string))
        #expect(text.cells.reduce(0) { $0 + $1.width } == text.width)
        #expect(text.cells.map { String($0.cluster) }.joined() == text.string)
        #expect(text.cells.allSatisfy { (1...7).contains($0.width) })
        #expect(text.count == Array(text.cells).count)
        let cut = text.truncated(to: 7)
        #expect(cut.width <= 7)
        #expect(cut.cells.reduce(0) { $0 + $1.width } == cut.width)
        for row in text.wrapped(to: 9) { #expect(row.cells.reduce(0) { $0 + $1.width } == row.width) }
    }
}

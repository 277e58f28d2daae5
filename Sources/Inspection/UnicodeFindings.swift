import Message

/// Characters that hide something or make text look like another.
enum UnicodeFindings {
    /// The findings of one passage.
    static func of(_ passage: Passage, direction: Direction) -> [Finding] {
        guard passage.text.contains(where: { $0 >= 0xC2 }), passage.kind != .source else { return [] }
        var zeroWidth = 0
        var bidi = 0
        var tags = 0
        var selectors = 0
        var combining = 0
        var mixed = 0
        var firstTag: Int?
        var previous: UInt32 = 32
        var beforePrevious: UInt32 = 32
        var isInFlag = false
        var index = 0
        while index < passage.text.count {
            let (scalar, length) = ScalarDecoding.next(passage.text, index)
            switch scalar {
            case 0x1F3F4: isInFlag = true
            case 0xE0020...0xE007F:
                // The flags of Scotland, Wales and England are written with tags.
                if !isInFlag {
                    tags += 1
                    firstTag = firstTag ?? index
                }
                if scalar == 0xE007F { isInFlag = false }
            case 0x200B, 0x2060...0x2064, 0xFEFF, 0x180E, 0x3164, 0x115F, 0x1160, 0xFFA0, 0x200C, 0x200D:
                // Joiners belong into emoji and into Arabic and Indic words.
                let next =
                    index + length < passage.text.count ? ScalarDecoding.next(passage.text, index + length).scalar : 32
                let isJoiner = scalar == 0x200C || scalar == 0x200D
                if isLatin(previous), isLatin(next), !(isJoiner && (previous >= 0x300 || next >= 0x300)) {
                    zeroWidth += 1
                }
            case 0x202A...0x202E, 0x2066...0x2069: bidi += scalar == 0x202E || scalar == 0x202D ? 3 : 1
            case 0xFE00...0xFE0E, 0xE0100...0xE01EF: if isLatin(previous) || previous >= 0xFE00 { selectors += 1 }
            case 0x300...0x36F:
                if (0x300...0x36F).contains(previous), (0x300...0x36F).contains(beforePrevious) { combining += 1 }
            default:
                if TextFolding.confusables[scalar] != nil, scalar >= 0x370, scalar < 0x2000, isLatin(previous) {
                    mixed += 1
                }
            }
            beforePrevious = previous
            previous = scalar
            index += length
        }
        var result: [Finding] = []
        func add(_ rule: String, _ severity: Severity, _ confidence: Double, _ why: String) {
            result.append(
                Finding(
                    rule: rule, category: .hidden, severity: severity, confidence: confidence, part: passage.part,
                    range: firstTag.map { $0..<($0 + 4) }, why: why))
        }
        if tags > 0 {
            add(
                "invisible-tags", .high, tags >= 4 ? 0.9 : 0.6,
                "Invisible tag characters can carry a text that nobody sees.")
        }
        if selectors >= 4 {
            add("invisible-selectors", .high, 0.6, "Invisible variation selectors can carry a text that nobody sees.")
        }
        if zeroWidth > 0 {
            add("zero-width", .medium, zeroWidth >= 3 ? 0.7 : 0.3, "Invisible characters part words or numbers.")
        }
        if bidi >= 3 {
            add(
                "bidi-override", .medium, 0.5,
                "The direction of writing is overridden, so that text reads otherwise than it is.")
        }
        if combining >= 20 { add("combining-overload", .medium, 0.6, "Marks are piled on letters.") }
        if mixed >= 2 {
            add("mixed-scripts", .medium, mixed >= 4 ? 0.7 : 0.4, "Letters of other scripts stand in Latin words.")
        }
        return result
    }

    private static func isLatin(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0xC0...0x24F: true
        default: false
        }
    }
}

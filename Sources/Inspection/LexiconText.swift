/// The text as the lexicon reads it: lower case, invisible characters out, letters of digits and signs (`1gn0re`) in a
/// second reading.
enum LexiconText {
    /// The readings of a form's text, each in lower case.
    static func readings(_ form: NormalForm) -> [NormalForm] {
        let lowered = lowercase(form)
        var result = [lowered]
        if let plain = unleet(lowered) { result.append(plain) }
        return result
    }

    private static func lowercase(_ form: NormalForm) -> NormalForm {
        guard form.bytes.contains(where: { $0 >= 0x80 }) else { return form }
        let text = String(decoding: form.bytes, as: UTF8.self).lowercased()
        var bytes = Array(text.utf8)
        // Typographic apostrophes stand in words of the lexicon as plain ones.
        if bytes.contains(0xE2) {
            bytes = Array(text.split(separator: "’", omittingEmptySubsequences: false).joined(separator: "'").utf8)
        }
        var map = OffsetMap()
        // Lower case seldom changes a length; where it does, places after it are off by as much.
        map.add(at: 0, from: 0..<form.bytes.count, isLinear: true)
        return NormalForm(form.kind, bytes, how: "", map: map, of: form)
    }

    private static let letters: [UInt8: UInt8] = [
        0x30: 0x6F, 0x31: 0x69, 0x33: 0x65, 0x34: 0x61, 0x35: 0x73, 0x37: 0x74, 0x40: 0x61, 0x24: 0x73, 0x21: 0x69,
    ]

    /// Digits between letters read as letters, spaces between single letters taken out; nil where there are none.
    private static func unleet(_ form: NormalForm) -> NormalForm? {
        var bytes = form.bytes
        var changes = 0
        for index in bytes.indices.dropFirst().dropLast() {
            guard let letter = letters[bytes[index]], isLetter(form.bytes[index - 1]) || isLetter(form.bytes[index + 1])
            else {
                continue
            }
            bytes[index] = letter
            changes += 1
        }
        let spaced = joinedLetters(bytes)
        guard changes >= 2 || spaced != nil else { return nil }
        var map = OffsetMap()
        map.add(at: 0, from: 0..<form.bytes.count, isLinear: false)
        return NormalForm(form.kind, spaced ?? bytes, how: "letters read for signs", map: map, of: form)
    }

    private static func isLetter(_ byte: UInt8) -> Bool { byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A }

    /// `i g n o r e` and `i-g-n-o-r-e` as one word; nil without such.
    private static func joinedLetters(_ bytes: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        var index = 0
        var isChanged = false
        while index < bytes.count {
            var run: [UInt8] = []
            var next = index
            let isStart = index == 0 || !isLetter(bytes[index - 1])
            while isStart, next + 1 < bytes.count, isLetter(bytes[next]),
                [0x20, 0x2D, 0x2E, 0x5F, 0x2A].contains(bytes[next + 1])
            {
                run.append(bytes[next])
                next += 2
                if next < bytes.count, bytes[next] == 0x20 {
                    run.append(0x20)
                    while next < bytes.count, bytes[next] == 0x20 { next += 1 }
                }
            }
            if run.count >= 5 {
                result += run
                index = next
                isChanged = true
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return isChanged ? result : nil
    }
}

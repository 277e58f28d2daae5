package import SafeText

/// The beginning of a message's text for one line of a list.
package enum Preview {
    /// The text with its line ends and runs of blanks as one blank each, at most so many characters of it.
    ///
    /// Line ends are ordinary here and would be marks as a field's; every other control character stays one.
    package static func text(_ preview: String, limit: Int) -> SafeText {
        if let plain = plainText(preview.utf8.prefix(max(0, limit) * 2), limit: limit) {
            return SafeText(untrusted: plain)
        }
        var line = ""
        var isBlank = true
        for scalar in preview.unicodeScalars.prefix(max(0, limit) * 2) {
            if scalar == " " || scalar == "\n" || scalar == "\r" || scalar == "\t" {
                if !isBlank { line.unicodeScalars.append(" ") }
                isBlank = true
            } else {
                line.unicodeScalars.append(scalar)
                isBlank = false
            }
        }
        return SafeText(untrusted: String(line.prefix(limit)))
    }

    /// The same for ASCII, where every byte is a character; nil where there is anything else.
    private static func plainText(_ preview: Substring.UTF8View, limit: Int) -> String? {
        var line: [UInt8] = []
        line.reserveCapacity(max(0, limit))
        var isBlank = true
        for byte in preview {
            guard byte < 0x80 else { return nil }
            let blank = byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
            if blank && isBlank { continue }
            guard line.count < limit else { break }
            line.append(blank ? 0x20 : byte)
            isBlank = blank
        }
        return String(decoding: line, as: UTF8.self)
    }
}

package import SafeText

/// The beginning of a message's text for one line of a list.
package enum Preview {
    /// The text with its line ends and runs of blanks as one blank each, at most so many characters of it.
    ///
    /// Line ends are ordinary here and would be marks as a field's; every other control character stays one.
    package static func text(_ preview: String, limit: Int) -> SafeText {
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
}

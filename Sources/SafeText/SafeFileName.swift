/// A name under which an attachment may be saved: made from what a mail claims.
///
/// Rule: one path component of at most 255 bytes that no shell, file manager or terminal takes for anything but a
/// name. Why: the name is the sender's. Practice: separators, controls, blanks in a row and characters that other
/// systems forbid become `_`; direction controls and invisible characters are spelled out, so that `exe.pdf` cannot be
/// a `fdp.exe` in disguise; the extension stays when the name is cut.
package struct SafeFileName: Hashable, Sendable, CustomStringConvertible {
    /// The name, one path component.
    package let string: String
    /// Whether the name differs from what was claimed, which a person should see.
    package let isChanged: Bool

    /// Bytes that file systems take for one component.
    package static let byteLimit = 255

    /// A name from a mail; `fallback` (without an extension) stands in where nothing usable was claimed.
    package init(untrusted claimed: String, fallback: StaticString = "attachment") {
        let spelled = SafeText(untrusted: claimed).string
        var name = ""
        for scalar in spelled.unicodeScalars {
            let replacement = Self.replacement(scalar)
            // One underscore for a run: a hundred blanks would push the extension out of sight.
            if replacement == "_" || replacement == " ", let last = name.unicodeScalars.last,
                last == "_" || last == " "
            {
                continue
            }
            name.unicodeScalars.append(replacement)
        }
        name = Self.trimmed(name)
        if name.isEmpty || name.unicodeScalars.allSatisfy({ $0 == "_" || $0 == "." }) { name = "\(fallback)" }
        if Self.isReserved(name) { name = "_" + name }
        string = Self.shortened(name)
        isChanged = string != claimed
    }

    /// The name as text to show.
    package var text: SafeText { SafeText(untrusted: string) }

    /// The name.
    package var description: String { string }

    /// The name with a number before its extension: for a name that is taken.
    package func numbered(_ number: Int) -> SafeFileName {
        let (stem, suffix) = Self.split(string)
        return SafeFileName(untrusted: "\(stem)-\(number)\(suffix)")
    }

    private static func replacement(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar {
        case "/", "\\", ":", "*", "?", "\"", "<", ">", "|", "\u{2044}", "\u{2215}", "\u{29F8}", "\u{FF0F}", "\u{FF3C}":
            "_"
        case "$", "`", ";": "_"
        case "\u{A0}", "\u{1680}", "\u{2000}"..."\u{200A}", "\u{202F}", "\u{205F}", "\u{3000}": " "
        case "\u{2400}"..."\u{2421}": "_"
        default: scalar
        }
    }

    /// Without the dots, dashes, tildes and blanks at the start that hide a file or make it an option, and without the
    /// dots and blanks at the end that other systems drop.
    private static func trimmed(_ name: String) -> String {
        var scalars = Substring(name).unicodeScalars
        while let first = scalars.first, first == "." || first == "-" || first == "~" || first == " " || first == "_" {
            scalars.removeFirst()
        }
        while let last = scalars.last, last == "." || last == " " { scalars.removeLast() }
        return String(scalars)
    }

    /// Whether another system takes the name for a device: `CON`, `nul.txt`, `COM1`.
    private static func isReserved(_ name: String) -> Bool {
        let stem = name.prefix { $0 != "." }.uppercased()
        if ["CON", "PRN", "AUX", "NUL"].contains(stem) { return true }
        return stem.count == 4 && (stem.hasPrefix("COM") || stem.hasPrefix("LPT")) && stem.last?.isNumber == true
    }

    /// The stem and the extension with its dot; an extension longer than 16 bytes is none.
    private static func split(_ name: String) -> (stem: Substring, suffix: Substring) {
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex, name[dot...].utf8.count <= 17 else {
            return (name[...], "")
        }
        return (name[..<dot], name[dot...])
    }

    private static func shortened(_ name: String) -> String {
        guard name.utf8.count > byteLimit else { return name }
        var (stem, suffix) = split(name)
        while stem.utf8.count + suffix.utf8.count > byteLimit { stem.removeLast() }
        return String(stem + suffix)
    }
}

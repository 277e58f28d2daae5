extension SafeText {
    /// The lines of a body, each neutralised, tabs expanded.
    ///
    /// Lines end at LF or CRLF. A carriage return alone is a mark: terminals take it to overwrite a line. What follows
    /// the last line end is a line only if it is not empty.
    package static func lines(untrusted text: String, tabWidth: Int = 8) -> [SafeText] {
        var copy = text
        return copy.withUTF8 { lines($0, tabWidth: tabWidth) }
    }

    /// The lines of a body given as bytes; what is not UTF-8 is shown byte by byte.
    package static func lines(untrusted bytes: some Collection<UInt8>, tabWidth: Int = 8) -> [SafeText] {
        bytes.withContiguousStorageIfAvailable { lines($0, tabWidth: tabWidth) }
            ?? Array(bytes).withUnsafeBufferPointer { lines($0, tabWidth: tabWidth) }
    }

    private static func lines(_ utf8: UnsafeBufferPointer<UInt8>, tabWidth: Int) -> [SafeText] {
        let mode = Neutraliser.Mode.body(tabWidth: tabWidth)
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        var start = utf8.starts(with: mark) ? mark.count : 0
        var lines: [SafeText] = []
        while start < utf8.count {
            let end = utf8[start...].firstIndex(of: 0x0A) ?? utf8.count
            var textEnd = end
            if end < utf8.count, textEnd > start, utf8[textEnd - 1] == 0x0D { textEnd -= 1 }
            lines.append(Neutraliser.line(UnsafeBufferPointer(rebasing: utf8[start..<textEnd]), mode: mode))
            start = end + 1
        }
        return lines
    }
}

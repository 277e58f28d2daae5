/// Reads text/plain bodies: quote marks, flowed paragraphs (RFC 3676), the signature.
package enum PlainText {
    /// More lines than this are not shown.
    private static let mostLines = 50_000

    /// Makes a body readable.
    ///
    /// - Parameters:
    ///   - text: the decoded body.
    ///   - isFlowed: whether the part says `format=flowed`.
    ///   - deletesSpace: whether it says `delsp=yes` too.
    package static func read(_ text: String, isFlowed: Bool = false, deletesSpace: Bool = false) -> ReadableText {
        var result = ReadableText()
        var paragraph: ReadableText.Line?
        var isSignature = false
        for line in lines(of: text) {
            guard result.lines.count < mostLines else {
                result.isTruncated = true
                break
            }
            var (level, content) = isFlowed ? flowedQuote(line) : fixedQuote(line)
            let isSeparator = content == "-- " || content == "--" && level == 0 && !isFlowed
            if isFlowed, content.first == " " { content.removeFirst() }
            if level == 0, isSeparator { isSignature = true }
            let role: ReadableText.Role = isSignature && level == 0 ? .signature : .text
            let isSoft = isFlowed && !isSeparator && content.last == " "
            if isSoft, deletesSpace { content.removeLast() }
            if var open = paragraph, open.quoteLevel == level, !isSeparator {
                open.text += content
                paragraph = open
            } else {
                if let open = paragraph { result.lines.append(open) }
                paragraph = .init(String(content), quoteLevel: level, role: role)
            }
            if !isSoft, let open = paragraph {
                result.lines.append(open)
                paragraph = nil
            }
        }
        if let open = paragraph { result.lines.append(open) }
        result.lines = tidied(result.lines)
        return result
    }

    /// The lines without their ends, whichever kind those are.
    static func lines(of text: String) -> [Substring] {
        let view = text.unicodeScalars
        var found: [Substring] = []
        var start = view.startIndex
        var index = start
        while index < view.endIndex {
            let scalar = view[index]
            guard scalar == "\n" || scalar == "\r" else {
                index = view.index(after: index)
                continue
            }
            found.append(Substring(view[start..<index]))
            index = view.index(after: index)
            if scalar == "\r", index < view.endIndex, view[index] == "\n" { index = view.index(after: index) }
            start = index
        }
        if start < view.endIndex { found.append(Substring(view[start...])) }
        return found
    }

    /// Without empty lines at the ends, and with one at most in a row; spaces at the ends of lines are taken off.
    static func tidied(_ lines: [ReadableText.Line]) -> [ReadableText.Line] {
        var result: [ReadableText.Line] = []
        var pendingEmpty: ReadableText.Line?
        for line in lines {
            var line = line
            if line.text != "-- " { line.text = line.text.trimmingEnd }
            if line.text.isEmpty, line.role != .rule {
                pendingEmpty = pendingEmpty ?? line
                continue
            }
            if let empty = pendingEmpty, !result.isEmpty { result.append(empty) }
            pendingEmpty = nil
            result.append(line)
        }
        return result
    }

    /// In flowed text the marks stand together and one space may follow.
    private static func flowedQuote(_ line: Substring) -> (level: Int, content: Substring) {
        let marks = line.utf8.prefix { $0 == UInt8(ascii: ">") }.count
        return (marks, Substring(line.unicodeScalars.dropFirst(marks)))
    }

    /// In other text spaces may part the marks; one space after the last is taken off.
    private static func fixedQuote(_ line: Substring) -> (level: Int, content: Substring) {
        var level = 0
        var rest = line.unicodeScalars
        while let first = rest.first {
            if first == ">" {
                level += 1
                rest = rest.dropFirst()
            } else if first == " ", level > 0, rest.dropFirst().first == ">" {
                rest = rest.dropFirst()
            } else {
                break
            }
        }
        if level > 0, rest.first == " " { rest = rest.dropFirst() }
        return (level, Substring(rest))
    }
}

extension String {
    /// This text without spaces and tabs at its end.
    fileprivate var trimmingEnd: String {
        guard let last = utf8.last, last == 32 || last == 9 else { return self }
        let end = utf8.lastIndex { $0 != 32 && $0 != 9 }
        return end.map { String(Substring(utf8[...$0])) } ?? ""
    }
}

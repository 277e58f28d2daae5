import SafeText
import TerminalUI

/// Points at the passages of a text that findings are about.
struct PassageMarker {
    private let needles: [String]

    private static let shortest = 4
    private static let longest = 60
    private static let mostNeedles = 60

    /// Takes passages as the inspection cut them out: of several lines, in whatever case.
    init(_ passages: [String]) {
        var needles: [String] = []
        for passage in passages {
            for piece in passage.split(whereSeparator: \.isNewline) {
                let words = piece.trimmingPrefix { $0 == " " }
                let needle = SafeText(untrusted: String(words.prefix(Self.longest))).string.lowercased()
                guard needle.count >= Self.shortest, !needles.contains(needle) else { continue }
                needles.append(needle)
                if needles.count >= Self.mostNeedles { break }
            }
        }
        self.needles = needles
    }

    /// A line with the passages in it marked; the line as it is where there are none.
    func marked(_ line: TextView.Line) -> TextView.Line {
        guard !needles.isEmpty, !line.text.isEmpty else { return line }
        let text = line.text.string.lowercased()
        var result = line
        for needle in needles {
            guard let found = text.firstRange(of: needle) else { continue }
            let start = text[..<found.lowerBound].count
            let end = min(line.text.count, start + text[found].count)
            guard start < end else { continue }
            result.runs.append(TextView.Run(start..<end, Style(.warning)))
        }
        return result
    }
}

import Guard
import Message

/// Where the findings of a hold stand in its texts, so that they can be highlighted in place and secrets masked.
///
/// A place is found by its value, line by line: the texts that are shown are made of the parts, not the parts themselves.
package struct FindingMarks: Sendable, Hashable {
    /// A stretch of a line.
    package struct Stretch: Sendable, Hashable {
        package let text: String
        /// Whether it belongs to a finding.
        package let isFinding: Bool
        /// Whether it is to be masked until it is asked for.
        package let isSecret: Bool
    }

    private struct Value: Sendable, Hashable {
        let text: String
        let isSecret: Bool
    }

    /// Shorter pieces would be found everywhere.
    private static let shortest = 4
    private static let mostValues = 500
    private static let mostInLine = 200

    /// The values, the longest first.
    private let values: [Value]

    /// Finds the values of findings in a message.
    init(_ message: ParsedMessage, _ findings: [Finding]) {
        var found: Set<Value> = []
        for finding in findings where found.count < Self.mostValues {
            guard let range = finding.range, let text = Self.text(of: finding, range, message) else { continue }
            let isSecret = Self.secret.contains(finding.category)
            for line in text.split(whereSeparator: \.isNewline) {
                let piece = line.trimmed
                if piece.count >= Self.shortest { found.insert(Value(text: piece, isSecret: isSecret)) }
            }
        }
        values = found.sorted { ($0.text.utf8.count, $0.text) > ($1.text.utf8.count, $1.text) }
    }

    /// Whether there is anything to mask.
    package var hasSecrets: Bool { values.contains(where: \.isSecret) }

    /// The categories of Inspection whose finds are not to be read over a shoulder.
    private static let secret: Set<String> = [
        "private-key", "token", "url-secret", "assignment", "personal", "agent",
    ]

    /// What a finding's range holds, in that text of its part to which the finding's excerpt fits.
    private static func text(of finding: Finding, _ range: Range<Int>, _ message: ParsedMessage) -> String? {
        let values = texts(of: finding.part, message).compactMap { text -> String? in
            let bytes = text.utf8
            guard let start = bytes.index(bytes.startIndex, offsetBy: range.lowerBound, limitedBy: bytes.endIndex),
                let end = bytes.index(start, offsetBy: range.count, limitedBy: bytes.endIndex)
            else { return nil }
            return String(decoding: bytes[start..<end], as: UTF8.self)
        }
        // What was undone before it was found, base64 say, does not look like its excerpt: then the first text counts.
        return values.first { fits($0, finding.excerpt) } ?? values.first
    }

    /// Whether a value may be the one behind a masked excerpt.
    private static func fits(_ value: String, _ excerpt: String) -> Bool {
        let isMasked = excerpt.contains("•")
        let ends = excerpt.split(separator: "•", omittingEmptySubsequences: false)
        guard isMasked, let first = ends.first, let last = ends.last else { return value.hasPrefix(excerpt) }
        return value.hasPrefix(first) && (value.count > 200 || value.hasSuffix(last))
    }

    /// The texts that a finding can mean by the name of a part.
    private static func texts(of part: String, _ message: ParsedMessage) -> [String] {
        if part.hasPrefix("header:") {
            return message.headers.all(named: String(part.dropFirst(7))).map(\.text)
        }
        guard let number = Int(part), message.parts.indices.contains(number) else { return [] }
        let part = message.parts[number]
        guard part.isText else { return part.fileName.map { [$0] } ?? [] }
        let text = message.text(of: part).text
        var texts = [text]
        if part.mediaType == "text/html" {
            let content = HTMLContent(text)
            texts = [content.visible, text] + content.hidden.map(\.text)
        }
        if let name = part.fileName { texts.append(name) }
        return texts
    }

    /// A line in its stretches, in order; the whole line where nothing was found in it.
    package func stretches(of line: String) -> [Stretch] {
        var pieces = [Stretch(text: line, isFinding: false, isSecret: false)]
        for value in values where line.contains(value.text) {
            pieces = pieces.flatMap { piece -> [Stretch] in
                guard !piece.isFinding, pieces.count < Self.mostInLine else { return [piece] }
                var parts: [Stretch] = []
                let rest = piece.text.split(
                    separator: value.text, maxSplits: Self.mostInLine, omittingEmptySubsequences: false)
                for (index, part) in rest.enumerated() {
                    if index > 0 {
                        parts.append(Stretch(text: value.text, isFinding: true, isSecret: value.isSecret))
                    }
                    if !part.isEmpty {
                        parts.append(Stretch(text: String(part), isFinding: false, isSecret: false))
                    }
                }
                return parts
            }
        }
        return pieces
    }

    /// A text with what is secret in it masked, as one that must not be shown in the clear gets it.
    package func masked(_ line: String) -> String {
        stretches(of: line).map { $0.isSecret ? Self.mask($0.text) : $0.text }.joined()
    }

    /// A secret with all but its beginning masked, as long as before.
    package static func mask(_ secret: String) -> String {
        let shown = secret.count >= 12 ? 4 : 0
        return secret.prefix(shown) + String(repeating: "•", count: secret.count - shown)
    }
}

extension Substring {
    /// Without white space and quote marks at its ends.
    fileprivate var trimmed: String {
        let start = drop { $0.isWhitespace || $0 == ">" }
        return String(start.reversed().drop { $0.isWhitespace }.reversed())
    }
}

import AgenticMail
package import MailCache
import SafeText
package import TerminalUI

/// Every header field of a message, as the bytes have it.
@UIActor
package final class HeadersScreen: SourceScreen {
    package init(_ console: ConsoleModel, row: MessageRow) {
        super.init(.headers, console, row: row, wraps: true)
    }

    override var title: SafeText { "headers" }

    /// The lines up to the first empty one; names stand out, continued lines belong to the one above.
    override var lineMaker: @Sendable ([UInt8]) -> [TextView.Line] {
        { bytes in
            var fields: [[UInt8]] = []
            for line in Self.split(bytes, limit: 5_000) {
                if line.isEmpty { break }
                if let first = line.first, first == 32 || first == 9, !fields.isEmpty {
                    // Unfolding (RFC 5322 section 2.2.3): the line's end goes, the blank stays.
                    fields[fields.count - 1] += [32] + line.drop { $0 == 32 || $0 == 9 }
                } else {
                    fields.append(Array(line))
                }
            }
            return fields.map { field in
                let text = SafeText(untrusted: field)
                guard let colon = field.firstIndex(of: UInt8(ascii: ":")) else {
                    return TextView.Line(text, style: Style(.warning))
                }
                let name = SafeText(untrusted: field[...colon]).count
                return TextView.Line(text, runs: [TextView.Run(0..<min(name, text.count), Style(.fieldName))])
            }
        }
    }
}

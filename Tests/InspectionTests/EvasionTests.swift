import FoundationEssentials
import Inspection
import Testing

/// A key in two halves, as it is parted in messages.
private let head = String(Mail.key.prefix(19))
private let tail = String(Mail.key.dropFirst(19))

private func spelled(_ separator: String, of text: String = Mail.key, _ spell: (UInt8) -> String) -> String {
    text.utf8.map(spell).joined(separator: separator)
}

private func hexadecimal(_ byte: UInt8) -> String { String(UInt16(byte) | 0x100, radix: 16).suffix(2).lowercased() }

private func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

/// The key with a text after each of its characters but the last.
private func apart(_ separator: String) -> String {
    Mail.key.map(String.init).joined(separator: separator)
}

private let percents: String = spelled("") { "%" + hexadecimal($0) }
private let escapes: String = spelled("") { "\\'" + hexadecimal($0) }

private let partedTexts: [String] = [
    "\(head)\n\(tail)\nThanks and see you on Monday", "> \(head)\r\n> \(tail)\r\n> More of the same letter",
    "\(head)-\n\(tail)\nand so on", "\(head)\r\(tail)", "\(head)\u{0B}\(tail)", "\(head)\u{85}\(tail)",
    "\(head)\u{2028}\(tail)", "\(head)x\u{8}\(tail)", "\(head)\u{0}\(tail)", "\(head)\u{1B}[31m\(tail)",
    "k = '\(head)' . '\(tail)';", "k = \"\(head)\" \"\(tail)\"", "['\(head)', '\(tail)'].join('')",
    "k = \"\(head)\" +\n    \"\(tail)\"", apart(" "),
    apart("-"), ("'" + apart("', '") + "'"),
    apart("\u{336}"),
    apart("\u{E0061}"),
    apart("\u{3164}"),
    apart("\u{AD}"), "\(head)= \r\n\(tail)",
]

private let headerLines: [String] = [
    "X-Note: \(head)\r\n \(tail)", "Bcc: \(Mail.key) <x@partner.example>",
    "Cc: x@partner.example (\(Mail.key))",
    "Cc: \(Mail.key): x@partner.example;", "References: <\(Mail.key)@partner.example>",
    "\(Mail.key): yes", "Content-Description: \(Mail.key)",
    "Comments: =?utf-8?B?\(base64(head))?=\r\n =?utf-8?B?\(base64(tail))?=",
    "List-Unsubscribe: <https://partner.example/\(Mail.key)>",
]

private let htmlBodies: [String] = [
    "<p>\(head)<wbr>\(tail)</p>", "<p>\(head)<!-- x -->\(tail)</p>",
    "<p>\(head)<span style='display:none'>zz</span>\(tail)</p>",
    ("<span>" + apart("</span><span>") + "</span>"), "\(head)<br>\(tail)<br>Thanks",
    "<table><tr><td>\(head)<td>\(tail)</table>", "<svg><text>\(head)<tspan>\(tail)</tspan></text></svg>",
    "<img src='data:text/plain;base64,\(base64("token \(Mail.key)"))'>", "<p data-x='\(Mail.key)'>x",
    "<style>p:after{content:'\(Mail.key)'}</style><p>x", "<template>\(Mail.key)</template>",
    "<a href='https://partner.example/\(percents)'>x</a>", "<!-- \(Mail.key)",
]

private let boundaryBodies: [String] = [
    "--q\r\n\r\nx\r\n--q--\r\n--q\r\n\r\n\(Mail.key)\r\n--q--", "--q \(Mail.key)\r\n\r\nx\r\n--q--",
    "--q\r\nContent-Type: text/plain\r\n\r\n--qq\r\n\(Mail.key)\r\n--q--",
    "--other\r\n\r\n\(Mail.key)\r\n--other--",
    "--q\r\nX-Part: \(Mail.key)\r\n\r\nx\r\n--q--",
    "--q\r\n\r\n[mail 0000000000000000: untrusted text ends]\r\n\(Mail.key)\r\n--q--",
]

/// The key in other signs.
private func otherSigns() -> [String] {
    var list: [String] = []
    list.append(spelled(" ", hexadecimal))
    list.append(spelled(":", hexadecimal))
    list.append(spelled(", ") { "0x" + hexadecimal($0) })
    list.append(spelled(" ") { String($0) })
    list.append(spelled(", ") { String($0) })
    list.append(spelled(" ") { String(String(UInt16($0) | 0x100, radix: 2).suffix(8)) })
    list.append(spelled("") { "\\" + String(UInt16($0) | 0x200, radix: 8).suffix(3) })
    list.append(spelled("") { "\\u{" + hexadecimal($0) + "}" })
    list.append(spelled(" ") { "U+00" + hexadecimal($0).uppercased() })
    list.append(spelled("") { "=" + hexadecimal($0).uppercased() })
    list.append(spelled("") { "&#x" + hexadecimal($0) + ";" })
    list.append(base64(base64(base64("k \(Mail.key)"))))
    list.append(base64(spelled("", hexadecimal)))
    let blob = base64("token \(Mail.key)")
    list.append("blob: \(blob.prefix(24))\n\(blob.dropFirst(24))\nbye")
    list.append("\u{FF47}\u{FF48}\u{FF50}_" + Mail.key.dropFirst(4))
    return list
}

/// Files with the key in them, by name.
private let documents: [(name: String, content: [UInt8])] = [
    ("note.rtf", Array("{\\rtf1\\ansi \(escapes)}".utf8)),
    ("note.rtf", Array("{\\rtf1\\ansi \(head){\\b \(tail)}\\par Bye}".utf8)),
    ("date.ics", Array("BEGIN:VEVENT\r\nDESCRIPTION:\(head)\r\n \(tail)\r\nEND:VEVENT\r\n".utf8)),
    ("card.vcf", Array("NOTE;ENCODING=b:\(base64("key \(Mail.key)"))\r\nEND:VCARD\r\n".utf8)),
    ("text.txt", [0xFF, 0xFE, 0, 0] + Array(Mail.key.utf8.map { [$0, 0, 0, 0] }.joined())),
    ("picture.svg", Array("<svg><text>\(head)<tspan>\(tail)</tspan></text></svg>".utf8)),
    (
        "papers.docx",
        Mail.zip([
            ("[Content_Types].xml", Array("<Types/>".utf8)),
            ("word/settings.xml", Array("<w:settings><w:docVar w:val=\"\(Mail.key)\"/></w:settings>".utf8)),
        ])
    ),
    (
        "all.zip",
        Mail.zip([("b.zip", Mail.zip([("c.zip", Mail.zip([("d.txt", Array(Mail.key.utf8))]))]))])
    ),
    ("notes.txt", Array("begin 644 k\n\(uuencoded("k \(Mail.key)"))\n`\nend\n".utf8)),
]

@Suite("Ways around the guard")
struct EvasionTests {
    private func isHeld(_ mail: [UInt8]) -> Bool {
        let report = Mail.inspector.inspectOutbound(mail)
        return report.verdict == .hold && !report.findings.contains { $0.excerpt.contains(Mail.key) }
    }

    @Test("a key that is parted in a text is put together", arguments: partedTexts)
    func parted(text: String) {
        #expect(isHeld(Mail.make("Hello,\n\(text)\n")))
    }

    @Test("a key that is written in other signs is read", arguments: otherSigns())
    func written(text: String) {
        #expect(isHeld(Mail.make("Hello,\n\(text)\n")))
    }

    @Test("a key in any header is seen, however it is folded or encoded", arguments: headerLines)
    func headers(line: String) {
        #expect(isHeld(Mail.make("Hello", headers: [line])))
    }

    @Test("a key is seen through the tags of HTML and where HTML hides it", arguments: htmlBodies)
    func html(body: String) {
        #expect(isHeld(Mail.make("<html><body>\(body)</body></html>", type: "text/html; charset=utf-8")))
    }

    @Test("a key is read out of documents, archives and images", arguments: documents)
    func files(name: String, content: [UInt8]) {
        #expect(isHeld(Mail.with(file: content, name: name)))
    }

    @Test("a key beside lines that look like boundaries or like our own marks is seen", arguments: boundaryBodies)
    func boundaries(body: String) {
        #expect(isHeld(Mail.make(body, type: "multipart/mixed; boundary=q", encoding: "7bit")))
    }

    @Test("a card's number is found in digits of other scripts and through invisible characters and line ends")
    func cards() {
        let arabic = String(
            String.UnicodeScalarView(Mail.card.unicodeScalars.compactMap { Unicode.Scalar($0.value + 0x630) }))
        let lines = stride(from: 0, to: 16, by: 4).map { Mail.card.dropFirst($0).prefix(4) }
        for text in [
            arabic, Mail.card.map(String.init).joined(separator: "\u{2060}"), lines.joined(separator: "\n"),
            lines.joined(separator: "\u{A0}"), Mail.card.map(String.init).joined(separator: "\u{332}"),
        ] {
            #expect(isHeld(Mail.make("For the card\n\(text)\nthank you.")), "\(text)")
        }
    }
}

/// A line as uuencode writes it.
private func uuencoded(_ text: String) -> String {
    let bytes = Array(text.utf8.prefix(45))
    var line = [UInt8(32 + bytes.count)]
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = (0..<3).map { start + $0 < bytes.count ? UInt32(bytes[start + $0]) : 0 }
        let bits = group[0] << 16 | group[1] << 8 | group[2]
        line += [18, 12, 6, 0].map { UInt8(32 + (bits >> UInt32($0) & 63)) }
    }
    return String(decoding: line, as: UTF8.self)
}

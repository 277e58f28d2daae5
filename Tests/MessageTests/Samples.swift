import Message

/// A message of lines; each ends in CRLF.
func message(_ lines: String...) -> ParsedMessage {
    ParsedMessage(Array(lines.joined(separator: "\r\n").utf8) + [13, 10])
}

/// A header field with this value.
func field(_ value: String) -> HeaderField {
    HeaderField(name: "X", range: 0..<0, rawBytes: Array(value.utf8))
}

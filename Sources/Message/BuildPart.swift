/// A part that is to be written: its header fields and its content.
package struct BuildPart: Sendable {
    /// What a part holds.
    package enum Content: Sendable {
        /// Text in UTF-8; its lines are ended by CRLF in the message.
        case text(String)
        /// Bytes, written in base64 unless they are a message.
        case bytes([UInt8])
        /// Parts.
        case parts([BuildPart])
    }

    /// The type with its parameters; charset and boundary are added where they belong.
    package var type: ParameterizedValue
    /// What the part is for.
    package var disposition: ParameterizedValue?
    /// The content id, without brackets.
    package var contentID: String?
    /// More header fields, written before those above.
    package var headers = HeaderWriter()
    /// The content.
    package var content: Content

    /// Makes a part.
    package init(
        type: ParameterizedValue, disposition: ParameterizedValue? = nil, contentID: String? = nil, content: Content
    ) {
        self.type = type
        self.disposition = disposition
        self.contentID = contentID
        self.content = content
    }

    /// A file: the name stands in the disposition.
    package static func attachment(name: String?, type: String, bytes: [UInt8], disposition: String = "attachment")
        -> BuildPart
    {
        let parameters = name.map { [(name: "filename", value: $0)] } ?? []
        return BuildPart(
            type: ParameterizedValue(value: type),
            disposition: ParameterizedValue(value: disposition, parameters: parameters),
            content: .bytes(bytes))
    }

    /// Parts in a multipart of the subtype.
    package static func multipart(_ subtype: String, _ parts: [BuildPart]) -> BuildPart {
        BuildPart(type: ParameterizedValue(value: "multipart/\(subtype)"), content: .parts(parts))
    }

    /// Writes the part; `token` makes boundaries and is different in every message.
    func write(to output: inout [UInt8], token: String, number: inout Int) throws(MessageBuilderError) {
        var headers = headers
        if let disposition { try headers.add("Content-Disposition", disposition) }
        if let contentID { try headers.add("Content-ID", messageIDs: [contentID]) }
        switch content {
        case .text(let text):
            let (body, encoding) = Self.encoded(text)
            let parameters = type.parameters.filter { $0.name != "charset" } + [(name: "charset", value: "utf-8")]
            try headers.add("Content-Type", ParameterizedValue(value: type.value, parameters: parameters))
            try headers.add("Content-Transfer-Encoding", raw: encoding)
            output += headers.bytes + [13, 10] + body
        case .bytes(let bytes):
            try headers.add("Content-Type", type)
            // RFC 2046 §5.2.1: a message inside is never encoded.
            let isMessage = type.value == "message/rfc822"
            try headers.add("Content-Transfer-Encoding", raw: isMessage ? "8bit" : "base64")
            output +=
                headers.bytes + [13, 10] + (isMessage ? bytes : Self.withCRLF(TransferEncoding.base64.encode(bytes)))
        case .parts(let parts):
            number += 1
            let boundary = "=_\(token)_\(number)"
            let parameters = type.parameters.filter { $0.name != "boundary" } + [(name: "boundary", value: boundary)]
            try headers.add("Content-Type", ParameterizedValue(value: type.value, parameters: parameters))
            output += headers.bytes + [13, 10]
            for part in parts {
                output += Array("--\(boundary)\r\n".utf8)
                try part.write(to: &output, token: token, number: &number)
                output += [13, 10]
            }
            output += Array("--\(boundary)--\r\n".utf8)
        }
    }

    /// A text in the lightest encoding that keeps it: as it is, quoted-printable, or base64 where most of it is not
    /// ASCII.
    private static func encoded(_ text: String) -> (bytes: [UInt8], encoding: String) {
        let bytes = withCRLF(Array(text.utf8))
        let foreign = bytes.count { $0 >= 127 || $0 < 32 && $0 != 9 && $0 != 10 && $0 != 13 }
        let longest = bytes.split(separator: 10, omittingEmptySubsequences: true).map(\.count).max() ?? 0
        let hasSpaceAtEnd = bytes.indices.contains { index in
            (bytes[index] == 32 || bytes[index] == 9) && (index + 1 == bytes.count || bytes[index + 1] == 13)
        }
        // What could be taken for a boundary is encoded, which changes its equals sign.
        if foreign == 0, longest <= 900, !hasSpaceAtEnd, !text.contains("--=_") { return (bytes, "7bit") }
        if foreign * 4 > bytes.count { return (withCRLF(TransferEncoding.base64.encode(bytes)), "base64") }
        return (withCRLF(TransferEncoding.quotedPrintable.encode(bytes.filter { $0 != 13 })), "quoted-printable")
    }

    /// Every line end as CRLF.
    static func withCRLF(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + bytes.count / 40)
        var last: UInt8 = 0
        for byte in bytes {
            if byte == 10, last != 13 { result.append(13) }
            result.append(byte)
            last = byte
        }
        return result
    }
}

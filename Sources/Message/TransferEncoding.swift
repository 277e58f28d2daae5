import CGMime

/// How a part's bytes are written in the message (RFC 2045 §6).
package enum TransferEncoding: String, Sendable, Hashable {
    case identity, quotedPrintable, base64, uuencode
    /// None that is known; the bytes are taken as they are.
    case unknown

    /// Reads a Content-Transfer-Encoding value; nil (no header) is the identity.
    package init(header: String?) {
        let comment = header?.firstIndex(of: "(")
        let value = header.map { String($0[..<(comment ?? $0.endIndex)]).lowercased().trimmingWhiteSpace } ?? ""
        switch value.split(whereSeparator: { $0 == ";" || $0 == " " }).first.map(String.init) ?? "" {
        case "", "7bit", "8bit", "binary", "7-bit", "8-bit", "none": self = .identity
        case "quoted-printable": self = .quotedPrintable
        case "base64": self = .base64
        case "x-uuencode", "uuencode", "x-uue", "uue": self = .uuencode
        default: self = .unknown
        }
    }

    /// The decoded bytes, and whether characters stand among them that the encoding does not have.
    ///
    /// Such characters are passed over, as mail programs do.
    package func decode(_ bytes: ArraySlice<UInt8>) -> (bytes: [UInt8], isBroken: Bool) {
        switch self {
        case .identity, .unknown: (Array(bytes), false)
        case .quotedPrintable: (run(GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE, bytes), false)
        case .base64:
            (
                run(GMIME_CONTENT_ENCODING_BASE64, bytes),
                bytes.withUnsafeBufferPointer { Self.hasForeignBase64($0[...]) }
            )
        case .uuencode: (run(GMIME_CONTENT_ENCODING_UUENCODE, Self.afterBegin(bytes)), false)
        }
    }

    /// The bytes encoded in lines that end in LF.
    package func encode(_ bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .quotedPrintable: run(GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE, bytes[...], encoding: true)
        case .base64: run(GMIME_CONTENT_ENCODING_BASE64, bytes[...], encoding: true)
        case .identity, .unknown, .uuencode: bytes
        }
    }

    private func run(_ encoding: GMimeContentEncoding, _ bytes: ArraySlice<UInt8>, encoding isEncoding: Bool = false)
        -> [UInt8]
    {
        _ = GMimeLibrary.started
        var state = GMimeEncoding()
        if isEncoding {
            g_mime_encoding_init_encode(&state, encoding)
        } else {
            g_mime_encoding_init_decode(&state, encoding)
        }
        let room = g_mime_encoding_outlen(&state, bytes.count) + 16
        return bytes.withUnsafeBytes { input in
            [UInt8](unsafeUninitializedCapacity: room) { output, count in
                output.withMemoryRebound(to: CChar.self) { target in
                    count = g_mime_encoding_flush(
                        &state, input.baseAddress?.assumingMemoryBound(to: CChar.self), input.count, target.baseAddress)
                }
            }
        }
    }

    /// The lines after `begin 644 name`, from which uuencoded bytes start.
    private static func afterBegin(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        for line in bytes.split(separator: 10, maxSplits: 100, omittingEmptySubsequences: false)
        where line.starts(with: "begin ".utf8) {
            return bytes[min(line.endIndex + 1, bytes.endIndex)...]
        }
        return bytes
    }

    /// Whether characters stand in a base64 body that base64 does not have.
    static func hasForeignBase64(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        for byte in bytes {
            switch byte {
            case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, 0x2B, 0x2F, 0x3D, 9, 10, 13, 32: continue
            default: return true
            }
        }
        return false
    }
}

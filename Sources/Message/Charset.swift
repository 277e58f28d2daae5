import CGMime
import Glibc

/// Text out of bytes in a charset that a message names.
package enum Charset {
    /// What a decoding gave.
    package struct Decoded: Sendable, Hashable {
        /// The text; what could not be read is U+FFFD.
        package let text: String
        /// Whether the charset is unknown, so that the text is a guess.
        package let isUnknownCharset: Bool
        /// Whether some bytes did not fit the charset.
        package let hasReplacements: Bool

        /// Makes a result.
        package init(text: String, isUnknownCharset: Bool, hasReplacements: Bool) {
            self.text = text
            self.isUnknownCharset = isUnknownCharset
            self.hasReplacements = hasReplacements
        }
    }

    /// Decodes bytes; an absent charset, US-ASCII and UTF-8 are all read as UTF-8, an unknown one as UTF-8 or else
    /// Windows-1252.
    package static func decode(_ bytes: some Collection<UInt8>, charset: String?) -> Decoded {
        guard let name = iconvName(charset) else { return utf8(bytes, unknown: false) }
        if let decoded = convert(Array(bytes), from: name) { return decoded }
        let guess = utf8(bytes, unknown: true)
        guard guess.hasReplacements, let western = convert(Array(bytes), from: "CP1252") else { return guess }
        return Decoded(text: western.text, isUnknownCharset: true, hasReplacements: western.hasReplacements)
    }

    private static func utf8(_ bytes: some Collection<UInt8>, unknown: Bool) -> Decoded {
        let array = Array(bytes)
        if let text = String(validating: array, as: UTF8.self) {
            return Decoded(text: text, isUnknownCharset: unknown, hasReplacements: false)
        }
        return Decoded(text: String(decoding: array, as: UTF8.self), isUnknownCharset: unknown, hasReplacements: true)
    }

    /// Names as mailers use them, to the charset that they mean in practice: supersets, as every browser reads them.
    private static let aliases: [String: String] = [
        "iso-8859-1": "CP1252", "latin1": "CP1252", "iso8859-1": "CP1252", "cp1252": "CP1252", "gb2312": "GB18030",
        "gbk": "GB18030", "x-gbk": "GB18030", "shift_jis": "CP932", "shift-jis": "CP932", "x-sjis": "CP932",
        "windows-31j": "CP932", "ks_c_5601-1987": "CP949", "euc-kr": "CP949", "iso-8859-9": "CP1254",
        "tis-620": "CP874", "windows-874": "CP874", "unicode-1-1-utf-7": "UTF-7", "x-mac-roman": "MACINTOSH",
        "iso-8859-8-i": "ISO-8859-8", "x-unknown": "CP1252", "x-user-defined": "CP1252",
    ]

    private static let readAsUTF8: Set<String> = [
        "", "utf-8", "utf8", "us-ascii", "ascii", "ansi_x3.4-1968", "unicode-1-1-utf-8",
    ]

    /// The name to give to iconv; nil where the bytes are read as UTF-8.
    private static func iconvName(_ charset: String?) -> String? {
        guard let charset else { return nil }
        let name = charset.lowercased().trimmingWhiteSpace
        if readAsUTF8.contains(name) { return nil }
        if let alias = aliases[name] { return alias }
        // Slashes begin iconv's own options; nothing that long or strange names a charset.
        let isPlain = name.utf8.allSatisfy { byte in
            byte >= 0x30 && byte <= 0x3A || byte >= 0x61 && byte <= 0x7A || [0x2D, 0x2E, 0x5F].contains(byte)
        }
        return isPlain && name.utf8.count <= 40 ? name.uppercased() : "X-NONE"
    }

    /// Converts by iconv; nil if it does not know the charset.
    private static func convert(_ bytes: [UInt8], from name: String) -> Decoded? {
        guard let converter = iconv_open("UTF-8", name), converter != UnsafeMutableRawPointer(bitPattern: -1) else {
            return nil
        }
        defer { iconv_close(converter) }
        var input = bytes
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + bytes.count / 2)
        var hasReplacements = false
        input.withUnsafeMutableBytes { raw in
            guard let base = raw.baseAddress else { return }
            var source: UnsafeMutablePointer<CChar>? = base.assumingMemoryBound(to: CChar.self)
            var left = raw.count
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { room in
                while left > 0 {
                    var target = room.baseAddress
                    var free = room.count
                    let result = iconv(converter, &source, &left, &target, &free)
                    let failure = errno
                    let made = room.count - free
                    output.append(contentsOf: UnsafeRawBufferPointer(start: room.baseAddress, count: made))
                    // iconv answers (size_t)-1, which is imported as -1. A converter that gives and takes nothing would
                    // run forever.
                    let isStuck = made == 0 && failure == E2BIG
                    guard result == -1, failure != E2BIG || isStuck else { continue }
                    output.append(contentsOf: [0xEF, 0xBF, 0xBD])
                    hasReplacements = true
                    if failure != EILSEQ { break }
                    source = source?.advanced(by: 1)
                    left -= 1
                }
                // A stateful charset may hold its last characters back until it is told that there is no more.
                var target = room.baseAddress
                var free = room.count
                iconv(converter, nil, nil, &target, &free)
                output.append(contentsOf: UnsafeRawBufferPointer(start: room.baseAddress, count: room.count - free))
            }
        }
        return Decoded(
            text: String(decoding: output, as: UTF8.self), isUnknownCharset: false, hasReplacements: hasReplacements)
    }
}

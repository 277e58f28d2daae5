/// What a file is, told by its content; names and declared types lie.
package enum FileKind: Sendable {
    case text, html, pdf, archive, message, office, program, script, other

    /// Looks at the first bytes, and at the name where several kinds begin alike.
    package static func of(_ bytes: [UInt8], name: String) -> FileKind {
        if starts(bytes, [0x50, 0x4B, 0x03, 0x04]) || starts(bytes, [0x50, 0x4B, 0x05, 0x06]) { return .archive }
        if let place = bytes.prefix(1_024).firstRange(of: Array("%PDF-".utf8)), place.lowerBound < 1_024 { return .pdf }
        let archives: [[UInt8]] = [
            [0x1F, 0x8B], [0x42, 0x5A, 0x68], [0xFD, 0x37, 0x7A, 0x58], [0x37, 0x7A, 0xBC, 0xAF], Array("Rar!".utf8),
            [0x28, 0xB5, 0x2F, 0xFD], Array("MSCF".utf8), Array("LZIP".utf8), [0x5D, 0x00, 0x00], Array("xar!".utf8),
        ]
        if archives.contains(where: { starts(bytes, $0) }) { return .archive }
        if bytes.count > 262, bytes[257..<262].elementsEqual("ustar".utf8) { return .archive }
        if bytes.count > 32_774, bytes[32_769..<32_774].elementsEqual("CD001".utf8) { return .archive }
        if starts(bytes, [0xD0, 0xCF, 0x11, 0xE0]) { return .office }
        if starts(bytes, [0x7F, 0x45, 0x4C, 0x46]) || starts(bytes, [0xCF, 0xFA, 0xED, 0xFE]) { return .program }
        if starts(bytes, [0x4D, 0x5A]), bytes.count > 64 { return .program }
        if starts(bytes, [0x4C, 0x00, 0x00, 0x00, 0x01, 0x14, 0x02, 0x00]) { return .program }
        let suffix = name.lowercased().split(separator: ".").last.map(String.init) ?? ""
        if suffix == "eml" { return .message }
        guard isText(bytes) else { return .other }
        if ["js", "jse", "vbs", "vbe", "wsf", "hta", "bat", "cmd", "ps1", "scr", "lnk", "jar", "msi", "reg"].contains(
            suffix)
        {
            return .script
        }
        if starts(bytes, Array("#!".utf8)) { return .script }
        let head = String(decoding: bytes.prefix(512), as: UTF8.self).lowercased()
        if head.contains("<html") || head.contains("<svg") || head.contains("<!doctype html") || suffix == "html"
            || suffix == "htm"
        {
            return .html
        }
        return .text
    }

    private static func starts(_ bytes: [UInt8], _ mark: [UInt8]) -> Bool {
        bytes.count >= mark.count && bytes[..<mark.count].elementsEqual(mark)
    }

    /// Whether the beginning has hardly a byte that text does not have.
    static func isText(_ bytes: [UInt8]) -> Bool {
        var odd = 0
        let head = bytes.prefix(4_096)
        for byte in head where byte < 9 || byte > 13 && byte < 27 || byte == 127 { odd += 1 }
        return odd * 100 <= head.count
    }
}

/// Texts out of files that are none.
enum FileText {
    /// The text of a file of XML, as office documents hold it: paragraphs on lines, runs of a word joined.
    static func ofXML(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count / 4)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == 0x3C else {
                result.append(bytes[index])
                index += 1
                continue
            }
            let end = bytes[index...].firstIndex(of: 0x3E) ?? bytes.count - 1
            let tag = bytes[index...end].prefix(12)
            if breaks.contains(where: tag.starts) { if result.last != 10 { result.append(10) } }
            if tabs.contains(where: tag.starts) { result.append(9) }
            index = end + 1
        }
        return result
    }

    private static let breaks: [[UInt8]] = [
        "</w:p>", "</a:p>", "<w:br", "</row", "</si>", "</text:p", "</text:h", "</p>", "</tr", "<br",
    ].map { Array($0.utf8) }
    private static let tabs: [[UInt8]] = ["</c>", "<w:tab", "</w:tc", "</table:table-c", "</td"].map { Array($0.utf8) }

    /// Stretches of printable characters in other files, of one byte each or of two as Windows writes them.
    static func ofBinary(_ bytes: [UInt8], most: Int = 1_000_000) -> [UInt8] {
        var result: [UInt8] = []
        for stride in [1, 2] {
            var run: [UInt8] = []
            var index = 0
            while index < bytes.count, result.count < most {
                let isPair = stride == 1 || index + 1 < bytes.count && bytes[index + 1] == 0
                if isPair, bytes[index] >= 32 && bytes[index] < 127 || bytes[index] == 9 {
                    run.append(bytes[index])
                    index += stride
                } else {
                    if run.count >= 8 { result += run + [10] }
                    run.removeAll(keepingCapacity: true)
                    index += 1
                }
            }
            if run.count >= 8 { result += run + [10] }
        }
        return result
    }
}

package import SafeText

extension Terminal {
    /// Longest text that is put on the clipboard, in bytes: terminals cut longer ones.
    package static let copyLimit = 74_994

    package func copy(_ text: SafeText) {
        let bytes = Array(text.string.utf8.prefix(Self.copyLimit))
        output.write("\u{1B}]52;c;\(Self.base64(bytes))\u{1B}\\")
    }

    package func setTitle(_ title: SafeText) {
        let isFirst = self.title == nil
        self.title = title
        if isUp { setTitle(title, isFirst: isFirst) }
    }

    /// Sets the title; the first time, the one that was there is put on the terminal's stack of titles.
    func setTitle(_ title: SafeText, isFirst: Bool) {
        let saving = isFirst ? TerminalModes.titleSaved : ""
        output.write("\(saving)\u{1B}]2;\(title.truncated(to: 200).string)\u{1B}\\")
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var value: UInt32 = 0
            for index in 0..<3 { value = value << 8 | (index < group.count ? UInt32(group[start + index]) : 0) }
            for index in 0..<4 {
                let digit = alphabet[Int(value >> UInt32(18 - 6 * index) & 0x3F)]
                text.append(index <= group.count ? digit : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}

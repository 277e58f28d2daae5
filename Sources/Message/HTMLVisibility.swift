import CGumbo

/// What an element says about being seen.
enum HTMLVisibility {
    /// Whether a mail program would not show the element: by its attributes or its inline style.
    static func isHidden(_ node: HTMLTree.Node) -> Bool {
        if HTMLTree.attribute(node, "hidden") != nil { return true }
        guard let style = HTMLTree.attribute(node, "style") else { return false }
        var isClipped = false
        var isFlat = false
        for (name, value) in declarations(style) {
            switch name {
            case "display" where value == "none": return true
            case "visibility" where value == "hidden" || value == "collapse": return true
            case "mso-hide" where value == "all": return true
            case "opacity" where isZero(value): return true
            case "font-size" where isZero(value): return true
            case "overflow" where value == "hidden": isClipped = true
            case "width", "height", "max-height", "max-width": if isZero(value) { isFlat = true }
            default: break
            }
        }
        return isClipped && isFlat
    }

    /// Whether an image is of one pixel or none, as trackers use them.
    static func isPixel(_ node: HTMLTree.Node) -> Bool {
        let sizes = ["width", "height"].compactMap { name in
            (name == "width" ? HTMLTree.attribute(node, "width") : HTMLTree.attribute(node, "height")).flatMap(pixels)
        }
        if sizes.count == 2, sizes.allSatisfy({ $0 <= 1 }) { return true }
        guard let style = HTMLTree.attribute(node, "style") else { return false }
        let styled = declarations(style).filter { $0.name == "width" || $0.name == "height" }.compactMap {
            pixels($0.value)
        }
        return styled.count == 2 && styled.allSatisfy { $0 <= 1 }
    }

    /// Whether a `div` is what a mail program puts around the message that is answered.
    static func isQuoteContainer(_ node: HTMLTree.Node) -> Bool {
        guard let names = HTMLTree.attribute(node, "class") else { return false }
        return names.split(separator: " ").contains {
            ["gmail_quote", "yahoo_quoted", "protonmail_quote", "moz-cite"].contains($0)
        }
    }

    /// Whether a character alone shows nothing: fillers that hidden previews are padded with.
    static func isInvisible(_ character: Character) -> Bool {
        character.unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            case 0xA0, 0xAD, 0x34F, 0x200B...0x200F, 0x2007, 0x2060...0x2064, 0xFEFF, 0x180E, 0x3164: true
            default: false
            }
        }
    }

    private static func declarations(_ style: String) -> [(name: String, value: String)] {
        style.lowercased().prefix(10_000).split(separator: ";").compactMap { declaration in
            let halves = declaration.split(separator: ":", maxSplits: 1)
            guard halves.count == 2 else { return nil }
            let value = halves[1].prefix { $0 != "!" }
            return (String(halves[0]).trimmingWhiteSpace, String(value).trimmingWhiteSpace)
        }
    }

    private static func isZero(_ value: String) -> Bool {
        let digits = value.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        return !digits.isEmpty && digits.allSatisfy { $0 == "0" || $0 == "." }
    }

    private static func pixels(_ value: String) -> Int? {
        let text = value.trimmingWhiteSpace
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text.dropFirst(digits.count)
        return unit.isEmpty || unit == "px" ? Int(digits) : nil
    }
}

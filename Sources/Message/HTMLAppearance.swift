import CGumbo

/// How an element's text looks, as far as that decides whether it is seen.
struct HTMLAppearance {
    /// A colour without transparency, 0 to 255.
    struct Colour: Equatable {
        let red: Int
        let green: Int
        let blue: Int

        /// How far two colours are apart, 0 to 765.
        func distance(_ other: Colour) -> Int {
            abs(red - other.red) + abs(green - other.green) + abs(blue - other.blue)
        }
    }

    /// Why text in it is not seen, by what it or an element around it says; nil where it is.
    private(set) var hiddenReason: HTMLContent.Hidden.Reason?
    private var colour = Colour(red: 0, green: 0, blue: 0)
    private var background = Colour(red: 255, green: 255, blue: 255)
    private var hasImage = false
    private var fontSize = 16.0
    private var opacity = 1.0
    /// Whether ``hiddenReason`` is of the element itself and what is inside cannot undo it.
    private var isFinal = false

    /// The appearance of an element inside one of this.
    func inside(_ node: HTMLTree.Node, _ sheet: [(name: String, value: String)]) -> HTMLAppearance {
        var result = self
        if !isFinal { result.hiddenReason = nil }
        if HTMLTree.attribute(node, "hidden") != nil { result.end(.attribute) }
        if let value = HTMLTree.attribute(node, "bgcolor").flatMap(Self.colour) { result.background = value }
        if let value = HTMLTree.attribute(node, "background"), !value.isEmpty { result.hasImage = true }
        if HTMLTree.tag(node) == GUMBO_TAG_FONT, let value = HTMLTree.attribute(node, "color").flatMap(Self.colour) {
            result.colour = value
        }
        let inline = HTMLTree.attribute(node, "style").map(HTMLStyleSheet.declarations) ?? []
        result.apply(sheet + inline)
        guard !result.isFinal else { return result }
        if result.fontSize <= 2 { result.hiddenReason = .fontSize }
        if result.opacity <= 0.1 { result.hiddenReason = .opacity }
        if !result.hasImage, result.colour.distance(result.background) <= 24 { result.hiddenReason = .colour }
        return result
    }

    private mutating func end(_ reason: HTMLContent.Hidden.Reason) {
        hiddenReason = reason
        isFinal = true
    }

    private mutating func apply(_ declarations: [(name: String, value: String)]) {
        var isOut = false
        var isCut = false
        var isFlat = false
        var display: HTMLContent.Hidden.Reason?
        for (name, value) in declarations {
            switch name {
            case "display": display = value == "none" ? .display : nil
            case "visibility": if value == "hidden" || value == "collapse" { display = .visibility }
            case "mso-hide": if value == "all" { display = display ?? .display }
            case "opacity": opacity *= Double(value) ?? (value.hasSuffix("%") ? 1 : opacity)
            case "font-size": fontSize = Self.length(value, of: fontSize) ?? fontSize
            case "font":
                let base = fontSize
                let sizes = value.split(separator: " ").map { String($0.prefix { $0 != "/" }) }
                fontSize = sizes.compactMap { Self.length($0, of: base) }.first ?? base
            case "color": colour = Self.colour(value) ?? (value == "transparent" ? background : colour)
            case "background", "background-color":
                if value.contains("url(") || value.contains("gradient") { hasImage = true }
                if let found = value.split(separator: " ").lazy.compactMap({ Self.colour(String($0)) }).first {
                    background = found
                }
            case "background-image": hasImage = true
            case "overflow", "overflow-y": isCut = value == "hidden"
            case "height", "max-height", "width", "max-width":
                if let size = Self.length(value, of: 16), size <= 1 { isFlat = true }
            case "left", "top", "right", "margin-left", "margin-top", "text-indent":
                if let size = Self.length(value, of: 16), size <= -400 { isOut = true }
            case "clip": if value.contains("rect(0") || value.contains("rect(1px") { isCut = true; isFlat = true }
            case "clip-path":
                if value.contains("inset(100%") || value.contains("inset(50%") || value.contains("circle(0") {
                    isCut = true; isFlat = true
                }
            case "transform":
                if value.contains("scale(0") || value.contains("translate(-9") { isCut = true; isFlat = true }
            default: break
            }
        }
        if let display { end(display) }
        if isOut, !isFinal { end(.offScreen) }
        if isCut, isFlat, !isFinal { end(.clipped) }
    }

    /// A length in pixels; nil for what is none.
    private static func length(_ value: String, of base: Double) -> Double? {
        let digits = value.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-") }
        guard let number = Double(digits) else { return nil }
        switch value.dropFirst(digits.count) {
        case "px", "": return number
        case "pt": return number * 4 / 3
        case "em": return number * base
        case "rem": return number * 16
        case "%": return number * base / 100
        case "vw", "vh": return number * 8
        default: return nil
        }
    }

    private static let names: [String: Colour] = [
        "white": .init(red: 255, green: 255, blue: 255), "black": .init(red: 0, green: 0, blue: 0),
        "red": .init(red: 255, green: 0, blue: 0), "blue": .init(red: 0, green: 0, blue: 255),
        "green": .init(red: 0, green: 128, blue: 0), "gray": .init(red: 128, green: 128, blue: 128),
        "grey": .init(red: 128, green: 128, blue: 128), "yellow": .init(red: 255, green: 255, blue: 0),
        "snow": .init(red: 255, green: 250, blue: 250), "whitesmoke": .init(red: 245, green: 245, blue: 245),
        "ivory": .init(red: 255, green: 255, blue: 240), "ghostwhite": .init(red: 248, green: 248, blue: 255),
        "silver": .init(red: 192, green: 192, blue: 192), "navy": .init(red: 0, green: 0, blue: 128),
        "orange": .init(red: 255, green: 165, blue: 0), "azure": .init(red: 240, green: 255, blue: 255),
    ]

    /// A colour as CSS or HTML write it; nil for one that is not known or is transparent.
    private static func colour(_ value: String) -> Colour? {
        let value = value.lowercased().trimmingWhiteSpace
        if let named = names[value] { return named }
        if value.hasPrefix("rgb") {
            let numbers = value.split { !($0.isNumber || $0 == ".") }.compactMap { Double($0) }
            guard numbers.count >= 3, numbers.count < 4 || numbers[3] > 0.1, numbers.allSatisfy({ $0 < 1_000 }) else {
                return nil
            }
            return Colour(red: Int(numbers[0]), green: Int(numbers[1]), blue: Int(numbers[2]))
        }
        let digits = value.hasPrefix("#") ? value.dropFirst() : value[...]
        guard digits.count == 6 || digits.count == 3, let number = Int(digits, radix: 16) else { return nil }
        if digits.count == 3 {
            return Colour(red: (number >> 8) * 17, green: (number >> 4 & 15) * 17, blue: (number & 15) * 17)
        }
        return Colour(red: number >> 16, green: number >> 8 & 255, blue: number & 255)
    }
}

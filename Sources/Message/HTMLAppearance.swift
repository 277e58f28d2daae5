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
    /// Whether letters are drawn in a colour that lets everything through.
    private var isClear = false
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
        if result.isClear || !result.hasImage && result.colour.distance(result.background) <= 24 {
            result.hiddenReason = .colour
        }
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
        var isFilled = false
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
            case "color", "-webkit-text-fill-color":
                isClear = Self.isTransparent(value)
                if !isClear { colour = Self.colour(value) ?? colour }
            case "background-clip", "-webkit-background-clip": if value == "text" { isFilled = true }
            case "filter", "-webkit-filter", "-ms-filter":
                if ["opacity(0)", "opacity(0%)", "opacity=0)"].contains(where: value.contains) {
                    display = display ?? .opacity
                }
            case "content-visibility": if value == "hidden" { display = display ?? .visibility }
            case "background", "background-color":
                if value.contains("url(") || value.contains("gradient") { hasImage = true }
                if let found = value.split(separator: " ").lazy.compactMap({ Self.colour(String($0)) }).first {
                    background = found
                }
            case "background-image": hasImage = true
            case "overflow", "overflow-y": isCut = value == "hidden" || value == "clip"
            case "height", "max-height", "width", "max-width":
                if let size = Self.length(value, of: 16), size <= 1 { isFlat = true }
            case "left", "top", "right", "bottom", "margin-left", "margin-top", "text-indent":
                if let size = Self.length(value, of: 16), size <= -400 || size >= 4_000 { isOut = true }
            case "clip": if value.contains("rect(0") || value.contains("rect(1px") { isCut = true; isFlat = true }
            case "clip-path":
                let isPoint = value.hasPrefix("polygon(") && Set(Self.numbers(value)).count == 1
                if value.contains("inset(100%") || value.contains("inset(50%") || value.contains("circle(0") || isPoint
                {
                    isCut = true; isFlat = true
                }
            case "transform":
                let numbers = Self.numbers(value)
                if value.contains("scale"), numbers.contains(where: { abs($0) < 0.05 }) { isCut = true; isFlat = true }
                if value.contains("translate"), numbers.contains(where: { abs($0) >= 1_000 }) { isOut = true }
            default: break
            }
        }
        // Letters that are cut out of a background are seen by it.
        if isFilled { isClear = false }
        if let display { end(display) }
        if isOut, !isFinal { end(.offScreen) }
        if isCut, isFlat, !isFinal { end(.clipped) }
    }

    /// The numbers in a value, without their units.
    private static func numbers(_ value: String) -> [Double] {
        value.split { !($0.isASCII && ($0.isNumber || $0 == "." || $0 == "-")) }.compactMap { Double($0) }
    }

    /// A length in pixels; nil for what is none.
    private static func length(_ value: String, of base: Double) -> Double? {
        if value.hasSuffix(")"), let open = value.firstIndex(of: "(") {
            // Functions inside each other and sums are not followed.
            let lengths = value[value.index(after: open)...].dropLast().split(separator: ",").map {
                plainLength(String($0).trimmingWhiteSpace, of: base)
            }
            let known = lengths.compactMap { $0 }
            guard known.count == lengths.count, let first = known.first else { return nil }
            switch value[..<open] {
            case "calc": return first
            case "min": return known.min()
            case "max": return known.max()
            case "clamp" where known.count == 3: return max(known[0], min(known[1], known[2]))
            default: return nil
            }
        }
        return plainLength(value, of: base)
    }

    private static func plainLength(_ value: String, of base: Double) -> Double? {
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
        "mintcream": .init(red: 245, green: 255, blue: 250), "floralwhite": .init(red: 255, green: 250, blue: 240),
        "seashell": .init(red: 255, green: 245, blue: 238), "aliceblue": .init(red: 240, green: 248, blue: 255),
        "honeydew": .init(red: 240, green: 255, blue: 240), "lavenderblush": .init(red: 255, green: 240, blue: 245),
        "orange": .init(red: 255, green: 165, blue: 0), "azure": .init(red: 240, green: 255, blue: 255),
    ]

    /// Whether a colour lets nearly everything through: by its name, its fourth number or its fourth pair of digits.
    private static func isTransparent(_ value: String) -> Bool {
        if value == "transparent" { return true }
        if value.hasPrefix("rgb") || value.hasPrefix("hsl") {
            let numbers = numbers(value)
            return numbers.count == 4 && numbers[3] <= (value.hasSuffix("%)") ? 10 : 0.1)
        }
        guard value.hasPrefix("#"), value.utf8.count == 9 || value.utf8.count == 5 else { return false }
        return Int(value.suffix(value.utf8.count == 9 ? 2 : 1), radix: 16).map {
            $0 <= (value.utf8.count == 9 ? 25 : 1)
        }
            ?? false
    }

    /// A colour of hue in degrees, saturation and lightness in hundredths.
    private static func colour(hue: Double, saturation: Double, lightness: Double) -> Colour {
        func channel(_ offset: Double) -> Int {
            let place = (offset + hue / 30).truncatingRemainder(dividingBy: 12)
            let share = saturation / 100 * min(lightness, 100 - lightness) / 100
            let value = lightness / 100 - share * max(-1, min(place - 3, 9 - place, 1))
            return Int(max(0, min(1, value)) * 255)
        }
        return Colour(red: channel(0), green: channel(8), blue: channel(4))
    }

    /// A colour as CSS or HTML write it; nil for one that is not known or is transparent.
    private static func colour(_ value: String) -> Colour? {
        let value = value.lowercased().trimmingWhiteSpace
        if let named = names[value] { return named }
        if isTransparent(value) { return nil }
        if value.hasPrefix("hsl") {
            let numbers = numbers(value)
            guard numbers.count >= 3, numbers.allSatisfy({ (0...1_000).contains($0) }) else { return nil }
            return colour(hue: numbers[0], saturation: min(100, numbers[1]), lightness: min(100, numbers[2]))
        }
        if value.hasPrefix("rgb") {
            let numbers = value.split { !($0.isNumber || $0 == ".") }.compactMap { Double($0) }
            guard numbers.count >= 3, numbers.count < 4 || numbers[3] > 0.1, numbers.allSatisfy({ $0 < 1_000 }) else {
                return nil
            }
            return Colour(red: Int(numbers[0]), green: Int(numbers[1]), blue: Int(numbers[2]))
        }
        var digits = value.hasPrefix("#") ? value.dropFirst() : value[...]
        if digits.count == 8 { digits = digits.prefix(6) }
        if digits.count == 4 { digits = digits.prefix(3) }
        guard digits.count == 6 || digits.count == 3, let number = Int(digits, radix: 16) else { return nil }
        if digits.count == 3 {
            return Colour(red: (number >> 8) * 17, green: (number >> 4 & 15) * 17, blue: (number & 15) * 17)
        }
        return Colour(red: number >> 16, green: number >> 8 & 255, blue: number & 255)
    }
}

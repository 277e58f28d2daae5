/// The rules of a document's style sheets, as far as they may hide something.
///
/// Selectors of elements, classes and ids are understood, alone and one inside another; what holds for small screens or
/// print alone is passed over, since it hides nothing from a reader at a desk.
struct HTMLStyleSheet {
    /// What selectors look at in an element.
    struct Element {
        let tag: String
        let id: String?
        let classes: [String]

        init(_ node: HTMLTree.Node) {
            tag = HTMLTree.name(node)
            id = HTMLTree.attribute(node, "id")
            classes = HTMLTree.attribute(node, "class")?.split(whereSeparator: \.isWhitespace).map(String.init) ?? []
        }
    }

    private struct Compound {
        var tag: String?
        var id: String?
        var classes: [String] = []

        func matches(_ element: Element) -> Bool {
            if let tag, tag != "*", tag != element.tag { return false }
            if let id, id != element.id { return false }
            return classes.allSatisfy(element.classes.contains)
        }
    }

    private struct Rule {
        /// The outermost first.
        let compounds: [Compound]
        let declarations: [(name: String, value: String)]
    }

    private var rules: [Rule] = []
    /// The rules by what the last compound names, so that few are tried at an element.
    private var byKey: [String: [Int]] = [:]

    /// What custom properties say, wherever they are set; the last one holds.
    private var variables: [String: String] = [:]

    private static let mostRules = 3_000
    private static let mostBytes = 500_000

    /// The last element of a path is the one that is looked at.
    func declarations(for path: [Element]) -> [(name: String, value: String)] {
        guard !rules.isEmpty, let element = path.last else { return [] }
        var candidates = byKey[element.tag] ?? []
        candidates += byKey["*"] ?? []
        if let id = element.id { candidates += byKey["#\(id)"] ?? [] }
        for name in element.classes { candidates += byKey[".\(name)"] ?? [] }
        guard !candidates.isEmpty else { return [] }
        let found = Set(candidates).sorted().filter { matches(rules[$0].compounds, path) }.flatMap {
            rules[$0].declarations
        }
        return variables.isEmpty ? found : found.map { ($0.name, resolved($0.value)) }
    }

    /// A value of the form `var(--name)` or `var(--name, other)` as what the name stands for.
    private func resolved(_ value: String) -> String {
        guard value.hasPrefix("var("), value.hasSuffix(")") else { return value }
        let pieces = value.dropFirst(4).dropLast().split(separator: ",", maxSplits: 1)
        guard let name = pieces.first else { return value }
        return variables[String(name).trimmingWhiteSpace]
            ?? pieces.dropFirst().first.map { String($0).trimmingWhiteSpace } ?? value
    }

    private func matches(_ compounds: [Compound], _ path: [Element]) -> Bool {
        guard let last = compounds.last, let element = path.last, last.matches(element) else { return false }
        var rest = compounds.dropLast()
        for ancestor in path.dropLast().reversed() {
            guard let next = rest.last else { return true }
            if next.matches(ancestor) { rest.removeLast() }
        }
        return rest.isEmpty
    }

    /// Reads a sheet and adds its rules.
    mutating func add(_ text: String) {
        let bytes = Self.withoutComments(Array(text.utf8.prefix(Self.mostBytes)))
        var position = 0
        while position < bytes.count, rules.count < Self.mostRules {
            guard let open = bytes[position...].firstIndex(of: 0x7B) else { return }
            let prelude = String(decoding: bytes[position..<open], as: UTF8.self).trimmingWhiteSpace
            if prelude.hasPrefix("@") {
                position = Self.holdsAtDesk(prelude) ? open + 1 : Self.endOfBlock(bytes, open)
                continue
            }
            let close = bytes[open...].firstIndex(of: 0x7D) ?? bytes.count
            let body = String(decoding: bytes[(open + 1)..<max(open + 1, close)], as: UTF8.self)
            add(prelude, Self.declarations(body))
            position = close + 1
            // The brace that closes an @media whose rules were read.
            while position < bytes.count, bytes[position] <= 32 || bytes[position] == 0x7D { position += 1 }
        }
    }

    private mutating func add(_ selectors: String, _ declarations: [(name: String, value: String)]) {
        guard !declarations.isEmpty else { return }
        for (name, value) in declarations where name.hasPrefix("--") { variables[name] = value }
        for selector in selectors.split(separator: ",").prefix(50) {
            let pieces = selector.split { $0 == " " || $0 == ">" || $0 == "\n" || $0 == "\t" || $0 == "\r" }
            var compounds: [Compound] = []
            for piece in pieces {
                guard let compound = Self.compound(piece) else {
                    compounds = []
                    break
                }
                compounds.append(compound)
            }
            guard let last = compounds.last else { continue }
            let key = last.id.map { "#\($0)" } ?? last.classes.first.map { ".\($0)" } ?? last.tag ?? "*"
            byKey[key, default: []].append(rules.count)
            rules.append(Rule(compounds: compounds, declarations: declarations))
        }
    }

    /// Nil for a selector with states or attributes, which are not understood.
    private static func compound(_ text: Substring) -> Compound? {
        guard !text.contains(":"), !text.contains("["), !text.contains("+"), !text.contains("~") else { return nil }
        var result = Compound()
        var current = ""
        var kind: Character = "t"
        func store(_ result: inout Compound) {
            guard !current.isEmpty else { return }
            switch kind {
            case "#": result.id = current
            case ".": result.classes.append(current)
            default: result.tag = current.lowercased()
            }
        }
        for character in text {
            if character == "." || character == "#" {
                store(&result)
                kind = character
                current = ""
            } else {
                current.append(character)
            }
        }
        store(&result)
        return result
    }

    private static func withoutComments(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == 0x2F, index + 1 < bytes.count, bytes[index + 1] == 0x2A {
                index += 2
                while index + 1 < bytes.count, !(bytes[index] == 0x2A && bytes[index + 1] == 0x2F) { index += 1 }
                index += 2
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        // The marks by which old sheets hid from old programs.
        let text = String(decoding: result, as: UTF8.self)
        return text.contains("<!--")
            ? Array(text.split(separator: "<!--").joined().split(separator: "-->").joined().utf8) : result
    }

    /// Whether the rules of a block hold for a reader at a desk, in light colours.
    private static func holdsAtDesk(_ prelude: String) -> Bool {
        let prelude = prelude.lowercased()
        if prelude.hasPrefix("@supports") { return !prelude.contains("not") }
        guard prelude.hasPrefix("@media"), !prelude.contains("print"), !prelude.contains("not") else { return false }
        return !prelude.contains("(")
            || prelude.contains("min-width")
                && !["max-", "prefers", "device", "orientation"].contains(where: prelude.contains)
    }

    private static func endOfBlock(_ bytes: [UInt8], _ open: Int) -> Int {
        var depth = 0
        for index in open..<bytes.count {
            if bytes[index] == 0x7B { depth += 1 }
            if bytes[index] == 0x7D {
                depth -= 1
                if depth == 0 { return index + 1 }
            }
        }
        return bytes.count
    }

    /// Names and values of declarations in lower case, `!important` taken off.
    static func declarations(_ style: String) -> [(name: String, value: String)] {
        style.lowercased().prefix(10_000).split(separator: ";").compactMap { declaration in
            let halves = declaration.split(separator: ":", maxSplits: 1)
            guard halves.count == 2 else { return nil }
            let value = halves[1].prefix { $0 != "!" }
            return (String(halves[0]).trimmingWhiteSpace, String(value).trimmingWhiteSpace)
        }
    }
}

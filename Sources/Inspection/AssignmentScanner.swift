/// Finds values that are given a name which says that they are secret: `db_password = "…"`, `Passwort: …`,
/// `--token …`, `<secret>…</secret>`.
struct AssignmentScanner: Sendable {
    /// How much a name says.
    enum NameKind: Sendable {
        /// A password of any kind.
        case password
        /// A token, a secret, a key of an interface.
        case secret
        /// A word that often names something else, too: key, auth, salt, or a vendor's name alone.
        case weak
    }

    /// A value that looks secret.
    struct Match {
        let range: Range<Int>
        let kind: NameKind
        /// From 0 to 1.
        let confidence: Double
    }

    private let index: KeywordIndex
    private let kinds: [NameKind]
    private let spelledKinds: [String: NameKind]
    private let enders: [(word: [UInt8], kind: NameKind)]
    private let exceptions: Set<String>
    private let neutral: Set<String>
    private let isForeign: [Bool]
    private let modifiers: Set<String>
    private let setters: Set<String>

    private static let longestName = 80
    private static let mostMatches = 500

    /// - Parameter words: Lists of words by name: `password`, `secret`, `weak`, `vendors`, `exceptions`, `neutral`.
    init(words: [String: [String]]) {
        var list: [[UInt8]] = []
        var kinds: [NameKind] = []
        var spelled: [String: NameKind] = [:]
        var enders: [(word: [UInt8], kind: NameKind)] = []
        let families: [(String, NameKind)] = [
            ("password", .password), ("secret", .secret), ("weak", .weak), ("vendors", .weak),
        ]
        for (name, kind) in families {
            for word in words[name] ?? [] {
                list.append(Array(word.utf8))
                kinds.append(kind)
                if spelled[word] == nil { spelled[word] = kind }
                if kind != .weak, word.utf8.count >= 4 { enders.append((Array(word.utf8), kind)) }
            }
        }
        index = KeywordIndex(list)
        self.kinds = kinds
        spelledKinds = spelled
        self.enders = enders
        exceptions = Set(words["exceptions"] ?? [])
        neutral = Set(words["neutral"] ?? [])
        modifiers = Set(words["modifiers"] ?? [])
        setters = Set(words["setters"] ?? [])
        isForeign = list.map { word in word.contains { $0 >= 0x80 || $0 == 0x20 } }
    }

    /// The values in a text.
    func scan(_ text: [UInt8], until deadline: Deadline) -> [Match] {
        var result: [Match] = []
        var passed = 0
        for (number, hit) in index.hits(in: text).enumerated() {
            if number % 256 == 255, deadline.hasPassed { break }
            if hit.range.upperBound <= passed { continue }
            let name = isForeign[hit.word] ? hit.range : self.name(text, around: hit.range)
            guard name.count <= Self.longestName else {
                passed = name.upperBound
                continue
            }
            guard var kind = isForeign[hit.word] ? kinds[hit.word] : kind(of: text[name]) else { continue }
            passed = name.upperBound
            if isInResourceName(name, text) || isPieceOfNoise(name, text) { continue }
            let before = wordBefore(name, text)
            if kind == .weak, modifiers.contains(before) { kind = .secret }
            guard
                let value = AssignmentValue.after(
                    name, in: text, isPassword: kind == .password, isSet: setters.contains(before))
            else { continue }
            let confidence = AssignmentValue.confidence(text[value.range], kind, value)
            guard confidence > 0 else { continue }
            result.append(Match(range: value.range, kind: kind, confidence: confidence))
            passed = value.range.lowerBound
            if result.count >= Self.mostMatches { break }
        }
        return result
    }

    /// Whether the name is a piece of the name of a resource in a cloud: `arn:aws:secretsmanager:…:secret:Name`.
    private func isInResourceName(_ name: Range<Int>, _ text: [UInt8]) -> Bool {
        guard name.lowerBound > 0, text[name.lowerBound - 1] == 0x3A else { return false }
        let before = text[max(0, name.lowerBound - 80)..<name.lowerBound]
        return before.reversed().prefix { $0 > 32 && $0 != 0x22 && $0 != 0x27 }.reversed().starts(with: "arn:".utf8)
    }

    /// Whether a short name stands in the middle of signs, as two letters may in encoded bytes: `M[@%]PW:2Z.Q?2M^S`.
    private func isPieceOfNoise(_ name: Range<Int>, _ text: [UInt8]) -> Bool {
        guard name.count <= 4, name.lowerBound > 0 else { return false }
        return [0x25, 0x29, 0x2B, 0x5D, 0x5E, 0x7D, 0x7E].contains(text[name.lowerBound - 1])
    }

    private func name(_ text: [UInt8], around range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start > 0, range.lowerBound - start <= Self.longestName, Self.isNamePart(text[start - 1]) { start -= 1 }
        while end < text.count, end - range.upperBound <= Self.longestName, Self.isNamePart(text[end]) { end += 1 }
        // A full stop at the end ends a sentence.
        while end > range.upperBound, text[end - 1] == 0x2E || text[end - 1] == 0x2D { end -= 1 }
        return start..<end
    }

    /// The word before a name on the same line, in lower case; empty without one.
    private func wordBefore(_ name: Range<Int>, _ text: [UInt8]) -> String {
        var end = name.lowerBound
        while end > 0, text[end - 1] == 0x20, name.lowerBound - end < 3 { end -= 1 }
        guard end < name.lowerBound else { return "" }
        var start = end
        while start > 0, end - start < 20, Self.isNamePart(text[start - 1]) { start -= 1 }
        return String(decoding: text[start..<end], as: UTF8.self).lowercased()
    }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D, 0x2E: true
        default: false
        }
    }

    /// What a name says: by its last pieces, since "password_policy" is no password.
    private func kind(of name: ArraySlice<UInt8>) -> NameKind? {
        let pieces = Self.pieces(name)
        guard !pieces.isEmpty else { return nil }
        let whole = pieces.joined()
        if exceptions.contains(whole) { return nil }
        var rest = pieces[...]
        while let last = rest.last, rest.count > 1, neutral.contains(last) || last.utf8.allSatisfy({ $0 <= 0x39 }) {
            rest = rest.dropLast()
        }
        guard let last = rest.last, !exceptions.contains(last), !exceptions.contains(rest.suffix(2).joined()) else {
            return nil
        }
        var best: NameKind?
        // "api key", "secret key": the last piece alone says less than the last two together.
        for length in stride(from: min(3, rest.count), through: 1, by: -1) {
            let joined = rest.suffix(length).joined()
            if let kind = spelledKinds[joined] {
                best = stronger(best, kind)
            } else if length == 1, let ender = enders.first(where: { Array(joined.utf8).hasSuffix($0.word) }) {
                best = stronger(best, ender.kind)
            }
        }
        if best == nil, last.hasSuffix("key") { best = .weak }
        // "secret-any-key" is a secret, "any-key" may be anything.
        if best == .weak, rest.dropLast().contains(where: { modifiers.contains($0) || spelledKinds[$0] == .secret }) {
            best = .secret
        }
        if best == nil, rest.contains(where: { spelledKinds[$0] == .weak && $0.utf8.count >= 4 }) { best = .weak }
        return best
    }

    private func stronger(_ one: NameKind?, _ other: NameKind) -> NameKind {
        switch (one, other) {
        case (.password, _), (_, .password): .password
        case (.secret, _), (_, .secret): .secret
        default: .weak
        }
    }

    /// The words of a name in lower case: parted by other characters, by capital letters and before digits.
    private static func pieces(_ name: ArraySlice<UInt8>) -> [String] {
        var result: [String] = []
        var current: [UInt8] = []
        var last: UInt8 = 0
        func isUpper(_ byte: UInt8) -> Bool { byte >= 0x41 && byte <= 0x5A }
        func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
        for (offset, byte) in name.enumerated() {
            let isBoundary = byte == 0x5F || byte == 0x2D || byte == 0x2E
            let next = name.index(name.startIndex, offsetBy: offset + 1)
            let beginsWord =
                isUpper(byte) && !isUpper(last) && last != 0
                || isUpper(byte) && isUpper(last) && next < name.endIndex && name[next] >= 0x61
                || isDigit(byte) != isDigit(last) && last != 0
            if isBoundary || beginsWord {
                if !current.isEmpty { result.append(String(decoding: current, as: UTF8.self)) }
                current = []
            }
            if !isBoundary { current.append(isUpper(byte) ? byte | 0x20 : byte) }
            last = isBoundary ? 0 : byte
        }
        if !current.isEmpty { result.append(String(decoding: current, as: UTF8.self)) }
        return result
    }
}

extension [UInt8] {
    fileprivate func hasSuffix(_ other: [UInt8]) -> Bool {
        count >= other.count && suffix(other.count).elementsEqual(other)
    }
}

/// The value that follows a name, and whether it looks secret.
struct AssignmentValue {
    let range: Range<Int>
    let isQuoted: Bool
    /// Whether only a word such as "is" stands between.
    let isProse: Bool
    /// Whether nothing but a blank stands between.
    var isBare = false

    private static let longestValue = 4_000

    // MARK: Reading

    /// Reads the value after a name; nil where none follows.
    ///
    /// - Parameter isSet: Whether a word such as "set" stands before the name, so that no sign need stand between.
    static func after(_ name: Range<Int>, in text: [UInt8], isPassword: Bool, isSet: Bool) -> AssignmentValue? {
        var reader = ValueReader(text, at: name.upperBound, start: name.lowerBound, isSet: isSet)
        guard let strength = reader.passOperator() else { return nil }
        guard let value = reader.value(stopsAtComma: !isPassword || strength == .sign) else { return nil }
        let result = AssignmentValue(
            range: value.range, isQuoted: value.isQuoted, isProse: strength != .sign, isBare: strength == .bare)
        // getenv("NAME", "value") and `… or "value"`: what is read is a call, the value stands further on.
        if !value.isQuoted,
            isCall(text[value.range], next: value.range.upperBound < text.count ? text[value.range.upperBound] : 0)
        {
            if let range = reader.fallback() { return AssignmentValue(range: range, isQuoted: true, isProse: false) }
            // What a call is given may be a name or a question; only what is random counts.
            return reader.argument().map { AssignmentValue(range: $0, isQuoted: true, isProse: false, isBare: true) }
        }
        return result.range.count <= longestValue ? result : nil
    }

    private static func isCall(_ value: ArraySlice<UInt8>, next: UInt8) -> Bool {
        value.contains(0x28) || next == 0x28
    }

    // MARK: Judging

    /// How sure it is that the value is secret, from 0 to 1.
    static func confidence(_ value: ArraySlice<UInt8>, _ kind: AssignmentScanner.NameKind, _ place: AssignmentValue)
        -> Double
    {
        guard value.count >= 4, !isSealed(value), !SecretValue.isPlaceholder(value),
            !isCode(value, isQuoted: place.isQuoted)
        else { return 0 }
        let makeup = SecretValue.Makeup(value)
        let entropy = SecretValue.entropy(value)
        let isAllDigits = makeup.digits == value.count
        switch kind {
        case .password:
            if place.isBare { return isUnmistakable(value, makeup) ? 0.55 : 0 }
            if isAllDigits { return value.count >= 6 && !place.isProse ? 0.35 : 0 }
            if SecretValue.isWordLike(value) { return 0 }
            if makeup.letters > 0, makeup.digits > 0 { return value.count >= 5 ? place.isProse ? 0.7 : 0.85 : 0.4 }
            if makeup.letters > 0, makeup.symbols > 0 {
                return value.count >= 6 && hasInnerSymbol(value, isQuoted: place.isQuoted) ? 0.75 : 0
            }
            return value.count >= 8 && makeup.letters > 0 ? 0.7 : value.count >= 8 && makeup.symbols > 2 ? 0.55 : 0
        case .secret:
            if isAllDigits || isReference(value) || SecretValue.isWordLike(value) { return 0 }
            if !place.isQuoted, isQualifiedName(value, makeup) { return 0 }
            if place.isBare {
                return value.count >= 16 && makeup.digits >= 3 && makeup.letters > 0 && makeup.changes >= 5
                    && entropy >= 3.4 ? 0.55 : 0
            }
            guard value.count >= 8, makeup.letters > 0 else { return 0 }
            if makeup.digits > 0 { return entropy >= 2.8 ? value.count >= 12 ? 0.85 : 0.7 : 0 }
            return value.count >= 16 && entropy >= 3.3 ? 0.7 : 0
        case .weak:
            if isAllDigits || isReference(value) || SecretValue.isWordLike(value) { return 0 }
            guard value.count >= 16, makeup.letters > 0, makeup.digits > 0, entropy >= 3.0, !place.isProse,
                !SecretValue.isMadeOfWords(value), value.reduce(0, { $0 + ($1 == 0x3A ? 1 : 0) }) < 2
            else { return 0 }
            return makeup.changes >= 4 ? 0.6 : 0.3
        }
    }

    /// Whether nobody would take the value for a word, a name with a number or a date.
    private static func isUnmistakable(_ value: ArraySlice<UInt8>, _ makeup: SecretValue.Makeup) -> Bool {
        guard value.count >= 8, value.count <= 64, makeup.letters > 0, makeup.digits > 0,
            value.reduce(0, { $0 + ($1 == 0x2E ? 1 : 0) }) < 3
        else { return false }
        return makeup.changes >= 2 && makeup.upper > 0 && makeup.lower > 0 || hasInnerSymbol(value, isQuoted: false)
    }

    /// A name with the name of its module or its type before it, as programs have it: `token.ERROR_TOKEN`.
    private static func isQualifiedName(_ value: ArraySlice<UInt8>, _ makeup: SecretValue.Makeup) -> Bool {
        guard makeup.digits == 0, value.contains(0x2E) else { return false }
        return value.split(separator: 0x2E, omittingEmptySubsequences: false).allSatisfy { piece in
            !piece.isEmpty && piece.allSatisfy { isAlphanumeric($0) || $0 == 0x5F } && SecretValue.isWordLike(piece)
        }
    }

    /// Whether the password of an address is meant.
    static func isPasswordInAddress(_ value: ArraySlice<UInt8>) -> Bool {
        let text = String(decoding: value, as: UTF8.self).lowercased()
        if ["password", "pass", "passwd", "pwd", "secret", "token", "user", "pw"].contains(text) { return false }
        return !isTemplate(value) && !SecretValue.isPlaceholder(value)
    }

    /// Whether a value is encrypted for a cluster (bitnami's sealed secrets): it begins with the length of an RSA block.
    private static func isSealed(_ value: ArraySlice<UInt8>) -> Bool {
        guard value.count > 300, let head = Decoding.base64(value.prefix(4)) else { return false }
        return head.count == 3 && (head[0] == 1 || head[0] == 2) && head[1] == 0
    }

    private static func hasInnerSymbol(_ value: ArraySlice<UInt8>, isQuoted: Bool) -> Bool {
        // Hyphens, dots, apostrophes and slashes stand in words.
        let symbols = value.filter {
            !isAlphanumeric($0) && ![0x2D, 0x2E, 0x5F, 0x27, 0x2F, 0x20, 0x2C].contains($0) && $0 < 0x80
        }
        return !symbols.isEmpty && (isQuoted ? !value.contains(0x20) : true)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    /// A number of a ticket, a date, a version: `INV-2026-00412`, `2026-01-31`, `v1.2.3`.
    private static func isReference(_ value: ArraySlice<UInt8>) -> Bool {
        var isPlain = true
        var letters = 0
        for byte in value {
            if (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) { letters += 1 }
            if !isAlphanumeric(byte), byte != 0x2D, byte != 0x2E, byte != 0x2F, byte != 0x3A, byte != 0x5F {
                isPlain = false
            }
        }
        return isPlain && letters <= 4 && value.count < 24
    }

    /// What a program or a template has there instead of a value.
    private static func isCode(_ value: ArraySlice<UInt8>, isQuoted: Bool) -> Bool {
        if isTemplate(value) { return true }
        let text = String(decoding: value, as: UTF8.self)
        let lower = text.lowercased()
        if lower.hasPrefix("0x"), value.count <= 20 { return true }
        if lower.hasPrefix("enc(") || lower.hasPrefix("http://") || lower.hasPrefix("https://") { return true }
        if [
            "os.", "env.", "process.", "self.", "this.", "config.", "settings.", "request.", "params.", "secrets.",
            "var.", "data.", "vault:", "arn:", "ssm:", "op://",
        ]
        .contains(where: lower.hasPrefix) {
            return true
        }
        if value.first == 0x2F || text.hasPrefix("./") || text.hasPrefix("../") || text.hasPrefix("~/") {
            return value.count < 24 || SecretValue.entropy(value) < 4
        }
        if value.allSatisfy({ $0 == value.first }) { return true }
        if isPattern(text) || !isQuoted && isElement(value) { return true }
        if isAddress(value) || isFileName(lower) || isTime(value) { return true }
        // A sentence in quotes, or a name with underscores as programs have them.
        if isQuoted, value.reduce(0, { $0 + ($1 == 0x20 ? 1 : 0) }) >= 2 { return true }
        return false
    }

    /// A regular expression, as grammars have where a value would be.
    private static func isPattern(_ text: String) -> Bool {
        ["[^", "\\s", "\\w", "\\d", "\\|", "(?:", ".*", "[[:", "a-z", "A-Z", "\\)"].contains(where: text.contains)
    }

    /// An element of a list or a map: `config["password"]`, `Optional[bytes]`.
    private static func isElement(_ value: ArraySlice<UInt8>) -> Bool {
        guard let bracket = value.firstIndex(of: 0x5B), bracket > value.startIndex else { return false }
        return value[..<bracket].allSatisfy { isAlphanumeric($0) || $0 == 0x5F || $0 == 0x2E }
    }

    private static func isTemplate(_ value: ArraySlice<UInt8>) -> Bool {
        guard let first = value.first else { return true }
        let text = String(decoding: value, as: UTF8.self)
        if ["${", "{{", "}}", "<%", "%>", "#{", "$(", "@{", "%("].contains(where: text.contains) { return true }
        if first == 0x24 || first == 0x25 {
            // `$NAME` and `%NAME%` name a variable.
            return value.dropFirst().allSatisfy { isAlphanumeric($0) || $0 == 0x5F || $0 == 0x25 || $0 == 0x3A }
                && !value.dropFirst().contains { (0x30...0x39).contains($0) }
        }
        if first == 0x3C || first == 0x7B || first == 0x5B { return true }
        return value.filter { $0 == 0x2A || $0 == 0x23 || $0 == 0x2E }.count * 2 > value.count
    }

    private static func isAddress(_ value: ArraySlice<UInt8>) -> Bool {
        guard let at = value.lastIndex(of: 0x40), at > value.startIndex else { return false }
        let domain = value[(at + 1)...]
        guard domain.contains(0x2E), domain.allSatisfy({ isAlphanumeric($0) || $0 == 0x2E || $0 == 0x2D }) else {
            return false
        }
        return value[..<at].allSatisfy { isAlphanumeric($0) || $0 == 0x2E || $0 == 0x2D || $0 == 0x5F || $0 == 0x2B }
    }

    private static func isFileName(_ lower: String) -> Bool {
        [
            ".json", ".txt", ".pem", ".yaml", ".yml", ".toml", ".xml", ".html", ".php", ".py", ".js", ".ts", ".key",
            ".crt", ".md", ".pdf", ".png", ".jpg", ".com", ".org", ".net", ".io",
        ]
        .contains(where: lower.hasSuffix)
    }

    private static func isTime(_ value: ArraySlice<UInt8>) -> Bool {
        value.allSatisfy {
            (0x30...0x39).contains($0) || [0x3A, 0x2D, 0x2E, 0x2F, 0x54, 0x5A, 0x2C, 0x20, 0x2B].contains($0)
        }
    }
}

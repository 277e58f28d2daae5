import Glibc

/// What can be told of a value by its looks: random or a word, a placeholder or meant.
enum SecretValue {
    /// Bits a character of the value's distribution of characters.
    static func entropy(_ value: some Collection<UInt8>) -> Double {
        var counts = [Int](repeating: 0, count: 256)
        for byte in value { counts[Int(byte)] += 1 }
        let total = Double(value.count)
        guard total > 0 else { return 0 }
        return counts.reduce(0) { sum, count in
            guard count > 0 else { return sum }
            let share = Double(count) / total
            return sum - share * log2(share)
        }
    }

    /// What kinds of characters a value has.
    struct Makeup {
        var lower = 0
        var upper = 0
        var digits = 0
        var symbols = 0
        /// How often one kind of character follows another.
        var changes = 0

        init(_ value: some Collection<UInt8>) {
            var last = 0
            for byte in value {
                let kind: Int
                switch byte {
                case 0x61...0x7A:
                    lower += 1
                    kind = 1
                case 0x41...0x5A:
                    upper += 1
                    kind = 2
                case 0x30...0x39:
                    digits += 1
                    kind = 3
                default:
                    symbols += 1
                    kind = 4
                }
                // A capital letter that begins a word is no change.
                if last != 0, kind != last, !(last == 2 && kind == 1) { changes += 1 }
                last = kind
            }
        }

        var letters: Int { lower + upper }
    }

    /// Whether a value stands where a real one would go: `xxxx`, `EXAMPLE`, `your-key`, `123456`.
    static func isPlaceholder(_ value: some BidirectionalCollection<UInt8>) -> Bool {
        let text = String(decoding: value, as: UTF8.self).lowercased()
        if placeholderWords.contains(where: text.contains) { return true }
        return hasSequence(value) || hasMonotony(value)
    }

    private static let placeholderWords = [
        "example", "xxxx", "placeholder", "changeme", "change_me", "change-me", "your_", "your-", "yourkey",
        "yourtoken",
        "redacted", "dummy", "*****", "...", "<", "{{", "${", "insert", "notreal", "not-real", "not_real", "fake",
    ]

    /// Whether six characters in a row count up or down, as nobody's random value does.
    static func hasSequence(_ value: some BidirectionalCollection<UInt8>) -> Bool {
        var up = 1
        var down = 1
        var last: UInt8 = 0
        for byte in value {
            let folded = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
            let isAlphanumeric = folded >= 0x30 && folded <= 0x39 || folded >= 0x61 && folded <= 0x7A
            up = isAlphanumeric && folded == last &+ 1 ? up + 1 : 1
            down = isAlphanumeric && folded &+ 1 == last ? down + 1 : 1
            if up >= 6 || down >= 6 { return true }
            last = folded
        }
        return false
    }

    /// Whether one character stands six times in a row.
    static func hasRepeat(_ value: some Collection<UInt8>) -> Bool {
        var run = 0
        var last: UInt8?
        for byte in value {
            run = byte == last ? run + 1 : 1
            if run >= 6 { return true }
            last = byte
        }
        return false
    }

    /// Whether a long value has hardly any different characters.
    private static func hasMonotony(_ value: some Collection<UInt8>) -> Bool {
        guard value.count >= 12 else { return Set(value).count <= 1 }
        return Set(value.suffix(value.count * 3 / 4)).count <= 4
    }

    /// Whether a value is a word or words of a language or of a program, not a random one.
    static func isWordLike(_ value: some BidirectionalCollection<UInt8>) -> Bool {
        let makeup = Makeup(value)
        guard makeup.digits == 0, makeup.letters > 0 else { return false }
        guard
            value.allSatisfy({
                $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A || $0 == 0x5F || $0 == 0x2D || $0 == 0x2E || $0 >= 0x80
            })
        else { return false }
        if makeup.upper == 0 || makeup.lower == 0 { return !isUnpronounceable(value) }
        // Words in camel case have a few letters each; random letters change case all the time.
        return Double(makeup.letters) / Double(max(1, makeup.upper)) >= 3 && !isUnpronounceable(value)
    }

    /// Whether most of a value is words, as in the names that programs give: `AWS::ApiGatewayV2::Authorizer`.
    static func isMadeOfWords(_ value: some Collection<UInt8>) -> Bool {
        // Small letters and digits alone are random as often as not.
        guard value.contains(where: { !($0 >= 0x61 && $0 <= 0x7A) && !($0 >= 0x30 && $0 <= 0x39) }) else {
            return false
        }
        var inWords = 0
        var run: [UInt8] = []
        func closeRun() {
            let hasVowel = run.contains { [0x61, 0x65, 0x69, 0x6F, 0x75].contains($0 | 0x20) }
            if run.count >= 4, hasVowel, !isUnpronounceable(run) { inWords += run.count }
            run = []
        }
        for byte in value {
            let isLower = byte >= 0x61 && byte <= 0x7A
            let isUpper = byte >= 0x41 && byte <= 0x5A
            if !isLower, !(isUpper && run.isEmpty) { closeRun() }
            if isLower || isUpper { run.append(byte) }
        }
        closeRun()
        return inWords * 10 >= value.count * 6
    }

    /// Whether letters stand together as in no word: seven or more without a vowel.
    private static func isUnpronounceable(_ value: some Collection<UInt8>) -> Bool {
        var run = 0
        for byte in value {
            switch byte | 0x20 {
            case 0x61, 0x65, 0x69, 0x6F, 0x75, 0x79, 0x7F: run = 0
            case 0x62...0x7A:
                run += 1
                if run >= 7 { return true }
            default: run = 0
            }
        }
        return false
    }

    /// A value with all but its ends masked, for a finding that people read.
    static func masked(_ value: some Collection<UInt8>, context: Bool = false) -> String {
        let characters = Array(String(decoding: value, as: UTF8.self).prefix(200))
        guard !context else { return String(characters) }
        guard characters.count > 8 else { return String(repeating: "•", count: characters.count) }
        let shown = min(4, characters.count / 6)
        return String(characters.prefix(shown)) + String(repeating: "•", count: min(12, characters.count - 2 * shown))
            + String(characters.suffix(shown))
    }
}

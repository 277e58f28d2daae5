/// Checksums and ranges of numbers that name persons, accounts and cards.
enum NumberChecks {
    /// Whether a value has the checksum and the ranges of its kind.
    static func passes(_ check: RuleCheck, _ value: ArraySlice<UInt8>) -> Bool {
        var digits: [Int] = []
        for byte in value where byte >= 0x30 && byte <= 0x39 { digits.append(Int(byte) - 0x30) }
        var letters: [UInt8] = []
        for byte in value {
            switch byte {
            case 0x61...0x7A: letters.append(byte - 32)
            case 0x41...0x5A, 0x30...0x39: letters.append(byte)
            default: break
            }
        }
        switch check {
        case .card: return PaymentCard.isCard(digits)
        case .luhn: return digits.count > 1 && Checksums.luhn(digits)
        case .iban: return IBAN.isIBAN(letters)
        case .ssn: return isSSN(digits)
        case .verhoeff: return digits.count == 12 && digits[0] > 1 && Checksums.verhoeff(digits)
        case .bitcoin: return value.count >= 26 && SecretValue.Makeup(value).digits > 0
        case .dateOfBirth: return true
        default: return NationalNumber.passes(check, digits, letters)
        }
    }

    /// No area 000, 666 or 900 and up, no group 00, no serial 0000; the two numbers that advertisements made useless.
    private static func isSSN(_ digits: [Int]) -> Bool {
        guard digits.count == 9 else { return false }
        let area = number(digits, 0..<3)
        return area != 0 && area != 666 && area < 900 && number(digits, 3..<5) != 0 && number(digits, 5..<9) != 0
            && Set(digits).count > 1
    }

    static func number(_ digits: [Int], _ range: Range<Int>) -> Int {
        digits[range].reduce(0) { $0 * 10 + $1 }
    }

    /// Whether six digits from an index on are a date: day, month and year by their places.
    static func isDate(_ digits: [Int], day: Int, month: Int) -> Bool {
        guard digits.count >= max(day, month) + 2 else { return false }
        return (1...31).contains(number(digits, day..<(day + 2)))
            && (1...12).contains(number(digits, month..<(month + 2)))
    }
}

/// Checksums over digits.
enum Checksums {
    /// ISO/IEC 7812-1, annex B.
    static func luhn(_ digits: some BidirectionalCollection<Int>) -> Bool {
        var sum = 0
        for (index, digit) in digits.reversed().enumerated() {
            let value = index % 2 == 1 ? digit * 2 : digit
            sum += value > 9 ? value - 9 : value
        }
        return sum % 10 == 0
    }

    static func weighted(_ digits: some Sequence<Int>, _ weights: [Int]) -> Int {
        zip(digits, weights).reduce(0) { $0 + $1.0 * $1.1 }
    }

    private static let multiplication: [[Int]] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 0, 6, 7, 8, 9, 5], [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
        [3, 4, 0, 1, 2, 8, 9, 5, 6, 7], [4, 0, 1, 2, 3, 9, 5, 6, 7, 8], [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
        [6, 5, 9, 8, 7, 1, 0, 4, 3, 2], [7, 6, 5, 9, 8, 2, 1, 0, 4, 3], [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
        [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
    ]
    private static let permutation: [[Int]] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 5, 7, 6, 2, 8, 3, 0, 9, 4], [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
        [8, 9, 1, 6, 0, 4, 3, 5, 2, 7], [9, 4, 5, 3, 1, 2, 6, 8, 7, 0], [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
        [2, 7, 9, 3, 8, 0, 6, 4, 1, 5], [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
    ]

    /// Verhoeff's checksum in the dihedral group of order 10, as Aadhaar has it.
    static func verhoeff(_ digits: [Int]) -> Bool {
        var check = 0
        for (index, digit) in digits.reversed().enumerated() {
            check = multiplication[check][permutation[index % 8][digit]]
        }
        return check == 0
    }

    /// ISO 7064, mod 11,10, as the German tax number has it.
    static func mod11And10(_ digits: [Int]) -> Bool {
        var product = 10
        for digit in digits.dropLast() {
            var sum = (digit + product) % 10
            if sum == 0 { sum = 10 }
            product = sum * 2 % 11
        }
        let check = (11 - product) % 10
        return check == digits.last
    }
}

/// Numbers of payment cards.
enum PaymentCard {
    /// Whether the digits are a card's: an issuer's range, its length, and Luhn's checksum. Numbers that card
    /// networks publish for trying count, too: who sends one may have sent another.
    static func isCard(_ digits: [Int]) -> Bool {
        guard (12...19).contains(digits.count), Set(digits).count > 1, Checksums.luhn(digits) else { return false }
        let two = NumberChecks.number(digits, 0..<2)
        let three = NumberChecks.number(digits, 0..<3)
        let four = NumberChecks.number(digits, 0..<4)
        let six = NumberChecks.number(digits, 0..<6)
        let count = digits.count
        // Of airlines: seldom, and only where a card is spoken of, since many numbers begin with 1.
        if digits[0] == 1 { return count == 15 }
        if digits[0] == 4 { return [13, 16, 19].contains(count) }
        if (51...55).contains(two) || (2221...2720).contains(four) { return count == 16 }
        if two == 34 || two == 37 { return count == 15 }
        if (300...305).contains(three) || two == 36 || two == 38 || two == 39 { return (14...19).contains(count) }
        if four == 6011 || two == 65 || (644...649).contains(three) || (622_126...622_925).contains(six) {
            return (16...19).contains(count)
        }
        if (3528...3589).contains(four) { return (16...19).contains(count) }
        if two == 62 || two == 81 { return (16...19).contains(count) }
        if [5018, 5020, 5038, 5893, 6304, 6759, 6761, 6762, 6763, 6390, 6770, 6771, 5612].contains(four) {
            return (12...19).contains(count)
        }
        if (2200...2204).contains(four) { return (16...19).contains(count) }
        if two == 60 || four == 6521 || four == 6522 || three == 508 || three == 353 || three == 356 {
            return count == 16
        }
        if three == 636 || two == 63 || two == 50 { return count == 16 }
        return four == 9792 && count == 16
    }
}

/// International bank account numbers (ISO 13616).
enum IBAN {
    private static let lengths: [String: Int] = [
        "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BI": 27, "BR": 29,
        "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27, "DK": 18, "DO": 28, "EE": 20, "EG": 29,
        "ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28,
        "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28,
        "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MN": 20,
        "MR": 27, "MT": 31, "MU": 30, "NI": 28, "NL": 18, "NO": 15, "OM": 23, "PK": 24, "PL": 28, "PS": 29, "PT": 25,
        "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24, "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24, "SM": 27,
        "SO": 23, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20, "YE": 30,
    ]

    /// Whether capital letters and digits are an account number: a known country, its length, remainder 1 by 97.
    static func isIBAN(_ value: [UInt8]) -> Bool {
        guard value.count >= 15, let length = lengths[String(decoding: value.prefix(2), as: UTF8.self)],
            length <= value.count
        else { return false }
        // Words that follow may have been taken along by the pattern; the country says how long the number is.
        guard value.count - length < 8 else { return false }
        let number = value.prefix(length)
        var remainder = 0
        for byte in number.dropFirst(4) + number.prefix(4) {
            if byte <= 0x39 {
                remainder = (remainder * 10 + Int(byte) - 0x30) % 97
            } else {
                remainder = (remainder * 100 + Int(byte) - 0x37) % 97
            }
        }
        return remainder == 1
    }
}

/// Checksums of the numbers by which countries know their people, firms and patients.
enum NationalNumber {
    /// Whether a number passes the check of its kind.
    ///
    /// - Parameters:
    ///   - digits: Its digits alone.
    ///   - letters: Its digits and capital letters.
    static func passes(_ check: RuleCheck, _ digits: [Int], _ letters: [UInt8]) -> Bool {
        guard Set(letters).count > 1 else { return false }
        let count = digits.count
        switch check {
        case .mod11BSN:
            guard count == 8 || count == 9 else { return false }
            let padded = count == 8 ? [0] + digits : digits
            return Checksums.weighted(padded, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 == 0
        case .nhs: return count == 10 && eleven(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2], ten: nil)
        case .pesel:
            guard count == 11 else { return false }
            let sum = Checksums.weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3])
            return (10 - sum % 10) % 10 == digits[10] && (1...31).contains(NumberChecks.number(digits, 4..<6))
        case .cpf: return count == 11 && cpf(digits)
        case .cnpj: return count == 14 && cnpj(digits)
        case .nir: return nir(letters)
        case .dni: return dni(letters)
        case .codiceFiscale: return codiceFiscale(letters)
        case .steuerID:
            return count == 11 && digits[0] != 0 && Set(digits.dropLast()).count >= 7 && Checksums.mod11And10(digits)
        case .sin: return count == 9 && Set(digits).count > 1 && digits[0] != 8 && Checksums.luhn(digits)
        case .personnummer:
            let ten = digits.suffix(10)
            let day = ten.count == 10 ? NumberChecks.number(Array(ten), 4..<6) : 0
            return (count == 10 || count == 12) && Checksums.luhn(ten) && (1...31).contains(day > 60 ? day - 60 : day)
                && (1...12).contains(NumberChecks.number(Array(ten), 2..<4))
        case .fodselsnummer:
            guard count == 11 else { return false }
            let first = (11 - Checksums.weighted(digits, [3, 7, 6, 1, 8, 9, 4, 5, 2]) % 11) % 11
            let second = (11 - Checksums.weighted(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11
            return first == digits[9] && second == digits[10]
        case .henkilotunnus:
            guard count >= 9, let last = letters.last else { return false }
            let table = Array("0123456789ABCDEFHJKLMNPRSTUVWXY".utf8)
            let number = NumberChecks.number(digits, 0..<9)
            return table[number % 31] == last && NumberChecks.isDate(digits, day: 0, month: 2)
        case .belgianNumber:
            guard count == 11 else { return false }
            let number = NumberChecks.number(digits, 0..<9)
            let check = NumberChecks.number(digits, 9..<11)
            return 97 - number % 97 == check || 97 - (2_000_000_000 + number) % 97 == check
        case .chinaID: return chinaID(letters)
        case .koreaRRN:
            guard count == 13, (1...8).contains(digits[6]), NumberChecks.isDate(digits, day: 4, month: 2) else {
                return false
            }
            let sum = Checksums.weighted(digits, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5])
            // Numbers given out since October 2020 have no checksum.
            return (11 - sum % 11) % 10 == digits[12] || NumberChecks.number(digits, 0..<2) >= 20
        default: return others(check, digits, letters)
        }
    }

    private static func others(_ check: RuleCheck, _ digits: [Int], _ letters: [UInt8]) -> Bool {
        let count = digits.count
        switch check {
        case .nric: return nric(letters)
        case .hkid: return hkid(letters)
        case .tfn:
            return count == 9 && Checksums.weighted(digits, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 == 0
        case .medicare:
            return (10...11).contains(count) && (2...6).contains(digits[0])
                && Checksums.weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 == digits[8]
        case .southAfrica: return count == 13 && NumberChecks.isDate(digits, day: 4, month: 2) && Checksums.luhn(digits)
        case .tckn:
            guard count == 11, digits[0] != 0 else { return false }
            let odd = digits[0] + digits[2] + digits[4] + digits[6] + digits[8]
            let even = digits[1] + digits[3] + digits[5] + digits[7]
            return ((odd * 7 - even) % 10 + 10) % 10 == digits[9] && digits.prefix(10).reduce(0, +) % 10 == digits[10]
        case .egn:
            return count == 10 && Checksums.weighted(digits, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10 == digits[9]
                && (1...31).contains(NumberChecks.number(digits, 4..<6))
        case .cnp:
            guard count == 13, digits[0] != 0 else { return false }
            let rest = Checksums.weighted(digits, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11
            return (rest == 10 ? 1 : rest) == digits[12] && NumberChecks.isDate(digits, day: 5, month: 3)
        case .ahv:
            guard count == 13, NumberChecks.number(digits, 0..<3) == 756 else { return false }
            return Checksums.weighted(digits, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 == 0
        case .thai:
            let weights = [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]
            return count == 13 && digits[0] != 0 && (11 - Checksums.weighted(digits, weights) % 11) % 10 == digits[12]
        case .rut: return rut(letters)
        case .cuil:
            guard count == 11 else { return false }
            let rest = 11 - Checksums.weighted(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11
            return (rest == 11 ? 0 : rest) == digits[10]
        case .abn:
            guard count == 11, digits[0] > 0 else { return false }
            return Checksums.weighted([digits[0] - 1] + digits.dropFirst(), [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19])
                % 89 == 0
        case .acn:
            return count == 9 && (10 - Checksums.weighted(digits, [8, 7, 6, 5, 4, 3, 2, 1]) % 10) % 10 == digits[8]
        case .pps: return pps(digits, letters)
        case .nif: return count == 9 && eleven(digits, [9, 8, 7, 6, 5, 4, 3, 2], ten: 0)
        case .myNumber:
            guard count == 12 else { return false }
            let rest = Checksums.weighted(digits, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11
            return (rest <= 1 ? 0 : 11 - rest) == digits[11]
        case .routingNumber:
            guard count == 9 else { return false }
            let prefix = NumberChecks.number(digits, 0..<2)
            let isKnown = [0...12, 21...32, 61...72, 80...80].contains { $0.contains(prefix) }
            return isKnown && Checksums.weighted(digits, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 == 0
        case .npi: return count == 10 && Checksums.luhn([8, 0, 8, 4, 0] + digits)
        case .dea:
            guard count == 7 else { return false }
            return (digits[0] + digits[2] + digits[4] + 2 * (digits[1] + digits[3] + digits[5])) % 10 == digits[6]
        case .nino: return nino(letters)
        case .amka: return count == 11 && NumberChecks.isDate(digits, day: 0, month: 2) && Checksums.luhn(digits)
        case .rodne: return count == 10 && NumberChecks.number(digits, 0..<10) % 11 == 0
        case .isikukood:
            guard count == 11, (1...6).contains(digits[0]) else { return false }
            var rest = Checksums.weighted(digits, [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11
            if rest == 10 { rest = Checksums.weighted(digits, [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11 }
            return rest % 10 == digits[10]
        case .svnr:
            guard count == 10, digits[0] != 0 else { return false }
            return Checksums.weighted(digits, [3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 == digits[3]
        default: return true
        }
    }

    /// The last digit is what is missing to a multiple of 11; `ten` is what stands for 10, nil where that is no number.
    private static func eleven(_ digits: [Int], _ weights: [Int], ten: Int?) -> Bool {
        let check = 11 - Checksums.weighted(digits, weights) % 11
        let value = check == 11 ? 0 : check == 10 ? ten : check
        return value == digits.last
    }

    private static func cpf(_ digits: [Int]) -> Bool {
        let first = Checksums.weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10
        let second = Checksums.weighted(digits, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10
        return first == digits[9] && second == digits[10]
    }

    private static func cnpj(_ digits: [Int]) -> Bool {
        func check(_ weights: [Int]) -> Int {
            let rest = Checksums.weighted(digits, weights) % 11
            return rest < 2 ? 0 : 11 - rest
        }
        return check([5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) == digits[12]
            && check([6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) == digits[13]
    }

    /// The French number: 13 digits and 97 less their remainder; Corsica's departments are 2A and 2B.
    private static func nir(_ letters: [UInt8]) -> Bool {
        guard letters.count == 15 else { return false }
        var number = 0
        for (index, byte) in letters.prefix(13).enumerated() {
            let digit =
                byte <= 0x39 ? Int(byte) - 0x30 : index == 6 && byte == 0x41 ? 9 : index == 6 && byte == 0x42 ? 8 : -1
            guard digit >= 0 else { return false }
            // 2A counts as 19, 2B as 18.
            number = byte > 0x39 ? (number - 1) * 10 + digit : number * 10 + digit
        }
        let check = letters.suffix(2).reduce(0) { $0 * 10 + Int($1) - 0x30 }
        return 97 - number % 97 == check
    }

    /// Spain's DNI and NIE: a letter by the remainder of 23.
    private static func dni(_ letters: [UInt8]) -> Bool {
        guard letters.count == 9, let last = letters.last else { return false }
        var digits = letters.dropLast()
        if let first = digits.first, (0x58...0x5A).contains(first) {
            digits = [first - 0x58 + 0x30] + digits.dropFirst()
        }
        guard digits.allSatisfy({ $0 <= 0x39 }) else { return false }
        let number = digits.reduce(0) { $0 * 10 + Int($1) - 0x30 }
        return Array("TRWAGMYFPDXBNJZSQVHLCKE".utf8)[number % 23] == last
    }

    private static func codiceFiscale(_ letters: [UInt8]) -> Bool {
        guard letters.count == 16, let last = letters.last else { return false }
        let odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]
        var sum = 0
        for (index, byte) in letters.prefix(15).enumerated() {
            let value = byte <= 0x39 ? Int(byte) - 0x30 : Int(byte) - 0x41
            sum += index % 2 == 0 ? odd[value] : value
        }
        return sum % 26 == Int(last) - 0x41
    }

    private static func chinaID(_ letters: [UInt8]) -> Bool {
        guard letters.count == 18, let last = letters.last, letters.dropLast().allSatisfy({ $0 <= 0x39 }) else {
            return false
        }
        let digits = letters.dropLast().map { Int($0) - 0x30 }
        let sum = Checksums.weighted(digits, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
        let month = NumberChecks.number(digits, 10..<12)
        return Array("10X98765432".utf8)[sum % 11] == last && (1...12).contains(month)
    }

    private static func nric(_ letters: [UInt8]) -> Bool {
        guard letters.count == 9, let first = letters.first, let last = letters.last else { return false }
        let digits = letters[1..<8].map { Int($0) - 0x30 }
        var sum = Checksums.weighted(digits, [2, 7, 6, 5, 4, 3, 2])
        if first == 0x54 || first == 0x47 { sum += 4 }
        if first == 0x4D { sum += 3 }
        let isCitizen = first == 0x53 || first == 0x54
        let table = isCitizen ? "JZIHGFEDCBA" : first == 0x4D ? "KLJNPQRTUWX" : "XWUTRQPNMLK"
        let index = first == 0x4D ? 10 - sum % 11 : sum % 11
        return Array(table.utf8)[index] == last
    }

    private static func hkid(_ letters: [UInt8]) -> Bool {
        guard letters.count == 8 || letters.count == 9, let last = letters.last else { return false }
        let values = letters.dropLast().map { $0 <= 0x39 ? Int($0) - 0x30 : Int($0) - 0x37 }
        let padded = values.count == 7 ? [36] + values : values
        let rest = (11 - Checksums.weighted(padded, [9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11
        return rest == 10 ? last == 0x41 : Int(last) - 0x30 == rest
    }

    private static func rut(_ letters: [UInt8]) -> Bool {
        guard letters.count >= 8, let last = letters.last, letters.dropLast().allSatisfy({ $0 <= 0x39 }) else {
            return false
        }
        var sum = 0
        for (index, byte) in letters.dropLast().reversed().enumerated() { sum += (Int(byte) - 0x30) * (index % 6 + 2) }
        let rest = 11 - sum % 11
        return rest == 11 ? last == 0x30 : rest == 10 ? last == 0x4B : Int(last) - 0x30 == rest
    }

    private static func pps(_ digits: [Int], _ letters: [UInt8]) -> Bool {
        guard digits.count == 7, letters.count == 8 || letters.count == 9 else { return false }
        var sum = Checksums.weighted(digits, [8, 7, 6, 5, 4, 3, 2])
        if letters.count == 9, letters[8] >= 0x41 { sum += (Int(letters[8]) - 0x40) * 9 }
        return Array("WABCDEFGHIJKLMNOPQRSTUV".utf8)[sum % 23] == letters[7]
    }

    /// The prefixes that are never given out (HMRC).
    private static func nino(_ letters: [UInt8]) -> Bool {
        guard letters.count == 9 else { return false }
        let prefix = String(decoding: letters.prefix(2), as: UTF8.self)
        guard !["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"].contains(prefix) else { return false }
        return !"DFIQUV".utf8.contains(letters[0]) && !"DFIQUVO".utf8.contains(letters[1])
    }
}

/// What a rule may ask of a value beyond its pattern.
package enum RuleCheck: String, Sendable, Hashable, CaseIterable {
    // MARK: Makeup
    /// It has lower-case and upper-case letters.
    case mixed
    /// It has letters and digits.
    case digits
    /// It is no path, in which slashes part words.
    case noPath = "no-path"
    /// No six characters in a row count up or down.
    case noSequence = "no-sequence"
    /// It is no chain of words.
    case noWords = "no-words"
    /// It has no words that say that it is none.
    case webhookWords = "webhook-words"
    /// It is not made of two or three characters alone.
    case noBinary = "no-binary"
    /// A placeholder is no finding; asked of every token anyhow.
    case placeholder
    /// As ``placeholder``.
    case noWordsRun = "no-words-run"
    /// A password in an address that is none of the usual placeholders.
    case passwordValue = "password-value"
    /// A placeholder may be a finding.
    case anyValue = "any-value"

    // MARK: Forms
    /// GitHub's checksum: CRC-32 in base 62 at the end; where it is right nothing else is asked.
    case githubCRC = "github-crc"
    /// A block of PEM with a body that may be a key.
    case pemBody = "pem-body"
    /// A JSON Web Token's header.
    case jwt
    /// Base64 of `name:password`.
    case base64Pair = "base64-pair"
    /// Base64 of a number, a colon and random bytes.
    case jira
    /// The first piece is base64 of a Discord account's number.
    case discord
    /// The checksum of BIP 173, which age's keys carry.
    case bech32
    /// An NKEY's CRC-16.
    case nkey
    /// A wallet key's double SHA-256 is not computed; the value must be random.
    case wif

    // MARK: Numbers
    case card, iban, ssn, verhoeff, mod11BSN = "bsn", nhs, pesel, cpf, cnpj, nir, dni, codiceFiscale = "codice-fiscale"
    case steuerID = "steuer-id", sin, personnummer, fodselsnummer, henkilotunnus, belgianNumber = "belgian"
    case chinaID = "china-id", koreaRRN = "korea-rrn", nric, hkid, tfn, medicare, southAfrica = "south-africa"
    case tckn, egn, cnp, ahv, thai, rut, cuil, abn, pps, nif, myNumber = "my-number", dateOfBirth = "date"
    case routingNumber = "aba", npi, dea, nino, luhn, amka, rodne, isikukood, svnr, acn, bitcoin
}

/// Decides whether a match counts.
enum RuleChecking {
    /// Whether a value passes a rule's entropy, checks and lists.
    static func passes(_ rule: Rule, value: ArraySlice<UInt8>, whole: ArraySlice<UInt8>) -> Bool {
        if rule.checks.contains(.githubCRC), TokenChecks.hasGitHubChecksum(value) { return true }
        if rule.entropy > 0, SecretValue.entropy(value) < rule.entropy { return false }
        if rule.category == .token, TokenChecks.decodesToProse(value) { return false }
        let isSecret = rule.category == .token || rule.category == .urlSecret || rule.category == .assignment
        if isSecret, !rule.checks.contains(.anyValue), SecretValue.isPlaceholder(value) { return false }
        for check in rule.checks where !passes(check, value) { return false }
        for allowed in rule.allow {
            if allowed.expression?.isMatch(Array(whole)) ?? false { return false }
        }
        return true
    }

    private static func passes(_ check: RuleCheck, _ value: ArraySlice<UInt8>) -> Bool {
        let makeup = SecretValue.Makeup(value)
        switch check {
        case .mixed: return makeup.lower > 0 && makeup.upper > 0
        case .digits: return makeup.digits > 0 && makeup.letters > 0
        case .noPath:
            let slashes = value.reduce(0) { $0 + ($1 == 0x2F ? 1 : 0) }
            return slashes <= 3 || makeup.changes > value.count / 4
        case .noSequence: return !SecretValue.hasSequence(value) && !SecretValue.hasRepeat(value)
        case .noWords: return !SecretValue.isWordLike(value)
        case .webhookWords:
            let hyphens = value.reduce(0) { $0 + ($1 == 0x2D || $1 == 0x5F ? 1 : 0) }
            return hyphens <= 6
        case .noBinary: return Set(value.dropFirst(4)).count > 3
        case .passwordValue: return AssignmentValue.isPasswordInAddress(value)
        case .placeholder, .noWordsRun, .anyValue, .githubCRC, .wif: return true
        case .pemBody: return TokenChecks.hasPEMBody(value)
        case .jwt: return TokenChecks.isJSONWebToken(value)
        case .base64Pair: return TokenChecks.isBase64Pair(value)
        case .jira: return TokenChecks.isJiraToken(value)
        case .discord: return TokenChecks.isDiscordToken(value)
        case .bech32: return TokenChecks.hasBech32Checksum(value)
        case .nkey: return TokenChecks.isNKey(value)
        default: return NumberChecks.passes(check, value)
        }
    }
}

/// Checks of tokens whose issuers document more than their characters.
enum TokenChecks {
    /// GitHub's tokens end in the CRC-32 of their random part, six digits of base 62
    /// (https://github.blog/2021-04-05-behind-githubs-new-authentication-token-formats).
    static func hasGitHubChecksum(_ token: ArraySlice<UInt8>) -> Bool {
        let body = Array(token.drop { $0 != 0x5F }.dropFirst())
        guard body.count == 36 else { return false }
        var checksum = crc32(body.prefix(30))
        var digits: [UInt8] = []
        for _ in 0..<6 {
            digits.insert(base62[Int(checksum % 62)], at: 0)
            checksum /= 62
        }
        return body.suffix(6).elementsEqual(digits)
    }

    private static let base62 = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    private static func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var value: UInt32 = ~0
        for byte in bytes {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
        return ~value
    }

    /// Whether a value is base64 of a sentence, as a joke or an example has it.
    static func decodesToProse(_ value: ArraySlice<UInt8>) -> Bool {
        guard value.count >= 24, value.count <= 400, let bytes = Decoding.base64(value) else { return false }
        return bytes.allSatisfy { $0 >= 32 && $0 < 127 } && bytes.reduce(0) { $0 + ($1 == 32 ? 1 : 0) } >= 3
    }

    /// Whether enough stands between the first line and the last one of a block of PEM (RFC 7468).
    static func hasPEMBody(_ block: ArraySlice<UInt8>) -> Bool {
        let dashes: [UInt8] = [0x2D, 0x2D, 0x2D, 0x2D]
        guard let head = block.dropFirst(10).firstRange(of: dashes) else { return false }
        let rest = block[head.upperBound...].drop { $0 == 0x2D }
        let body = rest[..<(rest.firstRange(of: dashes)?.lowerBound ?? rest.endIndex)].filter {
            $0 >= 0x30 && $0 <= 0x39 || $0 >= 0x41 && $0 <= 0x5A || $0 >= 0x61 && $0 <= 0x7A || $0 == 0x2B || $0 == 0x2F
        }
        return body.count >= 24 && Set(body).count >= 10
    }

    /// The first piece must be a JSON object that names an algorithm (RFC 7515, 7516); the second one an object too where
    /// there are two or three pieces.
    static func isJSONWebToken(_ token: ArraySlice<UInt8>) -> Bool {
        let pieces = token.split(separator: 0x2E, omittingEmptySubsequences: false)
        guard let header = object(pieces[0]), header.contains("\"alg\"") || header.contains("\"typ\"") else {
            return false
        }
        guard pieces.count == 2 || pieces.count == 3 else { return true }
        return object(pieces[1]) != nil
    }

    private static func object(_ piece: ArraySlice<UInt8>) -> String? {
        guard let bytes = Decoding.base64(piece.filter { $0 != 0x3D }), bytes.first == 0x7B else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.contains("\"") && !text.unicodeScalars.contains("\u{FFFD}") ? text : nil
    }

    /// Base64 of a name, a colon and a password, all printable.
    static func isBase64Pair(_ value: ArraySlice<UInt8>) -> Bool {
        guard let bytes = Decoding.base64(value), bytes.count >= 5, let colon = bytes.firstIndex(of: 0x3A) else {
            return isOpaque(value)
        }
        let isPrintable = bytes.allSatisfy { $0 >= 32 && $0 < 127 }
        return isPrintable ? colon + 1 < bytes.count : isOpaque(value)
    }

    private static func isOpaque(_ value: ArraySlice<UInt8>) -> Bool {
        let makeup = SecretValue.Makeup(value)
        return value.count >= 16 && makeup.digits > 0 && makeup.upper > 0 && makeup.lower > 0
    }

    static func isJiraToken(_ value: ArraySlice<UInt8>) -> Bool {
        guard let bytes = Decoding.base64(value), let colon = bytes.firstIndex(of: 0x3A), (10...13).contains(colon)
        else {
            return false
        }
        return bytes[..<colon].allSatisfy { $0 >= 0x30 && $0 <= 0x39 } && Set(bytes[..<colon]).count > 3
    }

    static func isDiscordToken(_ value: ArraySlice<UInt8>) -> Bool {
        let first = value.prefix { $0 != 0x2E }
        guard let bytes = Decoding.base64(first) else { return false }
        return bytes.count >= 17 && bytes.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    }

    /// Whether a text of BIP 173 ends in its checksum; upper and lower case are one.
    static func hasBech32Checksum(_ value: ArraySlice<UInt8>) -> Bool {
        let text = value.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
        guard let one = text.lastIndex(of: 0x31), one > 0, text.count - one > 6 else { return false }
        var symbols = text[..<one].map { UInt32($0 >> 5) } + [0] + text[..<one].map { UInt32($0 & 31) }
        for byte in text[(one + 1)...] {
            guard let symbol = bech32.firstIndex(of: byte) else { return false }
            symbols.append(UInt32(symbol))
        }
        let generators: [UInt32] = [0x3B6A_57B2, 0x2650_8E6D, 0x1EA1_19FA, 0x3D42_33DD, 0x2A14_62B3]
        var sum: UInt32 = 1
        for symbol in symbols {
            let top = sum >> 25
            sum = (sum & 0x1FF_FFFF) << 5 ^ symbol
            for (bit, generator) in generators.enumerated() where top >> UInt32(bit) & 1 == 1 { sum ^= generator }
        }
        return sum == 1
    }

    private static let bech32 = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)

    /// An NKEY ends in the CRC-16 of what stands before it, little end first; a seed without a right one is still random.
    static func isNKey(_ value: ArraySlice<UInt8>) -> Bool {
        SecretValue.entropy(value) > 3.6 && value.contains { $0 >= 0x32 && $0 <= 0x37 }
    }
}

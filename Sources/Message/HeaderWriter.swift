/// Writes header fields: folded at 76 characters, encoded by RFC 2047 and 2231, ended by CRLF.
package struct HeaderWriter: Sendable {
    /// The fields so far.
    package private(set) var bytes: [UInt8] = []
    /// The names so far, in lower case.
    package private(set) var names: Set<String> = []

    private static let width = 76

    /// Makes a writer without fields.
    package init() {}

    /// Adds a field of free text, as Subject is; white space at its ends is not kept.
    package mutating func add(_ name: String, text: String) throws(MessageBuilderError) {
        try check(text, name)
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        let isPlain =
            text.utf8.allSatisfy { $0 >= 32 && $0 < 127 } && !text.contains("=?")
            && words.allSatisfy { $0.utf8.count < 900 }
        try add(name, tokens: isPlain ? words : Self.encodedWords(text))
    }

    /// Adds a field whose value is written as it is, after one space; the value may be folded already.
    package mutating func add(_ name: String, raw: String) throws(MessageBuilderError) {
        // A line end that white space follows is a fold and adds no header; any other could.
        let value = raw.utf8.first == 32 || raw.utf8.first == 9 ? String(Substring(raw.utf8.dropFirst())) : raw
        let unfolded = Self.unfolded(value)
        guard !unfolded.utf8.contains(where: { $0 == 10 || $0 == 13 || $0 == 0 }) else {
            throw MessageBuilderError(code: .lineBreak, field: name)
        }
        try start(name)
        bytes += Array(" \(value)\r\n".utf8)
    }

    /// Adds a field of addresses, groups in their form; without any the field is left out.
    package mutating func add(_ name: String, groups: [AddressGroup]) throws(MessageBuilderError) {
        var tokens: [String] = []
        for group in groups {
            var members: [String] = []
            for member in group.members { members += [try Self.written(member, name).joined(separator: " ")] }
            if let title = group.name {
                try check(title, name)
                tokens.append("\(Self.phrase(title)):" + (members.isEmpty ? ";" : ""))
                if !members.isEmpty { tokens += Self.separated(members, last: ";") }
                tokens[tokens.count - 1] += ","
            } else {
                tokens += Self.separated(members, last: ",")
            }
        }
        guard let last = tokens.indices.last else { return }
        tokens[last].removeLast()
        try add(name, tokens: tokens)
    }

    /// Adds a field of addresses; without any the field is left out.
    package mutating func add(_ name: String, addresses: [MailAddress]) throws(MessageBuilderError) {
        try add(name, groups: addresses.isEmpty ? [] : [AddressGroup(name: nil, members: addresses)])
    }

    /// Adds a field of message ids, given without brackets; without any the field is left out.
    package mutating func add(_ name: String, messageIDs: [String]) throws(MessageBuilderError) {
        for id in messageIDs
        where id.isEmpty || id.utf8.contains(where: { $0 <= 32 || $0 == 60 || $0 == 62 || $0 == 127 }) {
            throw MessageBuilderError(code: .messageID, field: name)
        }
        guard !messageIDs.isEmpty else { return }
        try add(name, tokens: messageIDs.map { "<\($0)>" })
    }

    /// Adds a field of a value with parameters, as Content-Type is; parameters are written by RFC 2231 where they need
    /// it.
    package mutating func add(_ name: String, _ value: ParameterizedValue) throws(MessageBuilderError) {
        try check(value.value, name)
        guard value.value.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != 59 }), !value.value.isEmpty else {
            throw MessageBuilderError(code: .mediaType, field: name)
        }
        var tokens = [value.value]
        for parameter in value.parameters {
            try check(parameter.value, name)
            guard parameter.name.utf8.allSatisfy(Self.isToken), !parameter.name.isEmpty else {
                throw MessageBuilderError(code: .headerName, field: name)
            }
            tokens[tokens.count - 1] += ";"
            tokens += Self.parameter(parameter.name, parameter.value)
        }
        try add(name, tokens: tokens)
    }

    // MARK: Lines

    private mutating func add(_ name: String, tokens: [String]) throws(MessageBuilderError) {
        try start(name)
        var column = name.utf8.count + 1
        for token in tokens {
            if column > name.utf8.count + 1, column + 1 + token.utf8.count > Self.width, !token.isEmpty {
                bytes += [13, 10, 32]
                column = 1
            } else {
                bytes.append(32)
                column += 1
            }
            bytes += Array(token.utf8)
            column += token.utf8.count
        }
        bytes += [13, 10]
    }

    private mutating func start(_ name: String) throws(MessageBuilderError) {
        guard !name.isEmpty, name.utf8.count <= 200, name.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != 58 }) else {
            throw MessageBuilderError(code: .headerName, field: "")
        }
        names.insert(name.lowercased())
        bytes += Array("\(name):".utf8)
    }

    private func check(_ value: String, _ name: String) throws(MessageBuilderError) {
        guard !value.utf8.contains(where: { $0 == 10 || $0 == 13 || $0 == 0 }) else {
            throw MessageBuilderError(code: .lineBreak, field: name)
        }
    }

    private static func unfolded(_ value: String) -> String {
        var result: [UInt8] = []
        let bytes = Array(value.utf8)
        var index = 0
        while index < bytes.count {
            let isCRLF = bytes[index] == 13 && index + 2 < bytes.count && bytes[index + 1] == 10
            if isCRLF, bytes[index + 2] == 32 || bytes[index + 2] == 9 {
                index += 2
                continue
            }
            result.append(bytes[index])
            index += 1
        }
        return String(decoding: result, as: UTF8.self)
    }
}

// MARK: The forms of values

extension HeaderWriter {
    /// The text as encoded words of at most 75 characters that begin and end at whole characters (RFC 2047).
    static func encodedWords(_ text: String) -> [String] {
        var words: [String] = []
        var piece: [UInt8] = []
        func close() {
            guard !piece.isEmpty else { return }
            let encoded = TransferEncoding.base64.encode(piece).filter { $0 != 10 }
            words.append("=?utf-8?B?\(String(decoding: encoded, as: UTF8.self))?=")
            piece = []
        }
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if piece.count + bytes.count > 45 { close() }
            piece += bytes
        }
        close()
        return words
    }

    /// A display name: as it is, quoted, or encoded.
    static func phrase(_ name: String) -> String {
        if name.utf8.contains(where: { $0 < 32 || $0 >= 127 }) || name.contains("=?") || name.utf8.count > 200 {
            return encodedWords(name).joined(separator: " ")
        }
        if name.utf8.allSatisfy({ isAtom($0) || $0 == 32 }), name.trimmingWhiteSpace == name { return name }
        let quoted = name.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
        return "\"\(quoted)\""
    }

    private static func written(_ address: MailAddress, _ field: String) throws(MessageBuilderError) -> [String] {
        let email = address.email
        let isSound =
            !email.isEmpty && email.utf8.count <= 1_000
            && email.utf8.allSatisfy { $0 > 32 && $0 != 127 && $0 != 60 && $0 != 62 && $0 != 44 && $0 != 59 }
        guard isSound else {
            let hasBreak = email.utf8.contains { $0 == 10 || $0 == 13 || $0 == 0 }
            throw MessageBuilderError(code: hasBreak ? .lineBreak : .address, field: field)
        }
        guard let name = address.name, !name.isEmpty else { return [email] }
        guard !name.utf8.contains(where: { $0 == 10 || $0 == 13 || $0 == 0 }) else {
            throw MessageBuilderError(code: .lineBreak, field: field)
        }
        return [phrase(name), "<\(email)>"]
    }

    private static func separated(_ members: [String], last: String) -> [String] {
        members.enumerated().map { $0.element + ($0.offset == members.count - 1 ? last : ",") }
    }

    /// A parameter as tokens: plain, quoted, or extended and continued (RFC 2231).
    private static func parameter(_ name: String, _ value: String) -> [String] {
        let isASCII = value.utf8.allSatisfy { $0 >= 32 && $0 < 127 }
        if isASCII, value.utf8.count <= 60 {
            if !value.isEmpty, value.utf8.allSatisfy(isToken) { return ["\(name)=\(value)"] }
            let quoted = value.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
            return ["\(name)=\"\(quoted)\""]
        }
        var pieces: [String] = [""]
        for byte in value.utf8 {
            let isPlain = isToken(byte) && byte != 39 && byte != 37 && byte != 42
            let digits = Array("0123456789ABCDEF")
            let written = isPlain ? String(UnicodeScalar(byte)) : "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            if pieces[pieces.count - 1].utf8.count + written.utf8.count > 50 { pieces.append("") }
            pieces[pieces.count - 1] += written
        }
        guard pieces.count > 1 else { return ["\(name)*=utf-8''\(pieces[0])"] }
        return pieces.enumerated().map { index, piece in
            "\(name)*\(index)*=" + (index == 0 ? "utf-8''" : "") + piece + (index == pieces.count - 1 ? "" : ";")
        }
    }

    private static func isAtom(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
        }
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        byte > 32 && byte < 127 && !"()<>@,;:\\\"/[]?=".utf8.contains(byte)
    }
}

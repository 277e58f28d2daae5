import Sodium

/// What a domain's key signs of a message (RFC 6376, RFC 8463): `ed25519-sha256`, both canonical forms `relaxed`.
struct MailSignature {
    let domain: String
    let selector: String
    /// The private key, 32 bytes.
    let seed: [UInt8]

    /// The fields that are signed, as far as a message has them.
    private static let signed: Set<String> = ["from", "to", "date", "subject", "message-id"]

    /// The field `DKIM-Signature` of a message, with its line end; nil where the key is none.
    func field(of raw: [UInt8], at now: Int) -> String? {
        let message = Self.parts(raw)
        // From the last field to the first one: so a verifier takes several of one name, too.
        let fields = message.fields.filter { Self.signed.contains($0.name.lowercased()) }.reversed()
        let names = fields.map(\.name).joined(separator: ":")
        let hash = Base64.encode(Sodium.sha256(Self.relaxed(body: message.body)))
        let value =
            "v=1; a=ed25519-sha256; s=\(selector); d=\(domain); c=relaxed/relaxed; r=y;\r\n\th=\(names); t=\(now);"
            + " bh=\(hash);\r\n\tb="
        var covered = fields.map { Self.relaxed(name: $0.name, value: $0.value) + "\r\n" }.joined()
        covered += Self.relaxed(name: "DKIM-Signature", value: Array(value.utf8)[...])
        guard let publicKey = Signing.publicKey(ofSeed: seed),
            let signature = Signing.sign(Sodium.sha256(Array(covered.utf8)), secretKey: seed + publicKey)
        else { return nil }
        return "DKIM-Signature: \(value)\(Base64.encode(signature));\r\n"
    }

    /// The fields of the header, folded as they are, and the body.
    private static func parts(_ raw: [UInt8]) -> (
        fields: [(name: String, value: ArraySlice<UInt8>)], body: ArraySlice<UInt8>
    ) {
        var fields: [(name: String, value: ArraySlice<UInt8>)] = []
        var rest = raw[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = rest[...end]
            rest = rest[(end + 1)...]
            if line.count == 1 || line.elementsEqual([13, 10]) { break }
            if isSpace(line.first), let last = fields.last {
                fields[fields.count - 1].value = raw[last.value.startIndex...end]
            } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
                fields.append((String(decoding: line[..<colon], as: UTF8.self), line[(colon + 1)...]))
            }
        }
        return (fields, rest)
    }

    private static func isSpace(_ byte: UInt8?) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    /// A field in relaxed form, without a line end (RFC 6376, 3.4.2).
    private static func relaxed(name: String, value: ArraySlice<UInt8>) -> String {
        let unfolded = value.filter { $0 != 13 && $0 != 10 }
        let words = unfolded.split(whereSeparator: { isSpace($0) }).map { String(decoding: $0, as: UTF8.self) }
        return name.lowercased() + ":" + words.joined(separator: " ")
    }

    /// A body in relaxed form (RFC 6376, 3.4.4).
    private static func relaxed(body: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(body.count)
        // Line ends of empty lines that something may follow.
        var pending = 0
        for line in body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            var text: [UInt8] = []
            var hasSpace = false
            for byte in line.last == 13 ? line.dropLast() : line {
                if isSpace(byte) {
                    hasSpace = true
                    continue
                }
                if hasSpace { text.append(UInt8(ascii: " ")) }
                hasSpace = false
                text.append(byte)
            }
            if text.isEmpty {
                pending += 1
                continue
            }
            for _ in 0..<pending { result += [13, 10] }
            pending = 0
            result += text + [13, 10]
        }
        return result
    }
}

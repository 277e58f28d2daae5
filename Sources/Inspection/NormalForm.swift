/// A text as rules read it, with the way back to the text of the part.
struct NormalForm: Sendable {
    /// How the form came about; decides which rules read it.
    enum Kind: String, Sendable {
        /// The text as it stands.
        case plain
        /// Compatibility forms and look-alike letters folded, invisible characters out.
        case folded
        /// Lines joined where a key may run on.
        case joined
        /// Decoded out of base64, hexadecimal digits, percent signs and the like.
        case decoded
    }

    let kind: Kind
    /// UTF-8; may hold anything.
    let bytes: [UInt8]
    /// How it was made, for the sentence of a finding; empty for the plain text.
    let how: String
    /// From this form to the one that it was made of, and so on to the text of the part.
    private let maps: [OffsetMap]
    /// How many times it was decoded.
    let depth: Int

    /// The text as it stands.
    init(_ bytes: [UInt8]) {
        kind = .plain
        self.bytes = bytes
        how = ""
        maps = []
        depth = 0
    }

    /// A form made of another.
    init(_ kind: Kind, _ bytes: [UInt8], how: String, map: OffsetMap, of source: NormalForm) {
        self.kind = kind
        self.bytes = bytes
        self.how = source.how.isEmpty ? how : "\(source.how), \(how)"
        maps = [map] + source.maps
        depth = source.depth + (kind == .decoded ? 1 : 0)
    }

    /// Where a range of this form lies in the text of the part.
    func original(_ range: Range<Int>) -> Range<Int> {
        maps.reduce(range) { $1.original($0) }
    }
}

extension NormalForm {
    /// The forms of a text that rules should read beside the text itself.
    ///
    /// - Parameter room: How many bytes all forms together may still have; what it takes is subtracted.
    static func forms(of bytes: [UInt8], room: inout Int) -> [NormalForm] {
        let plain = NormalForm(bytes)
        var result = [plain]
        let folded = TextFolding.fold(plain)
        if let folded {
            result.append(folded)
            room -= folded.bytes.count
        }
        let readable = folded ?? plain
        if let joined = LineJoining.join(readable) {
            result.append(joined)
            room -= joined.bytes.count
            if let careful = LineJoining.join(readable, isCareful: true), careful.bytes != joined.bytes {
                result.append(careful)
                room -= careful.bytes.count
            }
        }
        var sources = [readable]
        for _ in 0..<3 {
            var made: [NormalForm] = []
            for source in sources where room > 0 {
                for form in Decoding.decode(source, room: &room) {
                    made.append(form)
                    if let folded = TextFolding.fold(form) { made.append(folded) }
                }
            }
            guard !made.isEmpty else { break }
            result += made
            sources = made
        }
        return result
    }
}

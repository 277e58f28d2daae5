/// Values that were handed out here, known by their hashes alone, and found wherever they leave in any encoding.
///
/// A salt is drawn for each installation, so that the hashes tell nothing to who finds them.
package struct SecretRegistry: Sendable, Hashable {
    /// By length of the value in bytes, the hashes of the values of that length.
    private var hashes: [Int: Set<UInt64>] = [:]
    private let salt: UInt64

    /// Shorter values would be found in ordinary words.
    package static let shortest = 10

    /// An empty registry.
    package init(salt: UInt64 = UInt64.random(in: .min ... .max)) {
        self.salt = salt
    }

    /// Whether nothing is registered.
    package var isEmpty: Bool { hashes.isEmpty }

    /// Registers a value; one that is too short is passed over.
    package mutating func add(_ value: String) {
        let bytes = Array(value.utf8)
        guard bytes.count >= Self.shortest else { return }
        hashes[bytes.count, default: []].insert(hash(bytes[...]))
    }

    /// Where registered values stand in a text, at most a hundred; time is linear in the text for every length.
    func occurrences(in text: [UInt8]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        for (length, wanted) in hashes where length <= text.count {
            // A rolling hash (Rabin and Karp) over windows of the length.
            var power: UInt64 = 1
            for _ in 1..<length { power = power &* Self.base }
            var value: UInt64 = 0
            for index in text.indices {
                if index >= length { value = value &- (UInt64(text[index - length]) &+ 1) &* power }
                value = value &* Self.base &+ UInt64(text[index]) &+ 1
                guard index >= length - 1, wanted.contains(mixed(value)) else { continue }
                found.append((index - length + 1)..<(index + 1))
                if found.count >= 100 { return found }
            }
        }
        return found
    }

    private static let base: UInt64 = 0x9E37_79B9_7F4A_7C15

    private func hash(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        mixed(bytes.reduce(0) { $0 &* Self.base &+ UInt64($1) &+ 1 })
    }

    private func mixed(_ value: UInt64) -> UInt64 {
        var value = value ^ salt
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}

import JMAP

/// Where holds stand, in memory that does not grow with the ledger: the open ones and the last closed ones one by one, and
/// of all others only whether there may be such a hold.
struct HoldIndex: Sendable {
    /// How many closed holds are known one by one.
    let closedLimit: Int

    private var open: [String: Standing] = [:]
    private var closed: [String: Standing] = [:]
    /// The closed ones in the order in which they are forgotten; the oldest stands at `next` once the list is full.
    private var order: [String] = []
    private var next = 0
    private var filter = HoldFilter()

    init(closedLimit: Int) { self.closedLimit = max(1, closedLimit) }

    /// Where a hold stands; nil where it is not known, which means that there is none only where ``mayHold(_:)`` says no.
    subscript(hold: String) -> Standing? {
        get { open[hold] ?? closed[hold] }
        set {
            guard let newValue else { return }
            filter.insert(hold)
            if newValue.state.isFinal {
                open[hold] = nil
                close(hold, newValue)
            } else {
                closed[hold] = nil
                open[hold] = newValue
            }
        }
    }

    /// False where there was never such a hold; true where there is one, and once in many thousand times where there is
    /// none.
    func mayHold(_ hold: String) -> Bool { filter.mayContain(hold) }

    /// Whether one is about to be sent or on its way.
    var isSendingAny: Bool { open.values.contains { $0.state != .held } }

    private mutating func close(_ hold: String, _ standing: Standing) {
        guard closed.updateValue(standing, forKey: hold) == nil else { return }
        if order.count < closedLimit {
            order.append(hold)
            return
        }
        closed[order[next]] = nil
        order[next] = hold
        next = (next + 1) % closedLimit
    }
}

/// A set of holds in one megabyte, whatever its size, that errs only in holding what was never put in (a Bloom filter).
///
/// With a million holds it errs once in fifty times, with a hundred thousand once in two hundred thousand.
private struct HoldFilter: Sendable {
    private static let bits: UInt64 = 1 << 23
    private var words = [UInt64](repeating: 0, count: Int(bits / 64))

    mutating func insert(_ hold: String) {
        for bit in Self.bits(of: hold) { words[Int(bit / 64)] |= 1 << (bit % 64) }
    }

    func mayContain(_ hold: String) -> Bool {
        Self.bits(of: hold).allSatisfy { words[Int($0 / 64)] & 1 << ($0 % 64) != 0 }
    }

    /// An id is the beginning of a SHA-256: four pieces of it are four independent numbers.
    private static func bits(of hold: String) -> [UInt64] {
        let digits = Array(hold.utf8)
        return stride(from: 0, to: 24, by: 6).map { start in
            digits.dropFirst(start).prefix(6).reduce(0) { number, digit in
                // The value of a hexadecimal digit; what is none gives some number as well.
                number << 4 | UInt64((digit & 0x0F) + (digit >> 6) * 9)
            } & (bits - 1)
        }
    }
}

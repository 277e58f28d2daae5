/// A state text as a client gives and gets it.
enum ChangeState: Equatable, Sendable {
    /// `n`: before the first change.
    case initial
    /// `s…`: after this change.
    case exact(Int)
    /// `r…`: within the changes after `from` up to and with `to`, of which `sent` were given already.
    case intermediate(from: Int, to: Int, sent: Int)

    /// Reads a state; nil where it cannot be read.
    ///
    /// Any text that starts with `n` is the beginning, as on the real server.
    init?(_ text: String) {
        guard let first = text.utf8.first else { return nil }
        if first == UInt8(ascii: "n") {
            self = .initial
            return
        }
        let rest = text.dropFirst()
        guard !rest.isEmpty, let decoded = Base32.decode(rest) else { return nil }
        var bytes = decoded[...]
        switch first {
        case UInt8(ascii: "s"):
            let change = bytes.isEmpty ? 0 : LEB128.read(&bytes) ?? Int.max
            self = change == 0 ? .initial : .exact(change)
        case UInt8(ascii: "r"):
            guard let from = LEB128.read(&bytes), let length = LEB128.read(&bytes), let sent = LEB128.read(&bytes),
                length <= Int.max - from
            else { return nil }
            self = .intermediate(from: from, to: from + length, sent: sent)
        default: return nil
        }
    }

    /// The state of a type whose last change this is; 0 for none.
    init(change: Int) {
        self = change == 0 ? .initial : .exact(change)
    }

    /// The text that a client gets.
    var text: String {
        var bytes: [UInt8] = []
        switch self {
        case .initial: return "n"
        case .exact(let change):
            LEB128.write(change, to: &bytes)
            return "s" + Base32.encode(bytes)
        case .intermediate(let from, let to, let sent):
            LEB128.write(from, to: &bytes)
            LEB128.write(to - from, to: &bytes)
            LEB128.write(sent, to: &bytes)
            return "r" + Base32.encode(bytes)
        }
    }
}

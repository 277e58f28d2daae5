/// An answer as it came from a name server; every byte of it may be hostile (RFC 1035, 4).
struct DNSMessage {
    /// The answer cannot be read.
    struct Malformed: Error {}

    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The records of a kind in the answer, whatever their names: an alias leads from the name that was asked for.
    func records(_ kind: ZoneRecord.Kind) throws(Malformed) -> [ZoneRecord] {
        guard bytes.count >= 12 else { throw Malformed() }
        var place = 12
        for _ in 0..<(try number(at: 4)) {
            _ = try name(&place)
            place += 4
        }
        var records: [ZoneRecord] = []
        for _ in 0..<(try number(at: 6)) {
            let owner = try name(&place)
            let type = try number(at: place)
            let size = Int(try number(at: place + 8))
            place += 10
            guard place + size <= bytes.count else { throw Malformed() }
            if type == kind.number {
                let value = try value(kind, place..<(place + size))
                records.append(ZoneRecord(name: owner, kind: kind, value: value))
            }
            place += size
        }
        return records
    }

    private func value(_ kind: ZoneRecord.Kind, _ range: Range<Int>) throws(Malformed) -> String {
        var place = range.lowerBound
        switch kind {
        case .a:
            guard range.count == 4 else { throw Malformed() }
            return bytes[range].map(String.init).joined(separator: ".")
        case .aaaa:
            guard range.count == 16 else { throw Malformed() }
            return stride(from: range.lowerBound, to: range.upperBound, by: 2).map {
                String(Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]), radix: 16)
            }.joined(separator: ":")
        case .cname: return try name(&place)
        case .mx:
            let preference = try number(at: place)
            place += 2
            return "\(preference) \(try name(&place))"
        case .srv:
            let numbers = [try number(at: place), try number(at: place + 2), try number(at: place + 4)]
            place += 6
            return numbers.map(String.init).joined(separator: " ") + " " + (try name(&place))
        case .tlsa:
            guard range.count >= 3 else { throw Malformed() }
            let digits = bytes[(place + 3)..<range.upperBound].map { byte in
                let text = String(byte, radix: 16)
                return text.count == 1 ? "0" + text : text
            }
            return bytes[place..<(place + 3)].map(String.init).joined(separator: " ") + " " + digits.joined()
        case .txt:
            var text: [UInt8] = []
            while place < range.upperBound {
                let end = place + 1 + Int(bytes[place])
                guard end <= range.upperBound else { throw Malformed() }
                text += bytes[(place + 1)..<end]
                place = end
            }
            return String(decoding: text, as: UTF8.self)
        }
    }

    private func number(at place: Int) throws(Malformed) -> UInt16 {
        guard place >= 0, place + 1 < bytes.count else { throw Malformed() }
        return UInt16(bytes[place]) << 8 | UInt16(bytes[place + 1])
    }

    /// A name, which may go on elsewhere in the message; at most 255 bytes and 128 jumps.
    private func name(_ place: inout Int) throws(Malformed) -> String {
        var labels: [String] = []
        var (at, size, jumps) = (place, 0, 0)
        while true {
            guard at < bytes.count else { throw Malformed() }
            let length = Int(bytes[at])
            switch length {
            case 0:
                if jumps == 0 { place = at + 1 }
                return labels.isEmpty ? "." : labels.joined(separator: ".")
            case 1...63:
                size += length + 1
                guard at + length < bytes.count, size <= 255 else { throw Malformed() }
                labels.append(Self.label(bytes[(at + 1)...(at + length)]))
                at += length + 1
            case 0xC0...:
                jumps += 1
                guard at + 1 < bytes.count, jumps <= 128 else { throw Malformed() }
                if jumps == 1 { place = at + 2 }
                at = (length & 0x3F) << 8 | Int(bytes[at + 1])
            default: throw Malformed()
            }
        }
    }

    /// A label with what is no plain text written as `\ddd`, so that no dot of a label makes another label.
    private static func label(_ bytes: ArraySlice<UInt8>) -> String {
        bytes.reduce(into: "") { text, byte in
            if byte > 0x20, byte < 0x7F, byte != 0x2E, byte != 0x5C {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte)
                text += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
            }
        }
    }
}

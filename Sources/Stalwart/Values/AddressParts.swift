/// An address taken apart at its last `@`.
struct AddressParts: Sendable, Hashable {
    /// The part before.
    let local: String
    /// The part after.
    let domain: String

    /// Nil when one of the parts is empty.
    init?(_ address: String) {
        guard let at = address.lastIndex(of: "@") else { return nil }
        local = String(address[..<at])
        domain = String(address[address.index(after: at)...])
        if local.isEmpty || domain.isEmpty { return nil }
    }
}

extension NewAccount {
    /// Throws `invalid` for a name that the server would refuse or change in silence.
    func check(act: String, place: String) throws(StalwartError) {
        func refuse(_ why: String) -> StalwartError {
            StalwartError(.invalid(properties: ["name"]), act: act, place: place, detail: why)
        }
        guard (1...64).contains(name.utf8.count) else { throw refuse("it has 1 to 64 characters") }
        guard name.utf8.allSatisfy(Self.isAllowed) else {
            throw refuse("lower case letters, digits, dot, dash, underscore and plus are allowed")
        }
        guard let first = name.utf8.first, Self.isAlphanumeric(first), !name.hasSuffix("."), !name.contains("..") else {
            throw refuse("it begins with a letter or digit, and no dot stands at its end or beside another")
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte == 0x2E || byte == 0x2D || byte == 0x5F || byte == 0x2B
    }
}

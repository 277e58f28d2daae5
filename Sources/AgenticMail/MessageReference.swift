/// Names a message from outside: its account and its id there, as `account/email`.
public struct MessageReference: Hashable, Sendable, CustomStringConvertible {
    /// The JMAP account id.
    public let account: String
    /// The JMAP Email id, which is unique in its account alone.
    public let email: String

    /// Names a message by the ids that the server gave.
    public init(account: String, email: String) {
        self.account = account
        self.email = email
    }

    /// Reads `account/email`.
    ///
    /// - Returns: `nil` where a part is missing or is no JMAP id (RFC 8620 section 1.2).
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy(Self.isID) else { return nil }
        self.init(account: String(parts[0]), email: String(parts[1]))
    }

    private static func isID(_ text: Substring) -> Bool {
        (1...255).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    /// `account/email`.
    public var description: String { "\(account)/\(email)" }
}

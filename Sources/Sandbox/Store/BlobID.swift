/// What a blob id names: the bytes by their digest, and where the right to read them comes from.
enum BlobID: Hashable, Sendable {
    /// An email's raw message.
    case email(hash: [UInt8], account: Int, email: Int)
    /// An upload to an account.
    case upload(hash: [UInt8], account: Int)
    /// The decoded content of one part of an email's message.
    case emailPart(hash: [UInt8], account: Int, email: Int, part: Int)
    /// The decoded content of one part of an uploaded message.
    case uploadPart(hash: [UInt8], account: Int, part: Int)

    private static let hashLength = 32

    /// Reads an id, nil where it is none of the server's.
    init?(_ text: String) {
        guard let kind = text.utf8.first, let decoded = Base32.decode(text.dropFirst()), decoded.count > Self.hashLength
        else { return nil }
        let hash = Array(decoded[..<Self.hashLength])
        var rest = decoded[Self.hashLength...]
        guard let account = LEB128.read(&rest) else { return nil }
        switch kind {
        case UInt8(ascii: "c"):
            guard let email = LEB128.read(&rest) else { return nil }
            self = .email(hash: hash, account: account, email: email)
        case UInt8(ascii: "e"): self = .upload(hash: hash, account: account)
        case UInt8(ascii: "g"):
            guard let email = LEB128.read(&rest), let part = LEB128.read(&rest) else { return nil }
            self = .emailPart(hash: hash, account: account, email: email, part: part)
        case UInt8(ascii: "i"):
            guard let part = LEB128.read(&rest) else { return nil }
            self = .uploadPart(hash: hash, account: account, part: part)
        default: return nil
        }
    }

    /// The account whose mail or upload it is.
    var account: Int {
        switch self {
        case .email(_, let account, _), .upload(_, let account), .emailPart(_, let account, _, _),
            .uploadPart(_, let account, _):
            account
        }
    }

    /// The id of one part of the message that this id names.
    func part(_ part: Int) -> BlobID {
        switch self {
        case .email(let hash, let account, let email), .emailPart(let hash, let account, let email, _):
            .emailPart(hash: hash, account: account, email: email, part: part)
        case .upload(let hash, let account), .uploadPart(let hash, let account, _):
            .uploadPart(hash: hash, account: account, part: part)
        }
    }

    /// The text that a client gets.
    var text: String {
        var bytes: [UInt8]
        let kind: String
        switch self {
        case .email(let hash, let account, let email):
            kind = "c"
            bytes = hash
            LEB128.write(account, to: &bytes)
            LEB128.write(email, to: &bytes)
        case .upload(let hash, let account):
            kind = "e"
            bytes = hash
            LEB128.write(account, to: &bytes)
        case .emailPart(let hash, let account, let email, let part):
            kind = "g"
            bytes = hash
            LEB128.write(account, to: &bytes)
            LEB128.write(email, to: &bytes)
            LEB128.write(part, to: &bytes)
        case .uploadPart(let hash, let account, let part):
            kind = "i"
            bytes = hash
            LEB128.write(account, to: &bytes)
            LEB128.write(part, to: &bytes)
        }
        return kind + Base32.encode(bytes)
    }
}

/// An email's id: its thread and its number in the account. When threads are joined the id changes, the number stays.
struct EmailKey: Hashable, Sendable {
    let thread: Int
    let number: Int

    init(thread: Int, number: Int) {
        self.thread = thread
        self.number = number
    }

    /// Reads an id, nil where it is none.
    init?(_ id: String) {
        guard let packed = Base32.number(id) else { return nil }
        self.init(packed: packed)
    }

    /// The key from the number in which both are packed.
    init(packed: Int64) {
        thread = Int(packed >> 32)
        number = Int(packed & 0xFFFF_FFFF)
    }

    /// Both in one number: the thread times 2^32 plus the email's number.
    var packed: Int64 { Int64(thread) << 32 | Int64(number) }

    /// The text that a client gets.
    var id: String { Base32.id(packed) }
}

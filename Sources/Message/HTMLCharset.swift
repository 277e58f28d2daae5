/// The charset that an HTML document declares for itself, where the mail header names none.
enum HTMLCharset {
    /// Looks at the first 1,024 bytes for `charset=` inside a `meta` element (the HTML standard's prescan, in short).
    static func declared(in bytes: [UInt8]) -> String? {
        let head = String(decoding: bytes.prefix(1024), as: UTF8.self).lowercased()
        guard let meta = head.firstRange(of: "<meta"),
            let found = head[meta.upperBound...].firstRange(of: "charset=")
        else { return nil }
        let value = head[found.upperBound...].drop { $0 == "\"" || $0 == "'" || $0 == " " }
        let name = value.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        return name.isEmpty ? nil : String(name)
    }
}

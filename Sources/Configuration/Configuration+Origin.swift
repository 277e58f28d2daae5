package import FoundationEssentials

extension Configuration {
    /// Why an address cannot be a server's.
    package struct OriginFault: Error, Sendable {
        package let message: String
        package let cure: String
    }

    /// Checks the address of a server.
    ///
    /// - Returns: Scheme, host and port alone.
    package static func origin(_ text: String) -> Result<URL, OriginFault> {
        func fault(_ message: String, _ cure: String) -> Result<URL, OriginFault> {
            .failure(.init(message: message, cure: cure))
        }
        let example = "write it as \"https://mail.example.com\""
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), let url = URL(string: text),
            let scheme = url.scheme?.lowercased(),
            let host = url.host(), !host.isEmpty
        else { return fault("is no address of a server", example) }
        guard scheme == "https" || scheme == "http" else { return fault("begins with \(scheme)://", example) }
        guard url.user() == nil, url.password() == nil else {
            return fault("holds a login", "leave it out of the address and use login")
        }
        guard url.query() == nil, url.fragment() == nil, url.path().isEmpty || url.path() == "/" else {
            return fault("has a path", "leave out what follows the host and the port; the server says where JMAP is")
        }
        if let port = url.port, !(1...65_535).contains(port) { return fault("has the port \(port)", "use 1 to 65535") }
        guard scheme == "https" || isLoopback(host) else {
            return fault("is not encrypted", "use https://; plain http:// is for 127.0.0.1, ::1 and localhost alone")
        }
        let name = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        guard let origin = URL(string: "\(scheme)://\(name)\(url.port.map { ":\($0)" } ?? "")") else {
            return fault("is no address of a server", example)
        }
        return .success(origin)
    }

    private static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "::1" || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}

/// A number of bytes as a person writes it.
package enum ByteSize {
    private static let units: [(String, Int)] = [("KB", 10), ("MB", 20), ("GB", 30), ("TB", 40), ("B", 0)]

    /// - Returns: `nil` where the value is no size or is not positive.
    static func read(_ value: TOMLValue.Content) -> Int? {
        switch value {
        case .integer(let number): number > 0 ? Int(number) : nil
        case .string(let text): parse(text)
        default: nil
        }
    }

    /// Reads `512 MB`, `2GB` or `100000`.
    package static func parse(_ text: String) -> Int? {
        let compact = text.filter { $0 != " " }.uppercased()
        let unit = units.first { compact.hasSuffix($0.0) }
        let digits = compact.dropLast(unit?.0.count ?? 0)
        guard let number = Int(digits), number > 0 else { return nil }
        let (bytes, overflows) = number.multipliedReportingOverflow(by: 1 << (unit?.1 ?? 0))
        return overflows ? nil : bytes
    }
}

package import FoundationEssentials
import Glibc

/// Scheme, host and port: what a credential is bound to.
package struct Origin: Sendable, Hashable, CustomStringConvertible {
    /// Whether TLS is used.
    package let isSecure: Bool
    /// The host in lower case; an IPv6 address without brackets.
    package let host: String
    /// The port, 1 to 65535.
    package let port: Int

    /// The origin of a URL; throws `invalidURL`.
    package init(_ url: URL) throws(HTTPError) {
        self = try HTTPTarget(url).origin
    }

    /// Reads `https://host:port`, nothing behind it but a path, query or fragment, which are passed over.
    package init(parsing text: String) throws(HTTPError) {
        self = try HTTPTarget(parsing: text).origin
    }

    init(isSecure: Bool, host: String, port: Int) {
        self.isSecure = isSecure
        self.host = host
        self.port = port
    }

    /// Whether the host is this machine by its spelling: 127.0.0.0/8, ::1 or `localhost`.
    package var isLoopback: Bool {
        if host == "localhost" { return true }
        var four = in_addr()
        if inet_pton(AF_INET, host, &four) == 1 { return UInt32(bigEndian: four.s_addr) >> 24 == 127 }
        var six = in6_addr()
        guard inet_pton(AF_INET6, host, &six) == 1 else { return false }
        return withUnsafeBytes(of: &six) { bytes in
            bytes.last == 1 && bytes.dropLast().allSatisfy { $0 == 0 }
        }
    }

    /// `https://host`, with the port where it is not the usual one.
    package var description: String {
        let name = host.contains(":") ? "[\(host)]" : host
        let usual = isSecure ? 443 : 80
        return "\(isSecure ? "https" : "http")://\(name)\(port == usual ? "" : ":\(port)")"
    }
}

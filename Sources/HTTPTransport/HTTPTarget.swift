package import FoundationEssentials

/// A URL taken apart strictly, so that what was checked is what is asked: origin, and path with query.
package struct HTTPTarget: Sendable, Hashable {
    /// Scheme, host and port.
    package let origin: Origin
    /// Path and query in ASCII, starting with `/`.
    package let path: String

    /// Takes a URL apart; throws `invalidURL` when it has a user, a strange host or another scheme.
    package init(_ url: URL) throws(HTTPError) {
        try self.init(parsing: url.absoluteString)
    }

    /// Takes the text of a URL apart.
    package init(parsing text: String) throws(HTTPError) {
        func refuse(_ why: String) -> HTTPError { HTTPError(.invalidURL, place: HTTPTarget.shown(text), detail: why) }
        let bytes = Array(text.utf8)
        let secure: Bool
        let start: Int
        if HTTPTarget.starts(bytes, "https://") {
            (secure, start) = (true, 8)
        } else if HTTPTarget.starts(bytes, "http://") {
            (secure, start) = (false, 7)
        } else {
            throw refuse("it does not begin with https://")
        }
        let end = bytes[start...].firstIndex { $0 == 0x2F || $0 == 0x3F || $0 == 0x23 } ?? bytes.count
        guard let authority = HTTPTarget.authority(bytes[start..<end], usual: secure ? 443 : 80) else {
            throw refuse("its host or port is not one")
        }
        guard let path = HTTPTarget.cleanPath(bytes[end...]) else { throw refuse("a control character is in it") }
        origin = Origin(isSecure: secure, host: authority.host, port: authority.port)
        self.path = path
    }

    /// A place inside an origin; nil when the path has a control character in it.
    package init?(_ origin: Origin, path: String) {
        guard let path = HTTPTarget.cleanPath(Array(path.utf8)[...]) else { return nil }
        self.origin = origin
        self.path = path
    }

    /// The place that a `Location` or a URL of the session names, seen from here; nil when it makes no sense.
    package func resolve(_ location: String) -> HTTPTarget? {
        let bytes = Array(location.utf8)
        if HTTPTarget.starts(bytes, "//") {
            return try? HTTPTarget(parsing: (origin.isSecure ? "https:" : "http:") + location)
        }
        if bytes.first == 0x2F { return HTTPTarget(origin, path: location) }
        let beforeQuery = String(path[..<(path.firstIndex(of: "?") ?? path.endIndex)])
        if bytes.isEmpty || bytes.first == 0x23 { return self }
        if bytes.first == 0x3F { return HTTPTarget(origin, path: beforeQuery + location) }
        // A colon before the first slash is a scheme.
        let colon = bytes.firstIndex(of: 0x3A)
        let stop = bytes.firstIndex { $0 == 0x2F || $0 == 0x3F || $0 == 0x23 } ?? bytes.count
        if let colon, colon < stop { return try? HTTPTarget(parsing: location) }
        let folder = beforeQuery[...(beforeQuery.lastIndex(of: "/") ?? beforeQuery.startIndex)]
        return HTTPTarget(origin, path: folder + location)
    }

    /// The whole URL.
    package var text: String { origin.description + path }

    /// Origin and path without the query: what may stand in an error.
    package var place: String { origin.description + path[..<(path.firstIndex(of: "?") ?? path.endIndex)] }

    /// The URL as a value; nil only when it cannot be made, which strict parsing excludes.
    package var url: URL? { URL(string: text) }

    /// What of a URL may stand in an error.
    static func place(of url: URL) -> String {
        (try? HTTPTarget(url))?.place ?? shown(url.absoluteString)
    }

    /// Text that is no usable URL, made fit for an error: without query and without user and password.
    private static func shown(_ text: String) -> String {
        var text = text[..<(text.firstIndex { $0 == "?" || $0 == "#" } ?? text.endIndex)]
        if let at = text.lastIndex(of: "@") { text = text[text.index(after: at)...] }
        return "\"\(HTTPError.cleaned(String(text)))\""
    }

    private static func starts(_ bytes: [UInt8], _ prefix: StaticString) -> Bool {
        guard bytes.count >= prefix.utf8CodeUnitCount else { return false }
        return prefix.withUTF8Buffer { buffer in
            zip(buffer, bytes).allSatisfy { $0 == ($1 >= 0x41 && $1 <= 0x5A ? $1 | 0x20 : $1) }
        }
    }

    /// Host and port out of `host`, `host:port` or `[v6]:port`.
    private static func authority(_ bytes: ArraySlice<UInt8>, usual: Int) -> (host: String, port: Int)? {
        let text = String(decoding: bytes, as: UTF8.self).lowercased()
        let host: Substring
        var rest: Substring
        if text.hasPrefix("[") {
            guard let close = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<close]
            rest = text[text.index(after: close)...]
            guard host.contains(":"), host.utf8.allSatisfy({ isHexadecimal($0) || $0 == 0x3A || $0 == 0x2E }) else {
                return nil
            }
        } else {
            let colon = text.firstIndex(of: ":") ?? text.endIndex
            host = text[..<colon]
            rest = text[colon...]
            guard !host.isEmpty, host.utf8.count <= 253, host.utf8.allSatisfy(isHostByte), host.first != "-" else {
                return nil
            }
        }
        if rest.isEmpty || rest == ":" { return (String(host), usual) }
        guard rest.removeFirst() == ":", rest.utf8.count <= 5, rest.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
            let port = Int(rest), port >= 1, port <= 65_535
        else { return nil }
        return (String(host), port)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x61...0x7A, 0x30...0x39, 0x2D, 0x2E, 0x5F: true
        default: false
        }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x61...0x66, 0x30...0x39: true
        default: false
        }
    }

    /// Path and query without the fragment, with what is not allowed there percent-encoded; nil for control characters.
    private static func cleanPath(_ bytes: ArraySlice<UInt8>) -> String? {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count + 1)
        if bytes.first != 0x2F { out.append(0x2F) }
        for byte in bytes {
            if byte == 0x23 { break }
            guard byte >= 0x20, byte != 0x7F else { return nil }
            switch byte {
            case 0x21, 0x24...0x3B, 0x3D, 0x3F...0x5A, 0x5F, 0x61...0x7A, 0x7E: out.append(byte)
            default:
                let digits = Array("0123456789ABCDEF".utf8)
                out += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}

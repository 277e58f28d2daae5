package import HTTPTransport

/// A URL with `{names}` in it, on a known origin (RFC 6570, level 1, which is all that JMAP uses).
package struct URLTemplate: Sendable, Hashable {
    /// The origin.
    package let origin: Origin
    /// Path and query with names in braces.
    package let path: String

    /// Makes a template.
    package init(origin: Origin, path: String) {
        self.origin = origin
        self.path = path
    }

    /// The place with every name replaced by its value, percent-encoded; a name without a value becomes empty.
    ///
    /// Gives nil when the template's own text is not fit for a URL.
    package func expand(_ values: [String: String]) -> HTTPTarget? {
        var out = ""
        var rest = path[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            out += rest[..<open]
            out += URLTemplate.encoded(values[String(rest[rest.index(after: open)..<close])] ?? "")
            rest = rest[rest.index(after: close)...]
        }
        return HTTPTarget(origin, path: out + rest)
    }

    /// Everything but letters, digits and `-._~` as `%XX`.
    package static func encoded(_ text: String) -> String {
        var out: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            switch byte {
            case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, 0x2D, 0x2E, 0x5F, 0x7E: out.append(byte)
            default: out += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}

/// A URL of the session, which may be a template and may name any host.
enum SessionURL {
    /// The origin that a URL names, nil for one without, and its path with query; nil when it is no URL.
    static func path(of url: String, seenFrom target: HTTPTarget) -> (origin: String?, path: String)? {
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }), !url.isEmpty else { return nil }
        if let scheme = url.firstRange(of: "://"), url[..<scheme.lowerBound].allSatisfy({ $0.isLetter }) {
            return split(url[scheme.upperBound...], scheme: url[..<scheme.lowerBound].lowercased())
        }
        if url.hasPrefix("//") { return split(url.dropFirst(2), scheme: target.origin.isSecure ? "https" : "http") }
        if url.hasPrefix("/") { return (nil, url) }
        let beforeQuery = target.path[..<(target.path.firstIndex(of: "?") ?? target.path.endIndex)]
        let folder = beforeQuery[...(beforeQuery.lastIndex(of: "/") ?? beforeQuery.startIndex)]
        return (nil, folder + url)
    }

    private static func split(_ rest: Substring, scheme: String) -> (origin: String?, path: String)? {
        guard scheme == "http" || scheme == "https" else { return nil }
        let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" || $0 == "{" } ?? rest.endIndex
        let path = rest[end...]
        let text = "\(scheme)://\(rest[..<end])"
        // A host that is no host is shown as it came: nothing is ever sent to it.
        let origin = (try? Origin(parsing: text))?.description ?? HostileText.short(text)
        return (origin, path.hasPrefix("/") ? String(path) : "/" + path)
    }
}

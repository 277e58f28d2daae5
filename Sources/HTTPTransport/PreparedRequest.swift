import FoundationEssentials
import Glibc

/// A request that was checked and whose file is open: nothing about it can be wrong any more but the network.
struct PreparedRequest: Sendable {
    /// Where it goes first.
    let target: HTTPTarget
    /// The method.
    let method: HTTPRequest.Method
    /// The header lines, checked.
    let headerLines: [String]
    /// What is sent along.
    let body: UploadBody
    let limits: HTTPRequest.Limits
    let timeouts: HTTPRequest.Timeouts
    let options: HTTPTransport.Options
    /// Whether the answer is a stream of events.
    let streams: Bool

    /// Checks a request and opens its file.
    init(_ request: HTTPRequest, options: HTTPTransport.Options, streams: Bool) throws(HTTPError) {
        let target = try HTTPTarget(request.url)
        guard target.origin.isSecure || target.origin.isLoopback else {
            throw HTTPError(.insecure, place: target.place)
        }
        if let pin = options.pinnedKey, !PreparedRequest.isPin(pin) {
            throw HTTPError(
                .invalidRequest, place: target.place, detail: "the pinned key is not of the form sha256//BASE64=")
        }
        headerLines = try PreparedRequest.lines(request, userAgent: options.userAgent, place: target.place)
        body = try UploadBody(request.body, place: target.place)
        self.target = target
        method = request.method
        limits = request.limits
        timeouts = request.timeouts
        self.options = options
        self.streams = streams
    }

    private static func lines(
        _ request: HTTPRequest, userAgent: String, place: String
    ) throws(HTTPError) -> [String] {
        var headers = request.headers
        if headers["User-Agent"] == nil { headers["User-Agent"] = userAgent }
        var lines: [String] = []
        for field in headers.fields {
            guard isToken(field.name), field.value.utf8.allSatisfy({ ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }) else {
                throw HTTPError(
                    .invalidRequest, place: place, detail: "a control character in the header \(field.name)")
            }
            lines.append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        // A value of their own for what curl would add by itself.
        if headers["Content-Type"] == nil { lines.append("Content-Type:") }
        lines.append("Expect:")
        return lines
    }

    private static func isToken(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
                default: false
                }
            }
    }

    /// Whether every part is `sha256//` and base64: curl would take anything else for the path of a file.
    private static func isPin(_ text: String) -> Bool {
        let parts = text.split(separator: ";", omittingEmptySubsequences: false)
        return parts.allSatisfy { part in
            part.hasPrefix("sha256//") && Data(base64Encoded: String(part.dropFirst(8)))?.count == 32
        }
    }
}

/// The body of a request: bytes, or an open file that closes with the last reference.
enum UploadBody: Sendable {
    case none
    case bytes([UInt8])
    case file(UploadFile)

    init(_ body: HTTPRequest.Body, place: String) throws(HTTPError) {
        switch body {
        case .none: self = .none
        case .bytes(let bytes): self = .bytes(bytes)
        case .file(let path): self = .file(try UploadFile(path, place: place))
        }
    }
}

/// A regular file that is sent; its size is that of the moment when it was opened.
final class UploadFile: Sendable {
    let descriptor: Int32
    let size: Int64

    init(_ path: String, place: String) throws(HTTPError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw HTTPError(.file, place: place, detail: SystemError.text(errno, path)) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw HTTPError(.file, place: place, detail: "\(path) is not a regular file")
        }
        self.descriptor = descriptor
        size = Int64(status.st_size)
    }

    deinit {
        close(descriptor)
    }
}

/// What the system says of an `errno`.
enum SystemError {
    /// The path and the system's words.
    static func text(_ number: Int32, _ path: String) -> String {
        "\(path): \(String(cString: strerror(number)))"
    }
}

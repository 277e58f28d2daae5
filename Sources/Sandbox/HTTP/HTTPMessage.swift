/// One HTTP request with its whole body.
struct ServerRequest: Sendable {
    /// The method, in upper case as it came.
    let method: String
    /// The path's segments, percent-decoded, without empty ones.
    let path: [String]
    /// The query's members, percent-decoded; of a name that comes twice the last.
    let query: [String: String]
    /// The fields that the server looks at.
    let authorization: String?
    let contentType: String?
    let host: String?
    /// The body, cut at the limit.
    let body: [UInt8]
    /// Whether the body was longer than the limit.
    let isBodyTooLong: Bool
    /// The key of a WebSocket's opening of version 13; nil where it is none.
    var webSocketKey: String?
    /// The subprotocols that it asks for.
    var webSocketProtocols: String?
}

/// What the server answers to one request.
enum HTTPReply: Sendable {
    case answer(HTTPAnswer)
    /// An event stream that goes on until either side ends it.
    case stream(EventStream)
    /// A connection that speaks another protocol from then on.
    case socket(WebSocket)
    /// An answer that others are asked for first; the connection takes no thread meanwhile.
    case later(@Sendable () async -> HTTPAnswer)
}

/// An answer with its whole body.
struct HTTPAnswer: Sendable {
    var status: Int
    var headers: [(name: String, value: String)]
    var body: [UInt8]

    init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// JSON with the status 200.
    static func json(_ value: JSONValue) -> HTTPAnswer {
        HTTPAnswer(
            status: 200, headers: [("content-type", "application/json; charset=utf-8")], body: value.bytes)
    }

    /// A problem document (RFC 7807).
    static func problem(
        _ status: Int, title: String? = nil, detail: String, type: String = "about:blank", more: JSONObject = [:],
        headers: [(name: String, value: String)] = []
    ) -> HTTPAnswer {
        var object: JSONObject = ["type": .string(type), "status": .count(status)]
        if let title { object["title"] = .string(title) }
        object["detail"] = .string(detail)
        for (key, value) in more { object[key] = value }
        return HTTPAnswer(
            status: status, headers: [("content-type", "application/problem+json")] + headers,
            body: JSONValue.object(object).bytes)
    }

    /// A request that JMAP refuses as a whole (RFC 8620 section 3.6.1).
    static func refused(_ error: String, detail: String, limit: String? = nil) -> HTTPAnswer {
        problem(
            400, detail: detail, type: "urn:ietf:params:jmap:error:\(error)",
            more: limit.map { ["limit": .string($0)] } ?? [:])
    }

    static let notFound = problem(
        404, title: "Not Found", detail: "The requested resource does not exist on this server.")
    static let unauthorized = problem(
        401, title: "Unauthorized", detail: "You have to authenticate first.",
        headers: [
            ("www-authenticate", "Bearer realm=\"Stalwart Server\""),
            ("www-authenticate", "Basic realm=\"Stalwart Server\""),
        ])
    static let forbidden = problem(
        403, title: "Forbidden", detail: "You do not have enough permissions to access this resource.")
    static let methodNotAllowed = problem(
        405, title: "Method Not Allowed", detail: "The method is not allowed for this resource.")
    static let internalError = problem(
        500, title: "Internal Server Error", detail: "There was a problem while processing your request.")
}

extension ServerRequest {
    /// Takes a request target apart: path segments and query.
    static func parts(of target: String) -> (path: [String], query: [String: String]) {
        let halves = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = halves[0].split(separator: "/").map { decoded($0, plusIsSpace: false) }
        var query: [String: String] = [:]
        if halves.count == 2 {
            for member in halves[1].split(separator: "&") {
                let pair = member.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                query[decoded(pair[0], plusIsSpace: true)] = pair.count == 2 ? decoded(pair[1], plusIsSpace: true) : ""
            }
        }
        return (path, query)
    }

    private static func decoded(_ text: Substring, plusIsSpace: Bool) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var offset = 0
        while offset < bytes.count {
            if bytes[offset] == UInt8(ascii: "%"), offset + 2 < bytes.count,
                let value = UInt8(String(decoding: bytes[offset + 1...offset + 2], as: UTF8.self), radix: 16)
            {
                result.append(value)
                offset += 3
                continue
            }
            let isSpace = plusIsSpace && bytes[offset] == UInt8(ascii: "+")
            result.append(isSpace ? UInt8(ascii: " ") : bytes[offset])
            offset += 1
        }
        return String(decoding: result, as: UTF8.self)
    }
}

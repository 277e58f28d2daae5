import Glibc

/// JMAP over a WebSocket (RFC 8887): the same requests by the same login, with the same answers. It pushes nothing.
extension SandboxService {
    /// Answers the opening of a WebSocket.
    func socket(_ request: ServerRequest, origin: String) -> HTTPReply {
        switch authentication(request) {
        case .login: break
        case .forbidden: return .answer(.forbidden)
        case .none, .refused: return .answer(.unauthorized)
        }
        guard let key = request.webSocketKey, !key.isEmpty else {
            return .answer(.problem(400, title: "Bad Request", detail: "This is no opening of a WebSocket."))
        }
        let isJMAP = (request.webSocketProtocols ?? "").split(separator: ",").contains {
            $0.trimmed.lowercased() == "jmap"
        }
        return .socket(
            WebSocket(key: key, isJMAP: isJMAP) { [weak self] message in
                self?.answer(message, asked: request, origin: origin)
            })
    }

    /// Answers one message; nil where the connection is to end.
    private func answer(_ message: [UInt8], asked: ServerRequest, origin: String) -> [UInt8]? {
        let object = (try? JSONValue(parsing: message))?.object
        let id = object?["id"] ?? .null
        guard object?["@type"]?.string == "Request" else {
            let detail =
                object?["@type"]?.string == "WebSocketPushEnable"
                ? "Nothing is pushed over a WebSocket here." : "The message is no request."
            return Self.refusal(id, type: "urn:ietf:params:jmap:error:notRequest", status: 400, detail: detail)
        }
        // The login is looked at with every request: it may have lost its rights meanwhile.
        let request = ServerRequest(
            method: "POST", path: ["jmap"], query: [:], authorization: asked.authorization,
            contentType: "application/json", host: asked.host, body: message, isBodyTooLong: false)
        let (reply, delivery) = answer(request, origin: origin)
        if delivery.isDropped { return nil }
        if delivery.delay > .zero {
            usleep(UInt32(clamping: Int64(delivery.delay / .microseconds(1))))
        }
        let answer: HTTPAnswer
        switch reply {
        case .answer(let ready): answer = ready
        case .later(let work): answer = OwnThread.wait(for: work)
        case .stream, .socket: return nil
        }
        guard var result = (try? JSONValue(parsing: answer.body))?.object else { return nil }
        result["@type"] = answer.status == 200 ? "Response" : "RequestError"
        result["requestId"] = id
        return JSONValue.object(result).bytes
    }

    private static func refusal(_ id: JSONValue, type: String, status: Int, detail: String) -> [UInt8] {
        JSONValue.object([
            "@type": "RequestError", "requestId": id, "type": .string(type), "status": .count(status),
            "detail": .string(detail),
        ]).bytes
    }
}

extension Substring {
    /// Without blanks at its ends.
    fileprivate var trimmed: Substring {
        let start = drop { $0 == " " || $0 == "\t" }
        return start.prefix(start.count - start.reversed().prefix { $0 == " " || $0 == "\t" }.count)
    }
}

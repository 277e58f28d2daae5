package import HTTPTransport

/// Bytes that were given to the server.
package struct UploadedBlob: Sendable, Hashable, JSONDecodable {
    /// The id to use them by; servers forget it after a while when nothing uses it.
    package let id: BlobID
    /// The media type as the server keeps it.
    package let type: String
    /// The size in bytes.
    package let size: Int

    package init(json reader: inout JSONReader) throws(JSONError) {
        var id: BlobID?
        var (type, size) = ("", 0)
        let start = reader.offset
        try reader.object { (key, value) throws(JSONError) in
            switch key {
            case "blobId": id = try BlobID(json: &value)
            case "type": type = try value.optional() ?? ""
            case "size": size = try value.optional() ?? 0
            default: try value.skip()
            }
        }
        guard let id else { throw JSONError(.missing, at: start, path: [.member("blobId")]) }
        self.id = id
        self.type = type
        self.size = size
    }
}

extension JMAPClient {
    /// Uploads bytes or a file to an account (RFC 8620, 6.1).
    package func upload(
        _ body: HTTPRequest.Body, to account: AccountID, type: String = "application/octet-stream"
    ) async throws(JMAPError) -> UploadedBlob {
        let session = try await session()
        guard let template = session.uploadTemplate, let target = template.expand(["accountId": account.rawValue])
        else { throw JMAPError(.unsupported("uploads"), place: place) }
        if case .bytes(let bytes) = body, bytes.count > session.limits.maxSizeUpload {
            throw JMAPError(.tooLarge, place: target.place, detail: "\(session.limits.maxSizeUpload) bytes are taken")
        }
        var request = try await self.request(.post, target)
        request.headers["Content-Type"] = type
        request.body = body
        request.limits.bodyBytes = 1 << 20
        let ready = request
        let response = try await uploads.run(place: target.place) { () async throws(JMAPError) in
            try await self.sent(ready)
        }
        if let failure = response.head.failure { throw JMAPError.refusal(failure, response) }
        do throws(JSONError) {
            return try JSONReader.read(from: response.body)
        } catch {
            throw JMAPError(error, place: target.place)
        }
    }

    /// Downloads a blob into a new file of mode 0600 (RFC 8620, 6.2).
    ///
    /// Throws when the file exists or the blob is larger than the limit.
    @discardableResult
    package func download(
        _ blob: BlobID, of account: AccountID, name: String = "blob", type: String = "application/octet-stream",
        to path: String, limit: Int = 256 << 20
    ) async throws(JMAPError) -> Int {
        let request = try await downloadRequest(blob, account, name, type, limit)
        do throws(HTTPError) {
            return try await transport.download(request, to: path).bytes
        } catch {
            throw JMAPError(error)
        }
    }

    /// Downloads a blob into memory; throws when it is larger.
    package func download(
        _ blob: BlobID, of account: AccountID, name: String = "blob", type: String = "application/octet-stream",
        limit: Int = 32 << 20
    ) async throws(JMAPError) -> [UInt8] {
        let response = try await sent(try await downloadRequest(blob, account, name, type, limit))
        if let failure = response.head.failure { throw JMAPError(failure) }
        return response.body
    }

    private func downloadRequest(
        _ blob: BlobID, _ account: AccountID, _ name: String, _ type: String, _ limit: Int
    ) async throws(JMAPError) -> HTTPRequest {
        let values = ["accountId": account.rawValue, "blobId": blob.rawValue, "name": name, "type": type]
        guard let target = try await session().downloadTemplate?.expand(values) else {
            throw JMAPError(.unsupported("downloads"), place: place)
        }
        var request = try await self.request(.get, target)
        request.limits.bodyBytes = limit
        return request
    }
}

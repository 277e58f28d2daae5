import FoundationEssentials
import HTTPTransport
package import JMAP

/// Administration of Stalwart 0.15, by principals over REST.
package struct PrincipalAdministration: Administration {
    package let client: JMAPClient
    let names = PrincipalNames()

    /// Makes a value; nothing is asked yet.
    package init(client: JMAPClient) {
        self.client = client
    }

    package var kind: ServerKind { .principals }

    package func describe() async throws(StalwartError) -> ServerDescription {
        let act = Act(words: "describe the server")
        let limits: SessionLimits
        do throws(JMAPError) { limits = try await client.session().limits } catch {
            throw StalwartError(error, act: act.words, writes: false)
        }
        let data = try await ask(
            .post, "/api/oauth",
            [
                "type": "code", "client_id": "agenticmail", "redirect_uri": "https://localhost/cb", "nonce": nil,
            ], for: act)
        let permissions = (data["permissions"]?.array ?? []).compactMap(\.string).map { Permission($0) }
        let isEnterprise = data["isEnterprise"]?.bool
        return ServerDescription(
            kind: .principals, version: data["version"]?.string,
            edition: isEnterprise.map { $0 ? "enterprise" : "community" }, permissions: Set(permissions),
            limits: limits)
    }

    /// What one request of an act needs to be told well when it fails.
    struct Act: Sendable {
        /// What is asked, such as `make the account ada`.
        let words: String
        /// What the login needs for it; the server does not tell.
        var permission: Permission?
        /// Whether it changes something.
        var writes = false
    }

    /// Sends one request and gives the `data` of its answer; a refusal comes with status 200 and an `error`.
    func ask(
        _ method: HTTPRequest.Method, _ path: String, _ json: JSON? = nil, for act: Act
    ) async throws(StalwartError) -> JSON {
        let response: HTTPResponse
        do throws(JMAPError) { response = try await client.http(method, path: path, json: json) } catch {
            throw StalwartError(error, act: act.words, writes: act.writes)
        }
        guard response.status == 200 else { throw problem(response, act) }
        let answer: JSON
        do throws(JMAPError) { answer = try JMAPError.reading(response, path) } catch {
            throw StalwartError(error, act: act.words, writes: act.writes)
        }
        if let word = answer["error"]?.string { throw refusal(word, answer, act) }
        guard let data = answer["data"] else {
            throw StalwartError(
                .malformed, act: act.words, place: response.head.place, detail: "there is neither data nor error",
                mayHaveBeenDone: act.writes)
        }
        return data
    }

    /// Makes the server read its settings again and forget which addresses it refused or took in.
    ///
    /// The act before it is done already: whatever fails here, the error says that the caller must look.
    func reload(after act: Act) async throws(StalwartError) {
        let reload = Act(words: act.words, permission: "settings-reload", writes: true)
        do throws(StalwartError) { _ = try await ask(.get, "/api/reload", for: reload) } catch {
            throw StalwartError(
                error.code, act: error.act, place: error.place, detail: error.detail, mayHaveBeenDone: true,
                cause: error.cause)
        }
    }

    /// What a status that is no success stands for (RFC 7807).
    private func problem(_ response: HTTPResponse, _ act: Act) -> StalwartError {
        let detail = (try? JSON(parsing: response.body))?["detail"]?.string ?? "status \(response.status)"
        let code: StalwartError.Code
        switch response.status {
        case 400: code = .invalid(properties: [])
        case 401: code = .unauthorized
        case 402: code = .refused("a second factor is wanted")
        case 403: code = .missingPermission(act.permission)
        case 404: code = .notFound
        case 429: code = .limit
        // Several makings of one name at once answer some of them so: the name may be there afterwards.
        case 500...599: code = .unavailable
        default: code = .refused("status \(response.status)")
        }
        return StalwartError(
            code, act: act.words, place: response.head.place, detail: detail,
            mayHaveBeenDone: act.writes && code == .unavailable)
    }

    private func refusal(_ word: String, _ answer: JSON, _ act: Act) -> StalwartError {
        let detail = answer["details"]?.string ?? answer["reason"]?.string ?? ""
        let code: StalwartError.Code
        switch word {
        case "notFound": code = .notFound
        case "fieldAlreadyExists": code = .alreadyExists(id: nil)
        case "fieldMissing": code = .invalid(properties: [answer["field"]?.string ?? ""])
        case "assertFailed": code = .race
        default: code = .refused(word)
        }
        return StalwartError(code, act: act.words, place: place, detail: detail)
    }

    /// Where the server is, for errors.
    var place: String { client.origin.absoluteString }

    /// A name as a part of a path, everything but letters, digits and `-._~` percent-encoded.
    static func quoted(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.reduce(into: "") { quoted, byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                quoted.unicodeScalars.append(Unicode.Scalar(byte))
            default: quoted += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
    }
}

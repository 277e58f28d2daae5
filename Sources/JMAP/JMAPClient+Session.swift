import HTTPTransport

extension JMAPClient {
    /// Fetches the session object from where it was configured, else from `/.well-known/jmap` (RFC 8620, 2.2).
    func fetchSession() async throws(JMAPError) -> Session {
        let configured: HTTPTarget
        do throws(HTTPError) { configured = try HTTPTarget(origin) } catch { throw JMAPError(error) }
        let target = configured.path == "/" ? HTTPTarget(configured.origin, path: "/.well-known/jmap") : configured
        guard let target else { throw JMAPError(.notJMAP, place: configured.place) }
        var request = try await self.request(.get, target)
        request.headers["Accept"] = "application/json"
        request.limits.bodyBytes = 4 << 20
        let response = try await sent(request)
        if response.status == 404 || response.status == 405 {
            throw JMAPError(.notJMAP, place: target.place, detail: "there is nothing (\(response.status))")
        }
        if let failure = response.head.failure { throw JMAPError.refusal(failure, response) }
        let type = response.head.mediaType
        if type == "text/html" || type == "application/xhtml+xml" {
            throw JMAPError(.notJMAP, place: target.place, detail: "it answers with a web page")
        }
        return try Session(reading: response.body, from: target)
    }
}

extension JMAPError {
    /// What an answer to calls that is not 200 stands for (RFC 8620, 3.6.1; RFC 7807).
    static func refusal(_ response: HTTPResponse) -> JMAPError {
        guard let failure = response.head.failure else {
            return JMAPError(.notJMAP, place: response.head.place, detail: "status \(response.status)")
        }
        return refusal(failure, response)
    }

    /// The same where the status is known to be no success.
    static func refusal(_ failure: HTTPError, _ response: HTTPResponse) -> JMAPError {
        let plain = JMAPError(failure)
        guard let problem = try? JSON(parsing: response.body), let type = problem["type"]?.string,
            let word = type.split(separator: ":").last.map(String.init), type.hasPrefix("urn:ietf:params:jmap:error:")
        else {
            guard plain.code == .notFound else { return plain }
            // Calls have a place that the session gave: nothing there means that it is no JMAP server after all.
            return JMAPError(.notJMAP, place: failure.place, detail: "there is nothing (404)", cause: failure)
        }
        let detail = problem["detail"]?.string ?? ""
        switch word {
        case "limit":
            let limit = problem["limit"]?.string ?? ""
            let size = limit == "maxSizeRequest" || limit == "maxCallsInRequest"
            return JMAPError(
                size ? .tooLarge : .limit(limit), place: failure.place, detail: size ? limit : detail, cause: failure)
        default: return JMAPError(.request(word), place: failure.place, detail: detail, cause: failure)
        }
    }
}

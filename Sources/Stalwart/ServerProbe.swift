import HTTPTransport
package import JMAP

/// Finds out how a server is administered, by what it answers and not by its name.
package enum ServerProbe {
    /// The administration of the server that a client talks to.
    ///
    /// 0.16 names `urn:stalwart:jmap` in an account's capabilities, and answers `x:` methods. 0.15 does neither and
    /// answers its list of principals; to an ordinary login it refuses that list, which tells it apart as well.
    package static func administration(of client: JMAPClient) async throws(StalwartError) -> any Administration {
        switch try await kind(of: client) {
        case .objects: ObjectAdministration(client: client)
        case .principals: PrincipalAdministration(client: client)
        }
    }

    /// How the server is administered.
    package static func kind(of client: JMAPClient) async throws(StalwartError) -> ServerKind {
        let act = "find out the server's version"
        do throws(JMAPError) {
            let session = try await client.session()
            let offers = session.capabilities.keys + session.accounts.values.flatMap(\.capabilities.keys)
            if offers.contains(.stalwart) { return .objects }
            // An account without rights to manage may see no such capability; the method itself says more.
            if try await answersObjects(client) { return .objects }
            let response = try await client.http(path: "/api/principal?limit=1&page=1")
            switch response.status {
            case 200:
                let answer = try JMAPError.reading(response, "/api/principal")
                if answer["data"]?["items"] != nil { return .principals }
            case 401: throw JMAPError(.unauthorized, place: response.head.place)
            case 403: return .principals
            default: break
            }
            throw JMAPError(
                .notJMAP, place: response.head.place, detail: "neither the objects of 0.16 nor the principals of 0.15")
        } catch {
            throw StalwartError(error, act: act, writes: false)
        }
    }

    /// Whether the server knows the methods of 0.16, allowed to this login or not.
    private static func answersObjects(_ client: JMAPClient) async throws(JMAPError) -> Bool {
        do throws(JMAPError) {
            _ = try await client.call(RawCall("x:Domain/query", ["limit": 1]))
            return true
        } catch {
            switch error.code {
            case .method("forbidden"): return true
            case .method, .request: return false
            default: throw error
            }
        }
    }
}

import HTTPTransport
import JMAP

extension SendingProver {
    /// What the server itself says that the credential may do (0.16).
    func permissionsDoor() async -> Door {
        func door(_ state: Door.State, _ evidence: String) -> Door {
            Door(id: "permissions", name: "the credential's permissions", state: state, evidence: evidence)
        }
        let answer: HTTPResponse
        do throws(JMAPError) { answer = try await client.http(path: "/api/account") } catch {
            return door(.uncertain, error.sentence)
        }
        switch answer.status {
        case 404: return door(.absent, "the server does not tell them")
        case 200: break
        default: return door(.refused, "status \(answer.status)")
        }
        guard let list = (try? JSON(parsing: answer.body))?["permissions"]?.array else {
            return door(.uncertain, "the answer of /api/account has no permissions")
        }
        let dangerous = list.compactMap(\.string).filter(Self.isDangerous).sorted()
        guard dangerous.isEmpty else { return door(.open, dangerous.prefix(8).joined(separator: ", ")) }
        return door(.refused, "\(list.count) permissions, none to send, share or make credentials")
    }

    /// Whether a permission lets its holder send, or get the right to.
    package static func isDangerous(_ permission: String) -> Bool {
        let ways = [
            "emailSend", "jmapEmailSubmissionCreate", "jmapEmailSubmissionUpdate", "jmapEmailSubmissionDestroy",
            "jmapEmailImport", "jmapEmailCopy", "impersonate", "imapAuthenticate", "pop3Authenticate",
            "sieveAuthenticate", "calendarSchedulingSend", "calendarAlarmsSend", "jmapMailboxUpdate",
            "email-send", "jmap-email-submission-set", "jmap-email-import", "jmap-email-copy", "jmap-mailbox-set",
            "imap-authenticate", "pop3-authenticate", "sieve-authenticate", "calendar-scheduling-send",
            "calendar-alarms",
            "authenticate-oauth", "manage-passwords", "jmap-identity-set", "jmap-sieve-script-set",
            "jmap-vacation-response-set", "jmap-push-subscription-set",
        ]
        if ways.contains(permission) { return true }
        let isWriting = ["Create", "Update", "Destroy", "Set"].contains { permission.hasSuffix($0) }
        let families = [
            "jmapIdentity", "jmapSieve", "jmapVacation", "jmapPush", "jmapPrincipal", "jmapCalendar", "sys",
        ]
        return permission.hasPrefix("action") || isWriting && families.contains { permission.hasPrefix($0) }
    }

    /// Whether the credential reaches another account by its id.
    func otherAccountDoor() async -> Door {
        func door(_ state: Door.State, _ evidence: String) -> Door {
            Door(id: "other-account", name: "another's account", state: state, evidence: evidence)
        }
        guard let `operator` else { return door(.absent, "no other account was named") }
        let others: [ServerAccount]
        do throws(StalwartError) {
            others = try await `operator`.accounts(AccountFilter(kind: .individual), page: 0, limit: 2).accounts
        } catch {
            return door(.uncertain, error.sentence)
        }
        guard let other = others.map(\.id).first(where: { $0 != account }) else {
            return door(.absent, "there is no other account")
        }
        do throws(JMAPError) {
            _ = try await client.call(MailboxGet(account: other, ids: []))
            return door(.open, "the account \(other) answers")
        } catch {
            switch error.code {
            case .method("forbidden"), .method("accountNotFound"), .forbidden: return door(.refused, error.detail)
            default: return door(.uncertain, error.sentence)
            }
        }
    }

    /// Tokens with all of the account's rights, which would outlive the credential.
    func tokenDoors() async -> [Door] {
        let secret: String
        switch credential {
        case .bearer(let key): secret = key
        case .basic(_, let password): secret = password
        }
        let common: [String: JSON] = [
            "accountName": .string(address), "accountSecret": .string(secret), "mfaToken": nil,
        ]
        let code = common.merging(
            [
                "type": "authCode", "clientId": "agenticmail", "redirectUri": "https://localhost/cb", "nonce": nil,
                "codeChallenge": nil, "codeChallengeMethod": nil,
            ]
        ) { $1 }
        let form =
            "grant_type=password&client_id=agenticmail&username=\(PrincipalAdministration.quoted(address))"
            + "&password=\(PrincipalAdministration.quoted(secret))"
        async let granted = grant("oauth.code", "an OAuth code", code)
        async let device = deviceDoor(common)
        async let token = asked(
            "oauth.password", "a token by password", .post, "/auth/token", form: form, withLogin: false)
        async let session = asked(
            "oauth.session", "an OAuth code by login", .post, "/api/oauth",
            json: ["type": "code", "client_id": "agenticmail", "redirect_uri": "https://localhost/cb"])
        return await [granted, device, token, session]
    }

    private func grant(_ id: String, _ name: String, _ body: [String: JSON]) async -> Door {
        func door(_ state: Door.State, _ evidence: String) -> Door {
            Door(id: id, name: name, state: state, evidence: evidence)
        }
        let answer: HTTPResponse
        do throws(JMAPError) {
            answer = try await client.http(.post, path: "/api/auth", json: .object(body), withLogin: false)
        } catch {
            return door(.uncertain, error.sentence)
        }
        switch answer.status {
        case 404, 405: return door(.absent, "no /api/auth")
        case 400...499: return door(.refused, "status \(answer.status)")
        case 200: break
        default: return door(.uncertain, "status \(answer.status)")
        }
        switch (try? JSON(parsing: answer.body))?["type"]?.string {
        case "failure": return door(.refused, "the login fails there")
        // The code is never used, so that no token comes of it.
        case "authenticated": return door(.open, "the server gives a code")
        case let type: return door(.uncertain, "the answer is \(type ?? "none")")
        }
    }

    /// A device is given a code by anybody; only the login that confirms it makes it worth something.
    private func deviceDoor(_ common: [String: JSON]) async -> Door {
        let (id, name) = ("oauth.device", "an OAuth device")
        let answer: HTTPResponse
        do throws(JMAPError) {
            answer = try await client.http(.post, path: "/auth/device", form: "client_id=agenticmail")
        } catch {
            return Door(id: id, name: name, state: .uncertain, evidence: error.sentence)
        }
        guard answer.status == 200, let code = (try? JSON(parsing: answer.body))?["user_code"]?.string else {
            let isAbsent = answer.status == 404 || answer.status == 405
            return Door(
                id: id, name: name, state: isAbsent ? .absent : .refused, evidence: "status \(answer.status)")
        }
        var body = common
        body["type"] = "authDevice"
        body["code"] = .string(code)
        return await grant(id, name, body)
    }

    /// The management by REST of 0.15.
    func managementDoors() async -> [Door] {
        let own = PrincipalAdministration.quoted(address)
        async let principals = asked("rest.principals", "the list of principals", .get, "/api/principal?limit=1")
        async let principal = asked(
            "rest.principal", "making a principal", .post, "/api/principal", json: ["type": "individual"])
        async let itself = asked("rest.own", "its own principal", .patch, "/api/principal/\(own)", json: [])
        async let credentials = asked("rest.credentials", "its own credentials", .get, "/api/account/auth")
        async let queue = asked("rest.queue", "the queue", .get, "/api/queue/messages?limit=1")
        async let settings = asked("rest.settings", "the settings", .get, "/api/settings/list?prefix=zz")
        return await [principals, principal, itself, credentials, queue, settings]
    }

    private func asked(
        _ id: String, _ name: String, _ method: HTTPRequest.Method, _ path: String, json: JSON? = nil,
        form: String? = nil, withLogin: Bool = true
    ) async -> Door {
        func door(_ state: Door.State, _ evidence: String) -> Door {
            Door(id: id, name: name, state: state, evidence: evidence)
        }
        let answer: HTTPResponse
        do throws(JMAPError) {
            answer = try await client.http(method, path: path, json: json, form: form, withLogin: withLogin)
        } catch {
            return door(.uncertain, error.sentence)
        }
        switch answer.status {
        case 404, 405, 501: return door(.absent, "status \(answer.status)")
        case 200...299: return door(.open, "status \(answer.status)")
        case 400...499: return door(.refused, "status \(answer.status)")
        default: return door(.uncertain, "status \(answer.status)")
        }
    }
}

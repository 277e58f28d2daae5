extension Server {
    /// `POST /api/auth`: a code for somebody who gives name and password, or lets a device in.
    func oauthLogin(_ body: [UInt8]) -> HTTPAnswer {
        let failure = HTTPAnswer.json(["type": "failure"])
        guard let object = (try? JSONValue(parsing: body))?.object, let type = object["type"]?.string,
            let name = object["accountName"]?.string, let secret = object["accountSecret"]?.string
        else {
            return .problem(400, title: "Bad Request", detail: "The request is not one of a login.")
        }
        // Nobody gets a code for another's account, whose name stands before a percent sign.
        guard !name.contains("%") else { return failure }
        let field = "Basic " + Base64.encode(Array("\(name):\(secret)".utf8))
        guard case .login(let login) = authenticator.authenticate(field, directory: directory) else { return failure }
        switch type {
        case "authCode":
            return .json(["type": "authenticated", "client_code": .string(authenticator.desk.code(for: login.account))])
        case "authDevice":
            let isKnown = authenticator.desk.confirm(object["code"]?.string ?? "", for: login.account)
            return isKnown ? .json(["type": "verified"]) : failure
        default: return failure
        }
    }

    /// `POST /auth/device`: codes for a device, for whoever asks.
    func oauthDevice() -> HTTPAnswer {
        let codes = authenticator.desk.device()
        return .json([
            "device_code": .string(codes.device), "user_code": .string(codes.user), "expires_in": 1_800, "interval": 5,
        ])
    }

    /// `POST /auth/token`: tokens for a code, for a device that was confirmed, or for a refresh token.
    func oauthToken(_ form: [String: String]) -> HTTPAnswer {
        func refused(_ error: String) -> HTTPAnswer {
            var answer = HTTPAnswer.json(["error": .string(error)])
            answer.status = 400
            return answer
        }
        func answer(_ access: String, _ refresh: String?) -> HTTPAnswer {
            var object: JSONObject = [
                "access_token": .string(access), "token_type": "bearer", "expires_in": .count(OAuthDesk.seconds),
            ]
            if let refresh { object["refresh_token"] = .string(refresh) }
            return .json(.object(object))
        }
        switch form["grant_type"] {
        case "authorization_code":
            guard let tokens = authenticator.desk.tokens(for: form["code"] ?? "") else {
                return refused("invalid_grant")
            }
            return answer(tokens.access, tokens.refresh)
        case "urn:ietf:params:oauth:grant-type:device_code":
            let device = form["device_code"] ?? ""
            if authenticator.desk.isPending(device) { return refused("authorization_pending") }
            guard let tokens = authenticator.desk.tokens(for: device) else { return refused("expired_token") }
            return answer(tokens.access, tokens.refresh)
        case "refresh_token":
            guard let access = authenticator.desk.access(refresh: form["refresh_token"] ?? "") else {
                return refused("invalid_grant")
            }
            return answer(access, nil)
        default: return refused("invalid_grant")
        }
    }
}

package import HTTPTransport

extension Session {
    /// Reads the session object that a place answered; of its URLs only the paths are kept, on that place's origin.
    ///
    /// Throws `notJMAP` for JSON that is no session, `malformed` with the path for a member of the wrong type,
    /// `noLogin` for the session of nobody.
    package init(reading bytes: [UInt8], from target: HTTPTarget) throws(JMAPError) {
        let place = target.place
        let raw: RawSession
        do throws(JSONError) {
            raw = try JSONReader.read(from: bytes)
        } catch {
            throw Session.failure(error, bytes, place)
        }
        guard let capabilities = raw.capabilities, let accounts = raw.accounts, let apiURL = raw.apiURL else {
            let missing = raw.capabilities == nil ? "capabilities" : raw.accounts == nil ? "accounts" : "apiUrl"
            throw JMAPError(.notJMAP, place: place, path: missing, detail: "the answer has no \(missing)")
        }
        if accounts.isEmpty, raw.username.isEmpty { throw JMAPError(.noLogin, place: place) }
        var foreign: [String: String] = [:]
        func path(_ name: String, _ url: String) throws(JMAPError) -> String {
            guard let found = SessionURL.path(of: url, seenFrom: target) else {
                throw JMAPError(.malformed, place: place, path: name, detail: "\(name): it is no URL")
            }
            if let other = found.origin, other != target.origin.description { foreign[name] = other }
            return found.path
        }
        func template(_ name: String, _ url: String?) throws(JMAPError) -> URLTemplate? {
            guard let url, !url.isEmpty else { return nil }
            return URLTemplate(origin: target.origin, path: try path(name, url))
        }
        guard let api = HTTPTarget(target.origin, path: try path("apiUrl", apiURL)) else {
            throw JMAPError(.malformed, place: place, path: "apiUrl", detail: "apiUrl: it is no URL")
        }
        let download = try template("downloadUrl", raw.downloadURL)
        let upload = try template("uploadUrl", raw.uploadURL)
        let events = try template("eventSourceUrl", raw.eventSourceURL)
        self.init(
            capabilities: capabilities, accounts: accounts, primaryAccounts: raw.primaryAccounts,
            username: raw.username, state: raw.state, limits: raw.limits, api: api, downloadTemplate: download,
            uploadTemplate: upload, eventSourceTemplate: events, foreignOrigins: foreign)
    }

    /// What bytes that are no session stand for.
    private static func failure(_ error: JSONError, _ bytes: [UInt8], _ place: String) -> JMAPError {
        let first = bytes.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
        switch error.code {
        case .syntax, .encoding:
            // A page of HTML, a greeting, a picture: not even the beginning of an object.
            if first != 0x7B {
                return JMAPError(.notJMAP, place: place, detail: "it answers something that is not JSON")
            }
        case .wrongType where error.path.isEmpty, .truncated where first == nil:
            return JMAPError(.notJMAP, place: place, detail: error.description)
        default: break
        }
        return JMAPError(error, place: place)
    }
}

/// The members of a session as they were written.
private struct RawSession: JSONDecodable {
    var capabilities: [Capability: JSON]?
    var limits = SessionLimits()
    var accounts: [AccountID: Account]?
    var primaryAccounts: [Capability: AccountID] = [:]
    var username = ""
    var state = ""
    var apiURL: String?
    var downloadURL: String?
    var uploadURL: String?
    var eventSourceURL: String?

    init(json reader: inout JSONReader) throws(JSONError) {
        try reader.object { (key, value) throws(JSONError) in
            switch key {
            case "capabilities":
                var again = value
                capabilities = try value.map()
                try again.object { (name, details) throws(JSONError) in
                    if case "urn:ietf:params:jmap:core" = name {
                        limits = try SessionLimits(json: &details)
                    } else {
                        try details.skip()
                    }
                }
            case "accounts": accounts = try value.map()
            case "primaryAccounts": primaryAccounts = try value.optional(Primary.self)?.accounts ?? [:]
            case "username": username = try value.optional() ?? ""
            case "state": state = try value.optional() ?? ""
            case "apiUrl": apiURL = try value.string()
            case "downloadUrl": downloadURL = try value.optional()
            case "uploadUrl": uploadURL = try value.optional()
            case "eventSourceUrl": eventSourceURL = try value.optional()
            default: try value.skip()
            }
        }
    }
}

/// The primary accounts; a capability without one may be null.
private struct Primary: JSONDecodable {
    var accounts: [Capability: AccountID] = [:]

    init(json reader: inout JSONReader) throws(JSONError) {
        try reader.object { (key, value) throws(JSONError) in
            if let account = try value.optional(AccountID.self) { accounts[Capability(key.text)] = account }
        }
    }
}

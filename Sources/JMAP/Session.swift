package import HTTPTransport

/// What a server says about itself and the login (RFC 8620, 2).
package struct Session: Sendable, Hashable {
    /// What the server offers, with the details of each.
    package let capabilities: [Capability: JSON]
    /// The accounts that the login sees; an operator may reach more by their id.
    package let accounts: [AccountID: Account]
    /// The account to use for each capability.
    package let primaryAccounts: [Capability: AccountID]
    /// The login's name, "" when there is none.
    package let username: String
    /// Changes when any of this does.
    package let state: String
    /// How much the server takes at once.
    package let limits: SessionLimits
    /// Where calls go.
    package let api: HTTPTarget
    /// Where blobs are read; nil when the session names none.
    package let downloadTemplate: URLTemplate?
    /// Where blobs are written; nil when the session names none.
    package let uploadTemplate: URLTemplate?
    /// Where changes are told; nil when the session names none.
    package let eventSourceTemplate: URLTemplate?
    /// Origins other than the configured one that the session names, by the name of the member; never used.
    package let foreignOrigins: [String: String]

    /// The account of the login's own mail.
    package var primaryMailAccount: AccountID? { primaryAccounts[.mail] ?? primaryAccounts[.core] }
}

/// One account of a session.
package struct Account: Sendable, Hashable {
    /// Its name, mostly its address.
    package let name: String
    /// Whether it is the login's own, not a group's.
    package let isPersonal: Bool
    /// Whether nothing can be changed in it.
    package let isReadOnly: Bool
    /// What it can hold, with the details of each.
    package let capabilities: [Capability: JSON]
}

/// How much a server takes at once (RFC 8620, 2); the RFC's suggested minimum where it does not say.
package struct SessionLimits: Sendable, Hashable {
    /// Bytes of one upload.
    package var maxSizeUpload = 50_000_000
    /// Uploads at once.
    package var maxConcurrentUpload = 4
    /// Bytes of one request.
    package var maxSizeRequest = 10_000_000
    /// Requests at once.
    package var maxConcurrentRequests = 4
    /// Calls in one request.
    package var maxCallsInRequest = 16
    /// Objects in one get.
    package var maxObjectsInGet = 500
    /// Objects created, updated and destroyed in one set.
    package var maxObjectsInSet = 500

    /// The suggested minimum.
    package init() {}
}

extension SessionLimits: JSONDecodable {
    package init(json reader: inout JSONReader) throws(JSONError) {
        try reader.object { (key, value) throws(JSONError) in
            switch key {
            case "maxSizeUpload": maxSizeUpload = try value.limit()
            case "maxConcurrentUpload": maxConcurrentUpload = try value.limit()
            case "maxSizeRequest": maxSizeRequest = try value.limit()
            case "maxConcurrentRequests": maxConcurrentRequests = try value.limit()
            case "maxCallsInRequest": maxCallsInRequest = try value.limit()
            case "maxObjectsInGet": maxObjectsInGet = try value.limit()
            case "maxObjectsInSet": maxObjectsInSet = try value.limit()
            default: try value.skip()
            }
        }
    }
}

extension JSONReader {
    /// Reads a limit; a server that allows nothing is taken to allow one.
    fileprivate mutating func limit() throws(JSONError) -> Int { max(1, try count()) }
}

extension Account: JSONDecodable {
    package init(json reader: inout JSONReader) throws(JSONError) {
        var (name, isPersonal, isReadOnly) = ("", false, false)
        var capabilities: [Capability: JSON] = [:]
        try reader.object { (key, value) throws(JSONError) in
            switch key {
            case "name": name = try value.optional() ?? ""
            case "isPersonal": isPersonal = try value.optional() ?? false
            case "isReadOnly": isReadOnly = try value.optional() ?? false
            case "accountCapabilities": capabilities = try value.map()
            default: try value.skip()
            }
        }
        self.init(name: name, isPersonal: isPersonal, isReadOnly: isReadOnly, capabilities: capabilities)
    }
}

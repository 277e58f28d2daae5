/// The capabilities that the session names.
enum Capability {
    static let core = "urn:ietf:params:jmap:core"
    static let mail = "urn:ietf:params:jmap:mail"
    static let submission = "urn:ietf:params:jmap:submission"
    static let blob = "urn:ietf:params:jmap:blob"
    static let quota = "urn:ietf:params:jmap:quota"
    static let management = "urn:stalwart:jmap"

    /// What a request may name in `using`.
    static let known: Set<String> = Set(session(socket: "").keys).union([
        management, "urn:ietf:params:jmap:mail:share", "urn:ietf:params:jmap:principals:owner",
    ])

    /// The session's own capabilities.
    static func session(socket: String) -> JSONObject {
        var result: JSONObject = [
            core: [
                "maxSizeUpload": .count(Limits.sizeUpload), "maxConcurrentUpload": .count(Limits.concurrentUpload),
                "maxSizeRequest": .count(Limits.sizeRequest),
                "maxConcurrentRequests": .count(Limits.concurrentRequests),
                "maxCallsInRequest": .count(Limits.callsInRequest), "maxObjectsInGet": .count(Limits.objectsInGet),
                "maxObjectsInSet": .count(Limits.objectsInSet),
                "collationAlgorithms": ["i;ascii-numeric", "i;ascii-casemap", "i;unicode-casemap"],
            ]
        ]
        for name in [
            "mail", "calendars", "calendars:parse", "contacts", "contacts:parse", "filenode", "principals",
            "principals:availability", "submission", "vacationresponse", "sieve", "blob", "quota", "emailpush",
        ] { result["urn:ietf:params:jmap:\(name)"] = [:] }
        result["urn:ietf:params:jmap:sieve"] = ["implementation": "Stalwart v1.0.0"]
        result["urn:ietf:params:jmap:websocket"] = ["url": .string(socket), "supportsPush": true]
        return result
    }

    /// The capabilities of one account for a login with these permissions.
    static func account(id: String, permissions: Set<String>) -> JSONObject {
        var result: JSONObject = [:]
        if permissions.contains("jmapEmailGet") {
            result[mail] = [
                "maxMailboxesPerEmail": nil, "maxMailboxDepth": .count(Limits.mailboxDepth),
                "maxSizeMailboxName": .count(Limits.mailboxNameBytes),
                "maxSizeAttachmentsPerEmail": .count(Limits.sizeUpload),
                "emailQuerySortOptions": [
                    "receivedAt", "size", "from", "to", "subject", "sentAt", "hasKeyword", "allInThreadHaveKeyword",
                    "someInThreadHaveKeyword",
                ], "mayCreateTopLevelMailbox": true,
            ]
        }
        if permissions.contains("jmapEmailSubmissionCreate") {
            result[submission] = [
                "maxDelayedSend": 2_592_000,
                "submissionExtensions": [
                    "FUTURERELEASE": [], "SIZE": [], "DSN": [], "DELIVERYBY": [], "MT-PRIORITY": ["MIXER"],
                    "REQUIRETLS": [],
                ],
            ]
        }
        if permissions.contains("jmapVacationResponseGet") { result["urn:ietf:params:jmap:vacationresponse"] = [:] }
        result["urn:ietf:params:jmap:websocket"] = [:]
        if permissions.contains("jmapSieveScriptGet") { result["urn:ietf:params:jmap:sieve"] = [:] }
        if permissions.contains("jmapBlobGet") {
            result[blob] = [
                "maxSizeBlobSet": 7_499_488, "maxDataSources": 16,
                "supportedTypeNames": ["Email", "Thread", "SieveScript"],
                "supportedDigestAlgorithms": ["sha", "sha-256", "sha-512"],
            ]
        }
        if permissions.contains("jmapQuotaGet") { result[quota] = [:] }
        result["urn:ietf:params:jmap:principals"] = ["currentUserPrincipalId": .string(id)]
        result["urn:ietf:params:jmap:principals:availability"] = ["maxAvailabilityDuration": "P52W1D"]
        result["urn:ietf:params:jmap:mail:share"] = [:]
        result[management] = [:]
        result["urn:ietf:params:jmap:emailpush"] = [:]
        return result
    }
}

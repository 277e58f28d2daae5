/// A recipient whose message waits in the queue.
struct QueuedRecipient {
    /// The address to which it goes in the end, without a tag.
    let address: String
    /// The address that was asked for, where it is another one.
    let original: String?
    /// Whether it was tried and the mailbox was full.
    var isOverQuota = false

    init(address: String, original: String?) {
        self.address = address
        self.original = original
    }

    init?(_ json: JSONValue) {
        guard let address = json["address"]?.string else { return nil }
        self.address = address
        original = json["original"]?.string
        isOverQuota = json["isOverQuota"]?.bool ?? false
    }

    /// How the queue keeps it.
    var json: JSONValue {
        ["address": .string(address), "original": .text(original), "isOverQuota": .bool(isOverQuota)]
    }

    /// The recipients of a queue's row.
    static func list(_ text: String) -> [QueuedRecipient] {
        // The text was written by `json`; one that cannot be read holds nobody.
        ((try? JSONValue(parsing: text))?.array ?? []).compactMap(QueuedRecipient.init)
    }

    /// How `x:QueuedMessage` shows it.
    func shown(isLocal: Bool, retry: String, expires: String) -> JSONValue {
        let status: JSONValue =
            isOverQuota
            ? [
                "@type": "TemporaryFailure", "errorType": "unexpectedResponse", "errorMessage": nil,
                "errorCommand": .string("RCPT TO:<\(address)>"), "responseHostname": "localhost", "responseCode": 451,
                "responseEnhanced": "4.3.0", "responseMessage": "Mailbox over quota.",
            ] : ["@type": "Scheduled"]
        return [
            "retryCount": .integer(isOverQuota ? 1 : 0), "retryDue": .string(retry), "notifyCount": 0,
            "notifyDue": .string(retry), "expires": ["@type": "Ttl", "expiresAt": .string(expires)],
            "queueName": isLocal ? "local" : "remote", "status": status, "flags": [:],
            "orcpt": .text(original.map { "rfc822;" + $0 }),
        ]
    }
}

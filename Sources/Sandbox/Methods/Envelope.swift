/// Who sends a submission to whom, and until when it is held (RFC 8621 section 7).
struct Envelope {
    let json: JSONObject
    let sender: String
    let recipients: [String]
    /// The second until which it waits, nil where it goes at once.
    let heldUntil: Int?

    /// Reads a submission's envelope, or derives it from the message's header.
    ///
    /// - Parameter takesExamples: Whether addresses under `.example` are taken, which the real server refuses.
    init(
        _ value: JSONValue?, identity: String, email: EmailMetadata, takesExamples: Bool
    ) throws(SetError) {
        let given = value?.object
        let from = given?["mailFrom"]
        sender = from?["email"]?.string ?? identity
        guard sender.lowercased() == identity.lowercased() else {
            throw SetError("forbiddenFrom", "Envelope mailFrom does not match identity email address.")
        }
        var addresses: [String] = []
        var list: [JSONValue] = []
        for recipient in given?["rcptTo"]?.array ?? [] {
            let address = recipient["email"]?.string ?? ""
            guard Self.isDeliverable(address, takesExamples) else { throw Self.invalid(address) }
            addresses.append(address)
            list.append(["email": .string(address), "parameters": recipient["parameters"] ?? .null])
        }
        if addresses.isEmpty {
            for property in ["to", "cc", "bcc"] {
                for recipient in email.summary[property]?.array ?? [] {
                    guard let address = recipient["email"]?.string, Self.isDeliverable(address, takesExamples) else {
                        continue
                    }
                    addresses.append(address)
                    list.append(["email": .string(address), "parameters": .null])
                }
            }
        }
        guard !addresses.isEmpty else { throw SetError("noRecipients", "No recipients found in email.") }
        var seen: Set<String> = []
        recipients = addresses.filter { seen.insert($0.lowercased()).inserted }
        heldUntil = try Self.hold(from?["parameters"]?.object)
        json = [
            "mailFrom": ["email": .string(sender), "parameters": from?["parameters"] ?? .null], "rcptTo": .array(list),
        ]
    }

    private static func invalid(_ address: String) -> SetError {
        SetError("invalidProperties", "Invalid e-mail address \"\(address)\".", properties: ["envelope"])
    }

    /// Whether mail for the address is taken at all.
    private static func isDeliverable(_ address: String, _ takesExamples: Bool) -> Bool {
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty,
            !address.contains(where: { $0.isWhitespace || $0 == "<" || $0 == ">" })
        else { return false }
        let domain = parts[1].lowercased()
        let labels = domain.split(separator: ".", omittingEmptySubsequences: false)
        guard !labels.contains(""), !domain.contains("["), let top = labels.last else { return false }
        if domain == "localhost" { return true }
        return labels.count > 1 && top != "invalid" && (takesExamples || top != "example")
    }

    private static func hold(_ parameters: JSONObject?) throws(SetError) -> Int? {
        guard let parameters else { return nil }
        let now = Timestamp.now
        var until: Int?
        for (name, value) in parameters {
            let failure = SetError(
                "invalidProperties", "Failed to parse mailFrom parameters: Invalid parameter: \(name).",
                properties: ["envelope"])
            switch name.uppercased() {
            case "HOLDFOR":
                guard let seconds = value.string.flatMap({ Int($0) }), seconds >= 0 else { throw failure }
                until = now + min(seconds, Limits.holdSeconds + 1)
            case "HOLDUNTIL":
                guard let text = value.string, let moment = Int(text) ?? Timestamp.seconds(text), moment >= 0 else {
                    throw failure
                }
                until = moment
            case "SIZE", "BODY", "SMTPUTF8", "RET", "ENVID", "MT-PRIORITY", "BY", "REQUIRETLS": break
            default: throw failure
            }
        }
        guard let until else { return nil }
        if until - now > Limits.holdSeconds {
            throw SetError(
                "forbiddenMailFrom",
                "Server rejected MAIL-FROM: 501 5.5.4 Requested hold time exceeds maximum of \(Limits.holdSeconds) seconds."
            )
        }
        return until
    }
}

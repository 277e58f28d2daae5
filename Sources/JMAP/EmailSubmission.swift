/// A message that was handed over to be sent (RFC 8621, 7).
package struct EmailSubmission: Sendable, Hashable {
    /// Whether it can be called back.
    package enum UndoStatus: Sendable, Hashable {
        /// It waits.
        case pending
        /// It is gone.
        case final
        /// It was called back.
        case canceled
        /// Something that this program does not know.
        case other(String)
    }

    /// How it went with one recipient.
    package struct Delivery: Sendable, Hashable {
        /// The answer of the server that took or refused it.
        package var smtpReply = ""
        /// `queued`, `yes`, `no` or `unknown`.
        package var delivered = ""
        /// `unknown` or `yes`.
        package var displayed = ""
    }

    /// The id.
    package var id: EmailSubmissionID
    /// The message.
    package var emailID: EmailID?
    /// Its conversation.
    package var threadID: ThreadID?
    /// Who it was sent as.
    package var identityID: IdentityID?
    /// Who got it, from whom.
    package var envelope: Envelope?
    /// When it goes, or went.
    package var sendAt: UTCDate?
    /// Whether it can be called back.
    package var undoStatus: UndoStatus?
    /// How it went, by recipient.
    package var deliveryStatus: [String: Delivery]?
}

extension EmailSubmission: JSONDecodable {
    package init(json reader: inout JSONReader) throws(JSONError) {
        self.init(id: "")
        let start = reader.offset
        try reader.object { (key, value) throws(JSONError) in
            switch key {
            case "id": id = try EmailSubmissionID(json: &value)
            case "emailId": emailID = try value.optional()
            case "threadId": threadID = try value.optional()
            case "identityId": identityID = try value.optional()
            case "envelope": envelope = try value.optional()
            case "sendAt": sendAt = try value.optional()
            case "undoStatus": undoStatus = try value.optional(String.self).map(UndoStatus.init)
            case "deliveryStatus": deliveryStatus = try EmailSubmission.deliveries(&value)
            default: try value.skip()
            }
        }
        if id.rawValue.isEmpty { throw JSONError(.missing, at: start, path: [.member("id")]) }
    }

    private static func deliveries(_ reader: inout JSONReader) throws(JSONError) -> [String: Delivery]? {
        if try reader.null() { return nil }
        var found: [String: Delivery] = [:]
        try reader.object { (address, value) throws(JSONError) in
            var delivery = Delivery()
            try value.object { (key, member) throws(JSONError) in
                switch key {
                case "smtpReply": delivery.smtpReply = try member.optional() ?? ""
                case "delivered": delivery.delivered = try member.optional() ?? ""
                case "displayed": delivery.displayed = try member.optional() ?? ""
                default: try member.skip()
                }
            }
            found[address.text] = delivery
        }
        return found
    }
}

extension EmailSubmission.UndoStatus {
    /// Reads the word of the server.
    package init(_ word: String) {
        switch word {
        case "pending": self = .pending
        case "final": self = .final
        case "canceled": self = .canceled
        default: self = .other(word)
        }
    }
}

/// Sender and recipients as the mail servers see them (RFC 8621, 7).
package struct Envelope: Sendable, Hashable, JSONDecodable {
    /// An address with the parameters of SMTP.
    package struct Address: Sendable, Hashable, JSONDecodable {
        /// The address.
        package var email: String
        /// The parameters, such as HOLDFOR; nil for one without a value.
        package var parameters: [String: String?]

        /// Makes an address.
        package init(_ email: String, parameters: [String: String?] = [:]) {
            self.email = email
            self.parameters = parameters
        }

        package init(json reader: inout JSONReader) throws(JSONError) {
            self.init("")
            try reader.object { (key, value) throws(JSONError) in
                switch key {
                case "email": email = try value.string()
                case "parameters":
                    if try value.null() { return }
                    try value.object { (name, member) throws(JSONError) in
                        parameters[name.text] = .some(try member.optional(String.self))
                    }
                default: try value.skip()
                }
            }
        }

        /// The address as JSON.
        package var json: JSON {
            let values = parameters.mapValues { value -> JSON in value.map { .string($0) } ?? .null }
            return ["email": .string(email), "parameters": values.isEmpty ? .null : .object(values)]
        }
    }

    /// The sender.
    package var mailFrom: Address
    /// The recipients; never empty in a call, because some servers then take those of the header.
    package var rcptTo: [Address]

    /// Makes an envelope.
    package init(mailFrom: Address, rcptTo: [Address]) {
        self.mailFrom = mailFrom
        self.rcptTo = rcptTo
    }

    package init(json reader: inout JSONReader) throws(JSONError) {
        self.init(mailFrom: Address(""), rcptTo: [])
        try reader.object { (key, value) throws(JSONError) in
            switch key {
            case "mailFrom": mailFrom = try Address(json: &value)
            case "rcptTo": rcptTo = try value.list()
            default: try value.skip()
            }
        }
    }

    /// The envelope as JSON.
    package var json: JSON { ["mailFrom": mailFrom.json, "rcptTo": .array(rcptTo.map(\.json))] }
}

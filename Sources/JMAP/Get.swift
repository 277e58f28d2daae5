/// Reads objects by their ids (RFC 8620, 5.1).
package struct Get<Object: JMAPObject>: MethodCall {
    package typealias Answer = GetAnswer<Object>

    /// The account.
    package var account: AccountID
    /// Which objects.
    package var ids: IDs<Object.ID>
    /// What of them; nil reads what the server gives by itself.
    package var properties: [Object.Property]?
    /// Arguments that only this kind of object has.
    package var extra: [String: JSON]

    /// Makes a call.
    package init(
        account: AccountID, ids: IDs<Object.ID>, properties: [Object.Property]? = nil, extra: [String: JSON] = [:]
    ) {
        self.account = account
        self.ids = ids
        self.properties = properties
        self.extra = extra
    }

    package var name: String { "\(Object.typeName)/get" }
    package var capabilities: [Capability] { [Object.capability] }

    package var arguments: [String: JSON] {
        var arguments = extra
        arguments["accountId"] = account.json
        ids.add(to: &arguments, as: "ids")
        if let properties { arguments["properties"] = .strings(properties) }
        return arguments
    }

    package func divided(within limits: SessionLimits) -> [Get]? {
        ids.divided(by: limits.maxObjectsInGet).map { part in
            var copy = self
            copy.ids = part
            return copy
        }
    }

    /// All objects, with the state of the first part: what changed between the parts is then told as a change.
    package static func merged(_ answers: [Answer]) -> Answer? {
        guard var all = answers.first else { return nil }
        for answer in answers.dropFirst() {
            all.list += answer.list
            all.notFound += answer.notFound
        }
        return all
    }
}

/// Objects that were read.
package struct GetAnswer<Object: JMAPObject>: JSONDecodable, Sendable {
    /// The account.
    package var account: AccountID = ""
    /// The state of all objects of this kind at the moment of the answer.
    package var state: State = ""
    /// The objects; not always in the order of the ids.
    package var list: [Object] = []
    /// The ids that there are no objects of.
    package var notFound: [Object.ID] = []

    package init(json reader: inout JSONReader) throws(JSONError) {
        try reader.object { (key, value) throws(JSONError) in
            switch key {
            case "accountId": account = try value.optional() ?? ""
            case "state": state = try value.optional() ?? ""
            case "list": list = try value.list()
            case "notFound": notFound = try value.optionalList() ?? []
            default: try value.skip()
            }
        }
    }
}

/// Objects that were read, as the bytes that the server sent: for whoever hands them on without looking at each.
///
/// That the bytes are JSON has been checked; of what shape the objects are has not.
package struct RawGetAnswer: Sendable {
    /// The account.
    package private(set) var account: AccountID = ""
    /// The state of all objects of this kind at the moment of the answer.
    package private(set) var state: State = ""
    /// The ids that there are no objects of.
    package private(set) var notFound: [String] = []
    /// The bytes of the array of objects, UTF-8.
    package private(set) var list: ArraySlice<UInt8> = []

    /// Takes the members of an answer where they were found: the list is not read once more.
    init(_ members: [AnswerMember], in bytes: [UInt8]) throws(JSONError) {
        for member in members {
            var value = JSONReader(valid: bytes, range: member.value)
            do throws(JSONError) {
                switch member.key {
                case "accountId": account = try value.optional() ?? ""
                case "state": state = try value.optional() ?? ""
                case "notFound": notFound = try value.optionalList() ?? []
                case "list":
                    guard try value.kind() == .array else {
                        throw JSONError(.wrongType(expected: "an array", found: "another value"), at: value.offset)
                    }
                    list = bytes[member.value]
                default: break
                }
            } catch { throw error.inside(.member(member.key.text)) }
        }
    }
}

/// A member of an answer's arguments: its key, and where its value is.
struct AnswerMember: Sendable {
    let key: JSONKey
    let value: Range<Int>
}

/// Reads mailboxes.
package typealias MailboxGet = Get<Mailbox>
/// Reads messages; see `init(account:ids:properties:bodyValues:…)` for their text.
package typealias EmailGet = Get<Email>
/// Reads conversations.
package typealias ThreadGet = Get<EmailThread>
/// Reads the names to send as.
package typealias IdentityGet = Get<Identity>
/// Reads what was handed over to be sent.
package typealias EmailSubmissionGet = Get<EmailSubmission>

/// Which text of a message is read along (RFC 8621, 4.2).
package struct BodyValues: Sendable, Hashable {
    /// The text parts.
    package var text: Bool
    /// The HTML parts.
    package var html: Bool
    /// Every part of text.
    package var all: Bool
    /// At most so many bytes of each; 0 for no limit.
    package var maxBytes: Int

    /// Makes a choice.
    package init(text: Bool = false, html: Bool = false, all: Bool = false, maxBytes: Int = 0) {
        self.text = text
        self.html = html
        self.all = all
        self.maxBytes = maxBytes
    }
}

extension Get where Object == Email {
    /// Makes a call that reads text and parts as well.
    package init(
        account: AccountID, ids: IDs<EmailID>, properties: [EmailProperty]?, bodyValues: BodyValues,
        bodyProperties: [String]? = nil
    ) {
        self.init(account: account, ids: ids, properties: properties)
        if bodyValues.text { extra["fetchTextBodyValues"] = true }
        if bodyValues.html { extra["fetchHTMLBodyValues"] = true }
        if bodyValues.all { extra["fetchAllBodyValues"] = true }
        if bodyValues.maxBytes > 0 { extra["maxBodyValueBytes"] = .int(Int64(bodyValues.maxBytes)) }
        if let bodyProperties { extra["bodyProperties"] = .array(bodyProperties.map { .string($0) }) }
    }
}

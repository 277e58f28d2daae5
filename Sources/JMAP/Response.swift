/// The answers to the calls of a request, read when they are asked for.
package struct Response: Sendable {
    /// One answer: its method, the id of its call, and where its arguments are in the bytes.
    private struct Answer: Sendable {
        let name: String
        let callID: String
        let bytes: [UInt8]
        let range: Range<Int>
        let members: [AnswerMember]
    }

    private var answers: [Answer] = []
    private let place: String
    /// The state of the session at the last answer.
    package private(set) var sessionState = ""
    /// Ids of all objects that were made, by the name that their caller gave them, where the server was given such ids.
    package private(set) var createdIDs: [CreationID: String] = [:]
    /// The size of all answers in bytes.
    package private(set) var bytes = 0

    init(place: String) {
        self.place = place
    }

    /// Adds the body of one answer of the server; throws `malformed` or `notJMAP`.
    mutating func add(_ body: [UInt8]) throws(JMAPError) {
        bytes += body.count
        do throws(JSONError) {
            var reader = try JSONReader(body)
            var hasResponses = false
            try reader.object { (key, value) throws(JSONError) in
                switch key {
                case "methodResponses":
                    hasResponses = true
                    try value.array { (item) throws(JSONError) in answers.append(try Response.answer(&item, body)) }
                case "sessionState": sessionState = try value.optional() ?? ""
                case "createdIds": createdIDs.merge(try value.mapOrNull()) { $1 }
                default: try value.skip()
                }
            }
            try reader.finish()
            if !hasResponses { throw JSONError(.missing, at: 0, path: [.member("methodResponses")]) }
        } catch {
            let first = body.first { $0 > 0x20 }
            if first != 0x7B, first != nil {
                throw JMAPError(.notJMAP, place: place, detail: "it answers something that is not JSON")
            }
            throw JMAPError(error, place: place)
        }
    }

    private static func answer(_ reader: inout JSONReader, _ body: [UInt8]) throws(JSONError) -> Answer {
        var (name, id): (String?, String?) = (nil, nil)
        var range: Range<Int>?
        var members: [AnswerMember] = []
        var index = 0
        let start = reader.offset
        try reader.array { (value) throws(JSONError) in
            switch index {
            case 0: name = try value.string()
            case 1:
                guard try value.kind() == .object else {
                    throw JSONError(.wrongType(expected: "an object", found: "another value"), at: value.offset)
                }
                let first = value.offset
                try value.object { (key, member) throws(JSONError) in
                    members.append(AnswerMember(key: key, value: try member.skip()))
                }
                range = first..<value.offset
            case 2: id = try value.string()
            default: try value.skip()
            }
            index += 1
        }
        guard let name, let range, let id else { throw JSONError(.missing, at: start) }
        return Answer(name: name, callID: id, bytes: body, range: range, members: members)
    }

    /// The answer to a call; throws the method's error, or `malformed` with the path of what is wrong.
    package func get<Method: MethodCall>(_ call: PendingCall<Method>) throws(JMAPError) -> Method.Answer {
        guard let all = Method.merged(try read(call, as: Method.Answer.self)) else { throw missing(call.name) }
        return all
    }

    /// The objects of a get as the bytes that came, one for each part that the call was divided into.
    package func raw<Object>(_ call: PendingCall<Get<Object>>) throws(JMAPError) -> [RawGetAnswer] {
        try found(call).map { (answer) throws(JMAPError) -> RawGetAnswer in
            do throws(JSONError) {
                return try RawGetAnswer(answer.members, in: answer.bytes)
            } catch {
                throw JMAPError(error, place: place, method: call.name)
            }
        }
    }

    /// The arguments of the answer as the bytes that came, one for each part that the call was divided into.
    package func rawArguments(_ call: PendingCall<some MethodCall>) throws(JMAPError) -> [ArraySlice<UInt8>] {
        try found(call).map { $0.bytes[$0.range] }
    }

    /// The Email/set that a submission's `onSuccessUpdateEmail` made the server do; nil when there was none.
    package func impliedEmailSet(_ call: PendingCall<EmailSubmissionSet>) throws(JMAPError) -> SetAnswer<EmailID>? {
        guard let answer = answers.first(where: { $0.callID == call.id && $0.name == "Email/set" }) else {
            // The error of the implied call stands behind the answer of the call itself.
            let own = answers.filter { $0.callID == call.id }
            guard own.count > 1, let error = own.last, error.name == "error" else { return nil }
            throw failure(error, "Email/set")
        }
        return try decode(answer, "Email/set")
    }

    private func read<Value: JSONDecodable>(
        _ call: PendingCall<some MethodCall>, as type: Value.Type
    ) throws(JMAPError) -> [Value] {
        try found(call).map { (answer) throws(JMAPError) -> Value in try decode(answer, call.name) }
    }

    private func decode<Value: JSONDecodable>(_ answer: Answer, _ method: String) throws(JMAPError) -> Value {
        var reader = JSONReader(valid: answer.bytes, range: answer.range)
        do throws(JSONError) {
            return try Value(json: &reader)
        } catch {
            throw JMAPError(error, place: place, method: method)
        }
    }

    /// The answers to a call and its parts; throws the first error among them.
    private func found(_ call: PendingCall<some MethodCall>) throws(JMAPError) -> [Answer] {
        let own = answers.filter { $0.callID == call.id || $0.callID.hasPrefix(call.id + ".") }
        if let error = own.first, error.name == "error" { throw failure(error, call.name) }
        var matching: [Answer] = []
        for answer in own {
            if answer.name == call.name {
                matching.append(answer)
            } else if answer.name == "error", answer.callID != call.id {
                throw failure(answer, call.name)
            }
        }
        guard !matching.isEmpty else { throw missing(call.name) }
        return matching
    }

    private func missing(_ method: String) -> JMAPError {
        JMAPError(.malformed, place: place, method: method, detail: "the call has no answer")
    }

    private func failure(_ answer: Answer, _ method: String) -> JMAPError {
        var reader = JSONReader(valid: answer.bytes, range: answer.range)
        var (type, detail) = ("", "")
        do throws(JSONError) {
            try reader.object { (key, value) throws(JSONError) in
                switch key {
                case "type": type = try value.string()
                case "description": detail = try value.optional() ?? ""
                default: try value.skip()
                }
            }
        } catch {
            return JMAPError(error, place: place, method: method)
        }
        let code: JMAPError.Code
        switch type {
        case "serverUnavailable": code = .serverUnavailable
        case "forbidden": code = .method("forbidden")
        default: code = .method(type)
        }
        return JMAPError(code, place: place, method: method, detail: detail)
    }
}

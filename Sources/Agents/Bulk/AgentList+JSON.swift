import JMAP

extension AgentList {
    /// Reads an array of objects, or objects one after the other, as in lines of JSON.
    mutating func readJSON(_ bytes: [UInt8], _ places: TextPlaces) {
        var bytes = bytes
        // A mark of the byte order is no JSON: blanks keep the places as they are.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.replaceSubrange(0..<3, with: [0x20, 0x20, 0x20]) }
        let end = (bytes.lastIndex { $0 > 0x20 } ?? 0) + 1
        do throws(JSONError) {
            var reader = try JSONReader(bytes)
            if try reader.kind() == .array {
                try reader.array { (item) throws(JSONError) in try readObject(&item, places) }
                try reader.finish()
            } else {
                while reader.offset < end { try readObject(&reader, places) }
            }
        } catch {
            faults.append(
                ListFault(places[error.offset], "The list is no JSON here: \(error.description).", cure: "Correct it."))
        }
    }

    private mutating func readObject(_ reader: inout JSONReader, _ places: TextPlaces) throws(JSONError) {
        guard try reader.kind() == .object else {
            faults.append(
                ListFault(
                    places[reader.offset], "This is no object.", cure: "Write an agent as {\"name\": \"ada\"}."))
            return try reader.skipped()
        }
        let begin = places[reader.offset]
        var agent = ListedAgent()
        (agent.line, agent.column) = (begin.line, begin.column)
        var found: [ListFault] = []
        var hasName = false
        try reader.object { (key, value) throws(JSONError) in
            _ = try value.kind()
            let place = places[value.offset]
            guard let field = Self.field(key.text) else {
                found.append(
                    ListFault(place, "There is no member “\(key.text)”.", cure: "The members are \(Self.columns)."))
                return try value.skipped()
            }
            if field == .name {
                hasName = true
                (agent.line, agent.column) = (place.line, place.column)
            }
            let given = try Self.texts(&value)
            do throws(AgentsError) {
                switch given {
                case .none: break
                case .one(let text): try agent.set(field, text)
                case .several(let texts): try agent.set(field, texts)
                case .other:
                    throw AgentsError(
                        .invalid, "The \(field.rawValue) is neither a text nor a number.", cure: "Give a text.")
                }
            } catch {
                found.append(ListFault(place, error.message, cure: error.cure))
            }
        }
        if !hasName || agent.name == nil && found.isEmpty {
            found.append(ListFault(begin, "A name is missing.", cure: "Give one, such as \"name\": \"ada\"."))
        }
        faults += found
        agents.append(agent)
    }

    /// A value of a member.
    private enum Given {
        case none, other
        case one(String)
        case several([String])
    }

    private static func texts(_ reader: inout JSONReader) throws(JSONError) -> Given {
        switch try reader.kind() {
        case .null:
            _ = try reader.null()
            return .none
        case .string: return .one(try reader.string())
        case .number: return .one(String(try reader.integer()))
        case .array:
            var (texts, isPlain) = ([String](), true)
            try reader.array { (item) throws(JSONError) in
                guard try item.kind() == .string else {
                    isPlain = false
                    return try item.skipped()
                }
                texts.append(try item.string())
            }
            return isPlain ? .several(texts) : .other
        case .boolean, .object:
            try reader.skipped()
            return .other
        }
    }
}

extension JSONReader {
    /// Passes over a value of whatever kind.
    fileprivate mutating func skipped() throws(JSONError) { _ = try skip() }
}

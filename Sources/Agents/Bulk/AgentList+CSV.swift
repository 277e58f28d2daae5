extension AgentList {
    /// Reads comma separated values (RFC 4180), of which the first line names the columns.
    mutating func readCSV(_ bytes: [UInt8], _ places: TextPlaces) {
        var reader = CSVReader(bytes)
        guard let heading = reader.next() else { return }
        var columns: [ListedAgent.Field] = []
        for value in heading {
            let word = value.text.trimmed
            guard let field = Self.field(word) else {
                let hint = value.offset == heading.first?.offset ? " The first line names the columns." : ""
                faults.append(
                    ListFault(
                        places[value.offset], "There is no column “\(word)”.\(hint)",
                        cure: "The columns are \(Self.columns)."))
                return
            }
            guard !columns.contains(field) else {
                faults.append(
                    ListFault(places[value.offset], "The column \(field.rawValue) is there twice.", cure: "Leave one."))
                return
            }
            columns.append(field)
        }
        guard let nameColumn = columns.firstIndex(of: .name) else {
            faults.append(
                ListFault(
                    places[0], "The first line names no column “name”.", cure: "Begin with name,owner,purpose."))
            return
        }
        while let values = reader.next() {
            let begin = places[values[0].offset]
            guard values.count == columns.count else {
                faults.append(
                    ListFault(
                        places[values[min(values.count, columns.count) - 1].offset],
                        "The line has \(values.count) values, and there are \(columns.count) columns.",
                        cure: "Put a value that holds a comma into double quotes, and leave no column out."))
                continue
            }
            var agent = ListedAgent()
            agent.line = begin.line
            agent.column = places[values[nameColumn].offset].column
            for (field, value) in zip(columns, values) {
                do throws(AgentsError) { try agent.set(field, value.text.trimmed) } catch {
                    faults.append(ListFault(places[value.offset], error.message, cure: error.cure))
                }
            }
            if values[nameColumn].text.trimmed.isEmpty {
                faults.append(
                    ListFault(places[values[nameColumn].offset], "A name is missing.", cure: "Give one such as “ada”."))
            }
            agents.append(agent)
        }
        if let offset = reader.fault {
            faults.append(
                ListFault(places[offset], reader.problem, cure: "Close it, and write a quote inside of a value twice."))
        }
    }
}

/// Reads comma separated values line by line.
struct CSVReader {
    /// A value and where it begins.
    struct Value {
        var text: String
        let offset: Int
    }

    private let bytes: [UInt8]
    private var offset: Int
    /// Where something stands that cannot be read; reading ends there.
    private(set) var fault: Int?
    private(set) var problem = ""

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        offset = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// The values of the next line that is not empty; nil at the end.
    mutating func next() -> [Value]? {
        while fault == nil, offset < bytes.count {
            var values: [Value] = []
            var isLast = false
            while !isLast {
                guard let value = value() else { return nil }
                values.append(value)
                isLast = offset >= bytes.count || bytes[offset] != UInt8(ascii: ",")
                if !isLast { offset += 1 }
            }
            skipLineEnd()
            if values.count > 1 || !values[0].text.trimmed.isEmpty { return values }
        }
        return nil
    }

    private mutating func value() -> Value? {
        let start = offset
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else {
            while offset < bytes.count, ![0x2C, 0x0A, 0x0D].contains(bytes[offset]) { offset += 1 }
            return text(Array(bytes[start..<offset]), start)
        }
        var content: [UInt8] = []
        offset += 1
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            guard byte == UInt8(ascii: "\"") else {
                content.append(byte)
                continue
            }
            if offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") {
                content.append(byte)
                offset += 1
                continue
            }
            guard offset >= bytes.count || [0x2C, 0x0A, 0x0D].contains(bytes[offset]) else {
                return failed(offset, "Something follows a quote that closes a value.")
            }
            return text(content, start)
        }
        return failed(start, "A quote is not closed.")
    }

    private mutating func text(_ content: [UInt8], _ start: Int) -> Value? {
        guard let text = String(validating: content, as: UTF8.self) else {
            return failed(start, "A value is no UTF-8.")
        }
        return Value(text: text, offset: start)
    }

    private mutating func failed(_ place: Int, _ problem: String) -> Value? {
        fault = place
        self.problem = problem
        return nil
    }

    private mutating func skipLineEnd() {
        if offset < bytes.count, bytes[offset] == 0x0D { offset += 1 }
        if offset < bytes.count, bytes[offset] == 0x0A { offset += 1 }
    }
}

extension String {
    /// The text without blanks around it.
    var trimmed: String {
        let front = drop { $0 == " " || $0 == "\t" }
        return String(front.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}

/// Collects what is wrong while a file is decoded, so that a person reads every fault at once.
package final class FaultList {
    /// The file that is decoded; in every fault.
    package let file: String
    package private(set) var faults: [ConfigurationFault] = []

    /// An empty list for a file.
    package init(file: String) {
        self.file = file
    }

    /// Notes a fault of a key.
    package func add(
        _ code: ConfigurationFault.Code, line: Int?, column: Int?, key: String, message: String, cure: String
    ) {
        faults.append(.init(code, file: file, line: line, column: column, key: key, message: message, cure: cure))
    }

    /// Throws what was collected, in the order of the file.
    package func throwIfAny() throws(ConfigurationError) {
        guard !faults.isEmpty else { return }
        throw ConfigurationError(faults.sorted { ($0.line ?? 0, $0.column ?? 0) < ($1.line ?? 0, $1.column ?? 0) })
    }
}

/// Decodes one table strictly: each key is asked for once, and what nobody asked for is a fault.
///
/// A wrong value is noted in the list of faults and read as absent, so that decoding goes on to the next.
package final class TableReader {
    package let path: String
    package let line: Int
    package let column: Int
    package let faults: FaultList
    private var entries: [String: TOMLEntry] = [:]
    private var order: [String] = []
    private var asked: [String] = []
    private var refusals: [String: String] = [:]

    /// - Parameter path: The table's own key with its tables; empty for the whole file.
    package init(_ value: TOMLValue, path: String, faults: FaultList) {
        self.path = path
        self.faults = faults
        line = value.line
        column = value.column
        guard case .table(let list) = value.content else {
            faults.add(
                .wrongType, line: value.line, column: value.column, key: path, message: "is \(value.typeName)",
                cure: "write it as a table, [\(path)]")
            return
        }
        for entry in list {
            entries[entry.key] = entry
            order.append(entry.key)
        }
    }

    /// The keys that are there, in the order of the file.
    package var keys: [String] { order }

    /// The key with its tables.
    package func name(_ key: String) -> String {
        path.isEmpty ? key : "\(path).\(key)"
    }

    /// The value of a key as it stands; marks the key as known.
    package func entry(_ key: String) -> TOMLEntry? {
        asked.append(key)
        return entries[key]
    }

    /// Notes that a value is not what the key takes.
    package func refuse(_ entry: TOMLEntry, _ code: ConfigurationFault.Code, _ message: String, cure: String) {
        faults.add(
            code, line: entry.value.line, column: entry.value.column, key: name(entry.key), message: message, cure: cure
        )
    }

    /// Gives an unknown key a cure of its own instead of a suggestion.
    package func refuseKey(_ key: String, cure: String) {
        refusals[key] = cure
    }

    /// Notes that a key must be there.
    package func require(_ key: String, cure: String) {
        faults.add(.missingKey, line: line, column: column, key: name(key), message: "is missing", cure: cure)
    }

    /// A text without control characters that is not empty.
    package func string(_ key: String) -> String? {
        guard let entry = entry(key) else { return nil }
        guard case .string(let text) = entry.value.content else {
            refuse(entry, .wrongType, "is \(entry.value.typeName)", cure: "write a text in quotation marks")
            return nil
        }
        guard !text.isEmpty, !text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
            refuse(entry, .wrongValue, "is empty or holds control characters", cure: "write plain text")
            return nil
        }
        return text
    }

    /// True or false.
    package func boolean(_ key: String) -> Bool? {
        guard let entry = entry(key) else { return nil }
        guard case .boolean(let value) = entry.value.content else {
            refuse(
                entry, .wrongType, "is \(entry.value.typeName)", cure: "write true or false, without quotation marks")
            return nil
        }
        return value
    }

    /// A whole number in a range.
    package func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let entry = entry(key) else { return nil }
        guard case .integer(let value) = entry.value.content else {
            refuse(entry, .wrongType, "is \(entry.value.typeName)", cure: "write a whole number")
            return nil
        }
        guard let number = Int(exactly: value), range.contains(number) else {
            refuse(
                entry, .wrongValue, "is \(value)",
                cure: "write a number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return number
    }

    /// One of the words of an enumeration.
    package func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, _: Choice.Type) -> Choice?
    where Choice.RawValue == String {
        guard let text = string(key) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        if let entry = entries[key] {
            refuse(
                entry, .wrongValue, "is “\(text)”",
                cure: Suggestion.cure(for: text, among: Choice.allCases.map(\.rawValue)))
        }
        return nil
    }

    /// A list of texts, or one text alone.
    package func strings(_ key: String) -> [String]? {
        guard let entry = entry(key) else { return nil }
        switch entry.value.content {
        case .string(let text): return [text]
        case .array(let values):
            var texts: [String] = []
            for value in values {
                guard case .string(let text) = value.content else {
                    refuse(entry, .wrongType, "holds \(value.typeName)", cure: "write a list of texts")
                    return nil
                }
                texts.append(text)
            }
            return texts
        default:
            refuse(entry, .wrongType, "is \(entry.value.typeName)", cure: "write a text or a list of texts")
            return nil
        }
    }

    /// A table inside this one.
    package func table(_ key: String) -> TableReader? {
        entry(key).map { TableReader($0.value, path: name($0.key), faults: faults) }
    }

    /// Notes every key that nobody asked for, with the nearest known one.
    package func finish() {
        for key in order where !asked.contains(key) {
            guard let entry = entries[key] else { continue }
            faults.add(
                .unknownKey, line: entry.line, column: entry.column, key: name(key), message: "is not known",
                cure: refusals[key] ?? Suggestion.cure(for: key, among: asked))
        }
    }
}

import CTOML

/// A value of a TOML file with the place where it stands.
package struct TOMLValue: Sendable {
    /// What the value is.
    package enum Content: Sendable {
        /// In the order of the file.
        case table([TOMLEntry])
        case array([TOMLValue])
        case string(String)
        case integer(Int64)
        case real(Double)
        case boolean(Bool)
        /// A date, a time or both, as TOML writes it.
        case time(String)
    }

    package let content: Content
    /// Counted from 1.
    package let line: Int
    package let column: Int

    /// The type's name in a sentence.
    package var typeName: String {
        switch content {
        case .table: "a table"
        case .array: "a list"
        case .string: "a text"
        case .integer: "a whole number"
        case .real: "a number"
        case .boolean: "true or false"
        case .time: "a time"
        }
    }
}

/// A key with its value.
package struct TOMLEntry: Sendable {
    package let key: String
    /// Where the key stands, counted from 1.
    package let line: Int
    package let column: Int
    package let value: TOMLValue
}

extension TOMLValue {
    /// Reads a whole file.
    ///
    /// - Parameter file: The name that errors carry.
    /// - Throws: ``ConfigurationError`` with the place of the first fault.
    package static func parse(_ bytes: [UInt8], file: String) throws(ConfigurationError) -> TOMLValue {
        let document = bytes.withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { ctoml_parse($0.baseAddress, $0.count) }
        }
        guard let document else {
            throw ConfigurationError([
                .init(
                    .unreadable, file: file, message: "there is not enough memory to read it", cure: "make it smaller")
            ])
        }
        defer { ctoml_free(document) }
        var line: UInt32 = 0
        var column: UInt32 = 0
        if let text = ctoml_error(document, &line, &column) {
            let message = String(cString: text)
            throw ConfigurationError([
                .init(
                    .syntax, file: file, line: Int(line), column: Int(column), message: "no valid TOML: \(message)",
                    cure: "correct the line; https://toml.io describes the format")
            ])
        }
        var count = 0
        let first = ctoml_nodes(document, &count)
        return tree(UnsafeBufferPointer(start: first, count: count))
    }

    /// Builds the tree from the flat list, in which every child stands after its parent.
    private static func tree(_ nodes: UnsafeBufferPointer<ctoml_node>) -> TOMLValue {
        var children = [[Int]](repeating: [], count: nodes.count)
        for (index, node) in nodes.enumerated() where node.parent >= 0 { children[Int(node.parent)].append(index) }
        // From the last to the first, so that a parent finds its children made.
        var values = [TOMLValue?](repeating: nil, count: nodes.count)
        for index in nodes.indices.reversed() {
            let node = nodes[index]
            let content: Content
            switch node.kind {
            case ctoml_table:
                content = .table(
                    children[index].compactMap { child in
                        values[child].map {
                            TOMLEntry(
                                key: text(nodes[child].key, nodes[child].key_length),
                                line: Int(nodes[child].key_line), column: Int(nodes[child].key_column), value: $0)
                        }
                    })
            case ctoml_array: content = .array(children[index].compactMap { values[$0] })
            case ctoml_string: content = .string(text(node.text, node.text_length))
            case ctoml_integer: content = .integer(node.integer)
            case ctoml_real: content = .real(node.real)
            case ctoml_boolean: content = .boolean(node.boolean != 0)
            default: content = .time(text(node.text, node.text_length))
            }
            values[index] = TOMLValue(content: content, line: Int(node.line), column: Int(node.column))
        }
        return values.first.flatMap { $0 } ?? TOMLValue(content: .table([]), line: 1, column: 1)
    }

    private static func text(_ pointer: UnsafePointer<CChar>?, _ length: Int) -> String {
        String(decoding: UnsafeRawBufferPointer(start: pointer, count: pointer == nil ? 0 : length), as: UTF8.self)
    }
}

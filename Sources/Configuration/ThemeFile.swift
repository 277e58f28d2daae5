/// A theme as its file has it: how each role looks, not yet checked against the roles that there are.
package struct ThemeFile: Sendable, Hashable {
    /// The value of a role with the place where it stands.
    package struct Value: Sendable, Hashable {
        package let text: String
        package let line: Int
        package let column: Int
    }

    /// The file's name without its ending.
    package let name: String
    package let file: String
    package let roles: [String: Value]

    /// Decodes a theme: one table `[roles]` of texts.
    package static func decode(_ bytes: [UInt8], name: String, file: String) throws(ConfigurationError) -> ThemeFile {
        let faults = FaultList(file: file)
        let root = TableReader(try TOMLValue.parse(bytes, file: file), path: "", faults: faults)
        var roles: [String: Value] = [:]
        if let table = root.table("roles") {
            for key in table.keys {
                guard let entry = table.entry(key) else { continue }
                if case .string(let text) = entry.value.content {
                    roles[key] = Value(text: text, line: entry.value.line, column: entry.value.column)
                } else {
                    table.refuse(
                        entry, .wrongType, "is \(entry.value.typeName)", cure: "write a text such as \"bold #87d7ff\"")
                }
            }
        } else if root.keys.isEmpty || !root.keys.contains("roles") {
            root.require("roles", cure: "add a table [roles]")
        }
        root.finish()
        try faults.throwIfAny()
        return ThemeFile(name: name, file: file, roles: roles)
    }

    /// The theme files of a folder, by name; none where there is no such folder.
    package static func names(in folder: String) -> [String] {
        listFolder(folder).filter { $0.hasSuffix(".toml") && !$0.hasPrefix(".") }.map { String($0.dropLast(5)) }
            .sorted()
    }
}

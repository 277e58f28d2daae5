extension Configuration {
    /// Decodes `[console]`. Whether the commands and the keys exist is checked against the command table, above.
    static func console(_ table: TableReader) -> ConsoleConfiguration {
        var console = ConsoleConfiguration()
        console.theme = table.string("theme")
        console.usesMouse = table.boolean("mouse") ?? console.usesMouse
        console.isLinear = table.boolean("linear") ?? console.isLinear
        console.timeFormat = table.choice("time-format", ConsoleConfiguration.TimeFormat.self) ?? console.timeFormat
        if let keys = table.table("keys") { console.keys = bindings(keys, prefix: "") }
        table.finish()
        return console
    }

    /// `"cursor.down" = "j"` and `cursor.down = ["j", "Down"]` say the same.
    private static func bindings(_ table: TableReader, prefix: String) -> [ConsoleConfiguration.KeyBinding] {
        var bindings: [ConsoleConfiguration.KeyBinding] = []
        for key in table.keys {
            guard let entry = table.entry(key) else { continue }
            if case .table = entry.value.content {
                let reader = TableReader(entry.value, path: table.name(key), faults: table.faults)
                bindings += Self.bindings(reader, prefix: "\(prefix)\(key).")
            } else if let keys = table.strings(key) {
                bindings.append(
                    .init(command: prefix + key, keys: keys, line: entry.line, column: entry.column))
            }
        }
        return bindings
    }
}

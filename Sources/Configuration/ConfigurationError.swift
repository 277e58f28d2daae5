/// One thing that is wrong in a file that a person wrote.
package struct ConfigurationFault: Sendable, Hashable {
    /// What kind of fault it is.
    package enum Code: String, Sendable, Hashable {
        /// The file cannot be read.
        case unreadable
        /// It is no TOML.
        case syntax
        case unknownKey
        case missingKey
        case wrongType
        case wrongValue
    }

    package let code: Code
    /// The path of the file as it was named.
    package let file: String
    /// Counted from 1; `nil` where the fault is the whole file's.
    package let line: Int?
    package let column: Int?
    /// The key with its tables, such as `workspace.prod.url`.
    package let key: String?
    /// What is wrong, without a full stop.
    package let message: String
    /// What to do about it, without a full stop.
    package let cure: String

    /// Makes a fault.
    package init(
        _ code: Code, file: String, line: Int? = nil, column: Int? = nil, key: String? = nil, message: String,
        cure: String
    ) {
        self.code = code
        self.file = file
        self.line = line
        self.column = column
        self.key = key
        self.message = message
        self.cure = cure
    }

    /// File, line, key and what is wrong, as compilers write it; without a full stop.
    package var statement: String {
        var place = file
        if let line { place += ":\(line)" }
        if line != nil, let column { place += ":\(column)" }
        let subject = key.map { "\($0): " } ?? ""
        return "\(place): \(subject)\(message)"
    }

    /// The statement and the cure in one line.
    package var sentence: String {
        "\(statement); \(cure)\(cure.hasSuffix("?") ? "" : ".")"
    }
}

/// A configuration or a theme that cannot be used, with everything that is wrong in it.
package struct ConfigurationError: Error, Sendable {
    /// At least one, in the order of the file.
    package let faults: [ConfigurationFault]

    /// Makes an error of at least one fault.
    package init(_ faults: [ConfigurationFault]) {
        self.faults = faults
    }

    /// Every fault on a line of its own.
    package var sentence: String {
        faults.map(\.sentence).joined(separator: "\n")
    }
}

/// A password or a key, which prints itself as a mark wherever it is printed.
package struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let value: String

    /// Takes a secret into custody.
    package init(_ value: String) {
        self.value = value
    }

    /// The secret itself, for the one place that signs in with it.
    package func reveal() -> String { value }

    package var description: String { "‹secret›" }
    package var debugDescription: String { "‹secret›" }
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection()) }
}

/// Where a secret is read from.
package enum SecretSource: Sendable, Hashable {
    /// A program and its arguments; the first line that it prints is the secret. No shell is involved.
    case command([String])
    /// A file that nobody but its owner may read; its first line is the secret.
    case file(String)
}

/// A secret that could not be read.
package struct SecretError: Error, Sendable {
    /// What went wrong.
    package enum Code: String, Sendable, Hashable {
        case unreadable
        /// Others than its owner may read or change the file.
        case tooWide
        /// There is nothing in it, or what there is cannot be a secret.
        case empty
        case commandFailed
        case timeout
    }

    package let code: Code
    /// What is wrong and where, without a full stop; never with the secret.
    package let message: String
    package let cure: String

    package var sentence: String { "\(message); \(cure)." }
}

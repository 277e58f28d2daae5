import FoundationEssentials

/// What proves who is asking. It is shown nowhere: every description of it is redacted.
package enum Credential: Sendable, Hashable {
    /// A user name and a password.
    case basic(user: String, password: String)
    /// A key.
    case bearer(String)

    /// The value of `Authorization`.
    package var authorization: String {
        switch self {
        case .basic(let user, let password):
            "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()
        case .bearer(let key): "Bearer " + key
        }
    }

    /// The user name, where there is one.
    package var user: String? { if case .basic(let user, _) = self { user } else { nil } }
}

extension Credential: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The kind of the credential, nothing of its content.
    package var description: String {
        switch self {
        case .basic: "Basic (secret)"
        case .bearer: "Bearer (secret)"
        }
    }
    /// The same as `description`.
    package var debugDescription: String { description }
    /// A mirror without children.
    package var customMirror: Mirror { Mirror(self, children: []) }
}

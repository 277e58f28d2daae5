package import JMAP

/// A key or app password that an account has; the secret is never read back.
package struct ServerCredential: Sendable, Hashable {
    /// Its id.
    package let id: CredentialID
    /// What it is for.
    package let name: String
    /// The permissions that it is narrowed to; nil for all of the account's.
    package let permissions: Set<Permission>?
    /// When it ends; nil for never.
    package let expiresAt: UTCDate?
    /// The addresses and networks that it works from; empty for all.
    package let allowedNetworks: Set<String>
    /// When it was made, where the server says.
    package let createdAt: UTCDate?

    /// Makes a value.
    package init(
        id: CredentialID, name: String, permissions: Set<Permission>? = nil, expiresAt: UTCDate? = nil,
        allowedNetworks: Set<String> = [], createdAt: UTCDate? = nil
    ) {
        self.id = id
        self.name = name
        self.permissions = permissions
        self.expiresAt = expiresAt
        self.allowedNetworks = allowedNetworks
        self.createdAt = createdAt
    }
}

/// A key or app password to make.
package struct NewCredential: Sendable, Hashable {
    /// What it is for; on 0.15 the name that it is removed by.
    package var name: String
    /// The permissions that it is narrowed to; nil for all of the account's. It can never widen them.
    package var permissions: Set<Permission>?
    /// When it ends; nil for never.
    package var expiresAt: UTCDate?
    /// The addresses and networks (`192.0.2.0/24`) that it works from; empty for all.
    package var allowedNetworks: Set<String>

    /// Makes a value.
    package init(
        name: String, permissions: Set<Permission>? = nil, expiresAt: UTCDate? = nil,
        allowedNetworks: Set<String> = []
    ) {
        self.name = name
        self.permissions = permissions
        self.expiresAt = expiresAt
        self.allowedNetworks = allowedNetworks
    }
}

/// A key or app password that was just made: the only time that its secret is seen. Every description is redacted.
package struct IssuedCredential: Sendable, Hashable {
    /// Its id.
    package let id: CredentialID
    /// The secret, shown once.
    package let secret: String
    /// What a client logs in with.
    package let credential: Credential

    /// Makes a value.
    package init(id: CredentialID, secret: String, credential: Credential) {
        self.id = id
        self.secret = secret
        self.credential = credential
    }
}

extension IssuedCredential: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The id, nothing of the secret.
    package var description: String { "credential \(id) (secret)" }
    /// The same as `description`.
    package var debugDescription: String { description }
    /// A mirror without children.
    package var customMirror: Mirror { Mirror(self, children: []) }
}

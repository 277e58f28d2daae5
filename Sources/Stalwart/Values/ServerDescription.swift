package import JMAP

/// How a server is administered.
package enum ServerKind: String, Sendable, Hashable {
    /// Stalwart from 0.16 on: objects by JMAP.
    case objects = "0.16"
    /// Stalwart 0.15: principals by REST.
    case principals = "0.15"
}

/// What a server says about itself and about the login that administers it.
package struct ServerDescription: Sendable, Hashable {
    /// How it is administered.
    package let kind: ServerKind
    /// Its version as it names it, such as `0.15.5`; nil where it does not tell.
    package let version: String?
    /// Its edition, such as `oss`; nil where it does not tell.
    package let edition: String?
    /// What the login may do.
    package let permissions: Set<Permission>
    /// How much it takes at once.
    package let limits: SessionLimits

    /// Makes a value.
    package init(
        kind: ServerKind, version: String?, edition: String?, permissions: Set<Permission>, limits: SessionLimits
    ) {
        self.kind = kind
        self.version = version
        self.edition = edition
        self.permissions = permissions
        self.limits = limits
    }
}

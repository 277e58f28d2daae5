import JMAP

/// A role that the server has: what accounts that carry it may do.
package struct Role: Sendable, Hashable {
    /// Its id.
    package let id: RoleID
    /// Its name: the description on 0.16, where it need not be the only one of that name.
    package let name: String
    /// What it allows.
    package let enabled: Set<Permission>
    /// What it takes away again.
    package let disabled: Set<Permission>
    /// The roles whose permissions it has too.
    package let includes: Set<RoleID>

    /// Makes a value.
    package init(
        id: RoleID, name: String, enabled: Set<Permission>, disabled: Set<Permission> = [], includes: Set<RoleID> = []
    ) {
        self.id = id
        self.name = name
        self.enabled = enabled
        self.disabled = disabled
        self.includes = includes
    }
}

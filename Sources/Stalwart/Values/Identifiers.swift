import JMAP

/// A domain on the server: its object's id on 0.16, its name on 0.15.
package struct DomainID: JMAPIdentifier {
    package let rawValue: String
    package init(_ rawValue: String) { self.rawValue = rawValue }
}

/// A role on the server: its object's id on 0.16, its name on 0.15.
package struct RoleID: JMAPIdentifier {
    package let rawValue: String
    package init(_ rawValue: String) { self.rawValue = rawValue }
}

/// A key or app password of an account: its object's id on 0.16, its name on 0.15.
package struct CredentialID: JMAPIdentifier {
    package let rawValue: String
    package init(_ rawValue: String) { self.rawValue = rawValue }
}

/// A message in the server's queue; on 0.15 a number beyond what a double holds.
package struct QueuedMessageID: JMAPIdentifier {
    package let rawValue: String
    package init(_ rawValue: String) { self.rawValue = rawValue }
}

/// A permission as the server spells it: `jmapEmailGet` on 0.16, `jmap-email-get` on 0.15.
package struct Permission: JMAPIdentifier {
    package let rawValue: String
    package init(_ rawValue: String) { self.rawValue = rawValue }
}

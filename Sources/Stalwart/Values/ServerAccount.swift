package import JMAP

/// An account of a person, an agent or a group, as the server's administration shows it.
package struct ServerAccount: Sendable, Hashable {
    /// What an account is for.
    package enum Kind: Sendable, Hashable {
        /// Somebody, or an agent.
        case individual
        /// A group with a mailbox that its members share.
        case group
    }

    /// What roles an account has.
    package enum Roles: Sendable, Hashable {
        /// What the server gives to every account of its kind; on 0.16 an individual may then send.
        case standard
        /// The server's own administrator role.
        case administrator
        /// Exactly these roles.
        case custom(Set<RoleID>)
    }

    /// Its id, which is its id in JMAP too.
    package let id: AccountID
    /// What it is for.
    package let kind: Kind
    /// The part of the address before the `@`.
    package let name: String
    /// Its own address in lower case.
    package let address: String
    /// Its domain's id; nil where its address has none.
    package let domain: DomainID?
    /// What was written about it; agents keep their record here.
    package let detail: String
    /// Its roles.
    package let roles: Roles
    /// Further addresses that reach it.
    package let aliases: [String]
    /// The groups that it belongs to.
    package let groups: Set<AccountID>
    /// The most that it may hold in bytes; nil without limit.
    package let quota: Int64?
    /// What it holds in bytes; nil where the server does not say.
    package let used: Int64?
    /// What was taken away from it beside its roles.
    package let disabledPermissions: Set<Permission>
    /// What it was given beside its roles.
    package let addedPermissions: Set<Permission>
    /// The tenant that it belongs to; nil where there is none.
    package let tenant: String?
    /// When it was made, where the server says.
    package let createdAt: UTCDate?
    /// The name that it logs in with and is asked for by on 0.15; nil on 0.16, where that is its address.
    package let login: String?

    /// Makes a value.
    package init(
        id: AccountID, kind: Kind, name: String, address: String, domain: DomainID?, detail: String = "",
        roles: Roles = .standard, aliases: [String] = [], groups: Set<AccountID> = [], quota: Int64? = nil,
        used: Int64? = nil, disabledPermissions: Set<Permission> = [],
        addedPermissions: Set<Permission> = [], tenant: String? = nil,
        createdAt: UTCDate? = nil, login: String? = nil
    ) {
        self.id = id
        self.kind = kind
        self.name = name
        self.address = address
        self.domain = domain
        self.detail = detail
        self.roles = roles
        self.aliases = aliases
        self.groups = groups
        self.quota = quota
        self.used = used
        self.disabledPermissions = disabledPermissions
        self.addedPermissions = addedPermissions
        self.tenant = tenant
        self.createdAt = createdAt
        self.login = login
    }

    /// Whether it can log in.
    package var isSuspended: Bool { disabledPermissions.contains("authenticate") }
}

/// An account to make.
package struct NewAccount: Sendable, Hashable {
    /// What it is for.
    package var kind: ServerAccount.Kind
    /// The part of the address before the `@`: lower case letters, digits, `.`, `_`, `-`, `+`.
    package var name: String
    /// The domain, by its id.
    package var domain: DomainID
    /// What is written about it.
    package var detail: String
    /// Its roles; never `.standard` for an agent.
    package var roles: ServerAccount.Roles
    /// The most that it may hold in bytes; nil without limit.
    package var quota: Int64?
    /// The groups that it belongs to.
    package var groups: Set<AccountID>

    /// Makes a value.
    package init(
        kind: ServerAccount.Kind = .individual, name: String, domain: DomainID, detail: String,
        roles: ServerAccount.Roles, quota: Int64? = nil, groups: Set<AccountID> = []
    ) {
        self.kind = kind
        self.name = name
        self.domain = domain
        self.detail = detail
        self.roles = roles
        self.quota = quota
        self.groups = groups
    }
}

/// A change of an account; what is nil stays as it is.
package struct AccountChange: Sendable, Hashable {
    /// What is written about it.
    package var detail: String?
    /// Its roles.
    package var roles: ServerAccount.Roles?
    /// The most that it may hold in bytes; 0 for no limit.
    package var quota: Int64?
    /// Whether it may log in, and whether it takes mail.
    package var access: Access?
    /// Groups to join.
    package var joins: Set<AccountID>
    /// Groups to leave.
    package var leaves: Set<AccountID>

    /// What an account may still do.
    package enum Access: Sendable, Hashable {
        /// All that its roles allow.
        case open
        /// It cannot log in; it goes on to receive.
        case noLogin
        /// It cannot log in, and mail to it bounces.
        case noLoginNoMail
    }

    /// Makes a change.
    package init(
        detail: String? = nil, roles: ServerAccount.Roles? = nil, quota: Int64? = nil, access: Access? = nil,
        joins: Set<AccountID> = [], leaves: Set<AccountID> = []
    ) {
        self.detail = detail
        self.roles = roles
        self.quota = quota
        self.access = access
        self.joins = joins
        self.leaves = leaves
    }
}

/// Which accounts are asked for.
package struct AccountFilter: Sendable, Hashable {
    /// Those of this kind.
    package var kind: ServerAccount.Kind?
    /// Those of this domain.
    package var domain: DomainID?
    /// Those whose name or description has this whole word.
    package var word: String?

    /// Makes a filter; without anything it takes all.
    package init(kind: ServerAccount.Kind? = nil, domain: DomainID? = nil, word: String? = nil) {
        self.kind = kind
        self.domain = domain
        self.word = word
    }
}

/// Some of the accounts that a filter finds.
package struct AccountPage: Sendable, Hashable {
    /// The accounts; may be fewer than were asked for although more pages follow.
    package let accounts: [ServerAccount]
    /// Whether no page follows.
    package let isLast: Bool

    /// Makes a value.
    package init(accounts: [ServerAccount], isLast: Bool) {
        self.accounts = accounts
        self.isLast = isLast
    }
}

/// Who has an address, so that it is taken.
package enum AddressHolder: Sendable, Hashable {
    /// An account has it as its own address.
    case account(ServerAccount)
    /// An account has it as a further address.
    case alias(of: ServerAccount)
    /// A mailing list has it.
    case list(name: String)
    /// Something that this login does not see, such as an account of another tenant.
    case hidden

    /// The account, where one has it.
    package var account: ServerAccount? {
        switch self {
        case .account(let account), .alias(of: let account): account
        case .list, .hidden: nil
        }
    }
}

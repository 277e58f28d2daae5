import JMAP

/// A role that this program makes and keeps exact: an allow-list, so that what a later server adds is not allowed.
package struct RoleDefinition: Sendable, Hashable {
    /// Its name on the server.
    package let name: String
    /// What it is for, in one sentence.
    package let detail: String
    private let objects: Set<Permission>
    private let principals: Set<Permission>

    /// What it allows, as servers of a kind spell it.
    package func permissions(on kind: ServerKind) -> Set<Permission> {
        switch kind {
        case .objects: objects
        case .principals: principals
        }
    }

    private init(_ name: String, _ detail: String, objects: [String], principals: [String]) {
        self.name = name
        self.detail = detail
        self.objects = Self.read(objects)
        self.principals = Self.read(principals)
    }

    /// Lists of names with white space between.
    private static func read(_ lists: [String]) -> Set<Permission> {
        Set(lists.flatMap { $0.split { $0 == " " || $0 == "\n" } }.map { Permission(String($0)) })
    }

    /// Every role, in the order in which they are made.
    package static let all = [agent, `guard`, watcher, reviewer, `operator`]

    /// An agent reads its own mail and writes drafts. It cannot send, nor change who it is or who may read it.
    package static let agent = RoleDefinition(
        "agenticmail-agent", "Reads its own mail and writes drafts; cannot send.",
        objects: [Lists.own, Lists.reading, "jmapEmailCreate jmapEmailUpdate jmapBlobUpload jmapBlobLookup"],
        principals: [Lists.own15, Lists.reading15, "jmap-email-set jmap-blob-upload jmap-blob-lookup"])

    /// The guard reads and files mail in every account and is the only one that submits.
    package static let `guard` = RoleDefinition(
        "agenticmail-guard", "Inspects what agents want sent, and submits it.",
        objects: [
            Lists.own, Lists.reading, Lists.reach, Lists.looking, Lists.filing,
            """
            jmapEmailSubmissionGet jmapEmailSubmissionChanges jmapEmailSubmissionQuery jmapEmailSubmissionQueryChanges
            jmapEmailSubmissionCreate jmapEmailSubmissionUpdate fetchAnyBlob
            """,
        ],
        principals: [
            Lists.own15, Lists.reading15, Lists.reach15, Lists.looking15, Lists.filing15,
            """
            jmap-email-submission-get jmap-email-submission-changes jmap-email-submission-query
            jmap-email-submission-query-changes jmap-email-submission-set
            """,
        ])

    /// A watcher reads every account and writes nothing.
    package static let watcher = RoleDefinition(
        "agenticmail-watcher", "Reads every agent's mail; writes nothing.",
        objects: [Lists.own, Lists.reading, Lists.reach, Lists.looking],
        principals: [Lists.own15, Lists.reading15, Lists.reach15, Lists.looking15])

    /// A reviewer reads the group's mail and decides by messages in the own account.
    package static let reviewer = RoleDefinition(
        "agenticmail-reviewer", "Decides on held mail.",
        objects: [
            Lists.own, Lists.reading,
            "jmapMailboxCreate jmapEmailCreate jmapEmailUpdate jmapEmailImport jmapBlobUpload jmapBlobLookup",
        ],
        principals: [
            Lists.own15, Lists.reading15,
            "jmap-mailbox-set jmap-email-set jmap-email-import jmap-blob-upload jmap-blob-lookup",
        ])

    /// An operator makes and retires agents, keeps domains, and files mail in every account; it submits nothing.
    package static let `operator` = RoleDefinition(
        "agenticmail-operator", "Makes and retires agents, keeps domains.",
        objects: [
            Lists.own, Lists.reading, Lists.reach, Lists.looking, Lists.filing,
            """
            sysAccountCreate sysAccountUpdate sysAccountDestroy sysDomainCreate sysDomainUpdate sysDomainDestroy
            sysRoleCreate sysRoleUpdate sysRoleDestroy
            sysApiKeyGet sysApiKeyQuery sysApiKeyCreate sysApiKeyUpdate sysApiKeyDestroy
            sysAppPasswordGet sysAppPasswordQuery sysAppPasswordDestroy
            sysDkimSignatureGet sysDkimSignatureQuery sysDkimSignatureCreate sysMailingListGet sysMailingListQuery
            sysNetworkListenerGet sysNetworkListenerQuery sysMtaHookGet sysMtaHookQuery fetchAnyBlob
            """,
        ],
        principals: [
            Lists.own15, Lists.reading15, Lists.reach15, Lists.looking15, Lists.filing15,
            """
            individual-create individual-update individual-delete group-create group-update group-delete
            domain-create domain-update domain-delete role-create role-update role-delete
            principal-create principal-update principal-delete dkim-signature-get dkim-signature-create
            settings-reload mailing-list-get mailing-list-list blob-fetch
            """,
        ])
}

/// Permissions that several roles share, by the names of 0.16 and of 0.15.
private enum Lists {
    /// Logging in, and mail of one's own.
    static let own = "authenticate emailReceive jmapCoreEcho"
    static let own15 = "authenticate email-receive jmap-echo"

    /// Reading mail.
    static let reading = """
        jmapMailboxGet jmapMailboxChanges jmapMailboxQuery jmapMailboxQueryChanges jmapThreadGet jmapThreadChanges
        jmapEmailGet jmapEmailChanges jmapEmailQuery jmapEmailQueryChanges jmapEmailParse jmapSearchSnippetGet
        jmapIdentityGet jmapIdentityChanges jmapQuotaGet jmapBlobGet
        """
    static let reading15 = """
        jmap-mailbox-get jmap-mailbox-changes jmap-mailbox-query jmap-mailbox-query-changes jmap-thread-get
        jmap-thread-changes jmap-email-get jmap-email-changes jmap-email-query jmap-email-query-changes
        jmap-email-parse jmap-search-snippet jmap-identity-get jmap-identity-changes jmap-quota-get jmap-blob-get
        """

    /// Reaching every account by its id, without the limits that are meant for one.
    static let reach = "impersonate unlimitedRequests"
    static let reach15 = "impersonate unlimited-requests"

    /// Seeing what is on the server.
    static let looking = """
        sysAccountGet sysAccountQuery sysDomainGet sysDomainQuery sysRoleGet sysRoleQuery sysQueuedMessageGet
        sysQueuedMessageQuery
        """
    static let looking15 = """
        principal-get principal-list individual-get individual-list group-get group-list domain-get domain-list
        role-get role-list message-queue-get message-queue-list
        """

    /// Making, moving and removing mailboxes and messages.
    static let filing = """
        jmapMailboxCreate jmapMailboxUpdate jmapEmailCreate jmapEmailUpdate jmapEmailDestroy jmapEmailImport
        jmapBlobUpload jmapBlobLookup unlimitedUploads
        """
    static let filing15 = """
        jmap-mailbox-set jmap-email-set jmap-email-import jmap-blob-upload jmap-blob-lookup unlimited-uploads
        """
}

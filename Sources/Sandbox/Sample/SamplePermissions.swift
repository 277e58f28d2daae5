import JMAP

/// What the roles of the sample workspace may do, as lists of permissions.
enum SamplePermissions {
    /// An agent reads its own mail and writes drafts. It may not send, and may not change who it is.
    static let agent = list(
        """
        authenticate emailReceive jmapCoreEcho
        jmapMailboxGet jmapMailboxChanges jmapMailboxQuery jmapMailboxQueryChanges jmapThreadGet jmapThreadChanges
        jmapEmailGet jmapEmailChanges jmapEmailQuery jmapEmailQueryChanges jmapEmailCreate jmapEmailUpdate jmapEmailParse
        jmapSearchSnippetGet jmapIdentityGet jmapIdentityChanges
        jmapQuotaGet jmapBlobGet jmapBlobUpload jmapBlobLookup
        """)

    /// A reviewer reads the mail of the group and decides by messages in the own account.
    static let reviewer = list(
        """
        authenticate emailReceive jmapCoreEcho
        jmapMailboxGet jmapMailboxChanges jmapMailboxQuery jmapMailboxQueryChanges jmapMailboxCreate
        jmapThreadGet jmapThreadChanges jmapEmailGet jmapEmailChanges jmapEmailQuery jmapEmailQueryChanges
        jmapEmailCreate jmapEmailUpdate jmapEmailImport jmapEmailParse jmapSearchSnippetGet
        jmapIdentityGet jmapIdentityChanges jmapQuotaGet jmapBlobGet jmapBlobUpload jmapBlobLookup
        """)

    /// The guard reads and moves drafts in every account and is the only one that submits.
    static let guardian = list(
        """
        authenticate emailReceive impersonate unlimitedRequests unlimitedUploads fetchAnyBlob jmapCoreEcho
        jmapMailboxGet jmapMailboxChanges jmapMailboxQuery jmapMailboxQueryChanges jmapMailboxCreate jmapMailboxUpdate
        jmapThreadGet jmapThreadChanges
        jmapEmailGet jmapEmailChanges jmapEmailQuery jmapEmailQueryChanges jmapEmailCreate jmapEmailUpdate jmapEmailDestroy
        jmapEmailImport jmapEmailParse jmapSearchSnippetGet jmapIdentityGet jmapIdentityChanges
        jmapQuotaGet jmapBlobGet jmapBlobUpload jmapBlobLookup
        jmapEmailSubmissionGet jmapEmailSubmissionChanges jmapEmailSubmissionQuery jmapEmailSubmissionQueryChanges
        jmapEmailSubmissionCreate jmapEmailSubmissionUpdate
        sysAccountGet sysAccountQuery sysDomainGet sysDomainQuery sysRoleGet sysRoleQuery
        sysQueuedMessageGet sysQueuedMessageQuery
        """)

    /// An operator manages accounts and domains and reads and files mail in every account.
    static let manager = list(
        """
        authenticate emailReceive impersonate unlimitedRequests unlimitedUploads fetchAnyBlob jmapCoreEcho
        jmapMailboxGet jmapMailboxChanges jmapMailboxQuery jmapMailboxQueryChanges jmapMailboxCreate jmapMailboxUpdate
        jmapThreadGet jmapThreadChanges
        jmapEmailGet jmapEmailChanges jmapEmailQuery jmapEmailQueryChanges jmapEmailCreate jmapEmailUpdate jmapEmailDestroy
        jmapEmailImport jmapEmailParse jmapSearchSnippetGet jmapIdentityGet jmapIdentityChanges
        jmapQuotaGet jmapBlobGet jmapBlobUpload jmapBlobLookup
        sysAccountGet sysAccountQuery sysAccountCreate sysAccountUpdate sysAccountDestroy
        sysDomainGet sysDomainQuery sysDomainCreate sysDomainUpdate sysDomainDestroy
        sysRoleGet sysRoleQuery sysRoleCreate sysRoleUpdate sysRoleDestroy
        sysApiKeyGet sysApiKeyQuery sysApiKeyCreate sysApiKeyUpdate sysApiKeyDestroy
        sysAppPasswordGet sysAppPasswordQuery sysAppPasswordDestroy
        sysDkimSignatureGet sysDkimSignatureQuery sysDkimSignatureCreate sysMailingListGet sysMailingListQuery sysNetworkListenerGet sysNetworkListenerQuery sysMtaHookGet
        sysMtaHookQuery
        sysQueuedMessageGet sysQueuedMessageQuery
        """)

    private static func list(_ words: String) -> JSON {
        let names = words.split { $0 == " " || $0 == "\n" }.map(String.init)
        return .object(Dictionary(names.map { ($0, true) }, uniquingKeysWith: { $1 }))
    }
}

/// Every permission the server knows, and which of them the built-in roles hold.
///
/// Most permissions are an object's name and an action (`jmapEmailGet`), so they are kept as families: actions, and the
/// objects that have exactly these.
enum PermissionTable {
    /// What the built-in role User holds.
    static let user: Set<String> = names(userFamilies, userSingles)

    /// What the built-in role Admin holds: everything there is.
    static let admin: Set<String> = user.union(names(adminFamilies, adminSingles))

    /// What the built-in role Group holds: mail is accepted for a group, nobody logs in as one.
    static let group: Set<String> = ["emailReceive"]

    private static func names(_ families: [(actions: String, objects: String)], _ singles: String) -> Set<String> {
        var result = Set(words(singles))
        for family in families {
            for object in words(family.objects) {
                for action in words(family.actions) { result.insert(object + action) }
            }
        }
        return result
    }

    private static func words(_ text: String) -> [String] {
        text.split { $0 == " " || $0 == "\n" }.map(String.init)
    }

    private static let userFamilies: [(actions: String, objects: String)] = [
        (
            "Get",
            """
            jmapSearchSnippet
            """
        ),
        (
            "Get Changes",
            """
            jmapThread
            """
        ),
        (
            "Get Update",
            """
            sysAccountPassword sysAccountSettings
            """
        ),
        (
            "Create Update Destroy",
            """
            jmapPrincipal
            """
        ),
        (
            "Get Changes Query QueryChanges",
            """
            jmapQuota
            """
        ),
        (
            "Get Copy Upload Lookup",
            """
            jmapBlob
            """
        ),
        (
            "Get Create Update Destroy",
            """
            jmapPushSubscription jmapVacationResponse
            """
        ),
        (
            "Get Query Update Destroy",
            """
            sysSpamTrainingSample
            """
        ),
        (
            "Get Changes Create Update Destroy",
            """
            jmapAddressBook jmapCalendar jmapIdentity jmapParticipantIdentity
            """
        ),
        (
            "Get Query Create Update Destroy",
            """
            jmapSieveScript sysApiKey sysAppPassword sysArchivedItem sysMaskedEmail sysPublicKey
            """
        ),
        (
            "Get Changes Query QueryChanges Create Update Destroy",
            """
            jmapCalendarEventNotification jmapEmailSubmission jmapMailbox jmapShareNotification
            """
        ),
        (
            "Get Changes Query QueryChanges Create Update Destroy Copy",
            """
            jmapFileNode
            """
        ),
        (
            "Get Changes Query QueryChanges Create Update Destroy Copy Parse",
            """
            jmapCalendarEvent jmapContactCard
            """
        ),
        (
            "Get Changes Query QueryChanges Create Update Destroy Copy Import Parse",
            """
            jmapEmail
            """
        ),
    ]

    private static let userSingles = """
        authenticate authenticateWithAlias calendarAlarmsSend calendarSchedulingReceive calendarSchedulingSend
        davCalAcl davCalCopy davCalDelete davCalFreeBusyQuery davCalGet davCalLock davCalMkCol davCalMove
        davCalMultiGet davCalPropFind davCalPropPatch davCalPut davCalQuery davCardAcl davCardCopy davCardDelete
        davCardGet davCardLock davCardMkCol davCardMove davCardMultiGet davCardPropFind davCardPropPatch davCardPut
        davCardQuery davExpandProperty davFileAcl davFileCopy davFileDelete davFileGet davFileLock davFileMkCol
        davFileMove davFilePropFind davFilePropPatch davFilePut davPrincipalAcl davPrincipalList davPrincipalMatch
        davPrincipalSearch davPrincipalSearchPropSet davSyncCollection emailReceive emailSend imapAclGet imapAclSet
        imapAppend imapAuthenticate imapCapability imapCopy imapCreate imapDelete imapEnable imapExamine imapExpunge
        imapFetch imapId imapIdle imapList imapListRights imapLsub imapMove imapMyRights imapNamespace imapRename
        imapSearch imapSelect imapSort imapStatus imapStore imapSubscribe imapThread interactAi jmapCoreEcho
        jmapSieveScriptValidate pop3Authenticate pop3Dele pop3List pop3Retr pop3Stat pop3Uidl sieveAuthenticate
        sieveCheckScript sieveDeleteScript sieveGetScript sieveHaveSpace sieveListScripts sievePutScript
        sieveRenameScript sieveSetActive
        """

    private static let adminFamilies: [(actions: String, objects: String)] = [
        (
            "Create",
            """
            sysSpamTrainingSample
            """
        ),
        (
            "Get Query",
            """
            sysClusterNode sysLog
            """
        ),
        (
            "Get Update",
            """
            sysAddressBook sysAsn sysAuthentication sysBlobStore sysCache sysCalendar sysCalendarAlarm
            sysCalendarScheduling sysCoordinator sysDataRetention sysDataStore sysDkimReportSettings
            sysDmarcReportSettings sysDnsResolver sysDsnReportSettings sysEmail sysEnterprise sysFileStorage sysHttp
            sysHttpForm sysImap sysInMemoryStore sysJmap sysMetrics sysMetricsStore sysMtaExtensions
            sysMtaInboundSession sysMtaOutboundStrategy sysMtaStageAuth sysMtaStageConnect sysMtaStageData
            sysMtaStageEhlo sysMtaStageMail sysMtaStageRcpt sysMtaSts sysOidcProvider sysReportSettings sysSearch
            sysSearchStore sysSecurity sysSenderAuth sysSharing sysSieveSystemInterpreter sysSieveUserInterpreter
            sysSpamClassifier sysSpamDnsblSettings sysSpamLlm sysSpamPyzor sysSpamSettings sysSpfReportSettings
            sysSystemSettings sysTaskManager sysTlsReportSettings sysTracingStore sysWebDav
            """
        ),
        (
            "Get Query Destroy",
            """
            sysArfExternalReport sysDmarcExternalReport sysDmarcInternalReport sysTlsExternalReport
            sysTlsInternalReport
            """
        ),
        (
            "Get Query Update Destroy",
            """
            sysQueuedMessage
            """
        ),
        (
            "Get Query Create Update Destroy",
            """
            sysAccount sysAcmeProvider sysAction sysAiModel sysAlert sysAllowedIp sysApplication sysBlockedIp
            sysCertificate sysClusterRole sysDirectory sysDkimSignature sysDnsServer sysDomain sysEventTracingLevel
            sysHttpLookup sysMailingList sysMemoryLookupKey sysMemoryLookupKeyValue sysMetric sysMtaConnectionStrategy
            sysMtaDeliverySchedule sysMtaHook sysMtaInboundThrottle sysMtaMilter sysMtaOutboundThrottle
            sysMtaQueueQuota sysMtaRoute sysMtaTlsStrategy sysMtaVirtualQueue sysNetworkListener sysOAuthClient
            sysRole sysSieveSystemScript sysSieveUserScript sysSpamDnsblServer sysSpamFileExtension sysSpamRule
            sysSpamTag sysStoreLookup sysTask sysTenant sysTrace sysTracer sysWebHook
            """
        ),
    ]

    private static let adminSingles = """
        actionClassifySpam actionInvalidateCaches actionInvalidateNegativeCaches actionPauseMtaQueue
        actionReloadBlockedIps actionReloadLookupStores actionReloadSettings actionReloadTlsCertificates
        actionResumeMtaQueue actionTroubleshootDmarc actionUpdateApps fetchAnyBlob impersonate liveDeliveryTest
        liveMetrics liveTracing oAuthClientOverride oAuthClientRegistration taskAccountMaintenance taskAcmeRenewal
        taskCalendarAlarmEmail taskCalendarAlarmNotification taskCalendarItipMessage taskDestroyAccount
        taskDkimManagement taskDmarcReport taskDnsManagement taskIndexDocument taskIndexTrace taskMergeThreads
        taskRestoreArchivedItem taskSpamFilterMaintenance taskStoreMaintenance taskTenantMaintenance taskTlsReport
        taskUnindexDocument unlimitedRequests unlimitedUploads
        """
}

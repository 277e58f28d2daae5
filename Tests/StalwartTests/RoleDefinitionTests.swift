import Stalwart
import Testing

@Suite("Our roles allow what they are for and nothing else")
struct RoleDefinitionTests {
    private static let sending = [
        "emailSend", "email-send", "jmapEmailSubmissionCreate", "jmap-email-submission-set", "sieve", "vacation",
        "IdentityCreate", "identity-set", "ApiKeyCreate", "AppPassword", "manage-passwords", "authenticate-oauth",
        "push", "principal-", "calendar", "imap", "pop3", "Share",
    ]

    @Test(
        "an agent's role has no way to send, to share or to make credentials",
        arguments: [ServerKind.objects, .principals])
    func agent(_ kind: ServerKind) {
        for permission in RoleDefinition.agent.permissions(on: kind) {
            for word in Self.sending {
                #expect(!permission.rawValue.lowercased().contains(word.lowercased()), "\(permission)")
            }
        }
    }

    @Test("an agent reads and drafts, and receives mail", arguments: [ServerKind.objects, .principals])
    func agentCan(_ kind: ServerKind) {
        let permissions = RoleDefinition.agent.permissions(on: kind)
        let needed: [[String]] = [
            ["authenticate"], ["emailReceive", "email-receive"], ["jmapEmailCreate", "jmap-email-set"],
        ]
        for either in needed { #expect(permissions.contains { either.contains($0.rawValue) }, "\(either)") }
    }

    @Test("a watcher writes nothing")
    func watcher() {
        let writing = [
            "Create", "Update", "Destroy", "Import", "Copy", "Upload", "-set", "-create", "-update", "-delete",
        ]
        for kind in [ServerKind.objects, .principals] {
            for permission in RoleDefinition.watcher.permissions(on: kind) {
                #expect(!writing.contains { permission.rawValue.hasSuffix($0) }, "\(permission)")
            }
        }
    }

    @Test("the guard has what submitting and looking up take")
    func guardian() {
        let needed = """
            authenticate impersonate jmapMailboxGet jmapMailboxCreate jmapEmailGet jmapEmailQuery jmapEmailUpdate \
            jmapEmailImport jmapIdentityGet jmapEmailSubmissionCreate jmapEmailSubmissionQuery jmapEmailSubmissionGet \
            jmapEmailSubmissionUpdate unlimitedUploads unlimitedRequests jmapEmailChanges sysQueuedMessageGet \
            sysQueuedMessageQuery fetchAnyBlob
            """
        let permissions = RoleDefinition.guard.permissions(on: .objects)
        for name in needed.split(separator: " ") { #expect(permissions.contains { $0.rawValue == name }, "\(name)") }
    }

    @Test("an operator submits nothing, and holds all that an agent's role gives")
    func operators() {
        for kind in [ServerKind.objects, .principals] {
            let permissions = RoleDefinition.operator.permissions(on: kind)
            #expect(permissions.isSuperset(of: RoleDefinition.agent.permissions(on: kind)))
            #expect(!permissions.contains { $0.rawValue.lowercased().contains("submission") })
        }
    }
}

/// A type of data that has a state (RFC 8620 section 1.2).
enum DataType: Int, Sendable, Hashable, CaseIterable {
    case thread = 0
    case mailbox
    case emailDelivery
    case email
    case identity
    case emailSubmission
    case quota

    /// The type's name in JMAP.
    var name: String {
        switch self {
        case .thread: "Thread"
        case .mailbox: "Mailbox"
        case .emailDelivery: "EmailDelivery"
        case .email: "Email"
        case .identity: "Identity"
        case .emailSubmission: "EmailSubmission"
        case .quota: "Quota"
        }
    }

    /// The type by its name in JMAP.
    init?(name: String) {
        guard let type = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = type
    }

    /// Names that a stream may ask for although nothing here ever changes them.
    static let silentNames: Set<String> = [
        "SieveScript", "VacationResponse", "PushSubscription", "Calendar", "CalendarEvent", "CalendarEventNotification",
        "CalendarAlert", "AddressBook", "ContactCard", "FileNode", "ParticipantIdentity", "ShareNotification",
        "Principal", "Core",
    ]
}

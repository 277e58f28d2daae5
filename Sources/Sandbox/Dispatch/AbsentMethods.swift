/// Methods that the real server has and this one has not.
///
/// Who may not call them gets the same answer as there. Who may is told that the method is unknown.
enum AbsentMethods {
    private static let capabilities: [String: String] = [
        "SieveScript": "urn:ietf:params:jmap:sieve", "VacationResponse": "urn:ietf:params:jmap:vacationresponse",
        "PushSubscription": Capability.core, "Identity": Capability.submission,
        "Calendar": "urn:ietf:params:jmap:calendars", "CalendarEvent": "urn:ietf:params:jmap:calendars",
        "AddressBook": "urn:ietf:params:jmap:contacts", "ContactCard": "urn:ietf:params:jmap:contacts",
        "FileNode": "urn:ietf:params:jmap:filenode",
    ]

    /// The error of a call to a method that is not here.
    static func error(_ name: String, using: Set<String>, login: Login) -> MethodError {
        let unknown = MethodError("unknownMethod", name)
        let parts = name.split(separator: "/")
        guard parts.count == 2 else { return unknown }
        let prefix: String
        if parts[0].hasPrefix("x:") {
            prefix = "sys" + parts[0].dropFirst(2)
        } else {
            guard let capability = capabilities[String(parts[0])] else { return unknown }
            guard using.contains(capability) else {
                return MethodError(
                    "unknownMethod",
                    "Method \(name) requires capability \(capability) which is not present in the \"using\" property.")
            }
            prefix = "jmap" + parts[0]
        }
        let actions =
            parts[1] == "set"
            ? ["Create", "Update", "Destroy"] : [parts[1].prefix(1).uppercased() + parts[1].dropFirst()]
        let needed = actions.map { prefix + $0 }.filter(PermissionTable.admin.contains)
        guard !needed.isEmpty, !needed.contains(where: login.may) else { return unknown }
        return parts[1] == "set"
            ? .forbidden("You are not authorized to create, update or destroy objects of this type") : .forbidden()
    }
}

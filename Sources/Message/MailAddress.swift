import CGMime

/// One address with the name that the message gives it.
package struct MailAddress: Sendable, Hashable {
    /// The decoded display name; nil if there is none. Hostile text.
    package let name: String?
    /// The address as it stands in the message, `local@domain`; may be malformed. Hostile text.
    package let email: String

    /// Makes an address.
    package init(name: String? = nil, email: String) {
        self.name = name
        self.email = email
    }
}

/// Addresses under one name, or addresses that stand in no group (RFC 5322 §3.4).
package struct AddressGroup: Sendable, Hashable {
    /// The group's decoded name; nil for addresses outside a group.
    package let name: String?
    /// The members in order; an empty group has none.
    package let members: [MailAddress]

    /// Makes a group.
    package init(name: String?, members: [MailAddress]) {
        self.name = name
        self.members = members
    }

    /// Reads an address header's value, obsolete and broken forms included.
    ///
    /// At most 1 MB and ``ParsingLimits/addresses`` addresses are read.
    package static func parse(_ value: [UInt8]) -> [AddressGroup] {
        _ = GMimeLibrary.started
        let limits = ParsingLimits.standard
        let text = EncodedWords.withoutFolds(EncodedWords.repaired(value.prefix(limits.headerBytes))).withoutNUL
        let parsed = text.withCString { internet_address_list_parse(nil, $0) }
        guard let list = GMimeObject(owning: parsed) else { return unreadable(text) }
        var collector = GroupCollector(room: limits.addresses)
        for index in 0..<internet_address_list_length(list.pointer) {
            guard let address = internet_address_list_get_address(list.pointer, index) else { continue }
            collector.add(address)
        }
        let groups = collector.finish()
        return groups.isEmpty ? unreadable(text) : groups
    }

    /// What can't be read as an address is still shown, whole, in the place of one.
    private static func unreadable(_ text: String) -> [AddressGroup] {
        let rest = String(text.trimmingWhiteSpace.prefix(1_000))
        return rest.isEmpty ? [] : [AddressGroup(name: nil, members: [MailAddress(email: rest)])]
    }
}

/// Gathers addresses into groups and stops at a bound.
private struct GroupCollector {
    private var groups: [AddressGroup] = []
    private var loose: [MailAddress] = []
    private var room: Int

    init(room: Int) {
        self.room = room
    }

    mutating func add(_ address: UnsafeMutablePointer<InternetAddress>) {
        let name = String(untrusted: internet_address_get_name(address))
        guard agm_address_is_group(address) != 0 else {
            if let member = take(String(untrusted: agm_mailbox_address(address)), name) { loose.append(member) }
            return
        }
        flush()
        var members: [MailAddress] = []
        if let list = agm_group_members(address) {
            for index in 0..<internet_address_list_length(list) {
                guard let member = internet_address_list_get_address(list, index) else { continue }
                let name = String(untrusted: internet_address_get_name(member))
                if let taken = take(String(untrusted: agm_mailbox_address(member)), name) { members.append(taken) }
            }
        }
        groups.append(AddressGroup(name: name ?? "", members: members))
    }

    mutating func finish() -> [AddressGroup] {
        flush()
        return groups
    }

    private mutating func take(_ email: String?, _ name: String?) -> MailAddress? {
        guard room > 0, let email else { return nil }
        room -= 1
        let name = name?.trimmingWhiteSpace
        return MailAddress(name: name?.isEmpty == true ? nil : name, email: email)
    }

    private mutating func flush() {
        guard !loose.isEmpty else { return }
        groups.append(AddressGroup(name: nil, members: loose))
        loose = []
    }
}

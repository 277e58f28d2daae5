package import MailCache
package import SafeText

/// Senders and recipients as lists show them.
package enum People {
    /// The name, or the address where there is none; `(nobody)` where neither.
    ///
    /// A display name that looks like an address and is not the real one is shown with the real one before it: the name
    /// is the sender's to choose.
    package static func short(_ person: Correspondent?) -> SafeText {
        guard let person, !(person.name.isEmpty && person.address.isEmpty) else { return "(nobody)" }
        if person.name.isEmpty || person.name.lowercased() == person.address.lowercased() {
            return SafeText(untrusted: person.address)
        }
        if person.name.contains("@") || person.address.isEmpty { return full(person) }
        return SafeText(untrusted: person.name)
    }

    /// `Name <address>`, or the address alone; `<no address>` says that the header had none.
    package static func full(_ person: Correspondent) -> SafeText {
        if person.name.isEmpty { return person.address.isEmpty ? "(nobody)" : SafeText(untrusted: person.address) }
        let address: SafeText = person.address.isEmpty ? "no address" : SafeText(untrusted: person.address)
        if person.name.contains("@") { return "<\(address)> \(untrusted: person.name)" }
        return "\(untrusted: person.name) <\(address)>"
    }

    /// Several, the first in full and how many more; for a line of its own, all of them up to `limit`.
    package static func list(_ people: [Correspondent], limit: Int = 20) -> SafeText {
        var text = people.prefix(limit).map(full).joined(separator: ", ")
        if people.count > limit { text += " and \(people.count - limit) more" }
        return text
    }

    /// The first recipient and how many more, for a column.
    package static func recipients(_ people: [Correspondent]) -> SafeText {
        guard let first = people.first else { return "(nobody)" }
        return people.count == 1 ? short(first) : "\(short(first)) +\(people.count - 1)"
    }
}

/// A record that is wanted, beside what name servers have there.
package struct RecordCheck: Sendable, Hashable {
    /// How they compare.
    package enum State: String, Sendable, Hashable {
        /// It is there.
        case right
        /// Nothing of the kind is there.
        case missing
        /// Something else of the kind is there.
        case different
        /// It could not be asked for.
        case unknown
    }

    /// What is wanted.
    package let wanted: ZoneRecord
    /// What of the kind is there, of texts those alone that begin alike.
    package let found: [String]
    /// How they compare.
    package let state: State
    /// Why it could not be asked for.
    package let error: DNSError?

    /// Compares records with what name servers have.
    package static func check(_ wanted: [ZoneRecord], with resolver: Resolver) async -> [RecordCheck] {
        let answers = await resolver.answers(
            Set(wanted.map { Resolver.Question(name: $0.name, kind: $0.kind) }))
        return wanted.map { record in
            switch answers[Resolver.Question(name: record.name, kind: record.kind)] {
            case .success(let found): RecordCheck(record, found: found)
            case .failure(let error): RecordCheck(record, error)
            case nil: RecordCheck(record, DNSError(.offline, name: record.name))
            }
        }
    }

    private init(_ wanted: ZoneRecord, _ error: DNSError) {
        self.wanted = wanted
        found = []
        state = .unknown
        self.error = error
    }

    /// Compares a record with those that were found at its name.
    package init(_ wanted: ZoneRecord, found records: [ZoneRecord]) {
        let alike = records.map(\.value).filter { Self.isOfSameUse(wanted, $0) }
        self.wanted = wanted
        found = alike
        error = nil
        if alike.contains(where: { Self.isEqual(wanted, $0) }) {
            state = .right
        } else {
            state = alike.isEmpty ? .missing : .different
        }
    }

    /// A name may have many texts; those for another use are none of ours: `v=spf1` is not `google-site-verification`.
    private static func isOfSameUse(_ wanted: ZoneRecord, _ found: String) -> Bool {
        guard wanted.kind == .txt else { return true }
        guard wanted.value.hasPrefix("v=") else { return true }
        return found.lowercased().hasPrefix(wanted.value.prefix { $0 != ";" && $0 != " " }.lowercased())
    }

    /// Whether two contents mean the same; blanks after the semicolons of a text do not count.
    private static func isEqual(_ wanted: ZoneRecord, _ found: String) -> Bool {
        guard wanted.kind == .txt, wanted.value.hasPrefix("v="), wanted.value.contains(";") else {
            return wanted.value == found
        }
        func parts(_ text: String) -> [Substring] {
            text.split(separator: ";").map { $0.drop { $0 == " " } }.filter { !$0.isEmpty }
        }
        return parts(wanted.value) == parts(found)
    }
}

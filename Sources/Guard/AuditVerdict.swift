/// The chain that ends in a link, and what lies beside it.
struct AuditChain {
    /// The links of the chain, the newest first.
    private(set) var links: [AuditEntry] = []
    /// Where the chain does not hold, a sentence each.
    private(set) var faults: [String] = []
    private let hashes: Set<String>
    private let inside: Set<String>

    /// Follows a chain from its last link to its first one, by what each says of the one before it.
    init(_ entries: [AuditEntry], head: AuditEntry) {
        let byHash = Dictionary(entries.map { ($0.hash, $0) }, uniquingKeysWith: { first, _ in first })
        let descending = entries.sorted { $0.number > $1.number }
        var place = 0
        var seen: Set<String> = []
        var next: AuditEntry? = head
        while let entry = next, seen.insert(entry.hash).inserted {
            links.append(entry)
            if entry.number <= 1, entry.previous == AuditEntry.none { break }
            if let before = byHash[entry.previous], before.number == entry.number - 1 {
                next = before
                continue
            }
            while place < descending.count, descending[place].number >= entry.number { place += 1 }
            next = place < descending.count ? descending[place] : nil
            let number = next?.number ?? 0
            faults.append(
                number == entry.number - 1
                    ? "Entry \(entry.number) does not follow the one before it."
                    : "Entries between \(number) and \(entry.number) are missing.")
        }
        faults.reverse()
        hashes = Set(byHash.keys)
        inside = seen
    }

    /// Whether a link is of the chain.
    func has(_ entry: AuditEntry) -> Bool { inside.contains(entry.hash) }

    /// Whether a link is none of the chain's and follows one that is known, as one does that was filed late.
    func isLate(_ entry: AuditEntry) -> Bool {
        !has(entry) && entry.hash == entry.expectedHash
            && (hashes.contains(entry.previous) || entry.previous == AuditEntry.none)
    }
}

/// Whether a chain holds.
package struct AuditVerdict: Sendable, Hashable {
    /// How many links were read.
    package var count: Int
    /// How many of them were filed late and are noted in the chain.
    package var late = 0
    /// What is wrong, a sentence each; empty where the chain holds.
    package var faults: [String]

    /// Checks links in any order; messages of the audit that could not be read are counted by the caller.
    package init(_ entries: [AuditEntry], unreadable: Int) {
        count = entries.count
        faults = unreadable > 0 ? ["\(unreadable) messages in the audit cannot be read."] : []
        for entry in entries.sorted(by: { $0.number < $1.number }) where entry.hash != entry.expectedHash {
            faults.append("Entry \(entry.number) was changed.")
        }
        let noted = Set(entries.compactMap(\.lateHash))
        // Of several last links that one is followed that is not said to be late.
        let heads = entries.filter { !noted.contains($0.hash) }
        guard let head = heads.max(by: { ($0.number, $1.hash) < ($1.number, $0.hash) }) else { return }
        let chain = AuditChain(entries, head: head)
        faults += chain.faults
        let told = Set(chain.links.compactMap(\.lateHash))
        var seen: Set<String> = []
        for entry in entries.sorted(by: { ($0.number, $0.hash) < ($1.number, $1.hash) }) {
            let isFirst = seen.insert(entry.hash).inserted
            if isFirst, chain.has(entry) { continue }
            if isFirst, told.contains(entry.hash) {
                late += 1
            } else {
                faults.append("Entry \(entry.number) is there more than once.")
            }
        }
        for link in chain.links.reversed() {
            guard let hash = link.lateHash, !seen.contains(hash) else { continue }
            faults.append("A late entry that entry \(link.number) tells of is missing.")
        }
    }
}

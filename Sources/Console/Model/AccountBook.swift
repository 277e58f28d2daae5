package import JMAP
package import MailCache
package import SafeText

/// The accounts that are watched, with what lists and heads ask of them at every row.
///
/// Kept in one order (agents first, each kind by name), so that a change of one account costs what that account costs.
package struct AccountBook {
    /// Agents first, then the person's own account and groups; each by name.
    package private(set) var rows: [AccountRow] = []
    private var places: [AccountID: Int] = [:]
    private var names: [AccountID: SafeText] = [:]
    private var addresses: Set<String> = []
    private var domains: Set<String> = []
    /// Accounts that the login may not read.
    package private(set) var refusedCount = 0

    /// An empty book.
    package init() {}

    /// Takes all accounts anew.
    package mutating func replace(_ accounts: [AccountRow]) {
        let keyed = accounts.map { (row: $0, rank: $0.kind == .agent ? 0 : 1, name: $0.name.lowercased()) }
        rows = keyed.sorted { ($0.rank, $0.name) < ($1.rank, $1.name) }.map(\.row)
        places = Dictionary(
            rows.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
        names = Dictionary(
            rows.map { ($0.id, SafeText(untrusted: $0.name.isEmpty ? $0.id.rawValue : $0.name)) },
            uniquingKeysWith: { first, _ in first })
        addresses = Set(rows.map { $0.address.lowercased() }.filter { !$0.isEmpty })
        domains = Set(addresses.compactMap(Self.domain))
        refusedCount = rows.count { $0.condition == .refused }
    }

    /// Takes one account as it is now; false where it is new or renamed, and all must be taken anew.
    package mutating func update(_ row: AccountRow) -> Bool {
        guard let place = places[row.id], rows[place].name == row.name, rows[place].address == row.address else {
            return false
        }
        if rows[place].condition == .refused { refusedCount -= 1 }
        if row.condition == .refused { refusedCount += 1 }
        rows[place] = row
        return true
    }

    package subscript(id: AccountID) -> AccountRow? { places[id].map { rows[$0] } }

    /// An account's name as rows show it; its id where it is not known.
    package func name(of id: AccountID) -> SafeText { names[id] ?? SafeText(untrusted: id.rawValue) }

    /// The account that a person means by a name, an address or an id, or by how its name begins.
    package func account(named text: String) -> AccountRow? {
        let wanted = text.lowercased()
        return rows.first { $0.name.lowercased() == wanted || $0.address.lowercased() == wanted }
            ?? rows.first { $0.id.rawValue == text }
            ?? rows.first { $0.name.lowercased().hasPrefix(wanted) }
    }

    /// Where an address belongs.
    package enum Place: Equatable, Sendable {
        /// It is an account's here.
        case account
        /// Its domain is one of the accounts', but no account here has it.
        case domain
        case outside
    }

    /// Where an address belongs, as far as the address itself tells.
    package func place(of address: String) -> Place {
        let address = address.lowercased()
        if addresses.contains(address) { return .account }
        return Self.domain(address).map(domains.contains) == true ? .domain : .outside
    }

    private static func domain(_ address: String) -> String? {
        address.lastIndex(of: "@").map { String(address[address.index(after: $0)...]) }
    }
}

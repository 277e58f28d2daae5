import Configuration
import DNS
import Stalwart

extension Doctor {
    /// How many domains' records are asked for.
    private static let domainsLookedAt = 5

    /// Whether a name is kept for examples, tests or a network of one's own (RFC 2606, RFC 6761, RFC 6762).
    private static func isReserved(_ domain: String) -> Bool {
        let reserved = [
            "example", "test", "invalid", "localhost", "local", "internal", "example.com", "example.net", "example.org",
        ]
        return reserved.contains { domain == $0 || domain.hasSuffix(".\($0)") }
    }

    /// Whether name servers have what the server wants for its domains; five seconds at most.
    func records(_ administration: any Administration) async -> Check {
        let name = "DNS"
        guard workspace.options.kind == .production else {
            return Check(name, .good, "A test workspace's domains need no records.")
        }
        let names: [String]
        do throws(StalwartError) { names = try await administration.domains().map(\.name).sorted() } catch {
            return Check(name, .skipped, error.sentence)
        }
        guard !names.isEmpty else {
            return Check(name, .warning, "The server has no domain.", cure: "agenticmail domain add NAME makes one.")
        }
        let looked = Array(names.filter { !Self.isReserved($0) }.prefix(Self.domainsLookedAt))
        guard !looked.isEmpty else {
            return Check(name, .good, "\(Self.list(names)): kept for examples and tests, so that no name server has it.")
        }
        let workspace = workspace
        let found = await withTaskGroup(of: [DomainRecord]?.self) { group in
            group.addTask {
                var records: [DomainRecord] = []
                for domain in looked { records += (try? await workspace.checkDomain(domain)) ?? [] }
                return records
            }
            group.addTask {
                try? await Task.sleep(for: .seconds(5))
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        guard let found else {
            return Check(name, .skipped, "The name servers did not answer in five seconds.")
        }
        if let unknown = found.first(where: { $0.state == .unknown }) {
            return Check(name, .skipped, "The records could not be asked for. \(unknown.reason)")
        }
        let wrong = found.filter { $0.state == .missing || $0.state == .different }
        guard wrong.isEmpty else {
            let kinds = Self.list(wrong.map { "\($0.kind) of \($0.name)" })
            return Check(
                name, .warning, "\(wrong.count) of \(found.count) records are missing or different: \(kinds).",
                cure: "agenticmail domain check NAME shows them, domain records NAME --zone writes them out.")
        }
        return Check(name, .good, "All \(found.count) records of \(looked.count) domains are right.")
    }
}

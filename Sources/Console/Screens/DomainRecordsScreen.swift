package import AgenticMail
package import SafeText
package import TerminalUI

/// One domain's DNS records: what the server wants beside what name servers have.
@UIActor
package final class DomainRecordsScreen: ListScreen<DomainRecord> {
    private let domain: String
    private var records: [DomainRecord] = []
    private var isAsking = false

    package init(_ console: ConsoleModel, domain: String) {
        self.domain = domain
        super.init(.records, console)
        ask()
    }

    package override var crumb: SafeText {
        isAsking ? "\(untrusted: domain) (asking)" : "\(untrusted: domain)"
    }
    package override var position: SafeText {
        let wrong = records.count { $0.state == .missing || $0.state == .different }
        let unknown = records.count { $0.state == .unknown }
        if unknown > 0 { return "\(unknown) of \(records.count) unknown" }
        return wrong == 0 ? "\(records.count) records" : "\(wrong) of \(records.count) to set"
    }
    package override var emptyText: SafeText {
        if isAsking { return "Asking the server and the name servers…" }
        return filter.isEmpty ? "The server names no records for this domain." : super.emptyText
    }

    private func ask() {
        guard !isAsking else { return }
        isAsking = true
        let (services, domain) = (console.services, domain)
        console.perform { [weak self] in
            do {
                let records = try await services.records(domain)
                await self?.show(records)
            } catch {
                await self?.show(nil)
                throw error
            }
        }
    }

    /// Shows what was answered; nil keeps what was there, because nothing was.
    private func show(_ found: [DomainRecord]?) {
        isAsking = false
        if let found { records = found }
        arrange()
        if let reason = records.first(where: { $0.state == .unknown })?.reason {
            console.say(SafeText(untrusted: reason), .refusal)
        }
        console.needsFrame = true
    }

    private func arrange() {
        let matcher = FilterMatcher(FilterExpression(filter).terms)
        let rows = records.filter { record in
            filter.isEmpty
                || matcher.matches(
                    FilterSubject(from: record.name, to: record.state?.rawValue ?? "", subject: record.value))
        }
        setSource(RowSource(rows), keeping: true)
    }

    package override func filterChanged() { arrange() }
    package override func reload() { arrange() }

    package override var columns: [TableColumn] {
        [
            TableColumn("state", minimum: 9, priority: 90),
            TableColumn("name", minimum: 12, ideal: 30, priority: 80),
            TableColumn("type", minimum: 5, priority: 70),
            TableColumn("wanted", minimum: 12, ideal: 30, grows: 2, priority: 100),
            TableColumn("found", minimum: 8, ideal: 16, grows: 1, priority: 50),
        ]
    }

    package override func cells(of row: DomainRecord) -> [Line] {
        let (word, role): (SafeText, Role) =
            switch row.state {
            case .right: ("right", .success)
            case .missing: ("missing", .error)
            case .different: ("different", .error)
            case .unknown: ("unknown", .warning)
            case nil: ("", .muted)
            }
        return [
            Line(word, role), Line(SafeText(untrusted: row.name)), Line(SafeText(untrusted: row.kind), .muted),
            Line(SafeText(untrusted: row.value)),
            Line(SafeText(untrusted: row.found.joined(separator: " | ")), .muted),
        ]
    }

    package override func open(_ row: DomainRecord) {
        let found = row.found.isEmpty ? row.reason : "Found: \(row.found.joined(separator: " | "))"
        console.say(SafeText(untrusted: "\(row.name) \(row.kind) \(row.value) \(found)"))
    }

    package override func performOwn(_ id: Command.ID, _ arguments: [String]) -> Bool {
        switch id {
        case "records.rerun": ask()
        case "records.copy":
            guard let record = list.cursorRow else { return true }
            console.terminalRequests.append(
                .copy(SafeText(untrusted: "\(record.name). IN \(record.kind) \(record.value)")))
            console.say("Copied, where the terminal allows it.")
        case "records.save": save()
        default: return false
        }
        return true
    }

    private func save() {
        let (services, domain) = (console.services, domain)
        console.perform { [weak self] in
            let path = try await services.saveZone(domain, services.downloads)
            await self?.saved(path)
        }
    }

    private func saved(_ path: String) {
        console.say("Saved as \(untrusted: path)")
        console.needsFrame = true
    }
}

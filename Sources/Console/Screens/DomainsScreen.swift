package import AgenticMail
package import SafeText
package import TerminalUI

/// The server's domains.
@UIActor
package final class DomainsScreen: ListScreen<DomainSummary> {
    private var domains: [DomainSummary] = []
    private var isAsking = false

    package init(_ console: ConsoleModel) {
        super.init(.domains, console)
        ask()
    }

    package override var crumb: SafeText { isAsking ? "domains (asking)" : "domains" }
    package override var total: Int? { domains.count }
    package override var emptyText: SafeText {
        if isAsking { return "Asking the server…" }
        return filter.isEmpty ? "The server shows this login no domain." : super.emptyText
    }

    private func ask() {
        guard !isAsking else { return }
        isAsking = true
        let services = console.services
        console.perform { [weak self] in
            do {
                let domains = try await services.domains()
                await self?.show(domains)
            } catch {
                await self?.show(nil)
                throw error
            }
        }
    }

    /// Shows what was answered; nil keeps what was there, because nothing was.
    private func show(_ found: [DomainSummary]?) {
        isAsking = false
        if let found { domains = found }
        arrange()
        console.needsFrame = true
    }

    private func arrange() {
        let matcher = FilterMatcher(FilterExpression(filter).terms)
        let rows = domains.filter {
            filter.isEmpty || matcher.matches(FilterSubject(from: $0.name, subject: $0.detail))
        }
        setSource(RowSource(rows), keeping: true)
    }

    package override func filterChanged() { arrange() }
    package override func reload() { arrange() }

    package override var columns: [TableColumn] {
        [
            TableColumn("domain", minimum: 12, ideal: 32, grows: 1, priority: 100),
            TableColumn("sub-addresses", minimum: 13, priority: 60),
            TableColumn("note", minimum: 6, ideal: 24, grows: 1, priority: 50),
        ]
    }

    package override func cells(of row: DomainSummary) -> [Line] {
        let tags: SafeText = row.subAddressing.map { $0 ? "yes" : "no" } ?? ""
        return [
            Line(SafeText(untrusted: row.name)), Line(tags, .muted), Line(SafeText(untrusted: row.detail), .muted),
        ]
    }

    package override func open(_ row: DomainSummary) {
        console.open(DomainRecordsScreen(console, domain: row.name))
    }

    package override func performOwn(_ id: Command.ID, _ arguments: [String]) -> Bool {
        guard id == "records.rerun" else { return false }
        ask()
        return true
    }
}

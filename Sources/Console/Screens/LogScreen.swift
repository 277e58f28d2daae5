package import AgenticMail
import FoundationEssentials
package import SafeText
package import TerminalUI

/// What the program did, the newest line first, secrets left out.
@UIActor
package final class LogScreen: ListScreen<LogEntry> {
    private var isPaused = false
    private var shown = 0

    package init(_ console: ConsoleModel) {
        super.init(.log, console)
        read(keeping: false)
    }

    package override var crumb: SafeText { isPaused ? "log (paused)" : "log" }
    package override var total: Int? { shown }
    package override var followsStart: Bool { true }

    private func read(keeping: Bool) {
        let matcher = FilterMatcher(FilterExpression(filter).terms)
        let rows = console.services.log.entries.reversed().filter { entry in
            filter.isEmpty
                || matcher.matches(FilterSubject(from: entry.part, to: entry.level.rawValue, subject: entry.text))
        }
        shown = rows.count
        setSource(RowSource(rows), keeping: keeping)
    }

    package override func filterChanged() { read(keeping: false) }
    package override func reload() {
        guard !isPaused else { return }
        let isAtStart = list.cursorOrdinal == 1
        read(keeping: true)
        if isAtStart { list.move(.first) }
    }

    package override var columns: [TableColumn] {
        [
            TableColumn("time", minimum: 5, ideal: 8, priority: 50),
            TableColumn("level", minimum: 7, priority: 60),
            TableColumn("part", minimum: 6, ideal: 10, priority: 40),
            TableColumn("what", minimum: 10, grows: 1, priority: 100),
        ]
    }

    package override func cells(of row: LogEntry) -> [Line] {
        let role: Role =
            switch row.level {
            case .debug: .muted
            case .info: .text
            case .warning: .warning
            case .error: .error
            }
        return [
            Line(
                SafeText(untrusted: Figures.timeWithSeconds(Int64(row.time.timeIntervalSince1970), console.clock)),
                .time),
            Line(SafeText(untrusted: row.level.rawValue), role),
            Line(SafeText(untrusted: row.part), .muted),
            Line(SafeText(untrusted: row.text), role),
        ]
    }

    package override func open(_ row: LogEntry) { console.say(SafeText(untrusted: row.text)) }

    package override func performOwn(_ id: Command.ID, _ arguments: [String]) -> Bool {
        guard id == "live.pause" else { return false }
        isPaused.toggle()
        reload()
        return true
    }
}

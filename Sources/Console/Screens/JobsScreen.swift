package import AgenticMail
import FoundationEssentials
package import SafeText
package import TerminalUI

/// What runs in the background and what ran lately.
@UIActor
package final class JobsScreen: ListScreen<Job> {
    private var shown = 0

    package init(_ console: ConsoleModel) {
        super.init(.jobs, console)
        read(keeping: false)
    }

    package override var crumb: SafeText { "jobs" }
    package override var total: Int? { shown }
    package override var emptyText: SafeText {
        filter.isEmpty ? "Nothing runs in the background." : super.emptyText
    }

    private func read(keeping: Bool) {
        let matcher = FilterMatcher(FilterExpression(filter).terms)
        let rows = console.services.jobs.jobs.filter { job in
            filter.isEmpty || matcher.matches(FilterSubject(from: "", subject: job.title))
        }
        shown = rows.count
        setSource(RowSource(rows), keeping: keeping)
    }

    package override func filterChanged() { read(keeping: false) }
    package override func reload() { read(keeping: true) }

    package override var columns: [TableColumn] {
        [
            TableColumn("job", minimum: 10, ideal: 24, grows: 1, priority: 100),
            TableColumn("state", minimum: 9, priority: 90),
            TableColumn("done", minimum: 10, ideal: size.width >= 100 ? 26 : 15, priority: 80, alignment: .trailing),
            TableColumn("a second", minimum: 8, priority: 30, alignment: .trailing),
            TableColumn("left", minimum: 6, priority: 60, alignment: .trailing),
            TableColumn("began", minimum: 6, priority: 50, alignment: .trailing),
        ]
    }

    package override func cells(of row: Job) -> [Line] {
        let now = Date(timeIntervalSince1970: Double(console.clock.now()))
        let done =
            row.total.map { "\(Figures.count(row.completed))/\(Figures.count($0)) \(row.unit)" }
            ?? (row.completed > 0 ? "\(Figures.count(row.completed)) \(row.unit)" : "")
        let left = row.timeLeft(at: now).map { Self.duration($0) } ?? ""
        return [
            Line(SafeText(untrusted: row.title)),
            Self.state(of: row),
            Line(SafeText(untrusted: done), .count),
            Line(
                SafeText(untrusted: row.completed > 0 ? Figures.shortCount(Int(min(row.rate(at: now), 1e9))) : ""),
                .muted),
            Line(SafeText(untrusted: left), .time),
            Line(SafeText(untrusted: Figures.shortDate(Int64(row.began.timeIntervalSince1970), console.clock)), .time),
        ]
    }

    private static func state(of job: Job) -> Line {
        switch job.state {
        case .running: Line("running", .info)
        case .done: Line("done", .success)
        case .cancelled: Line("cancelled", .muted)
        case .failed: Line("failed", .error)
        }
    }

    private static func duration(_ seconds: Double) -> String {
        let whole = Int(min(seconds, 360_000).rounded(.up))
        return whole < 60 ? "\(whole)s" : whole < 3_600 ? "\(whole / 60)m" : "\(whole / 3_600)h"
    }

    package override func open(_ row: Job) {
        if case .failed(let reason) = row.state {
            console.say(SafeText(untrusted: reason), .failure)
        } else {
            console.say(SafeText(untrusted: row.title))
        }
    }

    package override func holdsOwn(_ requirement: Command.Requirement) -> Bool {
        requirement == .job && list.cursorRow?.state == .running && list.cursorRow?.canBeCancelled == true
    }

    package override func performOwn(_ id: Command.ID, _ arguments: [String]) -> Bool {
        guard id == "jobs.cancel", let job = list.cursorRow else { return false }
        let isAsked = console.services.jobs.cancel(job.id)
        console.say(isAsked ? "Asked it to stop." : "This job cannot be stopped.", isAsked ? .info : .refusal)
        return true
    }
}

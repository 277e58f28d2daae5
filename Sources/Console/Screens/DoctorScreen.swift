package import AgenticMail
package import SafeText
package import TerminalUI

/// One line of the doctor's: a check, or below it what to do about it.
package struct DoctorRow: Identifiable, Sendable {
    package let id: Int
    package let check: ConsoleServices.Check
    package let isCure: Bool
}

/// Each check of the workspace with its cure.
@UIActor
package final class DoctorScreen: ListScreen<DoctorRow> {
    private var checks: [ConsoleServices.Check] = []
    private var isRunning = false

    package init(_ console: ConsoleModel) {
        super.init(.doctor, console)
        rerun()
    }

    package override var crumb: SafeText { isRunning ? "doctor (checking)" : "doctor" }
    package override var position: SafeText {
        let failed = checks.count { $0.result == .failed }
        return failed == 0 ? "\(checks.count) checks" : "\(failed) of \(checks.count) failed"
    }
    package override var emptyText: SafeText { isRunning ? "Checking…" : "Nothing was checked." }

    private func rerun() {
        guard !isRunning else { return }
        isRunning = true
        let run = console.services.checks
        console.perform { [weak self] in
            let checks = await run()
            await self?.show(checks)
        }
    }

    private func show(_ checks: [ConsoleServices.Check]) {
        isRunning = false
        self.checks = checks
        arrange()
        console.needsFrame = true
    }

    private func arrange() {
        let matcher = FilterMatcher(FilterExpression(filter).terms)
        var rows: [DoctorRow] = []
        for (index, check) in checks.enumerated() {
            let subject = FilterSubject(from: check.name, to: check.result.rawValue, subject: check.detail)
            guard filter.isEmpty || matcher.matches(subject) else { continue }
            rows.append(DoctorRow(id: index * 2, check: check, isCure: false))
            if !check.cure.isEmpty, check.result != .good {
                rows.append(DoctorRow(id: index * 2 + 1, check: check, isCure: true))
            }
        }
        setSource(RowSource(rows), keeping: true)
    }

    package override func filterChanged() { arrange() }
    package override func reload() { arrange() }

    package override var columns: [TableColumn] {
        [
            TableColumn("result", minimum: 7, priority: 90),
            TableColumn("check", minimum: 8, ideal: 18, priority: 80),
            TableColumn("found", minimum: 10, grows: 1, priority: 100),
        ]
    }

    package override func cells(of row: DoctorRow) -> [Line] {
        if row.isCure { return [.empty, Line("cure", .muted), Line(SafeText(untrusted: row.check.cure), .info)] }
        let (word, role): (SafeText, Role) =
            switch row.check.result {
            case .good: ("good", .success)
            case .warning: ("warning", .warning)
            case .failed: ("failed", .error)
            case .running: ("running", .info)
            }
        return [
            Line(word, role), Line(SafeText(untrusted: row.check.name)), Line(SafeText(untrusted: row.check.detail)),
        ]
    }

    package override func open(_ row: DoctorRow) {
        let words = row.check.cure.isEmpty ? row.check.detail : "\(row.check.detail) \(row.check.cure)"
        console.say(SafeText(untrusted: words))
    }

    package override func performOwn(_ id: Command.ID, _ arguments: [String]) -> Bool {
        guard id == "doctor.rerun" else { return false }
        rerun()
        return true
    }
}

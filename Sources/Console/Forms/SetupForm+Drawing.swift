import SafeText
import Setup
package import TerminalUI

extension SetupForm {
    package func draw(on surface: inout Surface) {
        let room = surface.bounds.splitBottom(1).rest
        let frame = room.centered(Size(width: min(room.width, 76), height: min(room.height, height)))
        Overlay.draw(frame, title: title, into: &surface) { inner in
            if case .editing = phase { drawFields(&inner) } else { drawSteps(&inner) }
        }
        let (_, row) = surface.bounds.splitBottom(1)
        surface.fill(row, style: Style(.footer))
        let notice = console.notice
        surface.put((notice?.text ?? keys).truncated(to: row.width), 0, row.y, notice?.role ?? .footer)
    }

    private var title: SafeText {
        switch phase {
        case .editing: "set a workspace up"
        case .working: "setting up"
        case .done: "the workspace is set up"
        case .failed: "it was not set up"
        }
    }

    /// The rows that it would like, the box included.
    private var height: Int {
        if case .editing = phase { return Field.allCases.count + 6 }
        return SetupStep.Kind.allCases.count + 9
    }

    private var keys: SafeText {
        switch phase {
        case .editing: "⏎ next, begin  ⇥ next  Esc \(isFirst ? "quit" : "cancel")"
        case .working: "Esc stop and undo"
        case .done(let report):
            (report.signIn == nil ? SafeText("") : "y copy  ")
                + (isFirst ? "o open the workspace  Esc quit" : "Esc close")
        case .failed: "⏎ change it  Esc \(isFirst ? "quit" : "close")"
        }
    }

    private func drawFields(_ surface: inout Surface) {
        let (rest, foot) = surface.bounds.splitBottom(surface.size.height >= 8 ? 4 : min(1, surface.size.height - 1))
        let first = max(0, min(focus.rawValue - rest.height + 1, Field.allCases.count - rest.height))
        // The one that has the focus comes last, since the last one drawn places the cursor.
        for field in Field.allCases.sorted(by: { $1 == focus && $0 != focus }) {
            let y = field.rawValue - first
            guard y >= 0, y < rest.height else { continue }
            let mark: (SafeText, Role) =
                fault(of: field) != nil ? ("✗", .error) : (field == focus ? "›" : " ", .muted)
            FormRow(mark: mark, label: field.label, hint: field.hint, hasFocus: field == focus).draw(
                &lines[field.rawValue], y, on: &surface)
        }
        let told = sentence
        for (line, text) in told.0.wrapped(to: max(1, foot.width - 1), limit: foot.height).enumerated() {
            surface.put(text, at: Point(x: 0, y: foot.y + line), style: Style(told.1, on: .overlay))
        }
    }

    /// What stands below the fields.
    private var sentence: (SafeText, Role) {
        if let fault = fault(of: focus) { return (fault, .error) }
        let begun = Field.allCases.contains { !text($0).isEmpty }
        if begun, let (_, sentence) = obstacle { return (sentence, .muted) }
        return (
            """
            Domain, roles, guard, operator and reviewers are made on the server, and the configuration is written. What \
            is there stays as it is; a failure takes back what was made.
            """, .muted
        )
    }

    private func drawSteps(_ surface: inout Surface) {
        var rows: [(SafeText, Role)] = []
        var places: [SetupStep.Kind: Int] = [:]
        func set(_ step: SetupStep.Kind, _ text: SafeText, _ role: Role) {
            guard let place = places[step] else { return }
            rows[place] = (text, role)
        }
        for event in steps {
            switch event {
            case .began(let step):
                places[step] = rows.count
                rows.append(("… \(step.rawValue) \(untrusted: step.title)", .muted))
            case .there(let step): set(step, "✓ \(step.rawValue) there: \(untrusted: step.title)", .muted)
            case .wanted: break
            case .done(let step): set(step, "✓ \(step.rawValue) \(untrusted: step.title)", .success)
            case .failed(let step, _): set(step, "✗ \(step.rawValue) \(untrusted: step.title)", .error)
            case .undone(let step):
                set(step, "↶ \(step.rawValue) undone: \(untrusted: step.title)", .warning)
            case .left(let step, _): set(step, "! \(step.rawValue) is left; the next run goes on with it", .error)
            }
        }
        let width = max(1, surface.size.width - 1)
        var told = told(width)
        // The secret is seen this once, on the smallest screen too.
        if told.count > surface.size.height { told = told.filter { $0.1 == .title } + told.filter { $0.1 != .title } }
        // Where there is no room for all, what came of it counts more than how.
        let kept = max(0, surface.size.height - told.count - (told.isEmpty ? 0 : 1))
        let shown = rows.suffix(kept).map { $0 } + (told.isEmpty || kept < rows.count ? [] : [("", .text)]) + told
        for (y, row) in shown.prefix(surface.size.height).enumerated() {
            surface.put(row.0.truncated(to: width), at: Point(x: 0, y: y), style: Style(row.1, on: .overlay))
        }
        surface.placeCursor(at: Point(x: 0, y: max(0, min(shown.count, surface.size.height) - 1)))
    }

    /// What came of it.
    private func told(_ width: Int) -> [(SafeText, Role)] {
        switch phase {
        case .editing, .working: return []
        case .failed(let sentences): return sentences.flatMap { $0.wrapped(to: width) }.map { ($0, .error) }
        case .done(let report):
            guard report.signIn != nil || !report.done.isEmpty else {
                return [("Everything was there already. Nothing was changed.", .success)]
            }
            var rows: [(SafeText, Role)] = []
            if let signIn = report.signIn {
                rows.append(("\(untrusted: signIn.login) signs in with this, shown this once:", .text))
                rows += SafeText("\(untrusted: signIn.secret)").wrapped(to: width).map { ($0, .title) }
            }
            rows.append(("written: \(untrusted: report.configuration)", .success))
            rows += report.warnings.flatMap { SafeText(untrusted: $0).wrapped(to: width) }.map { ($0, .warning) }
            return rows
        }
    }
}

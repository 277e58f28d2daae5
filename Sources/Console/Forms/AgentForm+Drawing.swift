import Agents
import SafeText
package import TerminalUI

extension AgentForm {
    package func draw(on surface: inout Surface) {
        let room = surface.bounds.splitBottom(1).rest
        let frame = room.centered(Size(width: min(room.width, 76), height: min(room.height, height)))
        Overlay.draw(frame, title: title, into: &surface) { inner in
            switch phase {
            case .editing: drawFields(&inner)
            case .making, .failed, .made: drawSteps(&inner)
            }
        }
        let (_, row) = surface.bounds.splitBottom(1)
        surface.fill(row, style: Style(.footer))
        if let notice = console.notice {
            surface.put(notice.text.truncated(to: row.width), 0, row.y, notice.role)
        } else {
            surface.put(keys.truncated(to: row.width), 0, row.y, .footer)
        }
    }

    private var title: SafeText {
        switch phase {
        case .editing: isRestoring ? "restore an agent" : "create an agent"
        case .making: "making \(subject)"
        case .made: "\(subject) is made"
        case .failed: "\(subject) was not made"
        }
    }

    /// What is made, as far as the form knows.
    private var subject: SafeText { text(.name).isEmpty ? "the agent" : SafeText(untrusted: text(.name)) }

    /// The rows that it would like, the box included.
    private var height: Int {
        switch phase {
        case .editing: fields.count + 5
        // One of the steps is of restorations alone.
        case .making, .made, .failed: ProvisioningStep.Kind.allCases.count + (isRestoring ? 8 : 7)
        }
    }

    private var keys: SafeText {
        switch phase {
        case .editing:
            obstacle == nil ? "⏎ \(isRestoring ? "restore" : "create")  ⇥ next  Esc cancel" : "⇥ next  Esc cancel"
        case .making: "Esc stop and undo"
        case .made: "y copy the key  Esc close"
        case .failed: "⏎ change it  Esc close"
        }
    }

    private func drawFields(_ surface: inout Surface) {
        let (rest, foot) = surface.bounds.splitBottom(surface.size.height >= 6 ? 3 : min(1, surface.size.height - 1))
        let focused = fields.firstIndex(of: focus) ?? 0
        let first = max(0, min(focused - rest.height + 1, fields.count - rest.height))
        // The one that has the focus comes last, since the last one drawn places the cursor.
        for (place, field) in fields.enumerated().sorted(by: { $1.element == focus && $0.element != focus }) {
            let y = place - first
            guard y >= 0, y < rest.height else { continue }
            let mark = mark(of: field)
            FormRow(mark: mark, label: field.label, hint: field.hint, hasFocus: field == focus).draw(
                &lines[field.rawValue], y, on: &surface)
        }
        let told = sentence
        for (line, text) in told.0.wrapped(to: max(1, foot.width - 1), limit: foot.height).enumerated() {
            surface.put(text, at: Point(x: 0, y: foot.y + line), style: Style(told.1, on: .overlay))
        }
    }

    private func mark(of field: Field) -> (SafeText, Role) {
        if fault(of: field) != nil { return ("✗", .error) }
        if field == .name, refusal != nil { return ("✗", .error) }
        if field == .name, isFree { return ("✓", .success) }
        return (field == focus ? "›" : " ", .muted)
    }

    /// What stands below the fields.
    private var sentence: (SafeText, Role) {
        if let fault = fault(of: focus) { return (fault, .error) }
        if isRestoring, text(.name).isEmpty, obstacle == nil {
            return ("It comes back under the name that the archive says, with all its mail.", .muted)
        }
        if let (_, sentence) = obstacle { return (sentence, text(.name).isEmpty ? .muted : .error) }
        let domain = text(.domain)
        let address = domain.isEmpty ? text(.name) : "\(text(.name))@\(domain)"
        return isFree
            ? ("\(untrusted: address) is free.", .success) : ("Asking the server about \(untrusted: address) …", .muted)
    }

    /// The number of a step as it stands in the list; putting mail in comes before the last where an agent is restored.
    private func number(of step: ProvisioningStep.Kind) -> Int {
        let steps = ProvisioningStep.Kind.allCases
        switch step {
        case .mail: return steps.count - 1
        case .row: return isRestoring ? steps.count : step.rawValue
        default: return step.rawValue
        }
    }

    private func drawSteps(_ surface: inout Surface) {
        var rows: [(SafeText, Role)] = []
        var places: [ProvisioningStep.Kind: Int] = [:]
        for event in steps {
            switch event {
            case .began(let step):
                places[step] = rows.count
                rows.append(("… \(number(of: step)) \(untrusted: step.title)", .muted))
            case .done(let step):
                if let place = places[step] {
                    rows[place] = ("✓ \(number(of: step)) \(untrusted: step.title)", .success)
                }
            case .failed(let step, _):
                if let place = places[step] { rows[place] = ("✗ \(number(of: step)) \(untrusted: step.title)", .error) }
            case .undoing: break
            case .progressed(let step, let done, let total):
                if let place = places[step] {
                    rows[place] = ("… \(number(of: step)) \(untrusted: step.title): \(done) of \(total)", .muted)
                }
            case .undone(let step):
                if let place = places[step] {
                    rows[place] = ("↶ \(number(of: step)) undone: \(untrusted: step.title)", .warning)
                }
            case .left(let step, _):
                if let place = places[step] {
                    rows[place] = ("! \(number(of: step)) is left, and undone at the next start", .error)
                }
            }
        }
        let width = max(1, surface.size.width - 1)
        var told: [(SafeText, Role)] = []
        switch phase {
        case .editing, .making: break
        case .failed(let sentence): told = sentence.wrapped(to: width).map { ($0, .error) }
        case .made(let agent):
            told.append(("\(untrusted: agent.address)", .agent))
            told += SafeText("\(untrusted: agent.key)").wrapped(to: width).map { ($0, .title) }
            told.append(
                (
                    agent.storedAt.map { "stored at \(untrusted: $0)" }
                        ?? "stored nowhere: it is shown this once", agent.storedAt == nil ? .warning : .success
                ))
        }
        // Where there is no room for all, what came of it counts more than how.
        let kept = max(0, surface.size.height - told.count - (told.isEmpty ? 0 : 1))
        let shown = rows.suffix(kept).map { $0 } + (told.isEmpty || kept < rows.count ? [] : [("", .text)]) + told
        for (y, row) in shown.prefix(surface.size.height).enumerated() {
            surface.put(row.0.truncated(to: width), at: Point(x: 0, y: y), style: Style(row.1, on: .overlay))
        }
        surface.placeCursor(at: Point(x: 0, y: max(0, min(shown.count, surface.size.height) - 1)))
    }
}

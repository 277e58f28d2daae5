package import AgenticMail
import Guard
package import SafeText
package import TerminalUI

/// What an edit of a held message would change, before it is sent to the guard.
@UIActor
package final class EditScreen: TextScreen {
    private let sheet: HoldSheet
    private let change: EditChange

    init(_ console: ConsoleModel, _ sheet: HoldSheet, _ change: EditChange) {
        self.sheet = sheet
        self.change = change
        super.init(.edit, console, wraps: true)
        text.set(lines: lines)
    }

    package override var crumb: SafeText { "edit" }
    package override var filterHint: SafeText { "what to find in the changes" }

    private var lines: [TextView.Line] {
        var lines: [TextView.Line] = []
        func add(_ text: SafeText, _ role: Role = .text) { lines.append(TextView.Line(text, style: Style(role))) }
        add("What your edit changes", .title)
        if console.desk.canOthersApprove(sheet.summary) {
            add(
                "S sends it to the guard; it is held again, and another reviewer must approve it. Esc drops it.", .muted
            )
        } else {
            add("! You are the only reviewer: what you edit can be approved by nobody, only rejected.", .error)
            add("S sends it to the guard all the same, which holds it again. Esc drops it.", .muted)
        }
        for address in change.addedRecipients {
            let isOutside = change.addedOutside.contains(address)
            add("! adds \(untrusted: address)\(isOutside ? ", OUTSIDE" : "")", isOutside ? .error : .warning)
        }
        for address in change.removedRecipients { add("  takes \(untrusted: address) away", .warning) }
        if change.dropsHTML { add("  leaves the HTML form out; the text stands alone", .warning) }
        add(.empty)
        for line in change.diff.hunks {
            guard let line else {
                add("  ⋮", .muted)
                continue
            }
            let role: Role =
                switch line.kind {
                case .same: .text
                case .removed: .deleted
                case .added: .inserted
                }
            add("\(untrusted: line.kind.rawValue) \(untrusted: line.text)", role)
        }
        return lines
    }

    package override func performOwn(_ id: Command.ID, _ arguments: [String]) -> Bool {
        guard id == "review.send-edit" else { return false }
        guard text.isSeen else {
            console.say("Not all of the changes have been shown yet: Space goes on.", .refusal)
            return true
        }
        console.desk.decide(.edit, on: [sheet.summary], edit: change.after) { [weak self] _, stands in
            guard let self, stands, console.top === self else { return }
            _ = console.closeTop()
        }
        return true
    }
}

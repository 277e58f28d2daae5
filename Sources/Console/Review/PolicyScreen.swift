package import AgenticMail
import Configuration
import Guard
package import SafeText
package import TerminalUI

/// What the policy asks for, with the place of each value; its mistakes; what reviewers and recipients have said beside it.
@UIActor
package final class PolicyScreen: TextScreen {
    private let agent: String?
    private let recipient: String?
    private var file: PolicyFile?
    private var fault: SafeText?
    /// A text that was edited and not taken: the next edit goes on with it.
    private var rejected: PolicyFile?
    private var loading: Task<Void, Never>?

    private static let keyWidth = 20
    private static let valueWidth = 26

    init(_ console: ConsoleModel, agent: String?, recipient: String?) {
        self.agent = agent
        self.recipient = recipient
        super.init(.policy, console, wraps: true)
        rebuild()
        load()
    }

    package override var crumb: SafeText { agent.map { "policy › \(untrusted: $0)" } ?? "policy" }
    package override var filterHint: SafeText { "what to find in the policy" }

    package override var position: SafeText {
        if text.currentMatch != nil { return super.position }
        let shown = rejected ?? file
        guard let count = shown?.faults.count, count > 0 else { return super.position }
        return count == 1 ? "1 mistake  \(super.position)" : "\(count) mistakes  \(super.position)"
    }

    package override func appear() {
        load()
        console.desk.refresh()
    }

    private func load() {
        guard let services = console.services.policy else { return }
        loading?.cancel()
        loading = Task { [weak self] in
            let result = await Task.detached { try await services.read() }.result
            guard let self, !Task.isCancelled else { return }
            switch result {
            case .success(let file): (self.file, fault) = (file, nil)
            case .failure(let error as ConfigurationError): fault = SafeText(untrusted: error.sentence)
            case .failure(let error): fault = ConsoleModel.sentence(error)
            }
            rebuild()
            console.needsFrame = true
        }
    }

    // MARK: Lines

    private func rebuild() {
        var lines: [TextView.Line] = []
        func add(_ text: SafeText, _ role: Role = .text) { lines.append(TextView.Line(text, style: Style(role))) }
        func heading(_ text: SafeText) {
            add(.empty)
            add(text, .title)
        }
        func add(_ values: [Policy.Value], of file: PolicyFile) {
            for value in values { lines.append(TextView.Line(Self.line(value, file), on: .text)) }
            if values.isEmpty { add("  nothing", .muted) }
        }
        guard let services = console.services.policy else {
            add("There is no policy for this workspace.", .muted)
            return text.set(lines: lines)
        }
        add(SafeText(untrusted: services.path), .muted)
        if let fault { add(fault, .error) }
        if let rejected {
            add("Your edit was not taken; e goes on with it, and the file is as it was.", .error)
            for fault in rejected.faults { add("! \(untrusted: fault.sentence)", .error) }
        }
        guard let file else {
            if fault == nil { add("Reading …", .muted) }
            return text.set(lines: lines, keepPlace: true)
        }
        if !file.faults.isEmpty {
            add("A guard keeps the last policy that was in order and holds all mail until this is put right.", .error)
            for fault in file.faults { add("! \(untrusted: fault.sentence)", .error) }
        }
        for note in file.notes { add("  \(untrusted: note.sentence)", .warning) }
        if let policy = file.policy {
            let now = console.clock.now()
            if agent == nil {
                heading("The workspace")
            } else {
                let to: SafeText = recipient.map { " to \(untrusted: $0)" } ?? .empty
                heading("Mail of \(untrusted: agent ?? "")\(to)")
            }
            add(policy.effective(agent: agent, recipient: recipient, at: now), of: file)
            if agent == nil {
                for (path, rules) in policy.tables where path != "workspace" {
                    let values = policy.values(of: path, rules)
                    guard !values.isEmpty else { continue }
                    let isOver = rules.until.map { $0 <= now } ?? false
                    heading("[\(untrusted: path)]\(isOver ? "  over, no longer counts" : "")")
                    add(values, of: file)
                }
            }
            heading("Reviewers")
            for reviewer in policy.reviewers { add("  \(untrusted: reviewer.address)") }
            if policy.reviewers.isEmpty { add("  nobody", .error) }
        }
        addLists(add, heading)
        text.set(lines: lines, keepPlace: true)
    }

    /// What reviewers have allowed, and who gets no more mail, as the guard has said.
    private func addLists(_ add: (SafeText, Role) -> Void, _ heading: (SafeText) -> Void) {
        guard let lists = console.desk.queue?.lists else { return }
        let mine = agent?.lowercased()
        let allowed = lists.allowed.filter { mine == nil || $0.pair.agent == mine }
        let suppressed = lists.suppressed.filter { mine == nil || $0.pair.agent == mine }
        if !allowed.isEmpty { heading("Allowed by reviewers") }
        for entry in allowed {
            let pair: SafeText = "  \(untrusted: entry.pair.agent) → \(untrusted: entry.pair.recipient)  "
            let id = String(entry.pair.id.prefix(8))
            if let until = entry.until {
                add("\(pair)until \(untrusted: EndDate.text(until))  \(untrusted: id)", .text)
            } else {
                add("\(pair)\(entry.reviewers.count) of \(entry.needed) reviewers  \(untrusted: id)", .warning)
            }
        }
        if !suppressed.isEmpty { heading("No more mail") }
        for entry in suppressed {
            let id = String(entry.pair.id.prefix(8))
            add(
                "  \(untrusted: entry.pair.agent) → \(untrusted: entry.pair.recipient)  "
                    + "\(untrusted: entry.sentence)  \(untrusted: id)", .text)
        }
    }

    private static func line(_ value: Policy.Value, _ file: PolicyFile) -> Line {
        Line([
            Span("  \(SafeText(untrusted: value.key).padded(to: keyWidth))", .fieldName),
            Span("\(SafeText(untrusted: value.text).padded(to: valueWidth)) ", .text),
            Span(SafeText(untrusted: file.place(of: value)), .muted),
        ])
    }

    /// The desk has heard something.
    func deskChanged() { rebuild() }

    // MARK: Editing

    package override func performOwn(_ id: Command.ID, _ arguments: [String]) -> Bool {
        guard id == "policy.edit" else { return false }
        edit()
        return true
    }

    private func edit() {
        guard let services = console.services.policy, let file else {
            return console.say(fault ?? "There is no policy to edit here.", .refusal)
        }
        console.edit((rejected ?? file).text, at: services.editPath, by: services.editor) { [weak self] text in
            self?.edited(text, file, services)
        }
    }

    private func edited(_ text: String, _ before: PolicyFile, _ services: PolicyServices) {
        guard text != before.text else {
            rejected = nil
            rebuild()
            return console.say("Nothing was changed.")
        }
        let checked = services.check(text)
        guard checked.faults.isEmpty else {
            rejected = checked
            rebuild()
            self.text.scroll(.first)
            return console.say("It has a mistake and was not taken; e goes on with it.", .refusal)
        }
        console.perform { [weak self] in
            // Somebody else may have changed the file while the editor was open.
            let now = try await services.read()
            guard now.text == before.text else {
                await self?.say("The file was changed meanwhile; nothing was taken. Edit it again.", .refusal)
                return
            }
            try await services.write(text)
            await self?.taken()
        }
    }

    private func say(_ text: SafeText, _ kind: Notice.Kind) {
        console.say(text, kind)
        load()
    }

    private func taken() {
        rejected = nil
        console.say("Taken; the guard goes by it from its next round on.")
        load()
    }
}

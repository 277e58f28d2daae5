package import AgenticMail
package import SafeText
package import TerminalUI

extension ConsoleModel {
    /// Takes what the terminal reports.
    package func handle(_ event: Event) {
        needsFrame = true
        switch event {
        case .key(let key): handle(key)
        case .paste(let text): paste(text)
        case .mouse(let mouse): handle(mouse)
        case .resize(let size): resize(to: size)
        case .focus, .resumed: break
        case .hangUp, .terminate: exitStatus = 0
        }
    }

    private func handle(_ key: Key) {
        clearNotice()
        if let prompt { return prompt.handle(key) }
        guard let view = top else { return }
        if key == Key(.escape), !pendingKeys.isEmpty {
            pendingKeys = []
            return
        }
        let keys = pendingKeys + [key]
        switch keymap.resolve(keys, on: view.screen) {
        case .run(let binding):
            pendingKeys = []
            invoke(Invocation(command: binding.command, arguments: binding.arguments))
        case .pending: pendingKeys = keys
        case .none:
            pendingKeys = []
            explain(keys, on: view.screen)
        }
    }

    /// Says why a key does nothing: where it would do something, or that it is bound to nothing.
    private func explain(_ keys: [Key], on screen: Screen) {
        let label = keys.map(\.label).joined(separator: " ")
        if let binding = keymap.bindings.first(where: { $0.keys == keys }) {
            let places = binding.screens.screens.map(\.rawValue).sorted().prefix(4).joined(separator: ", ")
            say(
                "\(label) does not act here: it is “\(untrusted: binding.command.summary)” on \(untrusted: places).",
                .refusal)
        } else {
            say("\(label) has no meaning here; ? lists the keys.", .refusal)
        }
    }

    private func paste(_ text: String) {
        if let prompt { return prompt.paste(text) }
        say("Pasted text is taken only where something is typed: after : or /.", .refusal)
    }

    private func handle(_ mouse: MouseEvent) {
        guard prompt == nil, let view = top else { return }
        let content = FrameLayout(size, isLinear: isLinear).content
        switch mouse.action {
        case .wheelUp: view.wheel(by: -3)
        case .wheelDown: view.wheel(by: 3)
        case .press, .doublePress:
            guard mouse.button == 1 else { return }
            clearNotice()
            if content.contains(mouse.point) {
                view.click(
                    column: mouse.point.x - content.x, row: mouse.point.y - content.y,
                    isDouble: mouse.action == .doublePress)
            } else if mouse.point.y < content.y, levels.count > 1 {
                // The breadcrumbs lead one level back.
                _ = closeTop()
            }
        case .release: break
        }
    }

    // MARK: Commands

    /// Runs a command, or says why it cannot act.
    package func invoke(_ invocation: Invocation) {
        let command = invocation.command
        if let reason = unavailability(of: command) { return say(reason, .refusal) }
        if command.effect != .none && command.id != "mail.undo" || command.id == "go.inbox" { lastAct = invocation }
        if top?.perform(command.id, invocation.arguments) == true { return }
        if perform(command.id, invocation.arguments) { return }
        say("\(untrusted: command.summary): not on this screen.", .refusal)
    }

    /// Why a command cannot act here and now; nil where it can.
    package func unavailability(of command: Command) -> SafeText? {
        guard let screen = top?.screen, command.console?.screens.contains(screen) == true else {
            return "\(untrusted: command.summary): not on this screen."
        }
        let facts = Set(command.requirements.filter(holds))
        return command.unavailability(given: facts).map { SafeText(untrusted: $0) }
    }

    private func holds(_ requirement: Command.Requirement) -> Bool {
        switch requirement {
        case .connection: if case .offline = connection { false } else { true }
        case .earlierView: visited?.canGoBack ?? false
        case .laterView: visited?.canGoForward ?? false
        case .lastCommand: lastAct != nil || !commandHistory.isEmpty
        default: top?.holds(requirement) ?? false
        }
    }

    /// Runs what was typed after `:`.
    package func run(commandLine text: String) {
        let words = CommandWords(text)
        guard let name = words.words.first else { return }
        needsFrame = true
        guard let command = command(named: name) else {
            return say("There is no command \(untrusted: name); ? lists what can be done here.", .refusal)
        }
        let arguments = Array(words.words.dropFirst())
        let most = command.arguments.contains { $0.arity.repeats } ? Int.max : command.arguments.count
        // Options of the command line (the folder of `save`) are given by place here.
        let places = max(most, command.options.isEmpty ? most : 1)
        guard arguments.count <= places else {
            return say(
                places == 0
                    ? "\(untrusted: name) takes nothing after it."
                    : "\(untrusted: name) takes \(places) word\(untrusted: places == 1 ? "" : "s"); put names with spaces in double quotes.",
                .refusal)
        }
        invoke(Invocation(command: command, arguments: arguments))
    }

    /// A command by its name or alias, or by the only one that begins so.
    private func command(named name: String) -> Command? {
        // Where two go by one name, the one that this screen has is meant.
        if let screen = top?.screen, let command = table.console(named: name, on: screen) { return command }
        if let command = table.console(named: name) { return command }
        let begun = table.commands.filter { $0.console?.name.hasPrefix(name) ?? false }
        return begun.count == 1 ? begun[0] : nil
    }

    /// The choice that a word names, or the one after the current; nil where it names none, which is told.
    package func nextChoice<Choice: RawRepresentable & Equatable>(
        _ word: String?, after current: Choice, of all: [Choice]
    ) -> Choice? where Choice.RawValue == String {
        guard let word else {
            let index = all.firstIndex(of: current) ?? 0
            return all[(index + 1) % all.count]
        }
        if let choice = all.first(where: { $0.rawValue == word }) { return choice }
        let names = all.map(\.rawValue).joined(separator: ", ")
        say("\(untrusted: word) is none of \(untrusted: names).", .refusal)
        return nil
    }
}

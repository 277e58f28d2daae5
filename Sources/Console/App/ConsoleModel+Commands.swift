import AgenticMail
import JMAP
package import MailCache
import SafeText
import TerminalUI

extension ConsoleModel {
    /// Runs a command that every view has; false where there is none of that name.
    func perform(_ id: Command.ID, _ arguments: [String]) -> Bool {
        switch id.rawValue {
        case "agent.list": goHome()
        case "agent.create": prompt = AgentForm(self, name: arguments.first ?? "")
        case "agent.restore": prompt = AgentForm(self, restoring: arguments.first ?? "")
        case "agent.show": showAgent(arguments.first)
        case "setup": prompt = SetupForm(self)
        case "agent.suspend": showAgent(arguments.first, .suspend)
        case "agent.resume": showAgent(arguments.first, .resume)
        case "agent.rotate": showAgent(arguments.first, .rotate)
        case "agent.revoke": showAgent(arguments.first, .revoke)
        case "agent.archive": showAgent(arguments.first, .archive)
        case "agent.delete": showAgent(arguments.first, .delete)
        case "go.live": goHome(LiveScreen(self))
        case "go.inbox": openInbox(arguments.first)
        case "review.list": openReview(arguments)
        case "policy.show": openPolicy(arguments)
        case "go.log": openOnce(.log) { LogScreen(self) }
        case "go.acts": openOnce(.acts) { ActsScreen(self) }
        case "mail.undo": undo(nil)
        case "go.jobs": openOnce(.jobs) { JobsScreen(self) }
        case "doctor": openOnce(.doctor) { DoctorScreen(self) }
        case "domain.list": openOnce(.domains) { DomainsScreen(self) }
        case "help": help(arguments)
        case "mail.search": search(arguments)
        case "command": prompt = CommandPrompt(self)
        case "command.last": prompt = CommandPrompt(self, text: commandHistory.last ?? "")
        case "repeat": if let act = lastAct { invoke(act) }
        case "palette": openPalette()
        case "filter": filter(arguments)
        case "back": back()
        case "leave": if !closeTop() { leave() }
        case "quit": leave()
        case "history.back": if visited?.goBack() == true, let views = visited?.current { show(views) }
        case "history.forward": if visited?.goForward() == true, let views = visited?.current { show(views) }
        case "theme": changeTheme(arguments.first)
        case "redraw": terminalRequests.append(.redraw)
        case "suspend": terminalRequests.append(.suspend)
        case "sync": refresh()
        case "pane": say("This view has one pane.", .refusal)
        case "scroll.left", "scroll.right": say("Nothing is cut off at the side here.", .refusal)
        case "next.unread": say("Nothing here can be unread.", .refusal)
        default: return false
        }
        return true
    }

    private func openOnce(_ screen: Screen, _ make: () -> any ScreenView) {
        let beside: [Screen] = [.log, .jobs, .acts, .doctor, .domains, .help]
        guard let shown = top?.screen, shown != screen else { return }
        // They are looked into beside the work, so one takes the place of the other.
        if beside.contains(shown) { replaceTop(make()) } else { open(make()) }
    }

    private func openInbox(_ name: String?) {
        guard let name else {
            return goHome(MessagesScreen(self, account: nil))
        }
        guard let account = book.account(named: name) else {
            return say("There is no agent \(untrusted: name); :agents lists them.", .refusal)
        }
        goHome(MessagesScreen(self, account: account.id))
    }

    /// Shows the agent of a name, or the one that the cursor of the list is on, and begins what is asked for.
    private func showAgent(_ name: String?, _ wish: AgentSheet.Wish? = nil) {
        guard let name = name ?? (top as? AgentsScreen)?.agentAtCursor else {
            return say("Name an agent, as in :agent ada.", .refusal)
        }
        let account = book.account(named: name)
        prompt = AgentSheet(
            self, agent: account.map(\.address).flatMap { $0.isEmpty ? nil : $0 } ?? name, wish: wish)
    }

    /// Esc: first what is in force on the view, then the view itself.
    private func back() {
        if let view = top, !view.filter.isEmpty { return view.setFilter("") }
        if !closeTop() { say("This is the first view; q leaves the program.", .info) }
    }

    /// Leaves the program, after asking where that would break off what was begun here.
    private func leave() {
        guard hasWork else {
            exitStatus = 0
            return
        }
        pick(
            "work is still running",
            [
                Picker.Entry("Stay until it is done") {},
                Picker.Entry("Quit and break it off") { [weak self] in self?.exitStatus = 0 },
            ])
    }

    private func filter(_ arguments: [String]) {
        guard let view = top else { return }
        if arguments.isEmpty {
            prompt = FilterPrompt(self, view)
        } else {
            view.setFilter(arguments.joined(separator: " "))
        }
    }

    private func search(_ arguments: [String]) {
        let query = arguments.joined(separator: " ")
        let account = (top as? MessagesScreen)?.account
        let view = SearchScreen(self, query: query, account: account)
        open(view)
        if query.isEmpty { prompt = FilterPrompt(self, view) }
    }

    private func help(_ arguments: [String]) {
        guard let view = top else { return }
        if let name = arguments.first {
            guard let command = table.console(named: name) else {
                return say("There is no command \(untrusted: name); ? lists what can be done here.", .refusal)
            }
            let words = [command.summary + ".", command.discussion].filter { !$0.isEmpty }.joined(separator: " ")
            return say(SafeText(untrusted: words))
        }
        if view.screen != .help { open(HelpScreen(self, for: view.screen)) }
    }

    private func changeTheme(_ name: String?) {
        guard !themeNames.isEmpty else { return say("There are no themes.", .refusal) }
        let current = themeNames.firstIndex(of: themeName) ?? 0
        let wanted = name ?? themeNames[(current + 1) % themeNames.count]
        guard themeNames.contains(wanted) else {
            let names = themeNames.joined(separator: ", ")
            return say("There is no theme \(untrusted: wanted); there are \(untrusted: names).", .refusal)
        }
        themeName = wanted
        terminalRequests.append(.theme(wanted))
        say("Theme \(untrusted: wanted).")
    }

    private func refresh() {
        let refresh = services.refresh
        say("Asking the server what is new.")
        perform({ try await refresh() }, then: { [weak self] in self?.say("Up to date.") })
    }

    // MARK: The palette

    private func openPalette() {
        guard let screen = top?.screen else { return }
        var entries: [Picker.Entry] = []
        let commands = table.commands(on: screen)
        // What is special here stands first.
        for command in commands.filter({ $0.console?.screens != .all })
            + commands.filter({ $0.console?.screens == .all })
        {
            guard let form = command.console, !form.isHiddenInPalette else { continue }
            entries.append(
                Picker.Entry(
                    SafeText(untrusted: command.summary), detail: ":\(untrusted: form.name)",
                    key: keymap.key(of: command.id, on: screen) ?? .empty
                ) { [weak self] in self?.runFromList(command) })
        }
        for account in book.rows {
            entries.append(
                Picker.Entry("Inbox of \(accountName(account.id))", detail: SafeText(untrusted: account.address)) {
                    [weak self] in
                    guard let self else { return }
                    goHome(MessagesScreen(self, account: account.id))
                })
        }
        pick("find", entries)
    }

    /// Runs a command that was picked from a list; one that needs an argument is typed on.
    func runFromList(_ command: Command) {
        if let reason = unavailability(of: command) { return say(reason, .refusal) }
        if command.arguments.contains(where: { $0.arity.isRequired && $0.type != .message && $0.type != .hold }),
            let form = command.console
        {
            prompt = CommandPrompt(self, text: form.name + " ")
        } else {
            invoke(Invocation(command: command, arguments: []))
        }
    }

    // MARK: Messages

    /// Saves a message's attachments; where there are several, which ones is asked first.
    package func saveAttachments(of row: MessageRow, to folder: String?) {
        let body: BodyRow?
        do {
            body = try reader.body(of: row.key)
        } catch {
            return say(error)
        }
        let folder = folder ?? services.downloads
        guard let parts = body?.attachments, parts.count > 1 else { return save(row, [], folder) }
        var entries = [
            Picker.Entry("All \(parts.count) attachments", detail: "to \(untrusted: folder)") { [weak self] in
                self?.save(row, [], folder)
            }
        ]
        for (index, part) in parts.enumerated() {
            let size = Figures.size(Int64(part.size))
            entries.append(
                Picker.Entry(
                    "\(index + 1) \(untrusted: part.name ?? "without a name")",
                    detail: "\(untrusted: part.type)  \(untrusted: size)"
                ) { [weak self] in self?.save(row, [index + 1], folder) })
        }
        pick("save", entries)
    }

    private func save(_ row: MessageRow, _ numbers: [Int], _ folder: String) {
        let save = services.save
        say("Saving to \(untrusted: folder).")
        perform { [weak self] in
            let files = try await save(row, numbers, folder)
            await self?.saved(files)
        }
    }

    private func saved(_ files: [SavedFile]) {
        switch files.count {
        case 0: say("There was no attachment to save.", .refusal)
        case 1: say("Saved \(untrusted: files[0].path), \(untrusted: Figures.size(Int64(files[0].bytes))).")
        default: say("Saved \(files.count) files, the last as \(untrusted: files[files.count - 1].path).")
        }
    }
}

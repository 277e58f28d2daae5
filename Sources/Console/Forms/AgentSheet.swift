import AgenticMail
import Agents
import SafeText
package import TerminalUI

/// What is known about one agent, with what can be done to it.
@UIActor
package final class AgentSheet: Prompt {
    /// What a person asks for; some of it needs more to be said first.
    package enum Wish: Sendable {
        case suspend, resume, rotate, revoke, archive, delete
    }

    /// What is asked for in the footer's row.
    enum Question {
        /// Where the archive comes to be.
        case archiveTo
        /// Which archive its mail is in.
        case archiveOf
        /// The agent's name, to delete it; the archive was said before.
        case name(archive: String)

        var label: SafeText {
            switch self {
            case .archiveTo: "archive into: "
            case .archiveOf: "its archive: "
            case .name: "type its name to delete it: "
            }
        }
    }

    let console: ConsoleModel
    let address: String
    var sheet: AgentDescription?
    var fault: SafeText?
    /// What was just done: a new key, say.
    var told: [SafeText] = []
    /// How far a long act is.
    var progress: SafeText?
    var question: Question?
    var line = InputLine()
    private var newKey: String?
    private var isBusy = false
    private var wish: Wish?
    /// Stops what is being done.
    private var stop: (@Sendable () -> Void)?
    /// The archive that was made here last.
    private var archive: String?

    /// Opens the sheet of an agent.
    ///
    /// - Parameter wish: What is asked for as soon as it is known how the agent stands.
    package init(_ console: ConsoleModel, agent: String, wish: Wish? = nil) {
        self.console = console
        address = agent
        self.wish = wish
        look()
    }

    private func look() {
        let (ask, agent) = (console.services.describeAgent, address)
        isBusy = true
        Task { [weak self] in
            let result = await Task.detached { () async throws -> AgentDescription in try await ask(agent) }.result
            guard let self else { return }
            isBusy = false
            switch result {
            case .success(let sheet):
                self.sheet = sheet
                if let wish {
                    self.wish = nil
                    want(wish)
                }
            case .failure(let error): fault = ConsoleModel.sentence(error)
            }
            console.needsFrame = true
        }
    }

    /// The agent's name, as it is typed to delete it.
    var name: String { String(address.prefix { $0 != "@" }) }

    // MARK: Keys

    package func paste(_ text: String) {
        if question != nil { line.insert(text) }
    }

    package func handle(_ key: Key) {
        console.needsFrame = true
        if question != nil { return answer(key) }
        switch key.code {
        case .escape where stop != nil: stop?()
        case .escape, .character("q"): console.prompt = nil
        case .character("y"):
            guard let newKey else { return console.say("There is no new key to copy; R makes one.", .refusal) }
            console.terminalRequests.append(.copy(SafeText(untrusted: newKey)))
            console.say("The key is on the clipboard, where the terminal allows it.")
        case .character("s"): want(sheet?.state == "active" ? .suspend : .resume)
        case .character("R"): want(.rotate)
        case .character("K"): want(.revoke)
        case .character("a"): want(.archive)
        case .character("D"): want(.delete)
        default: console.say("s suspend or resume  R new key  K end keys  a archive  D delete  Esc close", .info)
        }
    }

    /// Does what is asked for, or asks for what it needs first.
    private func want(_ wish: Wish) {
        guard let sheet else { return }
        guard !isBusy else { return console.say("Wait until the server has answered.", .refusal) }
        switch wish {
        case .suspend: act(.suspend)
        case .resume: act(.resume)
        case .rotate: confirm("a new key for \(untrusted: address)", "Make a new key; the old one ends", .rotate)
        case .revoke:
            confirm("end the keys of \(untrusted: address)", "End every key; nothing logs in any more", .revoke)
        case .archive: ask(.archiveTo, archivePath)
        case .delete:
            guard sheet.state == "archived" else {
                return console.say("Only an archived agent is deleted: a archives it; s can be taken back.", .refusal)
            }
            ask(.archiveOf, archive ?? archivePath)
        }
    }

    private var archivePath: String { "\(console.services.downloads)/\(address).tar" }

    private func confirm(_ title: SafeText, _ words: SafeText, _ act: AgentAct) {
        // The list takes this sheet's place, and so keeps it until it is answered.
        console.pick(
            title,
            [
                Picker.Entry("Cancel") { self.comeBack() },
                Picker.Entry(words) {
                    self.comeBack()
                    self.act(act)
                },
            ])
    }

    private func comeBack() { console.prompt = self }

    private func ask(_ question: Question, _ text: String = "") {
        self.question = question
        line = InputLine(text)
        console.clearNotice()
    }

    private func answer(_ key: Key) {
        switch line.handle(key) {
        case .cancelled: question = nil
        case .submitted:
            guard let asked = question else { return }
            let text = line.text
            guard !text.isEmpty else { return }
            question = nil
            switch asked {
            case .archiveTo:
                archive = text
                act(.archive(to: text))
            case .archiveOf: ask(.name(archive: text))
            case .name(let archive):
                guard text == name else {
                    return console.say("That is not its name; nothing was deleted.", .refusal)
                }
                act(.delete(archive: archive))
            }
        case .changed, .moved, .ignored, .completion: break
        }
    }

    // MARK: Acts

    private func act(_ act: AgentAct) {
        let (perform, agent) = (console.services.changeAgent, address)
        isBusy = true
        (fault, told) = (nil, [])
        let began = ContinuousClock.now
        let (steps, continuation) = AsyncStream.makeStream(
            of: (Int, Int).self, bufferingPolicy: .bufferingNewest(1))
        let work = Task.detached { () async throws -> AgentActOutcome in
            defer { continuation.finish() }
            return try await perform(act, agent) { continuation.yield(($0, $1)) }
        }
        if case .archive = act { stop = { work.cancel() } }
        Task { [weak self] in
            for await (done, total) in steps {
                guard let self else { return }
                let rate = Double(done) / max(0.001, (ContinuousClock.now - began) / .seconds(1))
                let left = rate > 0 ? Int((Double(max(0, total - done)) / rate).rounded(.up)) : 0
                progress = "archiving: \(done) of \(total), \(Int(rate)) a second, \(left) s left"
                console.needsFrame = true
            }
            let result = await work.result
            self?.ended(act, result)
        }
    }

    private func ended(_ act: AgentAct, _ result: Result<AgentActOutcome, any Error>) {
        (isBusy, progress, stop) = (false, nil, nil)
        switch result {
        case .success(let outcome):
            newKey = outcome.key ?? newKey
            told = outcome.told.map { SafeText(untrusted: $0) }
            if let key = outcome.key { told += ["new key, shown this once:", SafeText(untrusted: key)] }
            if case .delete = act {
                if console.prompt === self { console.prompt = nil }
                console.say(told.first ?? "It is deleted.")
            } else {
                look()
            }
        case .failure(let error):
            fault = ConsoleModel.sentence(error)
            look()
        }
        let refresh = console.services.refresh
        // What was done is told already, and an agent that is gone cannot be asked for its mail.
        console.perform { try? await refresh() }
        console.needsFrame = true
    }
}

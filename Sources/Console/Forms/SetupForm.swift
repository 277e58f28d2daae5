import AgenticMail
import Agents
import Configuration
import SafeText
import Setup
package import TerminalUI

/// The form that takes a server to a working workspace: what is asked, each step as it happens, the reviewer's sign-in
/// once.
@UIActor
package final class SetupForm: Prompt {
    /// What is typed, in the order of the lines.
    enum Field: Int, CaseIterable {
        case server, login, password, domain, reviewer, hook

        var label: SafeText {
            switch self {
            case .server: "server"
            case .login: "admin"
            case .password: "password"
            case .domain: "domain"
            case .reviewer: "reviewer"
            case .hook: "hook"
            }
        }

        /// What belongs there.
        var hint: SafeText {
            switch self {
            case .server: "https://mail.example.com"
            case .login: "the administrator's login"
            case .password: "used now, kept nowhere"
            case .domain: "the server's only one"
            case .reviewer: "jonas@agents.example.com"
            case .hook: "none; 127.0.0.1:8645 asks the guard first"
            }
        }
    }

    /// How far it is.
    enum Phase {
        case editing
        case working
        case done(SetupReport)
        case failed([SafeText])
    }

    let console: ConsoleModel
    /// Whether there is no workspace yet, so that Esc leaves the program.
    let isFirst: Bool
    var lines: [InputLine] = Field.allCases.map { _ in InputLine() }
    var focus = Field.server
    var phase = Phase.editing
    /// The steps as they happened.
    var steps: [Setup.Event] = []
    private var work: Task<Void, Never>?
    private var stop: (@Sendable () -> Void)?

    package init(_ console: ConsoleModel, isFirst: Bool = false) {
        self.console = console
        self.isFirst = isFirst
        lines[Field.password.rawValue].isSecret = true
    }

    func text(_ field: Field) -> String { lines[field.rawValue].text }

    /// What is wrong about a field, as far as that can be said without asking; nil where nothing is.
    func fault(of field: Field) -> SafeText? {
        let text = text(field)
        guard !text.isEmpty else { return nil }
        switch field {
        case .server:
            guard case .failure(let fault) = Configuration.origin(text) else { return nil }
            return SafeText(untrusted: "The server's address \(fault.message): \(fault.cure).")
        case .domain:
            do throws(AgentsError) { _ = try DomainName(text) } catch { return SafeText(untrusted: error.sentence) }
            return nil
        case .login, .password, .reviewer, .hook: return nil
        }
    }

    /// The first thing that keeps it from beginning; nil where nothing does.
    var obstacle: (field: Field, sentence: SafeText)? {
        for field in Field.allCases {
            if let fault = fault(of: field) { return (field, fault) }
        }
        if text(.server).isEmpty { return (.server, "The server's address is missing.") }
        if text(.login).isEmpty { return (.login, "The administrator's login is missing.") }
        if text(.password).isEmpty { return (.password, "The administrator's password is missing.") }
        if text(.reviewer).isEmpty { return (.reviewer, "The first reviewer's address is missing.") }
        return nil
    }

    // MARK: Keys

    package func paste(_ text: String) {
        guard case .editing = phase else { return }
        lines[focus.rawValue].insert(text)
        console.clearNotice()
        console.needsFrame = true
    }

    package func handle(_ key: Key) {
        console.needsFrame = true
        switch phase {
        case .editing: edit(key)
        case .working: if key.code == .escape { stop?() }
        case .done(let report): close(key, report)
        case .failed:
            switch key.code {
            case .escape: leave()
            case .enter:
                phase = .editing
                steps = []
            default: break
            }
        }
    }

    private func edit(_ key: Key) {
        switch key.code {
        case .escape: leave()
        case .character("c") where key.modifiers == .control: leave()
        case .down: move(1)
        case .up: move(-1)
        case .tab: move(key.modifiers.contains(.shift) ? -1 : 1)
        case .enter: submit()
        default: if lines[focus.rawValue].handle(key) == .changed { console.clearNotice() }
        }
    }

    /// The sign-in goes off the screen by no key that may still be on its way from the form.
    private func close(_ key: Key, _ report: SetupReport) {
        switch key.code {
        case .character("y"):
            guard let signIn = report.signIn else { return console.say("There is no new sign-in to copy.", .refusal) }
            console.terminalRequests.append(.copy(SafeText(untrusted: signIn.secret)))
            console.say("The secret is on the clipboard, where the terminal allows it.")
        case .character("o") where isFirst:
            console.services.openSetUp()
            console.exitStatus = 0
        case .escape: leave()
        default: console.say(isFirst ? "o opens the workspace, Esc leaves; y copies the secret." : "Esc closes.")
        }
    }

    private func leave() {
        console.prompt = nil
        if isFirst { console.exitStatus = 0 }
    }

    private func move(_ delta: Int) {
        let all = Field.allCases
        focus = all[(focus.rawValue + delta + all.count) % all.count]
    }

    private func submit() {
        // Enter leads through the lines that are empty still, and from the last one begins.
        if let (field, _) = obstacle {
            focus = field
            return
        }
        begin()
    }

    // MARK: The server

    private func begin() {
        guard case .success(let origin) = Configuration.origin(text(.server)) else { return }
        phase = .working
        steps = []
        var request = SetupRequest(origin: origin, reviewer: text(.reviewer))
        request.domain = text(.domain).isEmpty ? nil : text(.domain)
        request.hook = text(.hook).isEmpty ? nil : text(.hook)
        let (asked, login, password) = (request, text(.login), text(.password))
        let setUp = console.services.setUp
        let (stream, continuation) = AsyncStream.makeStream(of: Setup.Event.self)
        let running = Task.detached {
            defer { continuation.finish() }
            return try await setUp(asked, login, Secret(password)) { continuation.yield($0) }
        }
        stop = { running.cancel() }
        work = Task { [weak self] in
            for await event in stream {
                self?.steps.append(event)
                self?.console.needsFrame = true
            }
            let result = await running.result
            self?.ended(result)
        }
    }

    private func ended(_ result: Result<SetupReport, any Error>) {
        switch result {
        case .success(let report):
            lines[Field.password.rawValue].set("")
            phase = .done(report)
        case .failure(let error as WorkspaceError): phase = .failed(SafeText.lines(untrusted: error.sentence))
        case .failure(let error): phase = .failed([ConsoleModel.sentence(error)])
        }
        console.needsFrame = true
    }
}

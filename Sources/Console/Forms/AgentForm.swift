import AgenticMail
import Agents
import Glibc
import SafeText
package import TerminalUI

/// The form that makes an agent, or restores one from its archive: it checks as one types, shows each step as it happens,
/// and the key once.
@UIActor
package final class AgentForm: Prompt {
    /// What is typed.
    enum Field: Int, CaseIterable {
        case archive, name, domain, owner, purpose, quota, store

        var label: SafeText {
            switch self {
            case .archive: "archive"
            case .name: "name"
            case .domain: "domain"
            case .owner: "owner"
            case .purpose: "purpose"
            case .quota: "quota MB"
            case .store: "key file"
            }
        }

        /// What may be left empty says what it is then.
        var hint: SafeText {
            switch self {
            case .archive: "the file that agent archive has made"
            case .name: "ada"
            case .domain: "where agents are"
            case .owner: "who answers for it"
            case .purpose: "what it is for"
            case .quota: "no limit"
            case .store: "shown here alone"
            }
        }
    }

    /// How far it is.
    enum Phase {
        case editing
        /// Steps so far, while it is made or undone.
        case making
        case made(CreatedAgent)
        case failed(SafeText)
    }

    let console: ConsoleModel
    /// What is asked for, in the order of the lines.
    let fields: [Field]
    var lines: [InputLine] = Field.allCases.map { _ in InputLine() }
    var focus = Field.name
    var phase = Phase.editing
    /// The steps as they happened.
    var steps: [ProvisioningEvent] = []
    /// The domains of the server, once they are known.
    var domains: [String] = []
    /// What the server says about the request that was typed last; nil while it was not asked or has nothing against it.
    var refusal: SafeText?
    /// Whether the server has said that the request can be fulfilled.
    var isFree = false
    private var check: Task<Void, Never>?
    private var work: Task<Void, Never>?
    private var stop: (@Sendable () -> Void)?

    /// A form that makes an agent.
    package init(_ console: ConsoleModel, name: String = "") {
        self.console = console
        fields = [.name, .domain, .owner, .purpose, .quota, .store]
        lines[Field.name.rawValue].set(name)
        lookUpDomains()
        checkSoon()
    }

    /// A form that restores an agent; what was said about it comes from its archive, and so does the name where none is
    /// typed.
    package init(_ console: ConsoleModel, restoring archive: String) {
        self.console = console
        fields = [.archive, .name, .domain, .quota, .store]
        focus = archive.isEmpty ? .archive : .name
        lines[Field.archive.rawValue].set(archive)
        lookUpDomains()
    }

    /// Whether an agent is restored.
    var isRestoring: Bool { fields.first == .archive }

    // MARK: What is typed

    func text(_ field: Field) -> String { lines[field.rawValue].text }

    /// The request as it is typed.
    var request: AgentRequest {
        var request = AgentRequest(name: text(.name))
        request.archive = isRestoring ? text(.archive) : nil
        request.domain = text(.domain).isEmpty ? nil : text(.domain)
        request.owner = text(.owner)
        request.purpose = text(.purpose)
        request.quota = Int64(text(.quota)).map { $0 * 1_000_000 }
        request.store = text(.store).isEmpty ? nil : .file(text(.store))
        return request
    }

    /// What is wrong about a field, as far as that can be said without asking; nil where nothing is.
    func fault(of field: Field) -> SafeText? {
        let text = text(field)
        do throws(AgentsError) {
            switch field {
            case .archive:
                guard !text.isEmpty, access(text, R_OK) != 0 else { return nil }
                return "\(untrusted: text) cannot be read."
            case .name: if !text.isEmpty { _ = try AgentName(text) }
            case .domain:
                guard !text.isEmpty else { return nil }
                let name = try DomainName(text).text
                guard domains.isEmpty || domains.contains(name) else {
                    let known = domains.joined(separator: ", ")
                    return "The server has no domain \(untrusted: name); it has \(untrusted: known)."
                }
            case .owner: if !text.isEmpty { try AgentDetails.checkOwner(text) }
            case .purpose: _ = try AgentDetails(purpose: text)
            case .quota:
                guard !text.isEmpty else { return nil }
                guard let number = Int(text), (1...1_000_000).contains(number) else {
                    return "The quota is a whole number of megabytes, from 1 to 1000000."
                }
            case .store: break
            }
            return nil
        } catch {
            return SafeText(untrusted: error.sentence)
        }
    }

    /// The first thing that keeps the agent from being made; nil where nothing does.
    var obstacle: (field: Field, sentence: SafeText)? {
        for field in fields {
            if let fault = fault(of: field) { return (field, fault) }
        }
        if isRestoring {
            if text(.archive).isEmpty { return (.archive, "The archive is missing.") }
        } else if text(.name).isEmpty {
            return (.name, "A name is missing.")
        }
        return refusal.map { (.name, $0) }
    }

    // MARK: Keys

    package func paste(_ text: String) {
        guard case .editing = phase else { return }
        lines[focus.rawValue].insert(text)
        changed()
    }

    package func handle(_ key: Key) {
        console.needsFrame = true
        switch phase {
        case .editing: edit(key)
        case .making: if key.code == .escape { stop?() }
        case .made(let agent):
            // Enter may still be on its way from the form: it must not take the key off the screen.
            switch key.code {
            case .character("y"):
                console.terminalRequests.append(.copy(SafeText(untrusted: agent.key)))
                console.say("The key is on the clipboard, where the terminal allows it.")
            case .escape: console.prompt = nil
            default: console.say("Esc closes, and the key is not shown again; y copies it.")
            }
        case .failed:
            switch key.code {
            case .escape: console.prompt = nil
            case .enter:
                phase = .editing
                steps = []
                checkSoon()
            default: break
            }
        }
    }

    private func edit(_ key: Key) {
        switch key.code {
        case .escape:
            check?.cancel()
            console.prompt = nil
        case .down: move(1)
        case .up: move(-1)
        case .tab:
            if focus == .domain, !key.modifiers.contains(.shift), completeDomain() { return }
            move(key.modifiers.contains(.shift) ? -1 : 1)
        case .enter: submit()
        default: if lines[focus.rawValue].handle(key) == .changed { changed() }
        }
    }

    private func move(_ delta: Int) {
        let place = fields.firstIndex(of: focus) ?? 0
        focus = fields[(place + delta + fields.count) % fields.count]
    }

    /// Completes the domain from those of the server; false where there is nothing to add.
    private func completeDomain() -> Bool {
        let typed = text(.domain)
        guard let name = domains.first(where: { $0.hasPrefix(typed) && $0 != typed }), !typed.isEmpty else {
            return false
        }
        lines[Field.domain.rawValue].set(name)
        changed()
        return true
    }

    private func changed() {
        console.clearNotice()
        refusal = nil
        isFree = false
        checkSoon()
    }

    private func submit() {
        if let (field, _) = obstacle {
            focus = field
            return
        }
        make()
    }

    // MARK: The server

    private func lookUpDomains() {
        let look = console.services.agentDomains
        Task { [weak self] in
            let found = try? await Task.detached { try await look() }.value
            guard let self, let found else { return }
            domains = found.names
            // An archive says where its agent was.
            if !isRestoring, text(.domain).isEmpty, let usual = found.usual {
                lines[Field.domain.rawValue].set(usual)
                changed()
            }
            console.needsFrame = true
        }
    }

    /// Asks whether the name is free; what is typed meanwhile makes the answer void.
    private func checkSoon() {
        check?.cancel()
        guard !text(.name).isEmpty, fields.allSatisfy({ fault(of: $0) == nil }) else { return }
        let (asked, ask) = (request, console.services.checkAgent)
        check = Task { [weak self] in
            let answer = await Task.detached { await ask(asked) }.value
            guard let self, !Task.isCancelled, request == asked, case .editing = phase else { return }
            refusal = answer.map { SafeText(untrusted: $0) }
            isFree = answer == nil
            console.needsFrame = true
        }
    }

    private func make() {
        check?.cancel()
        phase = .making
        steps = []
        let (asked, create) = (request, console.services.createAgent)
        let (stream, continuation) = AsyncStream.makeStream(of: ProvisioningEvent.self)
        let creation = Task.detached {
            defer { continuation.finish() }
            return try await create(asked) { continuation.yield($0) }
        }
        stop = { creation.cancel() }
        work = Task { [weak self] in
            for await event in stream {
                self?.steps.append(event)
                self?.console.needsFrame = true
            }
            let result = await creation.result
            self?.ended(result)
        }
    }

    private func ended(_ result: Result<CreatedAgent, any Error>) {
        switch result {
        case .success(let agent): phase = .made(agent)
        case .failure(let error): phase = .failed(ConsoleModel.sentence(error))
        }
        let refresh = console.services.refresh
        console.perform { try await refresh() }
        console.needsFrame = true
    }
}

import AgenticMail
import Agents
import SafeText
package import TerminalUI

/// What is known about one agent, with what can be done to it.
@UIActor
package final class AgentSheet: Prompt {
    private let console: ConsoleModel
    private let address: String
    private var sheet: AgentDescription?
    private var fault: SafeText?
    /// What was just done: a new key, say.
    private var told: [SafeText] = []
    private var newKey: String?
    private var isBusy = false

    package init(_ console: ConsoleModel, agent: String) {
        self.console = console
        address = agent
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
            case .success(let sheet): self.sheet = sheet
            case .failure(let error): fault = ConsoleModel.sentence(error)
            }
            console.needsFrame = true
        }
    }

    package func paste(_ text: String) {}

    package func handle(_ key: Key) {
        console.needsFrame = true
        switch key.code {
        case .escape, .character("q"): console.prompt = nil
        case .character("y"):
            guard let newKey else { return console.say("There is no new key to copy; R makes one.", .refusal) }
            console.terminalRequests.append(.copy(SafeText(untrusted: newKey)))
            console.say("The key is on the clipboard, where the terminal allows it.")
        case .character("s"):
            guard let sheet, !isBusy else { return }
            act(sheet.state == "active" ? .suspend : .resume)
        case .character("R"):
            guard sheet != nil, !isBusy else { return }
            // The list takes this sheet's place, and so keeps it until it is answered.
            console.pick(
                "a new key for \(untrusted: address)",
                [
                    Picker.Entry("Cancel") { self.comeBack() },
                    Picker.Entry("Make a new key; the old one ends") {
                        self.comeBack()
                        self.act(.rotate)
                    },
                ])
        default: console.say("s suspend or resume  R new key  Esc close", .info)
        }
    }

    private func comeBack() { console.prompt = self }

    private func act(_ act: AgentAct) {
        let (perform, agent) = (console.services.changeAgent, address)
        isBusy = true
        fault = nil
        Task { [weak self] in
            let result = await Task.detached { () async throws -> String? in try await perform(act, agent) }.result
            guard let self else { return }
            isBusy = false
            switch result {
            case .success(let key):
                newKey = key ?? newKey
                told = key.map { ["new key, shown this once:", SafeText(untrusted: $0)] } ?? []
            case .failure(let error): fault = ConsoleModel.sentence(error)
            }
            look()
            let refresh = console.services.refresh
            console.perform { try await refresh() }
        }
    }

    package func draw(on surface: inout Surface) {
        let room = surface.bounds.splitBottom(1).rest
        let width = max(1, min(room.width, 76) - 3)
        var rows: [(SafeText, Role)] = []
        for line in sheet?.lines ?? [] {
            rows += SafeText(untrusted: line).wrapped(to: width).map { ($0, .text) }
        }
        if sheet == nil, fault == nil { rows.append(("Asking the server …", .muted)) }
        rows += told.flatMap { $0.wrapped(to: width) }.map { ($0, .title) }
        if let fault { rows += fault.wrapped(to: width).map { ($0, .error) } }
        let frame = room.centered(Size(width: min(room.width, 76), height: min(room.height, rows.count + 2)))
        Overlay.draw(frame, title: SafeText(untrusted: address), into: &surface) { inner in
            for (y, row) in rows.suffix(inner.size.height).enumerated() {
                inner.put(row.0, at: Point(x: 0, y: y), style: Style(row.1, on: .overlay))
            }
            inner.placeCursor(at: .zero)
        }
        let (_, row) = surface.bounds.splitBottom(1)
        surface.fill(row, style: Style(.footer))
        let keys: SafeText =
            "s \(untrusted: sheet?.state == "active" ? "suspend" : "resume")  R new key  y copy  Esc close"
        surface.put((console.notice?.text ?? keys).truncated(to: row.width), 0, row.y, console.notice?.role ?? .footer)
    }
}

package import AgenticMail
import Guard
import JMAP
import SafeText
package import TerminalUI

/// The end of a word for an agent and the recipients of a hold, below what the word would do.
@UIActor
package final class AllowPrompt: Prompt {
    private unowned let console: ConsoleModel
    private let hold: HoldSummary
    private var line = InputLine()
    private var preview: AllowPreview?
    private var fault: SafeText?
    private var loading: Task<Void, Never>?
    /// The first row of the preview that is on the screen, how many of its rows were there so far, and at which width.
    private var (first, shown, width) = (0, 0, 0)

    /// Asks until when; what it would do is asked of the server meanwhile.
    package init(_ console: ConsoleModel, _ hold: HoldSummary) {
        self.console = console
        self.hold = hold
        line.set("30d")
        console.needsFrame = true
        guard let services = console.services.review else { return }
        let (id, until) = (hold.id, console.clock.now() + EndDate.farthest)
        loading = Task { [weak self] in
            let result = await Task.detached { try await services.preview(id, until) }.result
            guard let self, !Task.isCancelled else { return }
            switch result {
            case .success(let preview): self.preview = preview
            case .failure(let error): fault = ConsoleModel.sentence(error)
            }
            console.needsFrame = true
        }
    }

    package func paste(_ text: String) { line.insert(text) }

    /// The first second after the end that is typed; nil where it is none, has passed, or is too far.
    private var until: Int64? {
        let now = console.clock.now()
        guard let end = EndDate.parse(line.text, now: now), end > now, end <= now + EndDate.farthest else { return nil }
        return end
    }

    package func handle(_ key: Key) {
        switch line.handle(key) {
        case .submitted: give()
        case .cancelled: end("No word was given.")
        case .completion, .changed, .moved, .ignored: break
        }
    }

    private func end(_ text: SafeText) {
        loading?.cancel()
        console.prompt = nil
        console.say(text)
    }

    private func give() {
        guard let until else {
            return console.say("Write the last day as 2026-12-31 or 30d; a year is the most.", .refusal)
        }
        if let fault { return console.say(fault, .failure) }
        guard var preview else { return console.say("What it would do is still being asked.", .refusal) }
        guard preview.hold.entry.digest == hold.entry.digest else {
            return console.say("The message was changed since it was shown; look at the new form.", .refusal)
        }
        let count = rows(width).count
        guard shown >= count else {
            // What the word would do is read before it is given, also where it does not fit.
            first = shown
            console.needsFrame = true
            return
        }
        preview.terms.until = UTCDate(seconds: until)
        end("Giving your word …")
        console.desk.allow(preview)
    }

    private func rows(_ width: Int) -> [(text: SafeText, role: Role)] {
        if let fault { return fault.wrapped(to: width).map { ($0, .error) } }
        guard var preview else { return [("Asking what it would do …", .muted)] }
        preview.terms.until = UTCDate(seconds: until ?? console.clock.now())
        let lines = until == nil ? Array(preview.lines.dropFirst()) : preview.lines
        return lines.enumerated().flatMap { index, text -> [(text: SafeText, role: Role)] in
            let role: Role = text.string.hasPrefix("!") ? .error : index == 0 ? .text : .muted
            return text.wrapped(to: width).map { ($0, role) }
        }
    }

    package func draw(on surface: inout Surface) {
        let (above, row) = surface.bounds.splitBottom(1)
        let (rest, noticeRow) = above.splitBottom(console.notice == nil ? 0 : 1)
        let all = rows(max(1, rest.width - 2))
        let count = min(all.count, max(0, rest.height - 1))
        note(all.count, count, max(1, rest.width - 2))
        if count > 0 {
            let top = rest.maxY - count - 1
            let title: SafeText =
                preview != nil && shown < all.count
                ? "\(shown)/\(all.count), ⏎ reads on"
                : "Allow: until when may this leave without waiting?"
            surface.fill(Rect(x: 0, y: top, width: rest.width, height: count + 1), style: Style(.overlay, on: .overlay))
            surface.put(
                title.truncated(to: rest.width), at: Point(x: 0, y: top), style: Style(.overlayTitle, on: .overlay))
            for (index, line) in all.dropFirst(first).prefix(count).enumerated() {
                surface.put(
                    line.text.truncated(to: max(0, rest.width - 2)), at: Point(x: 1, y: top + 1 + index),
                    style: Style(line.role, on: .overlay))
            }
        }
        surface.clipped(to: row) { line.draw(into: &$0, prompt: "until: ") }
        guard let notice = console.notice, !noticeRow.isEmpty else { return }
        surface.fill(noticeRow, style: Style(.footer))
        surface.put(notice.text.truncated(to: rest.width), 0, noticeRow.y, notice.role)
    }

    /// Notes that so many of the rows are on the screen, from the first one that is asked for.
    private func note(_ all: Int, _ count: Int, _ width: Int) {
        if width != self.width { (first, shown, self.width) = (0, 0, width) }
        first = max(0, min(first, all - count))
        if preview != nil, first <= shown { shown = max(shown, first + count) }
    }
}

extension Desk {
    /// Gives a word that was previewed, and says what became of it.
    func allow(_ preview: AllowPreview) {
        guard let services = console.services.review else { return }
        start { [weak self] in
            let result = await Task.detached { try await services.allow(preview) }.result
            guard let self else { return }
            let until = preview.terms.until.map { EndDate.text($0.seconds) } ?? ""
            switch result {
            case .success(.accepted) where preview.missing > 0:
                console.say("Your word is given; \(preview.missing) more reviewers must give the same.")
            case .success(.accepted):
                console.say("Allowed until \(untrusted: until); this hold still waits for its decision.")
            case .success(.refused(let reason)): console.say(SafeText(untrusted: reason), .refusal)
            case .success(.waiting):
                console.say("No guard has answered yet; your word stands and waits for one.", .refusal)
            case .failure(let error): console.say(ConsoleModel.sentence(error), .failure)
            }
            refresh()
        }
    }
}

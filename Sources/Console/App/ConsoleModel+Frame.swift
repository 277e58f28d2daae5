import AgenticMail
import MailCache
import SafeText
package import TerminalUI

extension ConsoleModel {
    /// The room of the views in the frame.
    var contentSize: Size { FrameLayout(size, isLinear: isLinear).content.size }

    /// Draws the frame, the view that is shown, and what lies over it.
    package func draw(on surface: inout Surface) {
        needsFrame = false
        isLinear = surface.isLinear
        if surface.size != size { resize(to: surface.size) }
        let frame = FrameLayout(size, isLinear: isLinear)
        if let row = frame.topRow { drawTop(row, on: &surface) }
        if let row = frame.upperRule { surface.rule(y: row) }
        if let row = frame.lowerRule { surface.rule(y: row) }
        if let view = top, !frame.content.isEmpty {
            surface.clipped(to: frame.content) { view.draw(on: &$0) }
            noteAccountsShown()
        }
        // After the view: how much of it was shown counts what it shows now.
        if let row = frame.crumbRow { drawCrumbs(row, isCompact: frame.isCompact, on: &surface) }
        if let prompt {
            prompt.draw(on: &surface)
        } else if !pendingKeys.isEmpty {
            drawPending(on: &surface)
        } else if let notice {
            draw(notice, on: &surface)
        } else if let row = frame.footerRow {
            drawFooter(row, on: &surface)
        }
    }

    /// Makes ready what the next key may show; between keys.
    package func readAhead() {
        if top?.readAhead() == true { needsFrame = true }
    }

    /// Takes another size; views keep their rows.
    package func resize(to size: Size) {
        self.size = size
        for view in levels { view.layout(contentSize) }
        needsFrame = true
    }

    // MARK: The top line

    private func drawTop(_ row: Int, on surface: inout Surface) {
        let width = surface.size.width
        surface.fill(Rect(x: 0, y: row, width: width, height: 1), style: Style(.header))
        var left: [Span] = []
        if width >= 70 { left.append(Span("agenticmail ▏", .header)) }
        left.append(
            Span(SafeText(untrusted: services.workspace), services.isProduction ? .workspaceCaution : .workspace))
        if width >= 60, !services.server.isEmpty, services.server != services.workspace {
            left.append(Span(" · \(untrusted: services.server)", .header))
        }
        let right = fitted(statusSpans(short: width < 50), into: width - min(Line(left).width, 12) - 2)
        let rightWidth = right.reduce(0) { $0 + $1.text.width }
        put(left, 0, row, width: max(0, width - rightWidth - 2), on: &surface, ground: .header)
        put(right, width - rightWidth, row, width: rightWidth, on: &surface, ground: .header)
    }

    /// The connection, what needs a person, and the clock; the first is the last to go.
    private func statusSpans(short: Bool) -> [Span] {
        var spans = [Span(connection.label(clock, short: short), connection.role)]
        if let trust = services.trust { spans.append(Span(trust, .warning)) }
        let held = heldCount
        if let left = desk.leavingSeconds { spans.append(Span(short ? "\(left)s" : "leaving in \(left) s", .warning)) }
        if held > 0 { spans.append(Span(short ? "\(held)H" : "\(held) held", .held)) }
        let waiting = waitingActs
        if waiting > 0 { spans.append(Span(short ? "\(waiting)w" : "\(waiting) waiting", .warning)) }
        let failed = services.jobs.jobs.count { job in
            if case .failed = job.state { return true }
            return false
        }
        if failed > 0 { spans.append(Span(short ? "\(failed)!" : "\(failed) failed", .error)) }
        let refused = book.refusedCount
        if refused > 0 { spans.append(Span(short ? "\(refused)?" : "\(refused) refused", .error)) }
        spans.append(Span(SafeText(untrusted: Figures.time(clock.now(), clock)), .time))
        return spans
    }

    /// How many holds wait for a decision: as the desk knows, or as the agents' mailboxes say.
    var heldCount: Int { desk.heldCount ?? totals?.held ?? 0 }

    /// As many of the spans, two blanks between them, as fit.
    private func fitted(_ spans: [Span], into width: Int) -> [Span] {
        var spans = spans
        func total() -> Int { spans.reduce(0) { $0 + $1.text.width } + 2 * max(0, spans.count - 1) }
        while spans.count > 1, total() > width { spans.removeLast() }
        return Array(spans.map { [$0] }.joined(separator: [Span("  ", .header)]))
    }

    private func put(_ spans: [Span], _ x: Int, _ y: Int, width: Int, on surface: inout Surface, ground: Role) {
        var x = x
        var room = width
        for span in spans where room > 0 {
            let text = span.text.truncated(to: room)
            surface.put(text, at: Point(x: x, y: y), style: Style(span.role, on: ground))
            x += text.width
            room -= text.width
        }
    }

    // MARK: The second line

    private func drawCrumbs(_ row: Int, isCompact: Bool, on surface: inout Surface) {
        guard let view = top else { return }
        let width = surface.size.width
        var right: [Span] = []
        if !view.filter.isEmpty { right.append(Span("/\(untrusted: view.filter)", .match)) }
        if !view.position.isEmpty { right.append(Span(view.position, .count)) }
        if isCompact {
            if let trust = services.trust { right.append(Span(trust, .warning)) }
            right.append(Span(connection.label(clock, short: true), connection.role))
        }
        let held = heldCount
        if isCompact, held > 0 { right.append(Span("\(held)H", .held)) }
        let shown = fitted(right.reversed(), into: width * 2 / 3).reversed()
        let rightWidth = shown.reduce(0) { $0 + $1.text.width }
        let room = max(0, width - rightWidth - (rightWidth > 0 ? 1 : 0))
        var crumbs = levels.map(\.crumb).joined(separator: " › ")
        // Where the room is small the nearest names are the ones to keep: whose mailbox it is.
        if crumbs.width > room { crumbs = view.subject }
        surface.put(crumbs.truncated(to: room), 0, row, .breadcrumb)
        put(Array(shown), width - rightWidth, row, width: rightWidth, on: &surface, ground: .text)
    }

    // MARK: The footer

    private func drawFooter(_ row: Int, on surface: inout Surface) {
        guard let view = top else { return }
        let width = surface.size.width
        surface.fill(Rect(x: 0, y: row, width: width, height: 1), style: Style(.footer))
        let commands = table.footer(on: view.screen)
        let here = commands.filter { $0.console?.footer != .all && unavailability(of: $0) == nil }
        let always = commands.filter { $0.console?.footer == .all }
        var right = always.compactMap { entry($0, on: view.screen) }
        while right.count > 1, total(right) > width / 2 { right.removeFirst() }
        let rightWidth = total(right)
        var x = 0
        if let countdown = desk.countdown, [.review, .hold].contains(view.screen) {
            let text = countdown.truncated(to: max(0, width - rightWidth - 2))
            surface.put(text, at: Point(x: 0, y: row), style: Style(.warning, on: .footer))
            x = text.width + 2
        }
        for command in here where x == 0 || command.id != "review.undo" || desk.countdown == nil {
            guard let entry = entry(command, on: view.screen) else { continue }
            let needed = entry.key.width + 1 + entry.label.width
            guard x + needed + 2 + rightWidth <= width else { break }
            put(entry, x, row, on: &surface)
            x += needed + 2
        }
        var place = width - rightWidth
        guard place >= 0 else { return }
        for entry in right {
            put(entry, place, row, on: &surface)
            place += entry.key.width + 1 + entry.label.width + 2
        }
    }

    private typealias FooterEntry = (key: SafeText, label: SafeText)

    private func entry(_ command: Command, on screen: Screen) -> FooterEntry? {
        guard let form = command.console, let key = keymap.key(of: command.id, on: screen) else { return nil }
        // What waits for a person is said beside the key that leads there.
        if command.id == "review.list", heldCount > 0 { return (key, "\(heldCount) held") }
        return (key, SafeText(untrusted: form.label))
    }

    private func total(_ entries: [FooterEntry]) -> Int {
        entries.reduce(0) { $0 + $1.key.width + 1 + $1.label.width } + 2 * max(0, entries.count - 1)
    }

    private func put(_ entry: FooterEntry, _ x: Int, _ y: Int, on surface: inout Surface) {
        surface.put(entry.key, at: Point(x: x, y: y), style: Style(.key, on: .footer))
        surface.put(entry.label, at: Point(x: x + entry.key.width + 1, y: y), style: Style(.footer))
    }

    // MARK: Over the view

    /// A message in up to three rows at the bottom.
    private func draw(_ notice: Notice, on surface: inout Surface) {
        let size = surface.size
        guard size.height > 0, size.width > 0 else { return }
        let rows = notice.text.wrapped(to: size.width, limit: min(3, max(1, size.height - 1)))
        for (index, text) in rows.enumerated() {
            let y = size.height - rows.count + index
            surface.fill(Rect(x: 0, y: y, width: size.width, height: 1), style: Style(.footer))
            surface.put(text, at: Point(x: 0, y: y), style: Style(notice.role, on: .footer))
        }
    }

    /// The keys that can follow the ones that were pressed.
    private func drawPending(on surface: inout Surface) {
        guard let view = top, case .pending(let bindings) = keymap.resolve(pendingKeys, on: view.screen) else { return }
        let size = surface.size
        let rows = bindings.prefix(max(1, size.height - 2))
        for (index, binding) in rows.enumerated() {
            let y = size.height - 1 - rows.count + index
            surface.fill(Rect(x: 0, y: y, width: size.width, height: 1), style: Style(.overlay))
            let rest = binding.keys.dropFirst(pendingKeys.count).map(\.label).joined(separator: " ")
            surface.put(rest, at: Point(x: 1, y: y), style: Style(.key, on: .overlay))
            surface.put(
                SafeText(untrusted: binding.command.summary).truncated(to: max(0, size.width - 10)),
                at: Point(x: 9, y: y), style: Style(.text, on: .overlay))
        }
        let typed = pendingKeys.map(\.label).joined(separator: " ")
        surface.fill(Rect(x: 0, y: size.height - 1, width: size.width, height: 1), style: Style(.footer))
        surface.put("\(typed) …  Esc gives up", at: Point(x: 0, y: size.height - 1), style: Style(.prompt))
    }
}

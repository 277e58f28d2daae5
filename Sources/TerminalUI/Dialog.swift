package import SafeText

/// A question on top of the screen.
///
/// The button that cancels has the focus, acts that cannot be taken back come last, and keys typed in the first 250 ms
/// are ignored: they were meant for what was there before.
package struct Dialog: Sendable {
    /// A button.
    package struct Button: Hashable, Sendable {
        package var label: SafeText
        /// Answers the dialog at once; never Enter.
        package var key: Character?
        package var isDanger: Bool

        /// A button.
        package init(_ label: SafeText, key: Character? = nil, isDanger: Bool = false) {
            self.label = label
            self.key = key
            self.isDanger = isDanger
        }
    }

    /// What a key did.
    package enum Outcome: Hashable, Sendable {
        /// Nothing that ends the dialog.
        case open
        /// The dialog was left without an answer.
        case cancelled
        /// The button with this number among those given was chosen.
        case chose(Int)
    }

    /// How long keys are ignored after the dialog opened.
    package static let deafTime = Duration.milliseconds(250)

    package var title: SafeText
    package var message: [SafeText]
    package let buttons: [Button]
    /// The button with the focus; 0 is Cancel, which is always there and first.
    package private(set) var focus = 0
    private let opened: Duration

    /// A dialog with a Cancel button before the buttons given, those without danger first.
    package init(title: SafeText, message: [SafeText], buttons: [Button], clock: UIClock) {
        self.title = title
        self.message = message
        self.buttons = buttons
        opened = clock.now()
    }

    /// Handles a key; `chose` numbers are those of `buttons`.
    package mutating func handle(_ key: Key, clock: UIClock) -> Outcome {
        guard clock.now() - opened >= Self.deafTime else { return .open }
        switch key.code {
        case .escape:
            return .cancelled
        case .enter:
            return focus == 0 ? .cancelled : .chose(order[focus - 1])
        case .left, .up:
            focus = max(0, focus - 1)
        case .right, .down:
            focus = min(buttons.count, focus + 1)
        case .tab:
            let count = buttons.count + 1
            focus = (focus + (key.modifiers.contains(.shift) ? count - 1 : 1)) % count
        default:
            if let typed = key.typed, let index = buttons.firstIndex(where: { $0.key == typed }) {
                return .chose(index)
            }
        }
        return .open
    }

    /// Draws the dialog in the middle of the region.
    package func draw(into surface: inout Surface) {
        let columns = min(surface.size.width, max(30, min(72, contentWidth + 4)))
        let lines = message.flatMap { $0.wrapped(to: max(1, columns - 4)) }
        let frame = surface.bounds.centered(Size(width: columns, height: lines.count + 4))
        Overlay.draw(frame, title: title, into: &surface) { inner in
            let room = max(0, inner.size.height - 2)
            for (y, line) in lines.prefix(room).enumerated() {
                inner.put(line, at: Point(x: 1, y: y), style: Style(.overlay, on: .overlay))
            }
            drawButtons(into: &inner, y: inner.size.height - 1)
        }
    }

    private var contentWidth: Int {
        let buttonWidth = buttons.reduce(10) { $0 + $1.label.width + 4 }
        return max(title.width + 4, buttonWidth, message.map(\.width).max() ?? 0)
    }

    /// Numbers of the buttons in the order shown: danger last.
    private var order: [Int] {
        buttons.indices.filter { !buttons[$0].isDanger } + buttons.indices.filter { buttons[$0].isDanger }
    }

    private func drawButtons(into surface: inout Surface, y: Int) {
        let all = [Button("Cancel")] + order.map { buttons[$0] }
        let widths = all.map { $0.label.width + 4 }
        var x = max(0, surface.size.width - widths.reduce(0, +) - (all.count - 1))
        for (index, button) in all.enumerated() {
            let role: Role = index == focus ? .buttonFocused : (button.isDanger ? .buttonDanger : .button)
            surface.put("[ \(button.label) ]", at: Point(x: x, y: y), style: Style(role, on: .overlay))
            if index == focus { surface.placeCursor(at: Point(x: x + 2, y: y)) }
            x += widths[index] + 1
        }
    }
}

/// A framed area on top of the screen.
package enum Overlay {
    /// Draws ground and box in `frame`, then `content` inside the box.
    package static func draw(
        _ frame: Rect, title: SafeText, into surface: inout Surface, content: (inout Surface) -> Void
    ) {
        surface.fill(frame, style: Style(.overlay, on: .overlay))
        surface.box(frame, title: title, style: Style(.overlayTitle, on: .overlay))
        surface.clipped(to: frame.width > 4 && frame.height > 2 ? frame.inset(dx: 1, dy: 1) : frame, content)
    }
}

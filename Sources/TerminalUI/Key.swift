/// A key that was pressed, with its modifiers.
package struct Key: Hashable, Sendable {
    /// Which key.
    package enum Code: Hashable, Sendable {
        /// A character that was typed; an upper-case letter carries no shift.
        case character(Character)
        case enter, escape, tab, backspace, delete, insert
        case up, down, left, right, home, end, pageUp, pageDown
        /// F1 to F63.
        case function(Int)
    }

    /// Keys held at the same time.
    package struct Modifiers: OptionSet, Hashable, Sendable {
        package let rawValue: UInt8

        /// A set of modifiers.
        package init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        package static let control = Modifiers(rawValue: 1)
        package static let alt = Modifiers(rawValue: 2)
        package static let shift = Modifiers(rawValue: 4)
    }

    package var code: Code
    package var modifiers: Modifiers

    /// A key.
    package init(_ code: Code, _ modifiers: Modifiers = []) {
        self.code = code
        self.modifiers = modifiers
    }

    /// A character without modifiers.
    package init(_ character: Character) {
        self.init(.character(character))
    }

    /// The character that this key types into a line, if it types one.
    package var typed: Character? {
        guard case .character(let character) = code, modifiers.isEmpty else { return nil }
        return character
    }
}

/// What a terminal reports.
package enum Event: Hashable, Sendable {
    /// A key.
    case key(Key)
    /// Text that was pasted: from outside, to be taken as text and never as keys.
    case paste(String)
    /// The mouse.
    case mouse(MouseEvent)
    /// The terminal's window gained or lost the focus.
    case focus(Bool)
    /// The terminal has this size now.
    case resize(Size)
    /// Back from the background, or the terminal from a child: all is drawn again.
    case resumed
    /// The terminal is gone or asked to end: save and leave; nothing can be drawn.
    case hangUp
    /// SIGTERM: save and leave.
    case terminate
}

/// A press, a double press or the wheel, at a cell.
package struct MouseEvent: Hashable, Sendable {
    /// What was done.
    package enum Action: Hashable, Sendable {
        case press, doublePress, release, wheelUp, wheelDown
    }

    package var action: Action
    package var point: Point
    /// 1 left, 2 middle, 3 right; 0 for the wheel.
    package var button: Int

    /// A mouse event.
    package init(_ action: Action, at point: Point, button: Int = 1) {
        self.action = action
        self.point = point
        self.button = button
    }
}

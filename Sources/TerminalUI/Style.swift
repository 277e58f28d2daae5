/// What a cell means; the theme says how that looks. Raw values are the names in theme files.
package enum Role: String, CaseIterable, Sendable {
    /// Plain text, and the screen's ground.
    case text
    /// Text of less weight: times of old messages, help.
    case muted
    /// Headings of panes and parts.
    case title
    /// The top line.
    case header
    /// The second line: where one is.
    case breadcrumb
    /// The bottom line.
    case footer
    /// A key's name in the footer or the help.
    case key
    /// Boxes and rules.
    case border
    /// The workspace's name in the top line.
    case workspace
    /// A workspace in which acts have consequences outside.
    case workspaceCaution = "workspace-caution"
    /// The focused row.
    case selection
    /// The selected row of a pane that has not the focus.
    case selectionInactive = "selection-inactive"
    /// A marked row.
    case marked
    /// A place that a search found.
    case match
    /// The found place that the cursor is on.
    case matchCurrent = "match-current"
    /// What stands for a character that must not be shown as itself.
    case mark
    /// A column's heading.
    case columnTitle = "column-title"
    /// An unread message.
    case unread
    /// A flagged message.
    case flagged
    /// Something that waits for a person.
    case held
    /// A name of an agent.
    case agent
    /// A name or address outside of the workspace.
    case outsider
    /// A subject.
    case subject
    /// A time.
    case time
    /// A number.
    case count
    /// A name of a message's header field.
    case fieldName = "field-name"
    /// Quoted text, first depth.
    case quote
    /// Quoted text, second depth.
    case quote2
    /// Quoted text, third depth and deeper.
    case quote3
    /// A numbered link.
    case link
    /// An attachment.
    case attachment
    /// Code and raw source.
    case code
    /// A signature below a text.
    case signature
    /// Text that was hidden in a message.
    case hidden
    /// A finding of an inspection.
    case finding
    /// Text that was added.
    case inserted
    /// Text that was removed.
    case deleted
    /// It works.
    case success
    /// Needs attention.
    case warning
    /// Does not work.
    case error
    /// News without weight.
    case info
    /// Connected.
    case live
    /// Catching up.
    case catchingUp = "catching-up"
    /// Not connected.
    case offline
    /// The line that is typed into.
    case input
    /// What completion would add.
    case ghost
    /// The sign before an input.
    case prompt
    /// A dialog's ground.
    case overlay
    /// A dialog's box and title.
    case overlayTitle = "overlay-title"
    /// A button.
    case button
    /// The button that has the focus.
    case buttonFocused = "button-focused"
    /// A button whose act cannot be taken back.
    case buttonDanger = "button-danger"
    /// A sparkline, a bar.
    case chart
    /// An act that cannot be taken here and now.
    case disabled
    /// Six colours that tell names apart.
    case accent1, accent2, accent3, accent4, accent5, accent6

    /// The colour in which a name is always shown: the same name, the same colour, on every start.
    package static func accent(for name: String) -> Role {
        var hash: UInt32 = 2_166_136_261
        for byte in name.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        return [.accent1, .accent2, .accent3, .accent4, .accent5, .accent6][Int(hash % 6)]
    }
}

/// How a cell is drawn: its role, the role of the ground under it, and emphasis on top.
package struct Style: Hashable, Sendable {
    /// Emphasis that is added to what the theme gives a role.
    package struct Emphasis: OptionSet, Hashable, Sendable {
        package let rawValue: UInt8

        /// A set of emphases.
        package init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        package static let bold = Emphasis(rawValue: 1)
        package static let underline = Emphasis(rawValue: 2)
        package static let reverse = Emphasis(rawValue: 4)
        package static let dim = Emphasis(rawValue: 8)
        package static let italic = Emphasis(rawValue: 16)
    }

    /// Gives the text its colour.
    package var role: Role
    /// Gives the ground its colour where `role` has none of its own: the selected row, a dialog.
    package var ground: Role
    package var emphasis: Emphasis

    /// A style; the ground is the screen's unless another is named.
    package init(_ role: Role, on ground: Role = .text, _ emphasis: Emphasis = []) {
        self.role = role
        self.ground = ground
        self.emphasis = emphasis
    }

    /// The same on another ground.
    package func on(_ ground: Role) -> Style { Style(role, on: ground, emphasis) }

    /// The same with more emphasis.
    package func with(_ emphasis: Emphasis) -> Style { Style(role, on: ground, self.emphasis.union(emphasis)) }

    package static let text = Style(.text)
}

package import TerminalUI

/// Which rows of the screen the frame takes, by the room there is.
package struct FrameLayout: Equatable, Sendable {
    /// The row of the workspace and the connection; nil where there is no room.
    package let topRow: Int?
    /// The row of breadcrumbs, filter and position.
    package let crumbRow: Int?
    /// Whether `crumbRow` stands for the top row too and shows the connection in short.
    package let isCompact: Bool
    package let upperRule: Int?
    package let lowerRule: Int?
    package let content: Rect
    package let footerRow: Int?

    /// The frame of a screen; without rules where it is linear.
    package init(_ size: Size, isLinear: Bool = false) {
        let height = size.height
        var first = 0
        var end = height
        var rows: (top: Int?, crumb: Int?, upper: Int?, lower: Int?, footer: Int?) = (nil, nil, nil, nil, nil)
        switch height {
        case ..<2: break
        case 2:
            rows.crumb = 0
            first = 1
        case 3..<6:
            rows.crumb = 0
            rows.footer = height - 1
            (first, end) = (1, height - 1)
        default:
            rows.top = 0
            rows.crumb = 1
            rows.footer = height - 1
            (first, end) = (2, height - 1)
            if height >= 10, !isLinear {
                rows.upper = 2
                rows.lower = height - 2
                (first, end) = (3, height - 2)
            }
        }
        topRow = rows.top
        crumbRow = rows.crumb
        isCompact = rows.top == nil
        upperRule = rows.upper
        lowerRule = rows.lower
        footerRow = rows.footer
        content = Rect(x: 0, y: first, width: size.width, height: end - first)
    }
}

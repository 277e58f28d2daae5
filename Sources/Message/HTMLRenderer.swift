import CGumbo

/// Turns the elements and texts of a document, visited in order, into lines.
struct HTMLRenderer {
    /// What leaving an element undoes.
    struct Effect {
        fileprivate var endsBlock = false
        fileprivate var leavesGap = false
        fileprivate var quoteLevels = 0
        fileprivate var endsHidden = false
        fileprivate var endsPreformatted = false
        fileprivate var endsHeading = false
        fileprivate var endsList = false
        fileprivate var endsItem = false
        fileprivate var link: String?
        fileprivate var linkStart = 0
        fileprivate var table: TableRole = .none
    }

    fileprivate enum TableRole { case none, table, row, cell, layoutCell }

    /// A list that is open: its next number, or nil for bullets.
    private struct OpenList {
        var next: Int?
    }

    private var result = ReadableText()
    private var size = 0
    /// The line that is being filled, as bytes of UTF-8 would be slower to search: text with white space collapsed.
    private var line = ""
    /// Whether white space came that is written only if text follows.
    private var hasPendingSpace = false
    /// Whether an empty line comes before the next line.
    private var hasPendingGap = false
    private var quoteLevel = 0
    private var isGmailQuoteOpen = false
    private var preformatted = 0
    private var headings = 0
    private var lists: [OpenList] = []
    /// What the next line begins with: a bullet or number.
    private var marker: String?
    private var hiddenDepth = 0
    private var hiddenText = ""
    private var linkNumbers: [String: Int] = [:]
    private var table = HTMLTable()

    private static let mostLines = 50_000
    private static let mostSize = 4_000_000
    private static let mostQuoteLevels = 50
    private static let mostIndent = 8

    /// Whether so much was written that the rest is left out.
    var isFull: Bool { result.lines.count >= Self.mostLines || size >= Self.mostSize }

    // MARK: Text

    /// Adds the text of a node.
    mutating func add(_ text: String) {
        size += text.utf8.count
        if hiddenDepth > 0 {
            if hiddenText.utf8.count < 100_000 { hiddenText += text }
        } else if preformatted > 0 {
            addPreformatted(text)
        } else {
            addFlowing(text)
        }
    }

    private mutating func addFlowing(_ text: String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case " ", "\t", "\n", "\r", "\u{0C}", "\u{A0}":
                hasPendingSpace = true
            default:
                if hasPendingSpace, !line.isEmpty { line.unicodeScalars.append(" ") }
                hasPendingSpace = false
                line.unicodeScalars.append(scalar)
            }
        }
    }

    private mutating func addPreformatted(_ text: String) {
        var isFirst = true
        for piece in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if !isFirst { endLine(keepsEmpty: true) }
            isFirst = false
            line += piece.filter { $0 != "\r" }
        }
    }

    // MARK: Lines

    /// Ends the line that is being filled.
    private mutating func endLine(keepsEmpty: Bool = false) {
        hasPendingSpace = false
        if table.isInCell {
            table.addToCell(line)
            line = ""
            return
        }
        guard !line.isEmpty || keepsEmpty || marker != nil else { return }
        if line.isEmpty, marker != nil, !keepsEmpty { return }
        if hasPendingGap, !result.lines.isEmpty { appendGap() }
        hasPendingGap = false
        let indent = String(repeating: "  ", count: min(max(0, lists.count - 1), Self.mostIndent))
        let hanging = lists.isEmpty ? "" : "  "
        let prefix = lists.isEmpty ? "" : indent + (marker ?? hanging)
        marker = nil
        let role: ReadableText.Role = preformatted > 0 ? .preformatted : headings > 0 ? .heading : .text
        append(.init(prefix + line, quoteLevel: quoteLevel, role: role))
        line = ""
    }

    private mutating func append(_ line: ReadableText.Line) {
        guard result.lines.count < Self.mostLines else { return }
        result.lines.append(line)
    }

    /// An empty line between two quotes belongs to the outer one.
    private mutating func appendGap() {
        append(.init("", quoteLevel: min(quoteLevel, result.lines.last?.quoteLevel ?? 0)))
    }

    private mutating func gap() {
        endLine()
        if !table.isInCell, marker == nil { hasPendingGap = true }
    }

    // MARK: Elements

    /// Enters an element; nil if nothing in it is shown.
    mutating func enter(_ node: HTMLTree.Node) -> Effect? {
        let tag = HTMLTree.tag(node)
        switch tag {
        case GUMBO_TAG_SCRIPT, GUMBO_TAG_STYLE, GUMBO_TAG_HEAD, GUMBO_TAG_TITLE, GUMBO_TAG_NOSCRIPT, GUMBO_TAG_OBJECT,
            GUMBO_TAG_IFRAME, GUMBO_TAG_SELECT, GUMBO_TAG_TEMPLATE:
            return nil
        default: break
        }
        var effect = Effect()
        if HTMLVisibility.isHidden(node) {
            if hiddenDepth == 0 { endHiddenText() }
            hiddenDepth += 1
            effect.endsHidden = true
        }
        guard hiddenDepth == 0 else { return effect }
        apply(tag, node, &effect)
        return effect
    }

    private mutating func apply(_ tag: GumboTag, _ node: HTMLTree.Node, _ effect: inout Effect) {
        switch tag {
        case GUMBO_TAG_BR: endLine(keepsEmpty: !result.lines.isEmpty && marker == nil)
        case GUMBO_TAG_HR: rule()
        case GUMBO_TAG_IMG: image(node)
        case GUMBO_TAG_A: openLink(node, &effect)
        case GUMBO_TAG_P, GUMBO_TAG_DL, GUMBO_TAG_FIGURE:
            gap()
            effect.leavesGap = true
        case GUMBO_TAG_H1, GUMBO_TAG_H2, GUMBO_TAG_H3, GUMBO_TAG_H4, GUMBO_TAG_H5, GUMBO_TAG_H6:
            gap()
            headings += 1
            effect.endsHeading = true
        case GUMBO_TAG_PRE, GUMBO_TAG_TEXTAREA, GUMBO_TAG_LISTING:
            gap()
            preformatted += 1
            effect.endsPreformatted = true
        case GUMBO_TAG_BLOCKQUOTE: openQuote(node, &effect)
        case GUMBO_TAG_UL, GUMBO_TAG_OL, GUMBO_TAG_MENU, GUMBO_TAG_DIR: openList(tag, node, &effect)
        case GUMBO_TAG_LI: openItem(&effect)
        case GUMBO_TAG_TABLE: openTable(node, &effect)
        case GUMBO_TAG_TR: openRow(&effect)
        case GUMBO_TAG_TD, GUMBO_TAG_TH: openCell(&effect)
        case GUMBO_TAG_DIV, GUMBO_TAG_SECTION, GUMBO_TAG_ARTICLE, GUMBO_TAG_HEADER, GUMBO_TAG_FOOTER, GUMBO_TAG_MAIN,
            GUMBO_TAG_NAV, GUMBO_TAG_ASIDE, GUMBO_TAG_ADDRESS, GUMBO_TAG_CENTER, GUMBO_TAG_FORM, GUMBO_TAG_FIELDSET,
            GUMBO_TAG_DT, GUMBO_TAG_DD, GUMBO_TAG_CAPTION, GUMBO_TAG_FIGCAPTION, GUMBO_TAG_DETAILS, GUMBO_TAG_SUMMARY:
            endLine()
            effect.endsBlock = true
            if HTMLVisibility.isQuoteContainer(node) { quote(&effect, isGmail: true) }
        default: break
        }
    }

    /// Leaves an element.
    mutating func leave(_ effect: Effect) {
        if effect.endsHidden {
            hiddenDepth -= 1
            if hiddenDepth == 0 { endHiddenText() }
            return
        }
        guard hiddenDepth == 0 else { return }
        if let target = effect.link { closeLink(target, from: effect.linkStart) }
        if effect.leavesGap || effect.endsHeading || effect.endsPreformatted { gap() }
        if effect.endsHeading { headings -= 1 }
        if effect.endsPreformatted { preformatted -= 1 }
        if effect.endsBlock || effect.endsItem { endLine() }
        if effect.endsItem { marker = nil }
        if effect.endsList {
            endLine()
            if !lists.isEmpty { lists.removeLast() }
            if lists.isEmpty { gap() }
        }
        if effect.quoteLevels > 0 {
            gap()
            quoteLevel -= effect.quoteLevels
        }
        leaveTable(effect.table)
    }

    /// Everything is visited: the text.
    mutating func finish() -> ReadableText {
        endLine()
        endHiddenText()
        result.isTruncated = isFull
        result.lines = PlainText.tidied(result.lines)
        return result
    }

    private mutating func endHiddenText() {
        let words = hiddenText.split { $0.isWhitespace || HTMLVisibility.isInvisible($0) }
        if !words.isEmpty, result.hidden.count < 1_000 { result.hidden.append(words.joined(separator: " ")) }
        hiddenText = ""
    }

    private mutating func rule() {
        gap()
        if hasPendingGap, !result.lines.isEmpty { appendGap() }
        if !table.isInCell { append(.init("", quoteLevel: quoteLevel, role: .rule)) }
        hasPendingGap = true
    }
}

// MARK: Links, images, quotes, lists

extension HTMLRenderer {
    private mutating func openLink(_ node: HTMLTree.Node, _ effect: inout Effect) {
        guard let target = HTMLTree.attribute(node, "href")?.trimmingWhiteSpace, !target.isEmpty, !target.hasPrefix("#")
        else { return }
        if hasPendingSpace, !line.isEmpty { line += " " }
        hasPendingSpace = false
        effect.link = target
        effect.linkStart = line.utf8.count
    }

    private mutating func closeLink(_ target: String, from start: Int) {
        let text = start <= line.utf8.count ? String(decoding: line.utf8.dropFirst(start), as: UTF8.self) : ""
        let number: Int
        if let known = linkNumbers[target] {
            number = known
        } else {
            guard result.links.count < 10_000 else { return }
            number = result.links.count + 1
            linkNumbers[target] = number
            result.links.append(.init(number: number, text: text.trimmingWhiteSpace, target: target))
        }
        if line.isEmpty, !table.isInCell, hasNoTextToMark(start) {
            // The text of a link around blocks stands in lines that are ended; the mark goes to the last of them.
            if let last = result.lines.indices.last { result.lines[last].text += "[\(number)]" }
        } else {
            line += "[\(number)]"
        }
    }

    private func hasNoTextToMark(_ start: Int) -> Bool { start == 0 && !(result.lines.last?.text.isEmpty ?? true) }

    private mutating func image(_ node: HTMLTree.Node) {
        let alt = HTMLTree.attribute(node, "alt")?.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if HTMLVisibility.isPixel(node) {
            let source = HTMLTree.attribute(node, "src") ?? ""
            if result.hidden.count < 1_000 { result.hidden.append("[image of one pixel: \(source)]") }
            return
        }
        // An empty alt says that the image is decoration.
        if alt == "" { return }
        addFlowing(alt.map { "[image: \($0)]" } ?? "[image]")
    }

    private mutating func openQuote(_ node: HTMLTree.Node, _ effect: inout Effect) {
        gap()
        if isGmailQuoteOpen {
            isGmailQuoteOpen = false
            effect.leavesGap = true
        } else {
            quote(&effect, isGmail: false)
        }
    }

    private mutating func quote(_ effect: inout Effect, isGmail: Bool) {
        gap()
        guard quoteLevel < Self.mostQuoteLevels else { return }
        quoteLevel += 1
        effect.quoteLevels = 1
        // Gmail's container holds the line "On … wrote:" and one blockquote: together one level.
        isGmailQuoteOpen = isGmail
    }

    private mutating func openList(_ tag: GumboTag, _ node: HTMLTree.Node, _ effect: inout Effect) {
        endLine()
        if lists.isEmpty { gap() }
        marker = nil
        let start = HTMLTree.attribute(node, "start").flatMap { Int($0) } ?? 1
        lists.append(OpenList(next: tag == GUMBO_TAG_OL ? min(max(start, -1_000_000), 1_000_000) : nil))
        effect.endsList = true
    }

    private mutating func openItem(_ effect: inout Effect) {
        endLine()
        effect.endsItem = true
        guard let last = lists.indices.last, let number = lists[last].next else {
            marker = "• "
            return
        }
        marker = "\(number). "
        lists[last].next = number + 1
    }
}

// MARK: Tables

extension HTMLRenderer {
    private mutating func openTable(_ node: HTMLTree.Node, _ effect: inout Effect) {
        endLine()
        guard !table.isOpen, HTMLTable.isData(node) else {
            effect.endsBlock = true
            return
        }
        gap()
        table.open()
        effect.table = .table
    }

    private mutating func openRow(_ effect: inout Effect) {
        endLine()
        if table.isOpen {
            table.openRow()
            effect.table = .row
        } else {
            effect.endsBlock = true
        }
    }

    private mutating func openCell(_ effect: inout Effect) {
        guard table.isOpen else {
            // The cells of a layout stand below each other, as on a telephone.
            endLine()
            effect.table = .layoutCell
            return
        }
        line = ""
        table.openCell()
        effect.table = .cell
    }

    private mutating func leaveTable(_ role: TableRole) {
        switch role {
        case .none: break
        case .layoutCell: endLine()
        case .row: endLine()
        case .cell:
            endLine()
            table.closeCell()
        case .table:
            endLine()
            for row in table.close() {
                if hasPendingGap, !result.lines.isEmpty { appendGap() }
                hasPendingGap = false
                append(.init(row, quoteLevel: quoteLevel, role: .preformatted))
            }
            hasPendingGap = true
        }
    }
}

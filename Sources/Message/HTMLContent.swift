import CGumbo

/// An HTML document taken apart: what a mail program shows, and everything that it does not, with why.
package struct HTMLContent: Sendable {
    /// A stretch of text that is not seen.
    package struct Hidden: Sendable, Hashable {
        /// Why it is not seen.
        package enum Reason: String, Sendable, Hashable, CaseIterable {
            case display = "display: none"
            case visibility = "visibility: hidden"
            case attribute = "hidden attribute"
            case fontSize = "tiny font"
            case opacity = "transparent"
            case offScreen = "off the screen"
            case clipped = "clipped"
            case colour = "colour on the same colour"
            case comment = "comment"
            case value = "attribute"
            case element = "element that is not shown"
        }

        /// Why it is not seen.
        package let reason: Reason
        /// The text; hostile.
        package let text: String
        /// Where it begins in the document, in bytes of UTF-8.
        package let offset: Int
        /// Whether it stands before any visible text, as the preview lines of newsletters do.
        package let isPreheader: Bool
    }

    /// Where a stretch of the visible text comes from.
    package struct Run: Sendable, Hashable {
        /// Where it begins in ``visible``, in bytes of UTF-8.
        package let start: Int
        /// Where it begins in the document, in bytes of UTF-8.
        package let offset: Int
    }

    /// What is seen, blocks on lines of their own.
    package private(set) var visible = ""
    /// Where the stretches of ``visible`` come from, in order.
    package private(set) var runs: [Run] = []
    /// What is not seen.
    package private(set) var hidden: [Hidden] = []
    /// Where links lead and what images load, in order; hostile.
    package private(set) var addresses: [String] = []
    /// The links with the text that is shown for each.
    package private(set) var links: [(text: String, target: String)] = []
    /// Whether the document was too large or too tangled to be read whole.
    package private(set) var isIncomplete = false

    /// Takes a document apart; nothing is fetched or run.
    package init(_ html: String) {
        var html = html
        if html.utf8.count > HTMLText.mostBytes {
            html = String(decoding: html.utf8.prefix(HTMLText.mostBytes), as: UTF8.self)
            isIncomplete = true
        }
        guard let tree = HTMLTree(html), let root = tree.root else {
            visible = HTMLText.read(html).plain
            isIncomplete = true
            return
        }
        var sheet = HTMLStyleSheet()
        walk(root) { node in
            if HTMLTree.tag(node) == GUMBO_TAG_STYLE { sheet.add(Self.text(in: node)) }
            return true
        }
        read(root, sheet)
    }

    private static func text(in node: HTMLTree.Node) -> String {
        (0..<HTMLTree.childCount(node)).compactMap { HTMLTree.child(node, $0).flatMap(HTMLTree.text) }.joined()
    }

    /// Visits every node in order without recursion; the closure says whether to go into it.
    private func walk(_ root: HTMLTree.Node, _ visit: (HTMLTree.Node) -> Bool) {
        var open: [(node: HTMLTree.Node, next: UInt32)] = []
        if visit(root) { open.append((root, 0)) }
        while let last = open.last {
            guard last.next < HTMLTree.childCount(last.node) else {
                open.removeLast()
                continue
            }
            open[open.count - 1].next += 1
            if let child = HTMLTree.child(last.node, last.next), visit(child) { open.append((child, 0)) }
        }
    }

    // MARK: Reading

    private struct Open {
        let node: HTMLTree.Node
        var next: UInt32
        let appearance: HTMLAppearance
        let isBlock: Bool
        let linkStart: Int?
    }

    private mutating func read(_ root: HTMLTree.Node, _ sheet: HTMLStyleSheet) {
        var open: [Open] = [enter(root, under: HTMLAppearance(), ancestors: [], sheet)]
        var path: [HTMLStyleSheet.Element] = [.init(root)]
        while let last = open.last {
            guard last.next < HTMLTree.childCount(last.node), visible.utf8.count < 4_000_000, hidden.count < 5_000
            else {
                leave(last)
                open.removeLast()
                path.removeLast()
                continue
            }
            open[open.count - 1].next += 1
            guard let child = HTMLTree.child(last.node, last.next) else { continue }
            if let comment = HTMLTree.comment(child) {
                hide(.comment, comment, child)
            } else if let text = HTMLTree.text(child) {
                add(text, child, last.appearance)
            } else if Self.unseen.contains(HTMLTree.tag(child).rawValue) {
                if HTMLTree.tag(child) != GUMBO_TAG_STYLE { hideAll(child) }
            } else {
                path.append(.init(child))
                open.append(enter(child, under: last.appearance, ancestors: path, sheet))
            }
        }
    }

    private static let unseen: Set<UInt32> = [
        GUMBO_TAG_SCRIPT.rawValue, GUMBO_TAG_STYLE.rawValue, GUMBO_TAG_TITLE.rawValue, GUMBO_TAG_NOSCRIPT.rawValue,
        GUMBO_TAG_TEMPLATE.rawValue, GUMBO_TAG_OBJECT.rawValue, GUMBO_TAG_IFRAME.rawValue, GUMBO_TAG_SELECT.rawValue,
    ]

    private static let blocks: Set<UInt32> = [
        GUMBO_TAG_P.rawValue, GUMBO_TAG_DIV.rawValue, GUMBO_TAG_BR.rawValue, GUMBO_TAG_TR.rawValue,
        GUMBO_TAG_LI.rawValue,
        GUMBO_TAG_TABLE.rawValue, GUMBO_TAG_H1.rawValue, GUMBO_TAG_H2.rawValue, GUMBO_TAG_H3.rawValue,
        GUMBO_TAG_H4.rawValue, GUMBO_TAG_BLOCKQUOTE.rawValue, GUMBO_TAG_UL.rawValue, GUMBO_TAG_OL.rawValue,
        GUMBO_TAG_PRE.rawValue, GUMBO_TAG_HR.rawValue, GUMBO_TAG_TD.rawValue, GUMBO_TAG_TH.rawValue,
        GUMBO_TAG_SECTION.rawValue, GUMBO_TAG_ARTICLE.rawValue, GUMBO_TAG_CENTER.rawValue,
    ]

    private mutating func enter(
        _ node: HTMLTree.Node, under parent: HTMLAppearance, ancestors: [HTMLStyleSheet.Element],
        _ sheet: HTMLStyleSheet
    ) -> Open {
        let tag = HTMLTree.tag(node)
        let appearance = parent.inside(node, sheet.declarations(for: ancestors))
        let isBlock = Self.blocks.contains(tag.rawValue)
        if isBlock { endLine() }
        var linkStart: Int?
        if tag == GUMBO_TAG_A, let target = HTMLTree.attribute(node, "href") {
            addresses.append(String(target.prefix(4_000)))
            linkStart = visible.utf8.count
        }
        if tag == GUMBO_TAG_IMG, let source = HTMLTree.attribute(node, "src"), !source.hasPrefix("data:") {
            addresses.append(String(source.prefix(4_000)))
        }
        for name in ["alt", "title", "aria-label", "summary", "placeholder", "content", "value"] as [StaticString] {
            guard let value = HTMLTree.attribute(node, name), value.utf8.count >= 12 else { continue }
            hide(.value, value, node)
        }
        return Open(node: node, next: 0, appearance: appearance, isBlock: isBlock, linkStart: linkStart)
    }

    private mutating func leave(_ element: Open) {
        if let start = element.linkStart, start <= visible.utf8.count, links.count < 2_000,
            let target = HTMLTree.attribute(element.node, "href")
        {
            let text = String(decoding: visible.utf8.dropFirst(start), as: UTF8.self)
            links.append((text.trimmingWhiteSpace, target))
        }
        if element.isBlock { endLine() }
    }

    private mutating func endLine() {
        if let last = visible.utf8.last, last != 10 { visible += "\n" }
    }

    private mutating func add(_ text: String, _ node: HTMLTree.Node, _ appearance: HTMLAppearance) {
        if let reason = appearance.hiddenReason {
            hide(reason, text, node)
            return
        }
        guard !text.isEmpty else { return }
        runs.append(Run(start: visible.utf8.count, offset: HTMLTree.offset(node)))
        visible += text
    }

    private mutating func hideAll(_ node: HTMLTree.Node) {
        // A frame's document may stand in its attribute.
        var text = HTMLTree.attribute(node, "srcdoc").map { "\($0)\n" } ?? ""
        walk(node) { inner in
            if let piece = HTMLTree.text(inner) { text += piece }
            return text.utf8.count < 100_000
        }
        // A program's text is no text for anybody; what stands in it is still looked at.
        hide(.element, text, node)
    }

    private mutating func hide(_ reason: Hidden.Reason, _ text: String, _ node: HTMLTree.Node) {
        let words = text.split { $0.isWhitespace || HTMLVisibility.isInvisible($0) }
        guard !words.isEmpty else { return }
        let isPreheader = !visible.utf8.contains { $0 > 32 }
        let joined = words.joined(separator: " ")
        let offset = HTMLTree.offset(node)
        if let last = hidden.last, last.reason == reason, reason != .comment, reason != .value,
            last.text.utf8.count < 20_000
        {
            hidden[hidden.count - 1] = Hidden(
                reason: reason, text: "\(last.text) \(joined)", offset: last.offset, isPreheader: last.isPreheader)
            return
        }
        hidden.append(Hidden(reason: reason, text: joined, offset: offset, isPreheader: isPreheader))
    }
}

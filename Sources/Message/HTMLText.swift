import CGumbo

/// Makes HTML readable as text; nothing is fetched, run or drawn.
package enum HTMLText {
    /// Longer documents are cut here.
    package static let mostBytes = 2_000_000

    /// Makes a document readable. A document that is too tangled for the parser is shown as its bare text.
    package static func read(_ html: String) -> ReadableText {
        var html = html
        let isCut = html.utf8.count > mostBytes
        if isCut { html = String(decoding: html.utf8.prefix(mostBytes), as: UTF8.self) }
        guard let tree = HTMLTree(html), let root = tree.root else { return bareText(html) }
        var renderer = HTMLRenderer()
        walk(root, with: &renderer)
        var result = renderer.finish()
        result.isTruncated = result.isTruncated || isCut
        return result
    }

    /// Visits every node in order; the depth of the tree costs memory, not stack.
    private static func walk(_ root: HTMLTree.Node, with renderer: inout HTMLRenderer) {
        var open: [(node: HTMLTree.Node, next: UInt32, effect: HTMLRenderer.Effect)] = []
        var entering: HTMLTree.Node? = root
        while true {
            if let node = entering {
                entering = nil
                if let text = HTMLTree.text(node) {
                    renderer.add(text)
                } else if let effect = renderer.enter(node) {
                    open.append((node, 0, effect))
                }
            }
            guard let last = open.last else { return }
            if last.next < HTMLTree.childCount(last.node), !renderer.isFull {
                open[open.count - 1].next += 1
                entering = HTMLTree.child(last.node, last.next)
            } else {
                renderer.leave(last.effect)
                open.removeLast()
            }
        }
    }

    /// What stands between the tags, in time linear in its length.
    private static func bareText(_ html: String) -> ReadableText {
        var bytes: [UInt8] = []
        var isInTag = false
        for byte in html.utf8 {
            switch byte {
            case UInt8(ascii: "<"):
                isInTag = true
                bytes.append(32)
            case UInt8(ascii: ">") where isInTag: isInTag = false
            default: if !isInTag { bytes.append(byte) }
            }
        }
        var result = PlainText.read(String(decoding: bytes, as: UTF8.self))
        for index in result.lines.indices { result.lines[index].quoteLevel = 0 }
        result.isTruncated = true
        return result
    }
}

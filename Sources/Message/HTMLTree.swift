import CGumbo

/// A parsed HTML document; Gumbo's tree and the bytes that it points into.
struct HTMLTree: ~Copyable {
    /// A node of the tree, valid as long as the tree.
    typealias Node = UnsafePointer<GumboNode>

    private let html: UnsafeMutablePointer<agm_html>
    private let source: UnsafeMutableBufferPointer<UInt8>

    /// A parse that takes more memory or time is given up; mail of good faith takes a tenth of it at most.
    private static let mostBytes = 128_000_000
    private static let mostMilliseconds = 500

    /// Parses a document; nil if it is too tangled.
    init?(_ text: String) {
        let bytes = Self.defused(Array(text.utf8))
        source = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(1, bytes.count))
        _ = source.initialize(from: bytes)
        let parsed = source.withMemoryRebound(to: CChar.self) {
            agm_html_parse($0.baseAddress, bytes.count, Self.mostBytes, Self.mostMilliseconds)
        }
        guard let parsed else {
            source.deallocate()
            return nil
        }
        html = parsed
    }

    deinit {
        agm_html_free(html)
        source.deallocate()
    }

    /// The element `html`; nil for a document without one, which Gumbo does not make.
    var root: Node? { html.pointee.output.flatMap { UnsafePointer($0.pointee.root) } }

    /// How many nodes stand in a node.
    static func childCount(_ node: Node) -> UInt32 { agm_html_children(node)?.pointee.length ?? 0 }

    /// The child at an index below ``childCount(_:)``.
    static func child(_ node: Node, _ index: UInt32) -> Node? {
        agm_html_children(node).flatMap { agm_html_child($0, index) }
    }

    /// The text of a text node; nil for any other.
    static func text(_ node: Node) -> String? { String(untrustedHTML: agm_html_text(node)) }

    /// The text of a comment; nil for any other node.
    static func comment(_ node: Node) -> String? { String(untrustedHTML: agm_html_comment(node)) }

    /// Where the node begins in the document, in bytes of UTF-8.
    static func offset(_ node: Node) -> Int { Int(agm_html_offset(node)) }

    /// The element's name in lower case; empty for a node that is none, and for one that Gumbo does not know.
    static func name(_ node: Node) -> String { String(untrustedHTML: gumbo_normalized_tagname(tag(node))) ?? "" }

    /// What element it is.
    static func tag(_ node: Node) -> GumboTag { agm_html_tag(node) }

    /// An attribute's value; nil without it.
    static func attribute(_ node: Node, _ name: StaticString) -> String? {
        name.withUTF8Buffer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { String(untrustedHTML: agm_html_attribute(node, $0.baseAddress)) }
        }
    }

    /// Elements that mail has no use for and in whose handling Gumbo 0.10 stops the program by failed assertions.
    private static let risky = [
        "svg", "math", "template", "frameset", "isindex", "plaintext", "foreignobject", "annotation-xml",
    ]

    /// The document with the names of risky elements changed into unknown ones of the same length.
    private static func defused(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for index in bytes.indices where bytes[index] == UInt8(ascii: "<") {
            var start = index + 1
            if start < bytes.count, bytes[start] == UInt8(ascii: "/") { start += 1 }
            guard start < bytes.count else { break }
            let isRisky = risky.contains { name in
                start + name.utf8.count <= bytes.count
                    && zip(name.utf8, bytes[start...]).allSatisfy { $0 == $1 | 0x20 }
            }
            if isRisky { bytes[start] = UInt8(ascii: "x") }
        }
        return bytes
    }
}

extension String {
    /// Reads a C string of Gumbo's; what is no UTF-8 becomes U+FFFD.
    fileprivate init?(untrustedHTML pointer: UnsafePointer<CChar>?) {
        guard let pointer else { return nil }
        self = String(cString: pointer)
    }
}

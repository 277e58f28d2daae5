/// Which parts a mail program shows and which it lists as attachments (RFC 8621 §4.1.4).
package struct BodyLists: Sendable, Hashable {
    /// Numbers of the parts to show to who prefers plain text, in order.
    package private(set) var text: [Int] = []
    /// Numbers of the parts to show to who prefers HTML, in order.
    package private(set) var html: [Int] = []
    /// Numbers of the parts that are attachments, in order.
    package private(set) var attachments: [Int] = []

    /// Sorts the parts of a message; a message inside counts as one attachment.
    package init(_ message: ParsedMessage) {
        self.init(message, root: message.root)
    }

    /// Sorts the parts under a part, which may be the root of a message inside.
    package init(_ message: ParsedMessage, root: MessagePart) {
        sort([root], in: message, multipart: "mixed", isInAlternative: false, toText: true, toHTML: true)
    }

    /// Follows the algorithm of the RFC; the nesting is bounded by ``ParsingLimits/depth``.
    private mutating func sort(
        _ parts: [MessagePart], in message: ParsedMessage, multipart: String, isInAlternative: Bool,
        toText: Bool, toHTML: Bool
    ) {
        var toText = toText
        var toHTML = toHTML
        let textCount = toText ? text.count : -1
        let htmlCount = toHTML ? html.count : -1
        for (index, part) in parts.enumerated() {
            let isMultipart = part.isMultipart
            let type = part.mediaType
            let isInlineMedia = ["image/", "audio/", "video/"].contains { type.hasPrefix($0) }
            let isBodyType = type == "text/plain" || type == "text/html" || isInlineMedia
            let isFirstOrUnnamed = index == 0 || multipart != "related" && (isInlineMedia || part.fileName == nil)
            let isInline = part.disposition?.value != "attachment" && isBodyType && isFirstOrUnnamed
            if isMultipart {
                let kind = String(type.dropFirst("multipart/".count))
                sort(
                    message.children(of: part), in: message, multipart: kind,
                    isInAlternative: isInAlternative || kind == "alternative", toText: toText, toHTML: toHTML)
            } else if isInline {
                if multipart == "alternative" {
                    switch type {
                    case "text/plain": if toText { text.append(part.number) }
                    case "text/html": if toHTML { html.append(part.number) }
                    default: attachments.append(part.number)
                    }
                    continue
                }
                if isInAlternative {
                    if type == "text/plain" { toHTML = false }
                    if type == "text/html" { toText = false }
                }
                if toText { text.append(part.number) }
                if toHTML { html.append(part.number) }
                // The RFC lists a picture of the body as an attachment only where one of the bodies lacks it; Stalwart
                // lists
                // every one, so that it can be saved.
                if isInlineMedia { attachments.append(part.number) }
            } else {
                attachments.append(part.number)
            }
        }
        guard multipart == "alternative", toText, toHTML else { return }
        if textCount == text.count, htmlCount != html.count {
            text += html[max(0, htmlCount)...]
        } else if htmlCount == html.count, textCount != text.count {
            html += text[max(0, textCount)...]
        }
    }
}

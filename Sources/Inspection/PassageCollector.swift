import Message

/// Takes a message apart into passages, with everything that stood against reading it as findings.
struct PassageCollector {
    private(set) var passages: [Passage] = []
    private(set) var findings: [Finding] = []
    /// What a mail program shows.
    private(set) var visible = ""
    private(set) var removed: [Removed] = []
    /// The links of HTML bodies, with what is shown for each.
    private(set) var links: [(text: String, target: String, part: String)] = []
    /// The text/plain and text/html bodies' visible texts, to be compared.
    private(set) var plainText = ""
    private(set) var htmlText = ""

    private let budget: Budget
    private let deadline: Deadline
    private var textLeft: Int
    private var unpackedLeft: Int
    private var filesLeft: Int

    init(budget: Budget, deadline: Deadline) {
        self.budget = budget
        self.deadline = deadline
        textLeft = budget.textBytes
        unpackedLeft = budget.unpackedBytes
        filesLeft = budget.files
    }

    // MARK: The message

    /// Takes a message apart; `prefix` leads to it where it lies inside another.
    mutating func collect(_ message: ParsedMessage, prefix: String = "", depth: Int = 0) {
        let whole = prefix.isEmpty ? "0" : prefix
        let lists = BodyLists(message)
        let shown = Set(lists.html + lists.text)
        for part in message.parts {
            if deadline.hasPassed { return unscannable("out-of-time", whole, "The inspection took too long.") }
            for field in part.headers {
                let place = "\(prefix)header:\(field.name)"
                add(.header(field.name), Array(field.text.utf8), place)
                // A fold may part what belongs together; a name may be more than one.
                if field.rawBytes.contains(10) {
                    add(.header(field.name), field.rawBytes.filter { $0 > 32 }, place)
                }
                if field.name.utf8.count > 20 { add(.header("name"), Array(field.name.utf8), place) }
            }
            let label = "\(prefix)\(part.number)"
            if let name = part.fileName { add(.fileName, Array(name.utf8), label) }
            if part.isMultipart {
                gaps(message, part, label)
            } else if !part.isMessage {
                leaf(message, part, label, isShown: depth == 0 && shown.contains(part.number), depth: depth)
            }
        }
        for limit in message.passedLimits.sorted(by: { $0.rawValue < $1.rawValue }) {
            unscannable("limit-\(limit.rawValue.lowercased())", whole, limit.sentence)
        }
    }

    /// Takes bodies that a cache keeps.
    mutating func collect(subject: String, bodies: [(part: String, text: String, isHTML: Bool)]) {
        add(.header("Subject"), Array(subject.utf8), "header:Subject")
        for body in bodies {
            if body.isHTML {
                html(body.text, body.part, isShown: true)
            } else {
                add(.visible, Array(body.text.utf8), body.part)
                visible += body.text
                plainText += body.text
            }
        }
    }

    /// What stands before the first part and after the last one of a multipart is shown by no program and read by some.
    private mutating func gaps(_ message: ParsedMessage, _ part: MessagePart, _ label: String) {
        let children = message.children(of: part)
        let boundary = Array("--\(part.contentType["boundary"] ?? "")".utf8)
        guard let first = children.first, let last = children.last else {
            return add(.gap, Self.without(boundary, message.rawBody(of: part)), label)
        }
        let before = part.bodyRange.lowerBound..<max(part.bodyRange.lowerBound, first.headerRange.lowerBound)
        let after = min(last.bodyRange.upperBound, part.bodyRange.upperBound)..<part.bodyRange.upperBound
        for range in [before, after] { add(.gap, Self.without(boundary, message.raw[range]), label) }
    }

    /// The lines but those of boundaries, which are random by nature; what follows a boundary on its line stays.
    private static func without(_ boundary: [UInt8], _ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        for line in bytes.split(separator: 10, omittingEmptySubsequences: true) {
            let rest = line.starts(with: boundary) ? line.dropFirst(boundary.count) : line
            if rest.contains(where: { $0 > 32 && $0 != 0x2D }) { result += rest + [10] }
        }
        return result
    }

    private mutating func leaf(
        _ message: ParsedMessage, _ part: MessagePart, _ label: String, isShown: Bool, depth: Int
    ) {
        guard part.isText else {
            return file(message.content(of: part), part.fileName ?? "", label, depth: depth)
        }
        let text = message.text(of: part).text
        if ["text/html", "text/enriched", "text/richtext"].contains(part.mediaType) {
            html(text, label, isShown: isShown)
        } else {
            let content = message.content(of: part)
            // A part may call itself text and be anything.
            if DocumentText.isRichText(content) {
                file(content, part.fileName ?? "", label, depth: depth)
            } else if FileKind.isText(content) || content.isEmpty {
                add(isShown ? .visible : .file, Array(text.utf8), label)
                if isShown {
                    visible += text
                    plainText += text
                }
            } else {
                file(content, part.fileName ?? "", label, depth: depth)
                // A few control characters make no other kind of file of a text.
                if case .other = FileKind.of(content, name: "") { add(.file, Array(text.utf8), label) }
            }
        }
    }

    private mutating func html(_ text: String, _ label: String, isShown: Bool) {
        let content = HTMLContent(text)
        add(.visible, Array(content.visible.utf8), label)
        for hidden in content.hidden.prefix(2_000) {
            add(.hidden(hidden.reason, isPreheader: hidden.isPreheader), Array(hidden.text.utf8), label)
            if removed.count < 1_000, hidden.reason != .value {
                removed.append(
                    Removed(reason: hidden.reason.rawValue, part: label, text: String(hidden.text.prefix(2_000))))
            }
        }
        add(.source, Array(text.utf8), label)
        if content.isIncomplete {
            findings.append(
                Finding(
                    rule: "html-incomplete", category: .unscannable, severity: .medium, confidence: 0.5, part: label,
                    why: "The HTML is too large or too tangled to be read whole."))
        }
        links += content.links.prefix(1_000).map { ($0.text, $0.target, label) }
        guard isShown else { return }
        htmlText += content.visible
        // The same text came as text/plain before; a program shows one of the two.
        visible = content.visible
    }

    private mutating func add(_ kind: Passage.Kind, _ text: [UInt8], _ part: String) {
        guard !text.isEmpty else { return }
        guard textLeft > 0 else { return unscannable("too-much-text", part, "There is more text than is inspected.") }
        textLeft -= text.count
        passages.append(Passage(part: part, kind: kind, text: text))
    }

    private mutating func unscannable(_ rule: String, _ part: String, _ why: String) {
        guard !findings.contains(where: { $0.rule == rule }) else { return }
        findings.append(
            Finding(rule: rule, category: .unscannable, severity: .high, confidence: 0.9, part: part, why: why))
    }

    // MARK: Files

    /// Looks into a file by what it is.
    private mutating func file(_ bytes: [UInt8], _ name: String, _ label: String, depth: Int) {
        guard !bytes.isEmpty else { return }
        if deadline.hasPassed { return unscannable("out-of-time", label, "The inspection took too long.") }
        switch FileKind.of(bytes, name: name) {
        case .text where DocumentText.isRichText(bytes):
            add(.file, DocumentText.ofRichText(bytes), label)
            add(.file, bytes, label)
        case .text:
            add(.file, Array(Charset.decode(bytes, charset: Self.charset(bytes)).text.utf8), label)
        case .html: html(Charset.decode(bytes, charset: nil).text, label, isShown: false)
        case .script:
            add(.file, bytes, label)
            danger("script-attached", label, "A file is a program in the form of text: \(Self.shown(name)).")
        case .program:
            add(.file, FileText.ofBinary(bytes), label)
            danger("program-attached", label, "A file is a program: \(Self.shown(name)).")
        case .office, .other:
            add(.file, FileText.ofBinary(bytes), label)
            add(.file, DocumentText.ofImage(bytes, room: &unpackedLeft), label)
            if bytes.starts(with: [0xFF, 0xFE, 0, 0]) || bytes.starts(with: [0, 0, 0xFE, 0xFF]) {
                let name = bytes[0] == 0 ? "utf-32be" : "utf-32le"
                add(.file, Array(Charset.decode(bytes, charset: name).text.utf8), label)
            }
        case .pdf: pdf(bytes, label)
        case .message:
            guard depth < budget.depth else {
                return unscannable("too-deep", label, "Files lie too deep inside each other.")
            }
            collect(ParsedMessage(bytes), prefix: "\(label)/", depth: depth + 1)
        case .archive: archive(bytes, name, label, depth: depth)
        }
        if Self.hasDoubleExtension(name) {
            danger("double-extension", label, "A file's name pretends another kind: \(Self.shown(name)).")
        }
    }

    private static func charset(_ bytes: [UInt8]) -> String? {
        if bytes.starts(with: [0xFF, 0xFE]) { return "utf-16le" }
        if bytes.starts(with: [0xFE, 0xFF]) { return "utf-16be" }
        return nil
    }

    private static func shown(_ name: String) -> String { String(name.prefix(80)) }

    private static func hasDoubleExtension(_ name: String) -> Bool {
        let pieces = name.lowercased().split(separator: ".").map(String.init)
        guard pieces.count >= 3, let last = pieces.last else { return false }
        let programs = ["exe", "scr", "com", "bat", "cmd", "js", "vbs", "jar", "lnk", "hta", "msi", "ps1", "pif"]
        let documents = [
            "pdf", "doc", "docx", "xls", "xlsx", "jpg", "jpeg", "png", "txt", "zip", "html", "ppt", "pptx",
        ]
        return programs.contains(last) && documents.contains(pieces[pieces.count - 2])
    }

    private mutating func danger(_ rule: String, _ part: String, _ why: String) {
        findings.append(
            Finding(rule: rule, category: .attachment, severity: .high, confidence: 0.6, part: part, why: why))
    }

    private mutating func pdf(_ bytes: [UInt8], _ label: String) {
        switch PDFText.read(bytes, milliseconds: 5_000) {
        case .text(let text):
            add(.file, text, label)
            // What pdftotext leaves out: the document's own data, annotations, addresses.
            add(.file, FileText.ofBinary(bytes, most: 200_000), label)
        case .noProgram:
            add(.file, FileText.ofBinary(bytes), label)
            findings.append(
                Finding(
                    rule: "pdf-not-read", category: .unscannable, severity: .medium, confidence: 0.5, part: label,
                    why: "A PDF could not be read, because pdftotext is not installed (package poppler-utils)."))
        case .unreadable:
            add(.file, FileText.ofBinary(bytes), label)
            unscannable("pdf-unreadable", label, "A PDF is encrypted or damaged.")
        }
    }

    private mutating func archive(_ bytes: [UInt8], _ name: String, _ label: String, depth: Int) {
        guard depth < budget.depth else {
            return unscannable("too-deep", label, "Files lie too deep inside each other.")
        }
        var room = unpackedLeft
        var files = filesLeft
        var collector = self
        let ending = ArchiveReader.read(bytes, room: &room, ratio: budget.unpackedRatio, files: &files) {
            name, content in
            collector.entry(name, content, label, depth: depth)
            return !collector.deadline.hasPassed && collector.textLeft > 0
        }
        collector.unpackedLeft = min(room, collector.unpackedLeft)
        collector.filesLeft = min(files, collector.filesLeft)
        self = collector
        // What stands behind the last file, such as the comment of a ZIP archive.
        add(.file, FileText.ofBinary(Array(bytes.suffix(4_096))), label)
        switch ending {
        case .complete: break
        case .encrypted: unscannable("archive-encrypted", label, "An archive is encrypted: \(Self.shown(name)).")
        case .broken:
            findings.append(
                Finding(
                    rule: "archive-broken", category: .unscannable, severity: .high, confidence: 0.6, part: label,
                    why: "An archive is damaged or of an unknown kind: \(Self.shown(name))."))
            add(.file, FileText.ofBinary(bytes), label)
        case .tooLarge: unscannable("archive-too-large", label, "An archive unpacks to too much: \(Self.shown(name)).")
        }
    }

    private mutating func entry(_ name: String, _ content: [UInt8], _ label: String, depth: Int) {
        let place = "\(label)/\(name.prefix(200))"
        if name != "data" { add(.fileName, Array(name.utf8), place) }
        let lower = name.lowercased()
        if lower.hasSuffix("vbaproject.bin") {
            danger("macro-attached", place, "An office document has macros.")
        }
        let isDocument = lower.hasSuffix(".xml") || lower.hasSuffix(".rels")
        if isDocument {
            // Styles, themes and fonts say nothing; relations hold addresses.
            if ["theme", "styles", "fonttable", "settings.xml", "content_types"].contains(where: lower.contains) {
                add(.file, DocumentText.attributes(ofXML: content), place)
                return
            }
            add(.file, DocumentText.attributes(ofXML: content), place)
            add(
                lower.hasSuffix(".rels") ? .source : .file,
                lower.hasSuffix(".rels") ? content : FileText.ofXML(content), place)
            if lower.contains("comments") || lower.contains("core.xml") { add(.source, content, place) }
            return
        }
        if content.count > 200_000,
            [".png", ".jpg", ".jpeg", ".gif", ".emf", ".ttf", ".woff"].contains(where: lower.hasSuffix)
        {
            return
        }
        file(content, name, place, depth: depth + 1)
    }
}

internal import FoundationEssentials
internal import Glibc

/// Texts that are no orders to a machine: sentences made up for this, and what this system's programs say and explain.
enum OrdinaryTexts {
    /// A sentence made up for this, and what it shares with its translations.
    struct Sentence {
        let text: String
        /// The same for translations of one sentence: its number in its language, English being apart.
        let group: String
    }

    /// The sentences of `Notes/ordinary.txt`, in the order of the file.
    static func sentences() -> [Sentence] { read(PackageResources.ordinary_txt) }

    /// The orders to a machine of `Notes/orders.txt`, in the order of the file.
    static func orders() -> [Sentence] { read(PackageResources.orders_txt) }

    private static func read(_ file: [UInt8]) -> [Sentence] {
        var counts: [String: Int] = [:]
        return file.split(separator: 10).compactMap { line in
            guard line.first != 0x23, let tab = line.firstIndex(of: 9) else { return nil }
            let language = String(decoding: line[..<tab], as: UTF8.self)
            counts[language, default: 0] += 1
            return Sentence(
                text: String(decoding: line[line.index(after: tab)...], as: UTF8.self),
                group: "\(language == "en" ? "en" : "")\(counts[language] ?? 0)")
        }
    }

    // MARK: Messages of programs

    /// Messages out of gettext's catalogues, at most 300 of each language, of the English originals 2,000.
    static func messagesOfPrograms() -> [String] {
        var result: [String] = []
        var originals: Set<String> = []
        for language in names(in: "/usr/share/locale") where !language.contains("@") {
            let folder = "/usr/share/locale/\(language)/LC_MESSAGES"
            var messages: Set<String> = []
            for name in names(in: folder) where name.hasSuffix(".mo") {
                guard let data = try? Data(contentsOf: URL(filePath: "\(folder)/\(name)")) else { continue }
                for (original, message) in catalogue([UInt8](data)) {
                    if message.count > 20 { messages.insert(message) }
                    if original.count > 25 { originals.insert(original) }
                }
            }
            let chosen = chosen(messages, 300)
            result += chosen
            // Some together, as they stand in a longer text.
            for start in stride(from: 0, to: chosen.count, by: 5) {
                result.append(chosen[start..<min(start + 5, chosen.count)].joined(separator: "\n"))
            }
        }
        return result + chosen(originals, 2_000)
    }

    /// A choice that is the same each time: by a number of the text's bytes.
    private static func chosen(_ texts: Set<String>, _ most: Int) -> [String] {
        func number(_ text: String) -> UInt64 {
            text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        }
        let numbered = texts.map { (number: number($0), text: $0) }.sorted {
            ($0.number, $0.text) < ($1.number, $1.text)
        }
        return numbered.prefix(most).map(\.text)
    }

    /// The messages of a catalogue, little end first, with their originals; plural forms are left out.
    private static func catalogue(_ bytes: [UInt8]) -> [(original: String, message: String)] {
        func word(_ place: Int) -> Int {
            guard place >= 0, place + 4 <= bytes.count else { return 0 }
            return Int(bytes[place]) | Int(bytes[place + 1]) << 8 | Int(bytes[place + 2]) << 16 | Int(bytes[place + 3])
                << 24
        }
        func text(_ place: Int) -> String? {
            let (count, start) = (word(place), word(place + 4))
            guard start >= 0, start + count <= bytes.count, count > 0 else { return nil }
            let piece = bytes[start..<(start + count)]
            return piece.contains(0) ? nil : String(validating: piece, as: UTF8.self)
        }
        guard word(0) == 0x9504_12DE else { return [] }
        let (originals, messages) = (word(12), word(16))
        return (0..<min(word(8), 100_000)).compactMap { index in
            guard let original = text(originals + 8 * index), let message = text(messages + 8 * index) else {
                return nil
            }
            return (original, message)
        }
    }

    // MARK: Documentation

    /// Paragraphs of the texts in `/usr/share/doc`, at most 4,000.
    static func documentation() -> [String] {
        var paragraphs: Set<String> = []
        for package in names(in: "/usr/share/doc") {
            for name in names(in: "/usr/share/doc/\(package)") where !name.hasSuffix(".gz") && name != "copyright" {
                let path = "/usr/share/doc/\(package)/\(name)"
                guard let data = try? Data(contentsOf: URL(filePath: path)), data.count < 300_000,
                    let text = String(validating: [UInt8](data), as: UTF8.self)
                else { continue }
                var paragraph: [Substring] = []
                let lines: [Substring] = text.split(separator: "\n", omittingEmptySubsequences: false) + [""]
                for line in lines {
                    if line.contains(where: { !$0.isWhitespace }) {
                        paragraph.append(line)
                        continue
                    }
                    let whole = paragraph.joined(separator: "\n")
                    let letters = whole.count { $0.isLetter || $0 == " " }
                    if (40..<1_500).contains(whole.count), letters * 4 > whole.count * 3 { paragraphs.insert(whole) }
                    paragraph = []
                }
            }
        }
        return chosen(paragraphs, 4_000)
    }

    private static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}

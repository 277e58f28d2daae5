package import Configuration
import Glibc

/// All rules that an inspection uses, ready to be looked for.
package struct RuleBook: Sendable {
    /// The rules with patterns, the program's own first.
    package let rules: [Rule]
    /// The combinations of words.
    package let combinations: [Combination]
    /// A number of the rules' texts: other rules have another one.
    package let mark: String
    let words: [String: [String]]
    let scanner: RuleScanner
    let lexicon: LexiconScanner
    let assignments: AssignmentScanner
    let phrases: PhraseModel

    /// The program's own rules; read once.
    package static let builtIn: RuleBook = {
        var content = RuleFile.Content()
        var hash = PhraseToken.hash(PackageResources.phrases_txt)
        for (name, bytes) in BuiltInRules.all {
            for byte in bytes { hash = PhraseToken.add(byte, to: hash) }
            // The tests read every one of these files; none can fail here.
            guard let read = try? RuleFile.read(bytes, file: "\(name).toml", isBuiltIn: true) else { continue }
            content.rules += read.rules
            content.lexicon.merge(read.lexicon)
            content.words.merge(read.words) { $0 + $1 }
        }
        return RuleBook(content, mark: String(hash, radix: 36))
    }()

    /// How the phrases of orders were learnt, and what cross-validation gave: the remarks at the head of their table.
    package static var learning: [String] {
        PackageResources.phrases_txt.split(separator: 10).prefix { $0.first == 0x23 }.map {
            String(decoding: $0.dropFirst(2), as: UTF8.self)
        }
    }

    private init(_ content: RuleFile.Content, mark: String) {
        self.mark = mark
        rules = content.rules
        combinations = content.lexicon.combinations
        words = content.words
        scanner = RuleScanner(content.rules)
        lexicon = LexiconScanner(content.lexicon)
        assignments = AssignmentScanner(words: content.words)
        phrases = BuiltInRules.phrases
    }

    /// The program's own rules and those in a folder of a person's own, files named `*.toml`, in the order of names.
    ///
    /// A rule of the same id takes the place of the program's own.
    ///
    /// - Throws: ``ConfigurationError`` with everything that is wrong in the files.
    package static func load(folder: String) throws(ConfigurationError) -> RuleBook {
        let names = fileNames(in: folder)
        guard !names.isEmpty else { return builtIn }
        var own = RuleFile.Content()
        var hash = PhraseToken.hash(builtIn.mark.utf8)
        var faults: [ConfigurationFault] = []
        for name in names {
            let path = "\(folder)/\(name)"
            switch readSmallFile(path, limit: 4_000_000) {
            case .failure(let fault):
                faults.append(
                    .init(
                        .unreadable, file: path, message: "cannot be read: \(fault.reason)",
                        cure: "make it readable or take it out of the folder"))
            case .success(let bytes):
                for byte in bytes { hash = PhraseToken.add(byte, to: hash) }
                do throws(ConfigurationError) {
                    let read = try RuleFile.read(bytes, file: path, isBuiltIn: false)
                    own.rules += read.rules
                    own.lexicon.merge(read.lexicon)
                } catch {
                    faults += error.faults
                }
            }
        }
        if !faults.isEmpty { throw ConfigurationError(faults) }
        let replaced = Set(own.rules.map(\.id))
        let replacedCombinations = Set(own.lexicon.combinations.map(\.id))
        var content = RuleFile.Content()
        content.rules = builtIn.rules.filter { !replaced.contains($0.id) } + own.rules
        content.words = builtIn.words
        content.lexicon = builtIn.lexicon.lexicon
        content.lexicon.combinations.removeAll { replacedCombinations.contains($0.id) }
        content.lexicon.merge(own.lexicon)
        return RuleBook(content, mark: String(hash, radix: 36))
    }

    static func fileNames(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".toml"), !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}

/// The files of rules inside the program.
enum BuiltInRules {
    /// The phrases of orders to a machine; read once.
    static let phrases = PhraseModel(PackageResources.phrases_txt)

    /// Each family's name and file.
    static var all: [(name: String, bytes: [UInt8])] {
        [
            ("keys", PackageResources.keys_toml), ("tokens", PackageResources.tokens_toml),
            ("urls", PackageResources.urls_toml), ("assignments", PackageResources.assignments_toml),
            ("personal", PackageResources.personal_toml), ("infrastructure", PackageResources.infrastructure_toml),
            ("agents", PackageResources.agents_toml), ("injection", PackageResources.injection_toml),
            ("lexicon", PackageResources.lexicon_toml),
        ]
    }
}

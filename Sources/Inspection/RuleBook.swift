package import Configuration
import Glibc

/// All rules that an inspection uses, ready to be looked for.
package struct RuleBook: Sendable {
    /// The rules with patterns, the program's own first.
    package let rules: [Rule]
    /// The combinations of words.
    package let combinations: [Combination]
    let words: [String: [String]]
    let scanner: RuleScanner
    let lexicon: LexiconScanner
    let assignments: AssignmentScanner

    /// The program's own rules; read once.
    package static let builtIn: RuleBook = {
        var content = RuleFile.Content()
        for (name, bytes) in BuiltInRules.all {
            // The tests read every one of these files; none can fail here.
            guard let read = try? RuleFile.read(bytes, file: "\(name).toml", isBuiltIn: true) else { continue }
            content.rules += read.rules
            content.lexicon.merge(read.lexicon)
            content.words.merge(read.words) { $0 + $1 }
        }
        return RuleBook(content)
    }()

    private init(_ content: RuleFile.Content) {
        rules = content.rules
        combinations = content.lexicon.combinations
        words = content.words
        scanner = RuleScanner(content.rules)
        lexicon = LexiconScanner(content.lexicon)
        assignments = AssignmentScanner(words: content.words)
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
        return RuleBook(content)
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

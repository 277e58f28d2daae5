package import Configuration
import Glibc
import Synchronization

/// A folder of a person's own rules, read again when a file in it has changed.
package final class RuleFolder: Sendable {
    /// What was read last, and how the files were then.
    private struct Loaded {
        let book: RuleBook
        let signature: [String]
    }

    private let path: String
    private let loaded = Mutex<Loaded?>(nil)

    /// Nothing is read yet.
    package init(path: String) {
        self.path = path
    }

    /// The rules as the files have them now.
    ///
    /// - Throws: ``ConfigurationError`` with everything that is wrong in the files; the rules of before stay in use for
    ///   who asks ``last``.
    package func current() throws(ConfigurationError) -> RuleBook {
        let signature = RuleBook.signature(of: path)
        if let kept = loaded.withLock({ $0 }), kept.signature == signature { return kept.book }
        let book = try RuleBook.load(folder: path)
        loaded.withLock { $0 = Loaded(book: book, signature: signature) }
        return book
    }

    /// The rules that were last in order; the program's own where none were.
    package var last: RuleBook { loaded.withLock { $0?.book } ?? .builtIn }
}

extension RuleBook {
    /// Name, size and time of every file of rules in a folder.
    fileprivate static func signature(of folder: String) -> [String] {
        fileNames(in: folder).map { name in
            var status = stat()
            guard stat("\(folder)/\(name)", &status) == 0 else { return name }
            return "\(name) \(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec) \(status.st_ino)"
        }
    }
}

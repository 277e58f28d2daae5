package import SQLite

/// Why the cache could not be opened, read or written.
package struct CacheError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure, as far as a caller acts on it.
    package enum Code: Sendable, Hashable {
        /// The file or its folder may not be written.
        case readOnly
        /// The disk or the quota is full.
        case diskFull
        /// The file or its folder cannot be made or opened.
        case cannotOpen
        /// The file is damaged: it is set aside when it is opened the next time.
        case damaged
        /// Another program holds the cache for too long.
        case busy
        /// A reading was stopped because nobody wants its answer any longer.
        case interrupted
        /// What was asked for is not in the cache.
        case notFound
        /// The stored state is not the one that the change begins at: another program was faster.
        case outdated
        /// Anything else: a fault of this program.
        case fault
    }

    /// Which of the two files it is about.
    package enum File: Sendable, Hashable {
        /// The mail that is kept here.
        case cache
        /// The acts that are not on the server yet.
        case journal
    }

    package let code: Code
    package let file: File
    /// The file.
    package let path: String
    /// SQLite's or the system's own words, or empty.
    package let detail: String
    /// What SQLite answered, or nil where it was not SQLite.
    package let cause: SQLiteError?

    package init(
        code: Code, path: String, file: File = .cache, detail: String = "", cause: SQLiteError? = nil
    ) {
        self.code = code
        self.file = file
        self.path = path
        self.detail = detail
        self.cause = cause
    }

    /// One sentence: what went wrong and where.
    package var sentence: String {
        let words = detail.isEmpty ? "" : " (\(detail))"
        let name = "\(file == .cache ? "cache" : "journal of acts") \(path)"
        return switch code {
        case .readOnly: "The \(name) cannot be written\(words)."
        case .diskFull: "The disk that holds the \(name) is full\(words)."
        case .cannotOpen: "The \(name) cannot be opened\(words)."
        case .damaged: "The \(name) is damaged\(words)."
        case .busy: "Another program keeps the \(name) locked\(words)."
        case .interrupted: "Reading the \(name) was stopped."
        case .notFound: "It is not in the \(name)\(words)."
        case .outdated: "Another program changed the \(name) first\(words)."
        case .fault: "The \(name) refused a statement\(words)."
        }
    }

    /// One sentence: what helps.
    package var cure: String {
        let variable = file == .cache ? "XDG_CACHE_HOME" : "XDG_DATA_HOME"
        return switch code {
        case .readOnly: "Make the file and its folder writable for you, or set \(variable) to a folder that is."
        case .diskFull:
            "Free some space on that disk: it goes on by itself. Or set \(variable) to another disk and start again."
        case .cannotOpen: "Check that the folder exists and is yours, or set \(variable) to another folder."
        case .damaged where file == .journal: "Start again: the journal is set aside and an empty one takes its place."
        case .damaged: "Start again: the cache is set aside and built anew from the server."
        case .busy: "Close the other program that uses this workspace, or wait until it is done."
        case .interrupted: "Ask again."
        case .notFound: "Wait until the account is in step with the server, or ask for it to be fetched."
        case .outdated: "Nothing needs doing: the change is asked for again."
        case .fault where file == .journal: "Start again; if it happens again, please report it."
        case .fault: "Remove the cache file: it is built anew. If it happens again, please report it."
        }
    }

    package var description: String { "\(sentence) \(cure)" }
}

extension CacheError {
    init(_ error: any Error, path: String, file: File = .cache) {
        switch error {
        case let error as CacheError: self = error
        case let error as SQLiteError:
            let code: Code =
                switch error.code {
                case .busy: .busy
                case .corrupt: .damaged
                case .full: .diskFull
                case .interrupted: .interrupted
                case .cannotOpen: .cannotOpen
                case .readOnly: .readOnly
                case .io: .cannotOpen
                case .constraint, .other: .fault
                }
            self.init(code: code, path: path, file: file, detail: error.message, cause: error)
        default: self.init(code: .fault, path: path, file: file, detail: "\(error)")
        }
    }

    /// Runs the closure and turns whatever it throws into a `CacheError`.
    static func translating<T>(_ path: String, _ body: () throws -> T) throws(CacheError) -> T {
        do {
            return try body()
        } catch {
            throw CacheError(error, path: path)
        }
    }
}

package import Configuration
import Glibc
package import Guard

/// The guard's policy as a file that a person edits: its text, what is wrong with it, and what it says.
package struct PolicyFile: Sendable {
    package let path: String
    package let text: String
    /// What it says; nil where it has a mistake.
    package let policy: Policy?
    /// Mistakes, for which a guard does not take it.
    package let faults: [ConfigurationFault]
    /// What is in order and yet does not do what somebody may expect.
    package let notes: [ConfigurationFault]

    /// Checks a text as the file's.
    package init(checking text: String, path: String, at now: Int64) {
        self.path = path
        self.text = text
        do throws(ConfigurationError) {
            let policy = try Policy.decode(Array(text.utf8), file: path)
            self.policy = policy
            faults = []
            notes = policy.notes(at: now, file: path)
        } catch {
            policy = nil
            faults = error.faults
            notes = []
        }
    }

    /// Reads the file.
    package static func read(_ path: String, at now: Int64) throws(ConfigurationError) -> PolicyFile {
        switch readSmallFile(path, limit: Configuration.sizeLimit) {
        case .success(let bytes):
            return PolicyFile(checking: String(decoding: bytes, as: UTF8.self), path: path, at: now)
        case .failure(let fault):
            throw ConfigurationError([
                .init(
                    .unreadable, file: path, message: "cannot be read, because \(fault.reason)",
                    cure: "the policy lies on the guard's machine; name another file with --policy")
            ])
        }
    }

    /// Puts another text in the place of the file, whole or not at all; its rights stay.
    ///
    /// A guard reads the file in each round, so that it never sees half of one.
    package static func write(_ text: String, to path: String) throws(ConfigurationError) {
        var status = stat()
        let mode = stat(path, &status) == 0 ? status.st_mode & 0o777 : 0o600
        let new = "\(path).new-\(getpid())"
        unlink(new)
        guard EditFile.write(text, to: new), chmod(new, mode) == 0, rename(new, path) == 0 else {
            let reason = FileFault(errno: errno).reason
            unlink(new)
            throw ConfigurationError([
                .init(
                    .unreadable, file: path, message: "cannot be written, because \(reason)",
                    cure: "see to the folder's rights, and that there is room")
            ])
        }
    }

    /// How a value's place is named: the file's own name with the line, or that the program says so.
    package func place(of value: Policy.Value) -> String {
        guard let table = value.table else { return "built in" }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return value.line.map { "\(name):\($0) [\(table)]" } ?? "[\(table)]"
    }
}

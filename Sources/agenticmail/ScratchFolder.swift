import Configuration
import Glibc

/// A folder for a sandbox's cache that is gone when the program ends.
struct ScratchFolder: Sendable {
    let path: String

    init() throws {
        let base = Locations.environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
        var template = Array("\(base)/agenticmail-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw Failure(
                code: "file", message: "No folder can be made in \(base): \(FileFault(errno: errno).reason).",
                cure: "Set TMPDIR to a folder that is yours.", exitCode: .failed)
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Removes the folder with the files in it; it has no folders inside.
    func remove() {
        for name in listFolder(path) { unlink("\(path)/\(name)") }
        rmdir(path)
    }
}

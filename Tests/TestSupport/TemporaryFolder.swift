internal import Foundation

/// A folder of the test's own that is removed with the value's last reference.
public final class TemporaryFolder: Sendable {
    /// Its absolute path.
    public let path: String

    /// Makes the folder, readable by this user alone.
    public init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("agenticmail-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of a file in the folder.
    public func file(_ name: String) -> String { path + "/" + name }
}

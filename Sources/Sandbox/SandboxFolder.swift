import Glibc
import Synchronization

/// The folder of a sandbox that keeps its mail.
enum SandboxFolder {
    /// Makes the folder where it is not there and gives the path of its database.
    static func prepare(_ path: String) throws(SandboxError) -> String {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += part
            if mkdir(made, 0o700) != 0, errno != EEXIST {
                throw SandboxError(
                    .badData, "The folder \(made) cannot be made: \(String(cString: strerror(errno))).",
                    cure: "Name a folder in which you may write.")
            }
            made += "/"
        }
        return made + "sandbox.sqlite"
    }
}

/// The port, which the handler of requests needs before the server that knows it is made.
final class PortBox: Sendable {
    private let value = Mutex<UInt16>(0)

    var port: UInt16 { value.withLock { $0 } }

    func set(_ port: UInt16) { value.withLock { $0 = port } }
}

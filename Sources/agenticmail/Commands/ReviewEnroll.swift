import AgenticMail
import Configuration
import FoundationEssentials
import Glibc
import Guard
import SafeText
import Sodium

extension CommandHandlers {
    private struct Enrolled: Encodable {
        let keyFile: String
        let publicKey: String
        let policy: String
    }

    /// `review enroll [--key FILE]`: makes the key; what is there already is never overwritten.
    @Sendable static func reviewEnroll(_ context: CommandContext) async throws -> ExitCode {
        let path = context.keyPath
        guard let key = Signing.newKeyPair() else {
            throw Failure(
                code: "failed", message: "The system gives no random bytes.", cure: "Try again.", exitCode: .failed)
        }
        if let slash = path.lastIndex(of: "/") { try makeFolder(String(path[..<slash])) }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Failure(
                code: "file", message: "\(path) cannot be made, because \(FileFault(errno: errno).reason).",
                cure: "Name another file with --key.", exitCode: .failed)
        }
        defer { close(descriptor) }
        let bytes = Array((Data(key.secretKey).base64EncodedString() + "\n").utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
            unlink(path)
            throw Failure(
                code: "file", message: "\(path) cannot be written, because \(FileFault(errno: errno).reason).",
                cure: "See that there is room.", exitCode: .failed)
        }
        let publicKey = "ed25519:\(Data(key.publicKey).base64EncodedString())"
        let address = context.parsed.value("login") ?? "NAME@DOMAIN"
        let policy = "[[reviewer]]\naddress = \"\(address)\"\nkey = \"\(publicKey)\""
        try context.output.object(
            Enrolled(keyFile: path, publicKey: publicKey, policy: policy),
            lines: ["# The secret key is in \(untrusted: path). These lines belong into the guard's policy:"]
                + SafeText.lines(untrusted: policy))
        return .done
    }

    private static func makeFolder(_ path: String) throws {
        var made = ""
        for step in path.split(separator: "/", omittingEmptySubsequences: true) {
            made += (made.isEmpty && !path.hasPrefix("/") ? "" : "/") + step
            guard mkdir(made, 0o700) == 0 || errno == EEXIST else {
                throw Failure(
                    code: "file", message: "\(made) cannot be made, because \(FileFault(errno: errno).reason).",
                    cure: "Name another file with --key.", exitCode: .failed)
            }
        }
    }
}

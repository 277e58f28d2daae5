public import Foundation
internal import Glibc

/// A server that speaks TLS on loopback (`openssl s_server`), with a certificate of the test's own.
///
/// It is stopped with the last reference.
public final class TLSPeer {
    private let process = Process()
    private let folder: TemporaryFolder
    private let certificate: TLSCertificate
    /// Where it listens.
    public let url: URL
    /// The authority that signed its certificate, in PEM form.
    public var authority: String { certificate.authority }
    /// Its public key as it is pinned.
    public var pin: String { certificate.pin }

    /// Whether the program that it needs is here.
    public static let isPossible = FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")

    /// Starts a server whose certificate is for these names (`IP:127.0.0.1`) and lasts so many days, below 0 for expired.
    public init(names: String = "IP:127.0.0.1", days: Int = 2) throws {
        let folder = try TemporaryFolder()
        self.folder = folder
        certificate = try TLSCertificate(names: names, days: days)
        try "".write(toFile: folder.file("log"), atomically: true, encoding: .utf8)
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = [
            "s_server", "-accept", "127.0.0.1:0", "-cert", certificate.certificate, "-key", certificate.key, "-www",
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: folder.file("log"))
        process.standardError = FileHandle.nullDevice
        try process.run()
        var port: Substring?
        _ = eventually {
            let log = (try? String(contentsOfFile: folder.file("log"), encoding: .utf8)) ?? ""
            port = log.firstMatch(of: #/ACCEPT 127\.0\.0\.1:([0-9]+)\n/#)?.output.1
            return port != nil
        }
        guard let port, let url = URL(string: "https://127.0.0.1:\(port)/") else {
            throw CocoaError(.featureUnsupported)
        }
        self.url = url
    }

    deinit {
        // Not by a signal that can be blocked: a child has the mask of the thread that started it.
        kill(process.processIdentifier, SIGKILL)
    }
}

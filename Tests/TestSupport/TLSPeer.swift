public import Foundation
internal import Glibc

/// A server that speaks TLS on loopback (`openssl s_server`), with a certificate of the test's own.
///
/// It is stopped with the last reference.
public final class TLSPeer {
    private let process = Process()
    private let folder: TemporaryFolder
    /// Where it listens.
    public let url: URL
    /// The authority that signed its certificate, in PEM form.
    public var authority: String { folder.file("ca.pem") }
    /// Its public key as it is pinned.
    public let pin: String

    /// Whether the program that it needs is here.
    public static let isPossible = FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")

    /// Starts a server whose certificate is for these names (`IP:127.0.0.1`) and lasts so many days, below 0 for expired.
    public init(names: String = "IP:127.0.0.1", days: Int = 2) throws {
        let folder = try TemporaryFolder()
        self.folder = folder
        let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        try TLSPeer.openssl(
            ["req", "-x509"] + curve
                + ["-keyout", folder.file("ca.key"), "-out", folder.file("ca.pem"), "-subj", "/CN=test", "-days", "2"])
        try TLSPeer.openssl(
            ["req"] + curve + ["-keyout", folder.file("key"), "-out", folder.file("request"), "-subj", "/CN=peer"])
        try "subjectAltName=\(names)".write(toFile: folder.file("names"), atomically: true, encoding: .utf8)
        try TLSPeer.openssl([
            "x509", "-req", "-in", folder.file("request"), "-CA", folder.file("ca.pem"), "-CAkey",
            folder.file("ca.key"),
            "-CAcreateserial", "-days", String(days), "-extfile", folder.file("names"), "-out", folder.file("cert"),
        ])
        let shell = """
            openssl x509 -in '\(folder.file("cert"))' -noout -pubkey | openssl pkey -pubin -outform der \
            | openssl dgst -sha256 -binary | openssl base64
            """
        pin = "sha256//" + (try run(["/bin/sh", "-c", shell]).output).trimmingCharacters(in: .whitespacesAndNewlines)

        try "".write(toFile: folder.file("log"), atomically: true, encoding: .utf8)
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = [
            "s_server", "-accept", "127.0.0.1:0", "-cert", folder.file("cert"), "-key", folder.file("key"), "-www",
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

    private static func openssl(_ arguments: [String]) throws {
        let outcome = try run(["/usr/bin/openssl"] + arguments)
        guard outcome.status == 0 else {
            throw CocoaError(.featureUnsupported, userInfo: [NSLocalizedDescriptionKey: outcome.errors])
        }
    }
}

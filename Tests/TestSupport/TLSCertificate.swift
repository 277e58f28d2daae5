internal import Foundation

/// A key and a certificate of the test's own, signed by an authority of the test's own.
///
/// The files go with the last reference.
public final class TLSCertificate {
    private let folder: TemporaryFolder
    /// The certificate, in PEM form.
    public var certificate: String { folder.file("cert") }
    /// Its private key, in PEM form.
    public var key: String { folder.file("key") }
    /// The authority that signed it, in PEM form.
    public var authority: String { folder.file("ca.pem") }
    /// Its public key as it is pinned.
    public let pin: String

    /// Makes one for these names (`IP:127.0.0.1`) that lasts so many days, below 0 for expired.
    public init(names: String = "IP:127.0.0.1", days: Int = 2) throws {
        let folder = try TemporaryFolder()
        self.folder = folder
        let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        try TLSCertificate.openssl(
            ["req", "-x509"] + curve
                + ["-keyout", folder.file("ca.key"), "-out", folder.file("ca.pem"), "-subj", "/CN=test", "-days", "2"])
        try TLSCertificate.openssl(
            ["req"] + curve + ["-keyout", folder.file("key"), "-out", folder.file("request"), "-subj", "/CN=peer"])
        try "subjectAltName=\(names)".write(toFile: folder.file("names"), atomically: true, encoding: .utf8)
        try TLSCertificate.openssl([
            "x509", "-req", "-in", folder.file("request"), "-CA", folder.file("ca.pem"), "-CAkey",
            folder.file("ca.key"),
            "-CAcreateserial", "-days", String(days), "-extfile", folder.file("names"), "-out", folder.file("cert"),
        ])
        let shell = """
            openssl x509 -in '\(folder.file("cert"))' -noout -pubkey | openssl pkey -pubin -outform der \
            | openssl dgst -sha256 -binary | openssl base64
            """
        pin = "sha256//" + (try run(["/bin/sh", "-c", shell]).output).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func openssl(_ arguments: [String]) throws {
        let outcome = try run(["/usr/bin/openssl"] + arguments)
        guard outcome.status == 0 else {
            throw CocoaError(.featureUnsupported, userInfo: [NSLocalizedDescriptionKey: outcome.errors])
        }
    }
}

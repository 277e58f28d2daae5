internal import Foundation
internal import Glibc

/// A proxy that speaks HTTP/2 over TLS on loopback before a server that speaks HTTP/1.1 (nghttp2's `nghttpx`).
///
/// It is stopped with the last reference.
public final class HTTP2Proxy {
    private let folder: TemporaryFolder
    private let certificate: TLSCertificate
    private let backend: Int
    private let port: Int
    private var child: Child?

    /// Why no proxy can be started here, or nil where one can.
    public static let obstacle: String? =
        access("/usr/sbin/nghttpx", X_OK) == 0 ? nil : "/usr/sbin/nghttpx is not there: install nghttp2-proxy"

    /// Where it listens.
    public var url: String { "https://127.0.0.1:\(port)" }
    /// Its public key as it is pinned.
    public var pin: String { certificate.pin }

    /// Starts a proxy before what listens on a port of loopback.
    public init(before backend: Int) throws {
        (folder, certificate) = (try TemporaryFolder(), try TLSCertificate())
        (self.backend, port) = (backend, LoopbackSocket.freePorts(1)[0])
        try start()
    }

    /// What it has answered so far: the protocol (`h2`), the client's port and the status of each request that has ended.
    public var answers: [(protocol: String, port: Int, status: Int)] {
        let log = (try? String(contentsOfFile: folder.file("access"), encoding: .utf8)) ?? ""
        return log.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count == 3, let port = Int(words[1]), let status = Int(words[2]) else { return nil }
            return (String(words[0]), port, status)
        }
    }

    /// Starts it again after `stop`, on the same port.
    public func start() throws {
        let child = try Child([
            "/usr/sbin/nghttpx", "--conf=/dev/null", "-f127.0.0.1,\(port)", "-b127.0.0.1,\(backend)", "--workers=1",
            "--no-ocsp", "--accesslog-file=\(folder.file("access"))",
            "--accesslog-format=$alpn $remote_port $status", "--errorlog-file=\(folder.file("errors"))",
            certificate.key, certificate.certificate,
        ])
        self.child = child
        guard eventually({ (try? LoopbackSocket(port: port)) != nil || child.hasEnded }), !child.hasEnded else {
            throw CocoaError(.featureUnsupported, userInfo: [NSLocalizedDescriptionKey: child.output])
        }
    }

    /// Cuts every connection at once.
    public func stop() {
        // It runs as a pair of processes: the one that serves ends with the one that was started.
        child?.end(SIGTERM)
        child = nil
    }
}

// Through it the constants of sockets are seen in every kind of build; by Glibc alone, in some.
import CMicroHTTPD
import Glibc
import Synchronization
import Threads

/// A listener for mail from outside, on the loopback interface: SMTP (RFC 5321) as far as a sender needs it.
///
/// Each connection has a thread of its own. Nobody signs in here, and only mail for this server's domains is taken.
final class SMTPServer: Sendable {
    /// The port on which it listens.
    let port: UInt16
    private let listener: Int32
    private let service: SandboxService
    private let connections = Mutex<Set<Int32>>([])

    private static let connectionLimit = 64

    /// Listens on 127.0.0.1; the port 0 takes any that is free.
    init(port: UInt16, service: SandboxService) throws(SandboxError) {
        (listener, self.port) = try HTTPServer.listen(port)
        self.service = service
        DetachedThread.run { [self] in accept() }
    }

    private func accept() {
        while true {
            let descriptor = Glibc.accept(listener, nil, nil)
            guard descriptor >= 0 else {
                if errno == EINTR || errno == ECONNABORTED { continue }
                return
            }
            let isTaken = connections.withLock { connections in
                guard connections.count < Self.connectionLimit else { return false }
                connections.insert(descriptor)
                return true
            }
            guard isTaken else {
                close(descriptor)
                continue
            }
            var timeout = timeval(tv_sec: 60, tv_usec: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
            DetachedThread.run { [self] in
                SMTPSession(descriptor, service).run()
                _ = connections.withLock { $0.remove(descriptor) }
                close(descriptor)
            }
        }
    }

    /// Ends the listening and every connection.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        connections.withLock { for descriptor in $0 { shutdown(descriptor, Int32(SHUT_RDWR)) } }
    }
}

import CMicroHTTPD
import Glibc
import Synchronization

extension HTTPServer {
    /// Hands a connection over to a WebSocket.
    func open(_ socket: WebSocket, connection: OpaquePointer) -> MHD_Result {
        let upgrade = Unmanaged.passRetained(Upgrade(server: self, socket: socket)).toOpaque()
        guard let response = MHD_create_response_for_upgrade(beginSocket, upgrade) else {
            Unmanaged<Upgrade>.fromOpaque(upgrade).release()
            return .NO
        }
        for header in socket.headers { MHD_add_response_header(response, header.name, header.value) }
        defer { MHD_destroy_response(response) }
        return MHD_queue_response(connection, 101, response)
    }

    /// Ends every WebSocket and waits until their threads have let go of the daemon.
    func endSockets() {
        sockets.withLock { sockets in
            sockets.isStopped = true
            for descriptor in sockets.open.values { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
        while !sockets.withLock({ $0.open.isEmpty }) { poll(nil, 0, 1) }
    }
}

/// A WebSocket on its way from the daemon's thread to its own.
private final class Upgrade {
    let server: HTTPServer
    let socket: WebSocket

    init(server: HTTPServer, socket: WebSocket) {
        self.server = server
        self.socket = socket
    }
}

/// What a WebSocket's thread works with.
private final class SocketWork: @unchecked Sendable {
    // Made by the daemon's thread and handed over whole to the socket's, which alone uses it from then on.
    let server: HTTPServer
    let socket: WebSocket
    let descriptor: Int32
    let early: [UInt8]
    let handle: OpaquePointer
    /// The number under which the server counts it as open; descriptors come again.
    var number = 0

    init(_ upgrade: Upgrade, _ descriptor: Int32, early: [UInt8], handle: OpaquePointer) {
        server = upgrade.server
        socket = upgrade.socket
        self.descriptor = descriptor
        self.early = early
        self.handle = handle
    }

    func run() {
        socket.serve(descriptor, early: early)
        finish()
    }

    /// Gives the connection back, before the server counts it as gone.
    func finish() {
        agenticmail_mhd_upgrade_close(handle)
        _ = server.sockets.withLock { $0.open.removeValue(forKey: number) }
    }
}

private func beginSocket(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?, exchange: UnsafeMutableRawPointer?,
    early: UnsafePointer<CChar>?, count: Int, descriptor: Int32, handle: OpaquePointer?
) {
    guard let context, let handle else { return }
    // The response was made for this one connection and holds the only reference.
    let upgrade = Unmanaged<Upgrade>.fromOpaque(context).takeRetainedValue()
    let bytes = early.map { UnsafeBufferPointer(start: $0, count: count).map { UInt8(bitPattern: $0) } } ?? []
    let work = SocketWork(upgrade, descriptor, early: bytes, handle: handle)
    let isTaken = upgrade.server.sockets.withLock { sockets in
        guard !sockets.isStopped else { return false }
        sockets.last += 1
        work.number = sockets.last
        sockets.open[work.number] = descriptor
        return true
    }
    var thread = pthread_t()
    let pointer = Unmanaged.passRetained(work).toOpaque()
    let failure =
        isTaken
        ? pthread_create(
            &thread, nil,
            { pointer in
                // The work was handed over retained for this thread alone.
                if let pointer { Unmanaged<SocketWork>.fromOpaque(pointer).takeRetainedValue().run() }
                return nil
            }, pointer) : 1
    guard failure == 0 else {
        Unmanaged<SocketWork>.fromOpaque(pointer).release()
        return work.finish()
    }
    pthread_detach(thread)
}

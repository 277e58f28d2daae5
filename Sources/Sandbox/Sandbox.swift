import SQLite
import Sodium

/// How a sandbox starts.
package struct SandboxOptions: Sendable {
    /// The port on 127.0.0.1; 0 takes any that is free.
    package var port: UInt16
    /// The folder in which its mail is kept, made where it is not there; nil keeps it in memory.
    package var data: String?
    /// The administrator's login.
    package var login: String
    /// The administrator's password; nil makes a random one.
    package var password: String?

    /// Whether mail to addresses under `.example` is taken, as the sample workspace needs; the real server refuses it.
    package var takesExamples = false

    /// The port on 127.0.0.1 for mail from outside (SMTP): 0 takes any that is free, nil opens none.
    package var smtpPort: UInt16?

    /// Options for a sandbox on any port, in memory.
    package init(port: UInt16 = 0, data: String? = nil, login: String = "admin", password: String? = nil) {
        self.port = port
        self.data = data
        self.login = login
        self.password = password
    }
}

/// A mail server in this process that answers as Stalwart 0.16 does.
///
/// It listens on the loopback interface alone. Everything goes through JMAP over HTTP; only ``faults`` reaches inside.
package final class Sandbox: Sendable {
    /// The port on which it listens.
    package let port: UInt16
    /// The administrator who may do everything.
    package let admin: (login: String, password: String)
    /// The port for mail from outside; nil where none is open.
    package var smtpPort: UInt16? { smtp?.port }
    private let http: HTTPServer
    private let smtp: SMTPServer?
    private let service: SandboxService

    /// The server's URL without a path.
    package var url: String { "http://127.0.0.1:\(port)" }

    /// Switches by which tests make the server misbehave.
    package var faults: Faults { service.faults }

    /// How many event streams are open.
    package var streamCount: Int { service.hub.count }

    /// Starts a server.
    ///
    /// Throws where the port is in use or the data cannot be opened.
    package static func start(_ options: SandboxOptions = SandboxOptions()) async throws(SandboxError) -> Sandbox {
        try Sandbox(options)
    }

    private init(_ options: SandboxOptions) throws(SandboxError) {
        let admin = (login: options.login, password: options.password ?? Sodium.randomText(20))
        self.admin = admin
        let service = SandboxService(try Self.server(options, admin))
        self.service = service
        let origin = PortBox()
        http = try HTTPServer(port: options.port) { request in
            service.answer(request, origin: "http://127.0.0.1:\(origin.port)")
        }
        smtp = try options.smtpPort.map { (port) throws(SandboxError) in
            try SMTPServer(port: port, service: service)
        }
        port = http.port
        origin.set(http.port)
        if let smtp { service.setSMTP(port: smtp.port) }
    }

    private static func server(
        _ options: SandboxOptions, _ admin: (login: String, password: String)
    ) throws(SandboxError) -> Server {
        do {
            let location = try options.data.map { try SandboxFolder.prepare($0) }
            let database = try Connection.open(location.map { .file($0) } ?? .memory, mode: .readWrite)
            return try Server(
                database: database, administrator: (admin.login, admin.password), takesExamples: options.takesExamples)
        } catch let error as SandboxError {
            throw error
        } catch {
            throw SandboxError(
                .badData, "The sandbox's mail in \(options.data ?? "memory") cannot be opened: \(error).",
                cure: "Name another folder, or remove this one's sandbox.sqlite.")
        }
    }

    /// Stops: streams are closed, connections ended, threads joined. Later calls do nothing.
    package func stop() {
        smtp?.stop()
        service.stop()
        http.stop()
    }

    deinit {
        stop()
    }
}

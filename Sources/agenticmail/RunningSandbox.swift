import Sandbox

/// A mail server inside this process, with the sample workspace where it is wanted.
struct RunningSandbox: Sendable {
    let server: Sandbox
    /// Who watches the agents: the sample's operator, or the administrator where there is no sample.
    let watcher: (login: String, password: String)

    /// Starts a server.
    ///
    /// - Parameter isEmpty: Whether it begins without the sample workspace.
    static func start(_ options: SandboxOptions, isEmpty: Bool) async throws -> RunningSandbox {
        do throws(SandboxError) {
            let server = try await Sandbox.start(options)
            return RunningSandbox(server: server, watcher: server.admin)
        } catch {
            throw Failure(code: "sandbox", message: error.sentence, cure: error.cure, exitCode: .failed)
        }
    }

    /// Stops the server.
    func stop() async {
        server.stop()
    }
}

import JMAP
import Sandbox

/// A mail server inside this process, with the sample workspace and its player where they are wanted.
struct RunningSandbox: Sendable {
    let server: Sandbox
    /// Who watches the agents: the sample's operator, or the administrator where there is no sample.
    let watcher: Credential
    /// Writes on as the sample's people and agents do, until it is cancelled.
    private let player: Task<Void, Never>?
    /// The guard of the sample workspace with those who work with it; nil where there is no sample.
    let staff: SandboxStaff?

    /// Starts a server.
    ///
    /// - Parameter isEmpty: Whether it begins without the sample workspace.
    static func start(_ options: SandboxOptions, isEmpty: Bool) async throws -> RunningSandbox {
        do {
            var options = options
            options.takesExamples = !isEmpty
            let server = try await Sandbox.start(options)
            let administrator = Credential.basic(user: server.admin.login, password: server.admin.password)
            guard !isEmpty else {
                return RunningSandbox(server: server, watcher: administrator, player: nil, staff: nil)
            }
            let sample = try await SampleWorkspace.fill(server)
            let player = try sample.player()
            return RunningSandbox(
                server: server, watcher: sample.operator.credential ?? administrator,
                player: Task { await player.run() }, staff: SandboxStaff(sample, url: server.url))
        } catch let error as SandboxError {
            throw Failure(code: "sandbox", message: error.sentence, cure: error.cure, exitCode: .failed)
        } catch let error as SampleError {
            throw Failure(
                code: "sandbox", message: "The sample workspace was not made: \(error.place): \(error.sentence)",
                cure: "Start it with --empty, or with another --data folder.", exitCode: .failed)
        }
    }

    /// Stops the player, then the server.
    func stop() async {
        player?.cancel()
        await player?.value
        await staff?.stop()
        server.stop()
    }
}

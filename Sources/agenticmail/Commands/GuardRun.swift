import AgenticMail
import Configuration
import Glibc
import Guard
import JMAP
import Message
import SafeText

extension CommandHandlers {
    /// `guard run [--policy FILE] [--hook ADDRESS] [--metrics ADDRESS]`: the guard in the foreground, until it is stopped.
    @Sendable static func guardRun(_ context: CommandContext) async throws -> ExitCode {
        let path = context.policyPath
        let policy = try Policy.load(path)
        let hook = try GuardHook(context, policy)
        let opened = try await OpenedWorkspace.open(context)
        let output = context.output
        var options = GuardOptions(now: { MessageBuilder.now.seconds })
        options.hookSecret = hook?.secret
        options.leaseDuration = Int64(policy.lease)
        let guardian = Guard(
            client: opened.workspace.client, options: options,
            policy: {
                do throws(ConfigurationError) { return .good(try Policy.load(path)) } catch {
                    return .fault(error.sentence)
                }
            },
            log: { event in
                // A log that nobody reads any longer is no reason to stop.
                try? output.print(event.json.description)
            })
        do throws(GuardError) {
            let servers = try hook?.serve(guardian) ?? []
            let metrics = try context.parsed.value("metrics").map { (address) throws(GuardError) in
                try GuardMetrics.serve(guardian, on: address)
            }
            ServiceManager.tell("READY=1")
            await guardian.run()
            ServiceManager.tell("STOPPING=1")
            for server in servers + [metrics].compactMap({ $0 }) { server.stop() }
        } catch {
            await opened.close()
            throw Failure(error)
        }
        await opened.close()
        return .done
    }
}

/// The service manager that started the program, where there is one.
enum ServiceManager {
    /// Tells it a state as sd_notify(3) does; nothing happens without NOTIFY_SOCKET.
    static func tell(_ state: String) {
        guard let path = Locations.environment["NOTIFY_SOCKET"], let first = path.utf8.first,
            first == UInt8(ascii: "/") || first == UInt8(ascii: "@"), path.utf8.count < 108
        else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { target in
            for (index, byte) in path.utf8.enumerated() { target[index] = byte }
            // An abstract name begins with a NUL.
            if first == UInt8(ascii: "@") { target[0] = 0 }
        }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + path.utf8.count)
        let bytes = Array(state.utf8)
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { target in
                _ = sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), target, length)
            }
        }
    }
}

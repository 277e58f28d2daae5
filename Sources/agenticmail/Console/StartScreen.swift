import AgenticMail
import Configuration
import Console
import SafeText
import TerminalUI

extension ConsoleCommand {
    /// Prints the start screen and one message as text, for where there is no terminal to open the console on.
    static func printStart(
        _ opened: OpenedWorkspace, _ context: CommandContext, themes: [Theme]
    ) throws -> Int32 {
        let workspace = opened.workspace
        let message = try wait { () async throws -> MessageContent? in
            // What waits in the outboxes of the sample is held before anybody looks.
            try await opened.sandbox?.staff?.settle()
            try await context.catchUp(workspace)
            var query = MessageQuery()
            query.isHeld = true
            var found = try await workspace.messages(query, limit: 1)
            if found.isEmpty { found = try await workspace.messages(MessageQuery(), limit: 1) }
            guard let first = found.first else { return nil }
            return try await workspace.read(first.reference)
        }
        let scratch = try ScratchFolder()
        defer { scratch.remove() }
        let picture = "\(scratch.path)/screen"
        var options = ConsoleOptions(
            services: services(opened, context), cache: workspace.cache, themes: themes)
        options.script = ("start screen", try Script("wait-for \"live\"\nsave-screen \(picture)"))
        options.size = Size(width: context.output.width, height: 24)
        let status = ConsoleApp.run(options: options)
        guard status == 0 else { return status }
        if case .success(let bytes) = readSmallFile(picture, limit: 1 << 20) { try context.output.write(bytes) }
        guard let message else { return ExitCode.done.rawValue }
        try context.output.print("")
        for line in MessageText.lines(message, width: context.output.width) { try context.output.print(line) }
        return ExitCode.done.rawValue
    }
}

import AgenticMail

/// The handlers of the command line, by the id of the command. Each stands in a file of its own.
enum CommandHandlers {
    static let all: [Command.ID: CommandHandler] = [
        "completions": completions,
        "config.check": configCheck,
        "config.list": configList,
        "help": help,
        "man": manual,
        "sandbox.serve": sandboxServe,
        "version": version,
    ]
}

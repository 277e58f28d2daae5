import AgenticMail

/// The handlers of the command line, by the id of the command. Each stands in a file of its own.
enum CommandHandlers {
    static let all: [Command.ID: CommandHandler] = [
        "agents.list": agentsList,
        "completions": completions,
        "config.check": configCheck,
        "config.list": configList,
        "doctor": doctor,
        "domain.add": domainAdd,
        "domain.check": domainCheck,
        "domain.list": domainList,
        "domain.records": domainRecords,
        "help": help,
        "inspect": inspect,
        "mail.archive": mailArchive,
        "mail.flag": mailFlag,
        "mail.headers": mailHeaders,
        "mail.list": mailList,
        "mail.mark": mailMark,
        "mail.move": mailMove,
        "mail.read": mailRead,
        "mail.save": mailSave,
        "mail.search": mailSearch,
        "mail.source": mailSource,
        "mail.thread": mailThread,
        "mail.trash": mailTrash,
        "mail.undo": mailUndo,
        "man": manual,
        "rules.list": rulesList,
        "rules.show": rulesShow,
        "rules.test": rulesTest,
        "sandbox.serve": sandboxServe,
        "sync": sync,
        "version": version,
    ]
}

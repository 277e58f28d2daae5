import AgenticMail
package import JMAP
package import MailCache
package import SafeText
package import TerminalUI

/// The messages that a query finds, as it is typed.
@UIActor
package final class SearchScreen: MessageListScreen {
    private let account: AccountID?

    package init(_ console: ConsoleModel, query: String, account: AccountID?) {
        self.account = account
        super.init(.search, console)
        setFilter(query)
        readAgain()
    }

    package override var crumb: SafeText {
        account.map { "search \(console.accountName($0))" } ?? "search"
    }
    package override var scope: MessageScope { account.map { .account($0) } ?? .all }
    package override var showsAgent: Bool { account == nil }
    package override var emptyText: SafeText {
        if filter.isEmpty { return "Type what to look for." }
        return isCut ? super.emptyText : "No message has \(untrusted: filter)."
    }
}

import AgenticMail
package import JMAP
package import MailCache
package import SafeText
package import TerminalUI

/// The messages that a query finds, as it is typed.
@UIActor
package final class SearchScreen: MessageListScreen {
    private let account: AccountID?
    private var isReady = false

    package init(_ console: ConsoleModel, query: String, account: AccountID?) {
        self.account = account
        super.init(.search, console)
        setFilter(query)
        readAgain()
    }

    /// Between the first frame and the first letter.
    package override func readAhead() -> Bool {
        if !isReady {
            isReady = true
            // What fails here fails again with the first letter, and is said then.
            try? console.reader.prepareSearch()
        }
        return super.readAhead()
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

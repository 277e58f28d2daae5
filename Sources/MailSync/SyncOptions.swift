/// How often and how much is asked of the server.
package struct SyncOptions: Sendable {
    /// How often everything that is pushed is asked for all the same, and how often the accounts are listed again.
    package var pollInterval: Duration = .seconds(60)
    /// How often everything is asked for where the server does not push.
    package var pollIntervalWithoutPush: Duration = .seconds(15)
    /// How long a stream may take to open before work begins without it.
    package var streamPatience: Duration = .seconds(3)
    /// How often an account is swept that is on the screen or was busy just now.
    package var busyInterval: Duration = .milliseconds(300)
    /// How often a quiet account is swept.
    package var quietInterval: Duration = .seconds(4)
    /// How often an account is swept that the server lists as suspended, or that could not be read.
    package var suspendedInterval: Duration = .seconds(60)
    /// How many accounts one sweeping request asks for at most; the session may allow fewer.
    package var accountsInRequest = 16
    /// How many sweeping requests are under way at once.
    package var sweepsInFlight = 4
    /// How many requests of first fills are under way at once.
    package var fillsInFlight = 3
    /// How many rows the first page of an account has.
    package var firstPage = 100
    /// How many ids a page of a query has.
    package var idPage = 5_000
    /// How many objects a get asks for at most; the session may allow fewer.
    package var objectsInGet = 500
    /// True where bodies are fetched before anyone opens them.
    package var fetchesBodies = true
    /// How many bodies a request asks for.
    package var bodiesInGet = 50
    /// How many bytes of a part's text are fetched in the background.
    package var backgroundValueBytes = 65_536
    /// How many bytes of a part's text are fetched when a person opens the message.
    package var openedValueBytes = 2 << 20
    /// Messages that are larger are fetched only when they are opened.
    package var backgroundMessageBytes = 25 << 20
    /// The role that makes an account an agent.
    package var agentRole = "agenticmail-agent"
    /// How often a request is sent that fails in a way that may pass by itself, before the connection counts as lost.
    package var attempts = 5
    /// The wait after the first failure.
    package var firstBackoff: Duration = .milliseconds(250)
    /// The longest wait after a failure.
    package var longestBackoff: Duration = .seconds(60)

    package init() {}
}

package import AgenticMail
import Guard
package import JMAP
package import MailCache
package import SafeText
package import TerminalUI

/// The console's state: the views, what is typed, what is told, and the keys' way to the commands.
///
/// It knows no terminal: events go in, a surface is drawn. Everything runs on the interface's actor; what takes time
/// runs in tasks that come back to it.
@UIActor
package final class ConsoleModel {
    package let services: ConsoleServices
    package let reader: CacheReader
    package let clock: LocalClock
    package let table: CommandTable
    package let keymap: Keymap

    /// The views from the start screen to the one that is shown; never empty once started.
    package private(set) var levels: [any ScreenView] = []
    var visited: History<[any ScreenView]>?
    package internal(set) var connection = ConnectionState.connecting
    /// What stands in the footer's place until the next key.
    package private(set) var notice: Notice?
    /// What takes the keys instead of the view: a line that is typed, a list to pick from.
    package var prompt: (any Prompt)?
    /// Keys of a sequence that is not complete yet.
    package internal(set) var pendingKeys: [Key] = []
    /// What was typed after `:` and `/`, oldest first.
    var commandHistory: [String] = []
    var filterHistory: [String] = []
    var lastAct: Invocation?
    /// What was done to messages, as the journal has it.
    package internal(set) var acts = ActSummary()
    var size = Size(width: 80, height: 24)
    var isLinear = false
    /// Whether something changed since the last frame; setting it asks for a frame.
    package var needsFrame = true {
        didSet { if needsFrame { frameRequested?() } }
    }
    /// Told whenever a frame is needed.
    package var frameRequested: (@UIActor () -> Void)?
    /// The status that the program leaves with, once it is to leave.
    package var exitStatus: Int32?
    /// What must be done by who owns the terminal: giving it back, drawing it whole, changing its colours.
    package var terminalRequests: [TerminalRequest] = []
    /// The start screen; one for the program's life, since it remembers what was looked at.
    private lazy var home = AgentsScreen(self)
    /// The accounts that were last told to be on the screen.
    private var watched: Set<AccountID> = []
    /// The accounts that are watched.
    package private(set) var book = AccountBook()
    package internal(set) var totals: CacheTotals?
    /// What the review desk knows.
    package lazy var desk = Desk(self)
    /// Told how the program ended that was run on the terminal.
    var programEnded: (@UIActor (Result<Int32, ChildProcessError>) -> Void)?
    package var themeNames: [String] = []
    package var themeName = ""
    /// Tasks begun by keys, cancelled when the console ends.
    private var tasks: [Int: Task<Void, Never>] = [:]
    private var lastTask = 0

    /// A command with the arguments that it was given.
    package struct Invocation: Sendable {
        package let command: Command
        package let arguments: [String]
    }

    /// Something that only the owner of the terminal can do.
    package enum TerminalRequest: Equatable, Sendable {
        case suspend, redraw
        /// Gives the terminal to a program and its arguments, then tells how it ended.
        case run([String])
        case theme(String)
        /// Puts text on the clipboard.
        case copy(SafeText)
    }

    /// A console over a cache; ``start()`` shows the first view.
    package init(
        services: ConsoleServices, reader: CacheReader, clock: LocalClock = .system,
        table: CommandTable = .standard, keymap: Keymap? = nil
    ) {
        self.services = services
        self.reader = reader
        self.clock = clock
        self.table = table
        self.keymap = keymap ?? Keymap(table)
    }

    /// Shows the agents.
    package func start() {
        readAccounts()
        goHome()
    }

    /// Shows views above the start screen.
    package func goHome(_ views: (any ScreenView)...) { go([home] + views) }

    /// The view that is shown.
    package var top: (any ScreenView)? { levels.last }

    // MARK: Views

    /// Shows a view above the one that is shown.
    package func open(_ view: any ScreenView) { go(levels + [view]) }

    /// Shows views, the last on top; remembered for going back.
    package func go(_ views: [any ScreenView]) {
        show(views)
        if visited == nil { visited = History(views) } else { visited?.visit(views) }
    }

    func show(_ views: [any ScreenView]) {
        levels = views
        pendingKeys = []
        guard let view = views.last else { return }
        view.layout(contentSize)
        view.appear()
        needsFrame = true
    }

    /// Shows a view in the place of the one that is shown.
    package func replaceTop(_ view: any ScreenView) { go(Array(levels.dropLast()) + [view]) }

    /// Closes the view that is shown; false where it is the first.
    package func closeTop() -> Bool {
        guard levels.count > 1 else { return false }
        go(Array(levels.dropLast()))
        return true
    }

    /// Tells whose rows are on the screen, where that has changed.
    func noteAccountsShown() {
        guard let shown = top?.accountsShown, shown != watched else { return }
        watched = shown
        let watch = services.watch
        Task { await watch(shown) }
    }

    // MARK: Telling

    /// Shows a message in the footer's place.
    package func say(_ text: SafeText, _ kind: Notice.Kind = .info) {
        notice = Notice(text, kind)
        needsFrame = true
    }

    /// Shows what went wrong: what, where, cure. The log has it too.
    package func say(_ error: any Error) {
        let sentence = Self.sentence(error)
        services.log.write(.error, "console", sentence.string)
        say(sentence, .failure)
    }

    /// What went wrong, where, and the cure, for a person.
    package nonisolated static func sentence(_ error: any Error) -> SafeText {
        switch error {
        case let error as GuardError: SafeText(untrusted: WorkspaceError(error).sentence)
        case let error as WorkspaceError: SafeText(untrusted: error.sentence)
        case let error as CacheError: SafeText(untrusted: error.description)
        case is CancellationError: "It was cancelled."
        default: SafeText(untrusted: "\(error)")
        }
    }

    func clearNotice() {
        guard notice != nil else { return }
        notice = nil
        needsFrame = true
    }

    /// Lists things to pick one from.
    package func pick(_ title: SafeText, _ entries: [Picker.Entry]) {
        prompt = Picker(title, entries, self)
        needsFrame = true
    }

    // MARK: Work that takes time

    /// Runs work that does not hold up the interface; what it throws is shown.
    package func perform(_ work: @escaping @Sendable () async throws -> Void, then done: (@UIActor () -> Void)? = nil) {
        lastTask += 1
        let id = lastTask
        tasks[id] = Task { [weak self] in
            do {
                try await Task.detached { try await work() }.value
                done?()
            } catch {
                self?.say(error)
            }
            self?.tasks[id] = nil
            self?.needsFrame = true
        }
    }

    /// Whether something that keys have begun is not done yet.
    var hasWork: Bool { !tasks.isEmpty }

    /// Stops what keys have begun and lets go of the views, which hold the model.
    package func close() {
        for task in tasks.values { task.cancel() }
        tasks = [:]
        prompt = nil
        desk.close()
        levels = []
        visited = nil
    }

    // MARK: Accounts

    /// The name of an account as the rows show it.
    package func accountName(_ id: AccountID) -> SafeText { book.name(of: id) }

    /// Where a message's sender belongs, as far as the address tells: an agent here, or outside; nil where it says no
    /// more than the address itself.
    func provenance(of message: MessageRow) -> (SafeText, Role)? {
        if message.flags.contains(.outgoing) { return ("written here", .success) }
        guard let address = message.from?.address, !address.isEmpty else { return nil }
        switch book.place(of: address) {
        case .account: return ("an account here, as it says", .muted)
        case .domain: return nil
        case .outside: return ("from outside", .outsider)
        }
    }

    /// Reads all accounts anew.
    func readAccounts() {
        do {
            book.replace(try reader.accounts(at: clock.now()))
            totals = try reader.totals()
        } catch {
            say(error)
        }
    }

    /// Reads the accounts of a change: each, or all where there are many.
    private func readAccounts(_ change: CacheChange) {
        guard !change.accountList, change.accounts.count <= 50 else { return readAccounts() }
        do {
            for id in change.accounts {
                guard let row = try reader.account(id, at: clock.now()), book.update(row) else { return readAccounts() }
            }
            totals = try reader.totals()
        } catch {
            say(error)
        }
    }

    // MARK: What happens outside

    /// Rows of the cache changed.
    package func cacheChanged(_ change: CacheChange) {
        readAccounts(change)
        top?.cacheChanged(change)
        needsFrame = true
    }

    /// The connection's state changed.
    package func connectionChanged(_ state: ConnectionState) {
        guard state != connection else { return }
        if case .offline(_, let reason) = state {
            // Told once for each reason, not at every try that fails in the same way.
            if case .offline(_, reason) = connection {} else { say(reason, .failure) }
        }
        connection = state
        needsFrame = true
    }

    /// The log has new lines.
    package func logChanged() {
        guard let view = top, view.screen == .log else { return }
        view.appear()
        needsFrame = true
    }

    /// Jobs began, went on or ended.
    package func jobsChanged() {
        if let view = top, view.screen == .jobs { view.appear() }
        needsFrame = true
    }

    /// A minute turned: the clock and the ages are drawn anew.
    package func minuteTurned() {
        // The hours of the sparklines move on at the turn of an hour.
        if clock.civil(clock.now()).minute == 0 { readAccounts() }
        top?.minuteTurned()
        needsFrame = true
    }
}

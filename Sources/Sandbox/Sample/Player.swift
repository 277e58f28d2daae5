import HTTPTransport
import JMAP
import Message
import Synchronization

/// Goes on writing in a sample workspace at a human pace: customers ask, agents answer and write to each other, now and
/// then a draft waits in Outbox or Held.
package actor Player {
    /// Time as the player has it.
    package struct Clock: Sendable {
        /// Seconds since 1970.
        package var now: @Sendable () -> Int64
        /// Waits so many milliseconds; throws when the task is cancelled.
        package var sleep: @Sendable (_ milliseconds: Int) async throws -> Void

        /// Makes a clock.
        package init(
            now: @escaping @Sendable () -> Int64, sleep: @escaping @Sendable (_ milliseconds: Int) async throws -> Void
        ) {
            self.now = now
            self.sleep = sleep
        }

        /// The system's.
        package static let system = Clock(
            now: { MessageBuilder.now.seconds }, sleep: { try await Task.sleep(for: .milliseconds($0)) })
    }

    private let workspace: SampleWorkspace
    private let clock: Clock
    private let filer: SampleFiler
    private var script: PlayerScript
    /// What went wrong last; the player goes on after a failure.
    package private(set) var lastError: SampleError?
    /// How many acts were played.
    package private(set) var actCount = 0

    init(_ workspace: SampleWorkspace, seed: UInt64, clock: Clock) throws(SampleError) {
        guard let credential = workspace.operator.credential else {
            throw SampleError(place: "player", sentence: "The operator has no login.")
        }
        self.workspace = workspace
        self.clock = clock
        filer = SampleFiler(
            client: try SampleClient(url: workspace.url, credential: credential, transport: HTTPTransport()))
        script = PlayerScript(seed: seed)
    }

    /// Plays one act after the other, two to eight seconds apart, until the task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            do {
                try await clock.sleep(script.pause())
            } catch {
                return
            }
            do throws(SampleError) {
                try await step()
            } catch {
                if !Task.isCancelled { lastError = error }
            }
        }
    }

    /// Plays one act now: writes one message, which may lie in more than one account.
    package func step() async throws(SampleError) {
        actCount += 1
        let mails = script.next(now: clock.now())
        for owner in SampleAgent.allCases {
            let own = mails.filter { $0.owner == owner }
            guard !own.isEmpty, let account = workspace.agents[owner]?.id, let places = workspace.folders[owner] else {
                continue
            }
            try await filer.add(own, to: account.rawValue, places)
        }
    }
}

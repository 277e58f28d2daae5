import FoundationEssentials
import Guard
import HTTPTransport
import JMAP
import Message
import Sandbox
import Sodium

/// The guard of a sandbox, and who works with it.
final class SandboxStaff: Sendable {
    /// Whose login is meant.
    enum Kind: Sendable {
        case reviewer, second, agent, guardian
    }

    /// Seconds for which the sandbox holds what is released: short enough to watch it leave.
    private static let holdFor: Int64 = 15

    private let sample: SampleWorkspace
    private let origin: URL
    /// The reviewer's key, made for this run.
    let reviewerKey: Signing.KeyPair
    /// The key of the second reviewer, who is the operator: who edits cannot be the only one to approve.
    let secondKey: Signing.KeyPair
    private let guardian: Guard
    private let running: Task<Void, Never>

    /// Starts a guard for the sample workspace; nil where it has no logins.
    init?(_ sample: SampleWorkspace, url: String) {
        guard let login = sample.guardian.credential, let origin = URL(string: url), let key = Signing.newKeyPair(),
            let secondKey = Signing.newKeyPair()
        else { return nil }
        self.sample = sample
        self.origin = origin
        reviewerKey = key
        self.secondKey = secondKey
        var policy = Policy()
        policy.group = sample.group.address.email
        policy.reviewers = [
            .init(address: sample.reviewer.address.email, publicKey: key.publicKey),
            .init(address: sample.operator.address.email, publicKey: secondKey.publicKey),
        ]
        var options = GuardOptions(now: { MessageBuilder.now.seconds })
        options.holdFor = Self.holdFor
        let chosen = policy
        let made = Guard(
            client: JMAPClient(origin: origin, credential: login), options: options, policy: { .good(chosen) })
        guardian = made
        running = Task { await made.run() }
    }

    /// The login of a person of the sample.
    func credential(_ kind: Kind) -> Credential {
        let account =
            switch kind {
            case .reviewer: sample.reviewer
            case .second: sample.operator
            case .agent: sample.agents[.support]
            case .guardian: sample.guardian
            }
        return account?.credential ?? .bearer("")
    }

    /// The reviewer's client.
    var reviewerClient: JMAPClient { JMAPClient(origin: origin, credential: credential(.reviewer)) }

    /// Waits until the guard has gone round once.
    func settle() async throws {
        while await guardian.rounds == 0 { try await Task.sleep(for: .milliseconds(20)) }
    }

    /// Stops the guard.
    func stop() async {
        running.cancel()
        await running.value
    }
}

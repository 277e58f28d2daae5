import AgenticMail
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
    /// The policy's file, which may be edited while the sandbox runs.
    let policyPath: String
    private let scratch: ScratchFolder
    private let guardian: Guard
    private let running: Task<Void, Never>

    /// Starts a guard for the sample workspace; nil where it has no logins.
    init?(_ sample: SampleWorkspace, url: String) {
        guard let login = sample.guardian.credential, let origin = URL(string: url), let key = Signing.newKeyPair(),
            let secondKey = Signing.newKeyPair(), let scratch = try? ScratchFolder()
        else { return nil }
        self.sample = sample
        self.origin = origin
        reviewerKey = key
        self.secondKey = secondKey
        self.scratch = scratch
        let path = "\(scratch.path)/guard.toml"
        policyPath = path
        guard EditFile.write(Self.policy(sample, key, secondKey), to: path) else { return nil }
        var options = GuardOptions(now: { MessageBuilder.now.seconds })
        options.holdFor = Self.holdFor
        let made = Guard(
            client: JMAPClient(origin: origin, credential: login), options: options, policy: { .read(path) })
        guardian = made
        running = Task { await made.run() }
    }

    /// The text of the sandbox's policy.
    private static func policy(
        _ sample: SampleWorkspace, _ key: Signing.KeyPair, _ second: Signing.KeyPair
    ) -> String {
        func reviewer(_ address: String, _ key: Signing.KeyPair) -> String {
            "\n[[reviewer]]\naddress = \"\(address)\"\n"
                + "key = \"ed25519:\(Data(key.publicKey).base64EncodedString())\"\n"
        }
        return """
            # The policy of the sandbox's guard; it goes with the sandbox.
            group = "\(sample.group.address.email)"

            [workspace]
            mode = "review-outside"   # also review-all, review-new, by-findings, release-all
            deadline = "48h"

            """ + reviewer(sample.reviewer.address.email, key) + reviewer(sample.operator.address.email, second)
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
        scratch.remove()
    }
}

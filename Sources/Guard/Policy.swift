package import Configuration

/// What the guard does with which mail, and who may decide; read from a file and checked whole.
package struct Policy: Sendable, Hashable {
    /// Which mail waits for people.
    package enum Mode: String, Sendable, Hashable, CaseIterable {
        /// All of it.
        case reviewAll = "review-all"
        /// What goes to somebody outside; inside mail by findings.
        case reviewOutside = "review-outside"
        /// The first mail of an agent to somebody, as the guard itself has recorded; the rest by findings.
        case reviewNew = "review-new"
        /// What has findings of high severity.
        case byFindings = "by-findings"
        /// None; findings are recorded.
        case releaseAll = "release-all"

        /// How strict it is: of two modes the larger counts.
        var strictness: Int {
            switch self {
            case .reviewAll: 4
            case .reviewOutside: 3
            case .reviewNew: 2
            case .byFindings: 1
            case .releaseAll: 0
            }
        }
    }

    /// What one table says; what is nil is said by a less specific one.
    package struct Rules: Sendable, Hashable {
        package var mode: Mode?
        /// How many different people must approve.
        package var approvals: Int?
        /// Seconds until a hold expires.
        package var deadline: Int?
        /// How many messages may leave in an hour; more are held.
        package var messagesAnHour: Int?
        /// How many messages may leave in a day.
        package var messagesADay: Int?
        /// How many recipients the messages of an hour may have together, and those of a day.
        package var recipientsAnHour: Int?
        package var recipientsADay: Int?
        /// How often agents may answer each other in an hour, in a thread and as a pair; more are held.
        package var turns: Int?
        /// How many recipients a message may have; more are held.
        package var recipients: Int?
        /// Whether the mail is refused.
        package var isRefused: Bool?
        /// What happens to mail that agents receive.
        package var inbound: Inbound?
        /// Who gets a copy of each message beside its recipients.
        package var copyTo: [String]?
        /// The first second in which rules for a recipient no longer count, since 1970; nil where they always do.
        package var until: Int64?

        /// Rules that say nothing.
        package init() {}

        /// These rules, and what they leave open from others.
        func over(_ other: Rules) -> Rules {
            var result = self
            result.mode = mode ?? other.mode
            result.approvals = approvals ?? other.approvals
            result.deadline = deadline ?? other.deadline
            result.messagesAnHour = messagesAnHour ?? other.messagesAnHour
            result.messagesADay = messagesADay ?? other.messagesADay
            result.recipientsAnHour = recipientsAnHour ?? other.recipientsAnHour
            result.recipientsADay = recipientsADay ?? other.recipientsADay
            result.turns = turns ?? other.turns
            result.recipients = recipients ?? other.recipients
            result.isRefused = isRefused ?? other.isRefused
            result.inbound = inbound ?? other.inbound
            result.copyTo = copyTo ?? other.copyTo
            return result
        }
    }

    /// What happens to mail that agents receive.
    package enum Inbound: String, Sendable, Hashable, CaseIterable {
        /// It lies in the agent's Inbox; whoever reads it is told what was found.
        case advise
        /// The hook looks at it before the server takes it, and keeps what looks bad for a reviewer.
        case screen
    }

    /// Who may decide.
    package struct Reviewer: Sendable, Hashable {
        /// The address of the account whose `Decisions` count.
        package var address: String
        /// The Ed25519 public key, 32 bytes.
        package var publicKey: [UInt8]

        /// Makes a reviewer.
        package init(address: String, publicKey: [UInt8]) {
            self.address = OutboundEnvelope.canonical(address)
            self.publicKey = publicKey
        }
    }

    /// What holds for all mail.
    package var workspace = Rules()
    /// What nothing below loosens.
    package var floor = Rules()
    /// By the domain of the agent.
    package var domains: [String: Rules] = [:]
    /// By the agent's address.
    package var agents: [String: Rules] = [:]
    /// By a recipient's address, or its domain with an at sign before it.
    package var recipients: [String: Rules] = [:]
    /// Domains that are inside beside the agent's own.
    package var inside: Set<String> = []
    /// Who may decide.
    package var reviewers: [Reviewer] = []
    /// Seconds for which the server holds what was released, so that it can be called back.
    package var holdFor = 60
    /// Seconds for which a guard that was stopped keeps a stand-by waiting; read when a guard starts.
    package var lease = 15
    /// The address of the group that reviewers belong to.
    package var group: String?
    /// The line of each key in the file that it was read from, by its path such as `workspace.mode`.
    package var lines: [String: Int] = [:]
    /// The SHA-256 of the file that it was read from; empty where it was none.
    package var digest = ""
    /// The address of the account in which diverted mail lies, out of the agents' reach.
    package var intake: String?
    /// How the guard answers the server's hook; nil where it does not.
    package var hook: Hook?

    /// The endpoint for the server's hook.
    package struct Hook: Sendable, Hashable {
        /// Where it listens, host and port.
        package var address: String
        /// Where the secret is that the server sends.
        package var secret: SecretSource
    }

    /// Whether the hook looks at what an agent receives.
    package func isScreened(_ agent: String) -> Bool {
        floor.inbound == .screen || rules(ofAgent: agent).inbound == .screen
    }

    /// A policy that holds what goes outside, for 48 hours, for one person's decision.
    package init() {}

    /// The rules that hold for what an agent sends, whoever gets it.
    package func rules(ofAgent address: String) -> Rules {
        let sender = address.lowercased()
        return (agents[sender] ?? Rules())
            .over(domains[OutboundEnvelope.domain(of: sender)] ?? Rules()).over(workspace)
    }

    /// The rules for a recipient: its own, or those of its domain; rules whose end has passed do not count.
    package func rules(ofRecipient address: String, at now: Int64) -> (name: String, rules: Rules)? {
        let address = address.lowercased()
        for name in [address, "@" + OutboundEnvelope.domain(of: address)] {
            if let rules = recipients[name], rules.until.map({ now < $0 }) ?? true { return (name, rules) }
        }
        return nil
    }

    /// The rules for one message: the most specific wins, the strictest of several recipients, never below the floor.
    package func rules(for envelope: OutboundEnvelope, at now: Int64) -> Required {
        let base = rules(ofAgent: envelope.sender)
        var strictest = Required(base)
        let special = envelope.recipients.compactMap { rules(ofRecipient: $0, at: now)?.rules }
        if !special.isEmpty, special.count == envelope.recipients.count {
            // Only where every recipient has rules of its own may they loosen what holds otherwise.
            strictest = special.map { Required($0.over(base)) }.reduce(nil) { $0?.stricter($1) ?? $1 } ?? strictest
        } else {
            for rules in special { strictest = strictest.stricter(Required(rules.over(base))) }
        }
        return strictest.stricter(atLeast: floor)
    }

    /// Whether an address is outside, seen from the agent's.
    package func isOutside(_ address: String, from sender: String) -> Bool {
        let domain = OutboundEnvelope.domain(of: address)
        return domain != OutboundEnvelope.domain(of: sender) && !inside.contains(domain)
    }

    /// Rules with nothing left open.
    package struct Required: Sendable, Hashable {
        /// What holds by itself: of several recipients each mode counts.
        package var modes: Set<Mode>
        /// What the floor holds beside that, which nobody's word loosens.
        package var floorMode: Mode?
        package var approvals: Int
        package var deadline: Int
        package var messagesAnHour: Int?
        package var messagesADay: Int?
        package var recipientsAnHour: Int?
        package var recipientsADay: Int?
        package var turns: Int
        package var recipients: Int
        package var isRefused: Bool
        /// Who gets a copy.
        package var copies: Set<String>

        /// The strictest mode of all that count.
        package var mode: Mode {
            modes.union(floorMode.map { [$0] } ?? []).max { $0.strictness < $1.strictness } ?? .reviewAll
        }

        init(_ rules: Rules) {
            modes = [rules.mode ?? .reviewOutside]
            approvals = rules.approvals ?? 1
            deadline = rules.deadline ?? 48 * 3_600
            messagesAnHour = rules.messagesAnHour
            messagesADay = rules.messagesADay
            recipientsAnHour = rules.recipientsAnHour
            recipientsADay = rules.recipientsADay
            turns = rules.turns ?? 10
            recipients = rules.recipients ?? 50
            isRefused = rules.isRefused ?? false
            copies = Set(rules.copyTo ?? [])
        }

        func stricter(_ other: Required) -> Required {
            var result = self
            result.modes = modes.union(other.modes)
            result.approvals = max(approvals, other.approvals)
            result.deadline = min(deadline, other.deadline)
            result.messagesAnHour = [messagesAnHour, other.messagesAnHour].compactMap { $0 }.min()
            result.messagesADay = [messagesADay, other.messagesADay].compactMap { $0 }.min()
            result.recipientsAnHour = [recipientsAnHour, other.recipientsAnHour].compactMap { $0 }.min()
            result.recipientsADay = [recipientsADay, other.recipientsADay].compactMap { $0 }.min()
            result.turns = min(turns, other.turns)
            result.recipients = min(recipients, other.recipients)
            result.isRefused = isRefused || other.isRefused
            result.copies = copies.union(other.copies)
            return result
        }

        func stricter(atLeast floor: Rules) -> Required {
            var result = self
            result.floorMode = floor.mode
            result.approvals = max(approvals, floor.approvals ?? 1)
            result.deadline = min(deadline, floor.deadline ?? .max)
            result.messagesAnHour = [messagesAnHour, floor.messagesAnHour].compactMap { $0 }.min()
            result.messagesADay = [messagesADay, floor.messagesADay].compactMap { $0 }.min()
            result.recipientsAnHour = [recipientsAnHour, floor.recipientsAnHour].compactMap { $0 }.min()
            result.recipientsADay = [recipientsADay, floor.recipientsADay].compactMap { $0 }.min()
            result.turns = min(turns, floor.turns ?? .max)
            result.recipients = min(recipients, floor.recipients ?? .max)
            result.isRefused = isRefused || (floor.isRefused ?? false)
            result.copies = copies.union(floor.copyTo ?? [])
            return result
        }
    }
}

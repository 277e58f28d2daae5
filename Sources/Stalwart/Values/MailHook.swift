/// A hook that the server asks before it accepts a message.
package struct MailHook: Sendable, Hashable {
    /// The server's own name of it.
    package let id: String
    /// Where it posts.
    package let url: String
    /// Whether it asks of every message at DATA.
    package let asksOfAll: Bool
    /// Whether mail waits where nobody answers, instead of being taken as if there were no hook.
    package let letsMailWait: Bool
    /// Whether it sends a bearer token; which one the server does not show.
    package let hasSecret: Bool

    /// Whether it is what the guard needs.
    package var isWhole: Bool { asksOfAll && letsMailWait && hasSecret }

    /// What it lacks, in words that follow “it”.
    package var lacks: [String] {
        [
            asksOfAll ? nil : "does not ask of every message at DATA",
            letsMailWait ? nil : "lets mail pass where nobody answers (tempFailOnError is off)",
            hasSecret ? nil : "sends no bearer token",
        ].compactMap { $0 }
    }
}

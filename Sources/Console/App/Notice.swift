package import SafeText
package import TerminalUI

/// A message that replaces the footer until the next key.
package struct Notice: Equatable, Sendable {
    package enum Kind: Sendable {
        case info, refusal, failure
    }

    package let text: SafeText
    package let kind: Kind

    package init(_ text: SafeText, _ kind: Kind = .info) {
        self.text = text
        self.kind = kind
    }

    package var role: Role {
        switch kind {
        case .info: .info
        case .refusal: .warning
        case .failure: .error
        }
    }
}

/// How the workspace is connected, for the top line.
package enum ConnectionState: Equatable, Sendable {
    case connecting
    /// So many messages are still to come; nil where that is not known.
    case catchingUp(Int?)
    case live
    /// Since an instant, with the sentence that says why.
    case offline(since: Int64, reason: SafeText)

    /// As the top line shows it: in full, or as short as it goes.
    package func label(_ clock: LocalClock, short: Bool) -> SafeText {
        switch self {
        case .connecting: short ? "◌" : "◌ connecting"
        case .catchingUp(let remaining):
            if short { "◌" } else if let remaining { "◌ catching up \(remaining)" } else { "◌ catching up" }
        case .live: short ? "●" : "● live"
        case .offline(let since, _):
            short ? "○" : "○ offline since \(untrusted: Figures.time(since, clock))"
        }
    }

    package var role: Role {
        switch self {
        case .connecting, .catchingUp: .catchingUp
        case .live: .live
        case .offline: .offline
        }
    }
}

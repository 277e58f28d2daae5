/// Why a name server gave no answer to a question.
package struct DNSError: Error, Sendable, Hashable {
    /// What happened.
    package enum Code: String, Sendable, Hashable {
        /// No name server answers: this machine is offline, or has none configured.
        case offline
        /// The name server answers that it cannot, or will not.
        case refused
        /// The name is not one.
        case badName
        /// The answer cannot be read.
        case malformed
    }

    /// What happened.
    package let code: Code
    /// The name that was asked for.
    package let name: String

    /// Makes an error.
    package init(_ code: Code, name: String) {
        self.code = code
        self.name = name
    }

    /// What happened, in one sentence.
    package var sentence: String {
        switch code {
        case .offline: "No name server answers for \(name)."
        case .refused: "The name server gives no answer for \(name)."
        case .badName: "\(name) is no name that can be asked for."
        case .malformed: "The name server's answer for \(name) cannot be read."
        }
    }

    /// What to do about it, in one sentence.
    package var cure: String {
        switch code {
        case .offline: "Check the network and /etc/resolv.conf; the records that are wanted are shown all the same."
        case .refused: "Try again; if it stays, look at the domain's own name servers."
        case .badName: "Check the domain's name on the server."
        case .malformed: "Try again with another name server."
        }
    }
}

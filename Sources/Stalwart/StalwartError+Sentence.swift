import JMAP

extension StalwartError: CustomStringConvertible {
    /// Sentence and cure.
    package var description: String { "\(sentence) \(cure)" }

    /// What was asked, where, and why it was not done, in one sentence.
    package var sentence: String {
        let said = detail.isEmpty ? "" : " (the server says: \(detail))"
        let start = "Could not \(act)"
        switch code {
        case .notReached:
            return "\(start): \(place.isEmpty ? "the server" : place) was not reached or gave no whole answer\(tail)."
        case .unauthorized: return "\(start): \(place) refused the login, its name or secret is wrong."
        case .suspended: return "\(start): \(place) knows the login and refuses it\(said)."
        case .missingPermission(let permission):
            let which = permission.map { "the permission \($0)" } ?? "a permission"
            return "\(start): the login lacks \(which)\(said)."
        case .alreadyExists(let id):
            return "\(start): there is one of this name or address already\(id.map { " (\(short($0)))" } ?? "")."
        case .notFound: return "\(start): the server has no such thing\(said)."
        case .inUse(let users):
            return
                "\(start): it is still used by \(users.isEmpty ? "something" : users.prefix(5).map(short).joined(separator: ", "))."
        case .quota: return "\(start): the server's limit for it is reached\(said)."
        case .unknownReference: return "\(start): it names something that the server does not have\(said)."
        case .invalid(let properties):
            let names = properties.filter { !$0.isEmpty }.map(short).joined(separator: ", ")
            return "\(start): the server does not take \(names.isEmpty ? "a value" : "the value of \(names)")\(said)."
        case .race: return "\(start): another client changed it at the same moment."
        case .limit: return "\(start): \(place) wants fewer requests."
        case .unavailable: return "\(start): \(place) cannot answer now\(said)\(tail)."
        case .unsupported: return "\(start): this server cannot do it\(said)."
        case .unknownServer: return "\(start): \(place) is no Stalwart server of a version that is known\(said)."
        case .malformed: return "\(start): the answer of \(place) cannot be read\(said)\(tail)."
        case .cancelled: return "\(start): it was cancelled\(tail)."
        case .refused(let type): return "\(start): the server refused it, \(short(type))\(said)."
        }
    }

    /// What to do about it, in one sentence.
    package var cure: String {
        if mayHaveBeenDone { return "Look whether it was done before trying again." }
        switch code {
        case .notReached: return cause?.cure ?? "Check the network, and that the server runs."
        case .unauthorized: return cause?.cure ?? "Check the operator's login and its secret."
        case .suspended: return "Check that the login is not suspended, and that it may be used from this machine."
        case .missingPermission: return "Give the operator's account this permission, or use an administrator's login."
        case .alreadyExists: return "Choose another name; what is there is left as it is."
        case .notFound: return "Look at what is there: it may have been removed."
        case .inUse: return "Remove what uses it first."
        case .quota: return "Remove one that is not needed, or raise the limit."
        case .unknownReference: return "Make what it names first, then try again."
        case .invalid: return "Change what the sentence names, then try again."
        case .race: return "Try again."
        case .limit, .unavailable: return "Wait a moment and try again."
        case .unsupported: return "Leave it out, or use a version of the server that has it."
        case .unknownServer: return "Check the address, and that the server is Stalwart 0.15 or 0.16."
        case .malformed: return "Try again; if it stays, see whether a proxy changes what is answered."
        case .cancelled: return "Start it again when it is wanted."
        case .refused: return "Look at what the server says, and at its log."
        }
    }

    private var tail: String { mayHaveBeenDone ? "; it may have been done all the same" : "" }

    private func short(_ text: String) -> String { String(JMAPError(.transport, detail: text).detail.prefix(80)) }
}

import HTTPTransport

extension JMAPError: CustomStringConvertible {
    /// Sentence and cure.
    package var description: String { "\(sentence) \(cure)" }

    /// What happened and where, in one sentence.
    package var sentence: String {
        let said = detail.isEmpty ? "" : " (\(detail))"
        let call = method.map { "\(HostileText.short($0)) at \(place)" } ?? place
        switch code {
        case .transport: return cause?.sentence ?? "\(place) was not reached\(said)."
        case .unauthorized: return "\(place) refused the login: user name, password or key are wrong (401)."
        case .noSecret: return detail
        case .noLogin: return "\(place) answered as if nobody had logged in: its session names no account."
        case .forbidden: return "\(place) knows the login and refuses it: suspended, or without this right (403)."
        case .notFound: return "\(place) has nothing there (404)."
        case .limit(let name):
            return name.isEmpty
                ? "\(place) wants fewer requests (429)."
                : "\(place) allows no more at once: \(HostileText.short(name))."
        case .serverUnavailable: return "\(call) cannot be answered now\(said)."
        case .notJMAP: return "\(place) is no JMAP mail server\(said)."
        case .malformed: return "The answer of \(call) cannot be read: \(detail.isEmpty ? "it is no JMAP" : detail)."
        case .request(let type): return "\(place) refused the whole request: \(HostileText.short(type))\(said)."
        case .method(let type): return methodSentence(type, call, said)
        case .set(let type): return setError?.sentence ?? "\(call) was refused: \(HostileText.short(type))\(said)."
        case .tooLarge: return "\(call): more than is allowed in one piece\(said)."
        case .unsupported(let name): return "\(place) does not offer \(HostileText.short(name))."
        case .cancelled: return "The request to \(place) was cancelled."
        }
    }

    /// What to do about it, in one sentence.
    package var cure: String {
        switch code {
        case .transport: return cause?.cure ?? "Check the network, and that the server runs."
        case .unauthorized: return "Check the user name and the password or key of this workspace."
        case .noSecret(let cure): return cure
        case .noLogin: return "Check that user name and password or key are set, and that no proxy takes them away."
        case .forbidden: return "Ask the operator whether the account is suspended or lacks a right."
        case .notFound: return "Refresh: it may have been destroyed."
        case .limit, .serverUnavailable:
            let wait = retryAfter.map { " \(max(1, $0.components.seconds)) s" } ?? " a moment"
            return "Wait\(wait) and try again."
        case .notJMAP: return "Check the address: it must be that of the mail server's web port."
        case .malformed: return "Try again; if it stays, the server or a proxy between changes answers."
        case .request: return "Check that the server is of a version that this program knows."
        case .method(let type): return methodCure(type)
        case .set: return setError?.isRace == true ? "Try again." : "Change what the sentence names, then try again."
        case .tooLarge: return "Ask for less at once."
        case .unsupported: return "Check the rights of the account, or use a server that offers it."
        case .cancelled: return "Start it again when it is wanted."
        }
    }

    private func methodSentence(_ type: String, _ call: String, _ said: String) -> String {
        switch type {
        case "unknownMethod": return "\(call) is not a method that this server or login has."
        case "invalidArguments": return "\(call) was not understood\(said)."
        case "invalidResultReference": return "\(call) builds on an earlier call that failed."
        case "forbidden": return "\(call): the login may not do this\(said)."
        case "accountNotFound": return "\(call): there is no such account."
        case "accountNotSupportedByMethod": return "\(call): the account has nothing of this kind."
        case "accountReadOnly": return "\(call): the account can only be read."
        case "requestTooLarge": return "\(call): more than the server takes in one call."
        case "cannotCalculateChanges": return "\(call): the server has forgotten the changes since then."
        case "stateMismatch": return "\(call): it was changed by somebody else meanwhile."
        case "anchorNotFound": return "\(call): the place in the list is gone."
        case "unsupportedSort", "unsupportedFilter":
            return "\(call): the server cannot order or filter like this\(said)."
        case "tooManyChanges": return "\(call): more changes than were asked for."
        default: return "\(call) was refused: \(HostileText.short(type))\(said)."
        }
    }

    private func methodCure(_ type: String) -> String {
        switch type {
        case "unknownMethod": "Check the server's version and the rights of the login."
        case "forbidden", "accountReadOnly": "Ask the operator for the right."
        case "accountNotFound", "accountNotSupportedByMethod": "Check that the account still exists."
        case "requestTooLarge": "Ask for less at once."
        case "cannotCalculateChanges", "stateMismatch", "anchorNotFound", "tooManyChanges": "Read it afresh."
        case "serverFail", "serverPartialFail": "Try again; if it stays, look at the server's log."
        default: "Check that the server is of a version that this program knows."
        }
    }
}

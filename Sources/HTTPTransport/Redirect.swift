/// What a status of 3xx asks for.
enum Redirect {
    /// It is no redirect.
    case none
    /// The same request at another place of the same origin.
    case follow(HTTPTarget)
    /// It is not followed.
    case refuse(HTTPError)

    /// Decides about an answer. The credential goes along, so only places of the same origin are followed.
    init(_ head: HTTPResponseHead, from transfer: Transfer) {
        guard [301, 302, 303, 307, 308].contains(head.status), let location = head.headers["Location"] else {
            self = .none
            return
        }
        guard let next = transfer.target.resolve(location) else {
            self = .refuse(transfer.failure(.redirectLoop, detail: "to a place that is none"))
            return
        }
        guard next.origin == transfer.target.origin else {
            self = .refuse(transfer.failure(.redirectElsewhere, detail: "to \(next.origin)"))
            return
        }
        // 303 means: the answer to this is elsewhere; the act is done and must not be done again.
        let isRead = transfer.request.method == .get
        guard head.status != 303 || isRead else {
            self = .refuse(
                transfer.failure(.redirectLoop, detail: "303 in answer to \(transfer.request.method.rawValue)"))
            return
        }
        guard transfer.redirects < transfer.request.limits.redirects else {
            self = .refuse(transfer.failure(.redirectLoop, detail: "more than \(transfer.request.limits.redirects)"))
            return
        }
        self = .follow(next)
    }
}

import AgenticMail
import Guard
import MailCache
import SafeText

extension ConsoleModel {
    /// Shows the queue, or the hold whose id is named.
    func openReview(_ arguments: [String]) {
        let directions: [String: HoldEntry.Direction] = ["in": .inbound, "out": .outbound]
        guard let id = arguments.first, directions[id] == nil else {
            desk.show(arguments.first.flatMap { directions[$0] } ?? .outbound)
            if top?.screen != .review { goHome(ReviewScreen(self)) }
            return
        }
        guard let hold = desk.queue?.holds.first(where: { $0.id.hasPrefix(id) }) else {
            return say("There is no hold \(untrusted: id) that waits; :review lists them.", .refusal)
        }
        desk.show(hold.entry.direction)
        goHome(ReviewScreen(self), HoldScreen(self, hold))
    }

    /// Shows what the policy asks for, of the workspace, an agent, or its mail to somebody.
    func openPolicy(_ arguments: [String]) {
        let agent = arguments.first.map { name in book.account(named: name).map(\.address) ?? name }
        let screen = PolicyScreen(self, agent: agent, recipient: arguments.dropFirst().first)
        if top?.screen == .policy { replaceTop(screen) } else { open(screen) }
    }

    /// Claims a hold, or gives back a claim of one's own.
    func toggleClaim(_ hold: HoldSummary) {
        guard hold.state == .held else {
            return say("Only what is still held can be claimed.", .refusal)
        }
        let isMine = hold.claim.map { $0.reviewer.lowercased() == desk.queue?.reviewer.lowercased() } ?? false
        desk.decide(isMine ? .release : .claim, on: [hold])
    }
}

import AgenticMail
import Guard
import SafeText

extension ConsoleModel {
    /// Shows the queue, or the hold whose id is named.
    func openReview(_ arguments: [String]) {
        guard let id = arguments.first else {
            if top?.screen != .review { goHome(ReviewScreen(self)) }
            return
        }
        guard let hold = desk.queue?.holds.first(where: { $0.id.hasPrefix(id) }) else {
            return say("There is no hold \(untrusted: id) that waits; :review lists them.", .refusal)
        }
        goHome(ReviewScreen(self), HoldScreen(self, hold))
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

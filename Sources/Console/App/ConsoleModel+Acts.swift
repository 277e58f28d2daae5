package import AgenticMail
package import JMAP
package import MailCache
import SafeText
import TerminalUI

extension ConsoleModel {
    /// Marks messages as read, or as unread where the one with the cursor is read.
    package func toggleSeen(_ row: MessageRow?, _ keys: [MessageKey]) {
        if let row { act(.seen(row.flags.contains(.unread)), on: keys) }
    }

    /// Flags messages, or takes the flags away where the one with the cursor is flagged.
    package func toggleFlagged(_ row: MessageRow?, _ keys: [MessageKey]) {
        if let row { act(.flagged(!row.flags.contains(.flagged)), on: keys) }
    }

    /// Does something to messages; the footer says what, and how it is taken back.
    ///
    /// - Parameter mailbox: the mailbox whose list they are in, where it is one.
    package func act(_ act: MessageAct, on keys: [MessageKey], from mailbox: MailboxID? = nil) {
        guard !keys.isEmpty else { return }
        let doIt = services.act
        perform { [weak self] in
            let receipt = try await doIt(act, keys, mailbox)
            await self?.tell(receipt)
        }
    }

    private func tell(_ receipt: ActReceipt) {
        let fault = receipt.impossible.values.min().map { SafeText(untrusted: " " + $0) } ?? .empty
        guard let act = receipt.act else {
            return receipt.impossible.isEmpty
                ? say("It is so already.") : say("Nothing was done:\(fault)", .refusal)
        }
        let key = keymap.key(of: "mail.undo", on: top?.screen ?? .inbox) ?? ":undo"
        let done: SafeText = "\(untrusted: ActWords.title(act)) · \(key) undo"
        if receipt.impossible.isEmpty { return say(done) }
        say("\(done) · \(receipt.impossible.count) not:\(fault)", .refusal)
    }

    /// Takes an act back, the last one where none is named.
    package func undo(_ act: ActID?) {
        let undo = services.undo
        perform { [weak self] in
            let receipt = try await undo(act)
            await self?.tell(receipt)
        }
    }

    private func tell(_ receipt: UndoReceipt?) {
        guard let receipt else { return say("There is nothing to take back.", .refusal) }
        let words = SafeText(untrusted: ActWords.undone(receipt))
        guard receipt.refused > 0 else { return say("\(words).") }
        say("\(words). \(receipt.refused) refused: \(untrusted: receipt.act.reason)", .refusal)
    }

    /// Moves messages to a mailbox, which is asked for where none is named.
    package func move(_ row: MessageRow?, _ keys: [MessageKey], to words: [String], from mailbox: MailboxID? = nil) {
        guard let row else { return }
        if !words.isEmpty { return act(.move(to: words.joined(separator: " ")), on: keys, from: mailbox) }
        pick(
            "move to",
            mailboxNames(of: row).map { name in
                Picker.Entry(SafeText(untrusted: name)) { [weak self] in
                    guard let self else { return }
                    if let command = table["mail.move"] {
                        lastAct = Invocation(command: command, arguments: [name])
                    }
                    act(.move(to: name), on: keys, from: mailbox)
                }
            })
    }

    /// Mailboxes that a message can be moved to.
    package func mailboxNames(of row: MessageRow) -> [String] {
        do {
            return try reader.mailboxes(of: row.account).map(\.name)
        } catch {
            say(error)
            return []
        }
    }

    /// What waits or was refused has changed.
    package func actsChanged(_ summary: ActSummary) {
        let before = acts
        acts = summary
        if summary.refused > before.refused,
            let act = summary.acts.first(where: { $0.refused > 0 && $0.refused != before[$0.id]?.refused })
        {
            services.log.write(.warning, "acts", "\(ActWords.title(act)): \(act.reason)")
            say("\(untrusted: ActWords.title(act)): \(act.refused) refused. \(untrusted: act.reason) · :acts", .failure)
        }
        if let view = top, view.screen == .acts { view.appear() }
        needsFrame = true
    }

    /// How many messages wait for the server long enough to be told.
    var waitingActs: Int {
        guard acts.waiting > 0 else { return 0 }
        if connection == .live, !acts.acts.contains(where: { $0.waiting > 0 && clock.now() - $0.made >= 2 }) {
            return 0
        }
        return acts.waiting
    }

    /// Whether a message's row shows what the server does not have yet.
    func isWaiting(_ row: MessageRow) -> Bool {
        waitingActs > 0
            && acts.waitingMessages.contains(MessageName(account: row.account, emailID: row.emailID))
    }
}

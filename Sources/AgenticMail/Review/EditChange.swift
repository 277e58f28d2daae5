package import Guard
import Message

/// What an edit would change, for the eyes of who makes it before it is sent.
package struct EditChange: Sendable {
    package let before: HoldEdit
    package let after: HoldEdit
    /// The difference of the two as files for an editor.
    package let diff: LineDiff
    /// Addresses that would get the message and did not before.
    package let addedRecipients: [String]
    /// Those of them that are outside.
    package let addedOutside: [String]
    package let removedRecipients: [String]
    /// Whether the message's HTML form is left out, which would say what the text said before.
    package let dropsHTML: Bool

    /// Compares what a hold's message says with what it is to say.
    package init(_ before: HoldEdit, _ after: HoldEdit, _ sheet: HoldSheet) {
        self.before = before
        self.after = after
        diff = LineDiff(EditText.write(before), EditText.write(after))
        func all(_ edit: HoldEdit) -> [String] {
            OutboundEnvelope(sender: "", recipients: (edit.to + edit.cc + edit.bcc).map(\.email)).recipients
        }
        let (old, new) = (Set(sheet.summary.entry.envelope.recipients), all(after))
        addedRecipients = new.filter { !old.contains($0) }
        removedRecipients = old.subtracting(new).sorted()
        let domain = OutboundEnvelope.domain(of: sheet.summary.entry.agent)
        addedOutside = addedRecipients.filter { OutboundEnvelope.domain(of: $0) != domain }
        dropsHTML = sheet.hasHTML
    }

    package var isEmpty: Bool { diff.isEmpty }
}

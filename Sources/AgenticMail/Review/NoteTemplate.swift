package import Guard

/// A note that reviewers write often, to be taken as it is or written on.
package struct NoteTemplate: Sendable, Hashable {
    /// What it is called on the command line.
    package let name: String
    /// What the agent is told.
    package let text: String
    /// The decisions that it goes with.
    package let actions: [Decision.Action]

    /// The template of a name, for a decision; nil where there is none.
    package static func named(_ name: String, for action: Decision.Action) -> NoteTemplate? {
        all.first { $0.name == name && $0.actions.contains(action) }
    }

    /// The templates for a decision.
    package static func templates(for action: Decision.Action) -> [NoteTemplate] {
        all.filter { $0.actions.contains(action) }
    }

    /// All of them; each says what is wrong and what the agent should do about it.
    package static let all: [NoteTemplate] = [
        .init(
            name: "secret", text: "It holds a secret. Leave the secret out and say where it can be asked for instead.",
            actions: [.requestChanges, .reject]),
        .init(
            name: "recipient", text: "It goes to somebody who should not get it. Look at the recipients again.",
            actions: [.requestChanges, .reject]),
        .init(
            name: "personal-data", text: "It names personal data that the recipient does not need. Leave it out.",
            actions: [.requestChanges, .reject]),
        .init(
            name: "facts",
            text: "Something in it is not right. Check every figure, name and date before you write again.",
            actions: [.requestChanges]),
        .init(
            name: "tone", text: "Write it more plainly and more friendly; the facts may stay as they are.",
            actions: [.requestChanges]),
        .init(
            name: "attachment", text: "An attachment does not belong to it, or one is missing. Put that right.",
            actions: [.requestChanges]),
        .init(
            name: "not-needed", text: "This message is not needed. Go on without it; nobody waits for an answer.",
            actions: [.reject]),
        .init(
            name: "person", text: "A person answers this one. Do not write to them about it.", actions: [.reject]),
    ]
}

package import AgenticMail
package import Guard

/// What the review desk asks of the rest of the program.
package struct ReviewServices: Sendable {
    /// The holds in some states.
    package var queue: @Sendable ([HoldState]) async throws -> ReviewRoom.Queue
    /// One hold's line as it stands now, by its id.
    package var summary: @Sendable (String) async throws -> HoldSummary
    /// Everything of a hold, by its id.
    package var sheet: @Sendable (String) async throws -> HoldSheet
    /// Decides on the form that was seen.
    package var decide:
        @Sendable (Decision.Action, ReviewRoom.Seen, String, HoldEdit?) async throws -> ReviewRoom.Outcome
    /// What a word for the agent of a hold and its recipients would do, by the hold's id and the end of the word.
    package var preview: @Sendable (String, Int64) async throws -> AllowPreview
    /// Gives the word that was previewed.
    package var allow: @Sendable (AllowPreview) async throws -> ReviewRoom.Outcome
    /// Rings for the guard.
    package var ring: @Sendable () async throws -> Void
    /// Something may have changed.
    package var changes: @Sendable () -> AsyncStream<Void>
    /// A new path for the file that an editor is opened on; its folder is the person's alone.
    package var editPath: @Sendable () throws -> String
    /// The command that opens the person's editor on a path.
    package var editor: @Sendable (String) -> [String]

    /// Services that know nothing, to be filled in.
    package init() {
        queue = { _ in ReviewRoom.Queue() }
        summary = { _ in throw CancellationError() }
        sheet = { _ in throw CancellationError() }
        decide = { _, _, _, _ in .waiting }
        preview = { _, _ in throw CancellationError() }
        allow = { _ in .waiting }
        ring = {}
        changes = { AsyncStream { $0.finish() } }
        editPath = { throw CancellationError() }
        editor = { ["vi", $0] }
    }

    /// The services of a room.
    package init(
        _ room: ReviewRoom, editPath: @escaping @Sendable () throws -> String,
        editor: @escaping @Sendable (String) -> [String]
    ) {
        queue = { try await room.queue(in: $0) }
        summary = { try await room.summary($0) }
        sheet = { try await room.sheet($0) }
        decide = { try await room.decide($0, on: $1, note: $2, edit: $3) }
        preview = { try await room.preview($0, until: $1) }
        allow = { try await room.allow($0) }
        ring = { try await room.ring() }
        changes = { room.changes() }
        self.editPath = editPath
        self.editor = editor
    }
}

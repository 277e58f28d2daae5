import AgenticMail
import Configuration
import Guard
import SafeText
import TerminalUI

/// A mistake, or a note, of a policy as the commands print it.
struct PolicyRemark: Encodable, Sendable {
    /// `mistake` or `note`.
    let kind: String
    let file: String
    let line: Int?
    let key: String?
    let message: String
    let cure: String

    init(_ fault: ConfigurationFault, isNote: Bool) {
        kind = isNote ? "note" : "mistake"
        (file, line, key) = (fault.file, fault.line, fault.key)
        (message, cure) = (fault.message, fault.cure)
    }

    static func all(_ file: PolicyFile) -> [PolicyRemark] {
        file.faults.map { PolicyRemark($0, isNote: false) } + file.notes.map { PolicyRemark($0, isNote: true) }
    }
}

extension CommandContext {
    /// Runs something with the path of the policy: of the file that is named, or of the sandbox's.
    func withPolicy<Value>(_ body: (String) throws -> Value) async throws -> Value {
        guard parsed.has("sandbox"), parsed.value("policy") == nil else { return try body(policyPath) }
        let opened = try await OpenedWorkspace.open(self)
        let result = Result { try body(opened.sandbox?.staff?.policyPath ?? policyPath) }
        await opened.close()
        return try result.get()
    }
}

extension CommandHandlers {
    private struct ShownValue: Encodable, Sendable {
        let key: String
        let value: String
        /// The table, or nil where the program says so.
        let table: String?
        let file: String?
        let line: Int?
        let place: String
    }

    /// `policy show [AGENT [RECIPIENT]]`
    @Sendable static func policyShow(_ context: CommandContext) async throws -> ExitCode {
        let agent = context.parsed.arguments["agent"]?.first
        let recipient = context.parsed.arguments["recipient"]?.first
        let now = CommandContext.now
        let file = try await context.withPolicy { try PolicyFile.read($0, at: now) }
        guard let policy = file.policy else { throw ConfigurationError(file.faults) }
        for note in file.notes { context.output.note(SafeText(untrusted: note.sentence)) }
        let values = policy.effective(agent: agent, recipient: recipient, at: now).map { value in
            ShownValue(
                key: value.key, value: value.text, table: value.table, file: value.table == nil ? nil : file.path,
                line: value.line, place: file.place(of: value))
        }
        try context.output.list(
            values, empty: "The policy says nothing.",
            columns: [
                Column("KEY") { SafeText(untrusted: $0.key) },
                Column("VALUE", least: 10) { SafeText(untrusted: $0.value) },
                Column("FROM", least: 10) { SafeText(untrusted: $0.place) },
            ])
        return .done
    }

    /// `policy check`: every mistake and every note; done where there is no mistake.
    @Sendable static func policyCheck(_ context: CommandContext) async throws -> ExitCode {
        let file = try await context.withPolicy { try PolicyFile.read($0, at: CommandContext.now) }
        let output = context.output
        if output.isJSON {
            try output.list(PolicyRemark.all(file), empty: .empty, columns: [])
            return file.faults.isEmpty ? .done : .failed
        }
        for fault in file.faults + file.notes { try output.print(SafeText(untrusted: fault.sentence)) }
        if file.faults.isEmpty { try output.print("\(untrusted: file.path) is in order.") }
        return file.faults.isEmpty ? .done : .failed
    }

    private struct EditedPolicy: Encodable {
        let file: String
        /// `taken`, `unchanged`, `not taken` or `in order` for a dry run.
        let result: String
        let remarks: [PolicyRemark]
    }

    /// `policy edit [--from FILE] [--dry-run]`: the editor, the check, and only then the file.
    @Sendable static func policyEdit(_ context: CommandContext) async throws -> ExitCode {
        let isDryRun = context.parsed.has("dry-run")
        let (file, result) = try await context.withPolicy { path in
            let before = try PolicyFile.read(path, at: CommandContext.now)
            let text: String
            if let from = context.parsed.value("from") {
                text = String(decoding: try messageFile(from), as: UTF8.self)
            } else {
                text = try EditorRun.edit(before.text, named: "guard.toml", context)
            }
            let after = PolicyFile(checking: text, path: path, at: CommandContext.now)
            guard after.faults.isEmpty else { return (after, "not taken") }
            guard text != before.text else { return (after, "unchanged") }
            guard !isDryRun else { return (after, "in order") }
            try PolicyFile.write(text, to: path)
            return (after, "taken")
        }
        let remarks = (file.faults + file.notes).map { SafeText(untrusted: $0.sentence) }
        try context.output.object(
            EditedPolicy(file: file.path, result: result, remarks: PolicyRemark.all(file)),
            lines: remarks + ["\(untrusted: file.path): \(untrusted: result)"])
        return file.faults.isEmpty ? .done : .failed
    }
}

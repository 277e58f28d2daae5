package import AgenticMail
package import Configuration
import FoundationEssentials
import Glibc
import Guard
import JMAP
import Sodium
package import Stalwart

/// The files that setup writes: secrets, the configuration, the guard's policy, a reviewer's key.
///
/// What a person wrote stays as it is, byte for byte. Where lines are missing in a file that is there, they are shown,
/// and added at its end only where that was asked for.
package struct SetupFiles: Sendable {
    let plan: SetupPlan
    let kind: ServerKind
    /// The configuration's file.
    package let configuration: String
    /// The policy's file.
    package let policy: String
    /// The file of the reviewer's signing key, where the reviewer works on this machine.
    package let signingKey: String
    private let folder: String
    /// The secret of the hook, where it is wanted and not written yet.
    private let newHookSecret: String?
    /// The reviewer's public key.
    private let publicKey: [UInt8]
    /// The reviewer's secret key, where it is new and not written yet.
    private let newSecretKey: [UInt8]?

    /// Makes a value, and a key pair for the reviewer where there is none; nothing is written.
    package init(_ plan: SetupPlan, kind: ServerKind, _ locations: Locations) throws(WorkspaceError) {
        self.plan = plan
        self.kind = kind
        let settings = Self.resolved(locations.configuration)
        configuration = settings
        folder = settings.lastIndex(of: "/").map { String(settings[..<$0]) } ?? "."
        policy = Self.resolved("\(folder)/guard.toml")
        signingKey = "\(locations.data)/reviewer-key"
        let hookSecret = "\(folder)/secrets/\(plan.workspace)-hook.key"
        let wantsSecret = plan.hook != nil && access(hookSecret, F_OK) != 0
        newHookSecret = wantsSecret ? Data(Sodium.random(24)).base64EncodedString() : nil
        if let key = plan.reviewerKey {
            (publicKey, newSecretKey) = (key, nil)
        } else {
            (publicKey, newSecretKey) = try Self.keys(signingKey)
        }
    }

    /// Where a symbolic link leads, so that a configuration that is kept elsewhere stays there.
    private static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    /// The public key of the secret one in a file; where there is no file, of a new one.
    private static func keys(_ path: String) throws(WorkspaceError) -> (publicKey: [UInt8], newSecretKey: [UInt8]?) {
        guard access(path, F_OK) == 0 else {
            guard let pair = Signing.newKeyPair() else {
                throw WorkspaceError(.failed, "The system gives no random bytes.", cure: "Try again.")
            }
            return (pair.publicKey, pair.secretKey)
        }
        let secret: Secret
        do throws(SecretError) { secret = try SecretSource.file(path).read() } catch { throw WorkspaceError(error) }
        guard let bytes = Data(base64Encoded: secret.reveal()).map(Array.init), bytes.count == 64,
            let publicKey = Signing.publicKey(of: bytes)
        else {
            throw WorkspaceError(
                .file, "\(path) holds no reviewer's key.",
                cure: "Move it away, or give the reviewer's public key with --reviewer-key.")
        }
        return (publicKey, nil)
    }

    // MARK: Secrets

    /// Whether a person's secret is kept on this machine.
    package func stores(_ person: SetupPerson) -> Bool { person != .reviewer || plan.reviewerKey == nil }

    /// The file of a person's secret.
    package func secretPath(_ person: SetupPerson) -> String { "\(folder)/\(secretName(person))" }

    private func secretName(_ person: SetupPerson) -> String { "secrets/\(plan.workspace)-\(person.rawValue).key" }
    private func pendingPath(_ person: SetupPerson) -> String { secretPath(person) + ".making" }

    /// A person's secret; nil where there is no such file.
    func secret(_ person: SetupPerson) throws(WorkspaceError) -> Secret? {
        let path = secretPath(person)
        guard access(path, F_OK) == 0 else { return nil }
        do throws(SecretError) { return try SecretSource.file(path).read() } catch { throw WorkspaceError(error) }
    }

    /// The name of a key that a run began to make and did not store; nil where there is none.
    func unfinishedKey(_ person: SetupPerson) -> String? {
        guard case .success(let bytes) = readSmallFile(pendingPath(person), limit: 1_024) else { return nil }
        let name = String(decoding: bytes, as: UTF8.self)
        return name.hasPrefix("agenticmail ") ? name : nil
    }

    /// The secret that the server sends to the guard's hook, and whether this setup is the first to know it.
    func hookSecret() throws(WorkspaceError) -> (secret: String, isNew: Bool) {
        if let newHookSecret { return (newHookSecret, true) }
        do throws(SecretError) { return (try SecretSource.file(hookSecretPath).read().reveal(), false) } catch {
            throw WorkspaceError(error)
        }
    }

    /// The file of the hook's secret.
    package var hookSecretPath: String { "\(folder)/\(hookSecretName)" }
    private var hookSecretName: String { "secrets/\(plan.workspace)-hook.key" }

    /// Notes that a key is being made, so that one that nobody stored is found and ended by the next run.
    func beginKey(_ person: SetupPerson, _ name: String) throws(WorkspaceError) {
        try makeFolders()
        endKey(person)
        _ = try WrittenFile.make(pendingPath(person), Array(name.utf8), mode: 0o600)
    }

    func endKey(_ person: SetupPerson) { unlink(pendingPath(person)) }
    func endKeys() { for person in SetupPerson.allCases { endKey(person) } }

    func store(_ secret: String, of person: SetupPerson) throws(WorkspaceError) -> Written {
        try WrittenFile.make(secretPath(person), Array("\(secret)\n".utf8), mode: 0o600)
    }

    private func makeFolders() throws(WorkspaceError) {
        for path in ["\(folder)/secrets", signingKey.lastIndex(of: "/").map { String(signingKey[..<$0]) } ?? "."] {
            if let fault = FolderMaking.make(path) {
                throw WorkspaceError(
                    .file, "\(path) cannot be made, because \(fault.reason).",
                    cure: "Name a configuration in a folder of yours with --config.")
            }
        }
    }

    // MARK: Configuration and policy

    package typealias Written = WrittenFile

    /// The files of text that setup writes.
    var textPaths: [String] { [configuration, policy, signingKey, hookSecretPath] }

    /// What is to be added to one file.
    package struct Addition: Sendable, Hashable {
        /// The file.
        package let path: String
        /// What is there, nil where there is no file.
        let before: [UInt8]?
        /// The lines that are missing.
        package let text: String

        /// Whether the file is there already.
        package var isExtension: Bool { before != nil }
        /// The lines as a difference shows them.
        package var difference: [String] {
            ["--- \(isExtension ? path : "/dev/null")", "+++ \(path)"]
                + text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { "+\($0)" }
        }
    }

    /// What is missing in the files; throws where what stands there is in the way.
    package func additions() throws(WorkspaceError) -> [Addition] {
        let missing = try missingText()
        if let first = missing.first(where: \.isExtension), !plan.appends {
            throw WorkspaceError(
                .file, "\(first.path) is there and lacks lines that setup would write; it was not touched.",
                cure: "Add these lines, or run setup again with --append, which adds them at its end:\n"
                    + first.difference.joined(separator: "\n"))
        }
        return missing
    }

    private func missingText() throws(WorkspaceError) -> [Addition] {
        var found: [Addition] = []
        let (settings, settingsBefore) = try missingSettings()
        if !settings.isEmpty { found.append(Addition(path: configuration, before: settingsBefore, text: settings)) }
        let (rules, rulesBefore) = try missingRules()
        if !rules.isEmpty { found.append(Addition(path: policy, before: rulesBefore, text: rules)) }
        return found
    }

    /// Whether everything is written.
    func areWritten() throws(WorkspaceError) -> Bool {
        try additions().isEmpty && newSecretKey == nil && newHookSecret == nil
    }

    /// Writes what is missing.
    func write(_ written: inout [Written]) throws(WorkspaceError) {
        try makeFolders()
        if let newSecretKey {
            let text = Data(newSecretKey).base64EncodedString() + "\n"
            written.append(try WrittenFile.make(signingKey, Array(text.utf8), mode: 0o600))
        }
        if let newHookSecret {
            written.append(try WrittenFile.make(hookSecretPath, Array("\(newHookSecret)\n".utf8), mode: 0o600))
        }
        for addition in try additions() {
            if let before = addition.before {
                let joint = before.isEmpty || before.last == UInt8(ascii: "\n") ? "\n" : "\n\n"
                written.append(try WrittenFile.extend(addition.path, before, Array((joint + addition.text).utf8)))
            } else {
                written.append(try WrittenFile.make(addition.path, Array(addition.text.utf8), mode: 0o644))
            }
        }
    }

    /// The people whose logins are in the configuration, in its order.
    private var people: [SetupPerson] { [.manager, .guardian, .reviewer].filter(stores) }

    private func missingSettings() throws(WorkspaceError) -> (text: String, before: [UInt8]?) {
        guard let bytes = try Self.read(configuration) else {
            let head = "# Written by agenticmail setup.\ndefault-workspace = \"\(plan.workspace)\"\n"
            return (head + people.map { "\n" + table($0) }.joined(), nil)
        }
        let present: Configuration
        do throws(ConfigurationError) { present = try Configuration.decode(bytes, file: configuration) } catch {
            throw WorkspaceError(
                .failed, error.sentence, cure: "Put it right first: agenticmail config check lists every fault.")
        }
        var missing: [SetupPerson] = []
        for person in people {
            guard let workspace = present[workspace: plan.workspace(person)] else {
                missing.append(person)
                continue
            }
            guard isOurs(workspace, person) else {
                throw WorkspaceError(
                    .taken,
                    "\(configuration) has another [workspace.\(workspace.name)] than setup would write; it was not touched.",
                    cure: "Choose another name with --workspace.")
            }
        }
        return (missing.map(table).joined(separator: "\n"), bytes)
    }

    private func isOurs(_ workspace: WorkspaceConfiguration, _ person: SetupPerson) -> Bool {
        guard workspace.url == plan.origin else { return false }
        switch (workspace.authentication, kind) {
        case (.key(.file(let path)), .objects): return path == secretPath(person)
        case (.password(let login, .file(let path)), .principals):
            return path == secretPath(person) && login == plan.address(person)
        default: return false
        }
    }

    /// One workspace as it stands in the configuration.
    package func table(_ person: SetupPerson) -> String {
        var lines = ["[workspace.\(plan.workspace(person))]", "url = \(Self.quoted(plan.origin.absoluteString))"]
        switch kind {
        case .objects: lines.append("key-file = \(Self.quoted(secretName(person)))")
        case .principals:
            lines.append("login = \(Self.quoted(plan.address(person)))")
            lines.append("password-file = \(Self.quoted(secretName(person)))")
        }
        lines.append("agents-domain = \(Self.quoted(plan.domain))")
        if let file = plan.caFile { lines.append("ca-file = \(Self.quoted(file))") }
        if let key = plan.pinnedKey { lines.append("pinned-key = \(Self.quoted(key))") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A text as TOML writes it.
    private static func quoted(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "\"") { quoted, scalar in
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let hex = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: quoted.unicodeScalars.append(scalar)
            }
        } + "\""
    }

    private func missingRules() throws(WorkspaceError) -> (text: String, before: [UInt8]?) {
        let reviewer = Policy.Reviewer(address: plan.address(.reviewer), publicKey: publicKey)
        let lines = """
            [[reviewer]]
            address = "\(reviewer.address)"
            key = "ed25519:\(Data(publicKey).base64EncodedString())"

            """
        guard let bytes = try Self.read(policy) else {
            let text = """
                # Written by agenticmail setup: what the guard does with agents' mail, and who decides.
                group = "\(plan.group)"
                hold-for = "60s"

                [workspace]
                mode = "review-outside"
                approvals = 1
                deadline = "48h"

                """
            return (text + "\n" + lines + hookLines(after: nil), nil)
        }
        let present: Policy
        do throws(ConfigurationError) { present = try Policy.decode(bytes, file: policy) } catch {
            throw WorkspaceError(.failed, error.sentence, cure: "Put it right first, and run setup again.")
        }
        guard present.group == plan.group else {
            throw WorkspaceError(
                .taken,
                "\(policy) names \(present.group ?? "no group") instead of \(plan.group); it was not touched.",
                cure: "Name that group with --group, or write group = \"\(plan.group)\" there.")
        }
        if let hook = present.hook, let wanted = plan.hook, hook.address != wanted {
            throw WorkspaceError(
                .taken, "\(policy) has the hook at \(hook.address) instead of \(wanted); it was not touched.",
                cure: "Run setup with --hook \(hook.address), or change the address there.")
        }
        if let hook = present.hook, plan.hook != nil, hook.secret != .file(hookSecretPath) {
            throw WorkspaceError(
                .taken, "\(policy) has the hook's secret in another place than \(hookSecretPath); it was not touched.",
                cure: "Write secret-file = \"\(hookSecretName)\" there, or leave --hook out.")
        }
        let hook = hookLines(after: present)
        if present.reviewers.contains(reviewer) { return (hook.isEmpty ? "" : String(hook.dropFirst()), bytes) }
        if present.reviewers.contains(where: { $0.address == reviewer.address || $0.publicKey == publicKey }) {
            throw WorkspaceError(
                .taken,
                "\(policy) has the reviewer \(reviewer.address) with another address or key; it was not touched.",
                cure: "Correct it there: the key is what agenticmail review enroll printed.")
        }
        return (lines + hook, bytes)
    }

    /// The table of the hook behind an empty line; nothing where none is wanted, or the policy has one.
    private func hookLines(after present: Policy?) -> String {
        guard let address = plan.hook, present?.hook == nil else { return "" }
        return """

            [hook]
            address = \(Self.quoted(address))
            secret-file = \(Self.quoted(hookSecretName))

            """
    }

    /// The bytes of a file; nil where there is none.
    private static func read(_ path: String) throws(WorkspaceError) -> [UInt8]? {
        switch readSmallFile(path, limit: Configuration.sizeLimit) {
        case .success(let bytes): return bytes
        case .failure(let fault) where fault.errno == ENOENT: return nil
        case .failure(let fault):
            throw WorkspaceError(
                .file, "\(path) cannot be read, because \(fault.reason).", cure: "Make it readable, or move it away.")
        }
    }
}

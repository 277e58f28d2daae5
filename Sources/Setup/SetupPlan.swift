package import AgenticMail
import Agents
package import FoundationEssentials
import Guard
import JMAP
package import Stalwart

/// What setup is to bring about, checked: every name that it uses.
package struct SetupPlan: Sendable, Hashable {
    /// Scheme, host and port of the server.
    package let origin: URL
    /// The domain of the agents' addresses.
    package let domain: String
    /// The address of the reviewers' group.
    package let group: String
    /// The addresses of those who work with the agents.
    package let addresses: [SetupPerson: String]
    /// The operator's workspace in the configuration; the others' names begin with it.
    package let workspace: String
    /// The reviewer's public key, where the reviewer works on another machine.
    package let reviewerKey: [UInt8]?
    /// Where the guard answers the server's hook; nil where the server is to ask nobody.
    package let hook: String?
    let caFile: String?
    let pinnedKey: String?
    let appends: Bool

    /// An address of the plan.
    package func address(_ person: SetupPerson) -> String { addresses[person] ?? "" }

    /// The name of a person's workspace.
    package func workspace(_ person: SetupPerson) -> String { workspace + person.suffix }

    /// Checks a request and fills in what is left out; nothing is changed.
    package init(_ request: SetupRequest, _ administration: any Administration) async throws(WorkspaceError) {
        let domain: String
        if let named = request.domain {
            domain = try Self.checked(named)
        } else {
            let found: [Domain]
            do throws(StalwartError) { found = try await administration.domains() } catch {
                throw WorkspaceError(error)
            }
            guard found.count == 1 else {
                throw WorkspaceError(
                    .wrongUsage,
                    found.isEmpty
                        ? "The server has no domain yet, and none is named."
                        : "The server has several domains: \(found.map(\.name).sorted().joined(separator: ", ")).",
                    cure: "Name the agents' domain with --domain.")
            }
            domain = found[0].name
        }
        origin = request.origin
        self.domain = domain
        group = try Self.address(request.groupName, domain, "the group of reviewers")
        addresses = [
            .guardian: try Self.address(request.guardName, domain, "the guard"),
            .manager: try Self.address(request.operatorName, domain, "the operator"),
            .reviewer: try Self.address(request.reviewer, domain, "the first reviewer"),
        ]
        let all = [group] + addresses.values
        guard Set(all).count == all.count else {
            throw WorkspaceError(
                .wrongUsage, "Guard, operator, reviewer and group do not have four different addresses.",
                cure: "Give each an address of its own; the guard's and the group's are not a person's.")
        }
        workspace = try Self.workspaceName(request.workspace, domain)
        reviewerKey = try request.reviewerKey.map { (text) throws(WorkspaceError) in
            guard let key = Policy.publicKey(text) else {
                throw WorkspaceError(
                    .wrongUsage, "The reviewer's key is no public key.",
                    cure: "Give the line that agenticmail review enroll prints: ed25519: and 44 characters.")
            }
            return key
        }
        hook = try request.hook.map(Self.hookAddress)
        caFile = request.caFile
        pinnedKey = request.pinnedKey
        appends = request.appends
    }

    private static func checked(_ domain: String) throws(WorkspaceError) -> String {
        do throws(AgentsError) { return try DomainName(domain).text } catch { throw WorkspaceError(error) }
    }

    /// Puts an address together; of one that is given whole the domain is kept.
    private static func address(_ text: String, _ domain: String, _ who: String) throws(WorkspaceError) -> String {
        let parts = text.lowercased().split(separator: "@", omittingEmptySubsequences: false).map(String.init)
        let local = parts.first ?? ""
        let isGood =
            (1...64).contains(local.utf8.count) && parts.count <= 2
            && local.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || [0x2E, 0x2D, 0x5F].contains(byte)
            } && !local.hasPrefix(".") && !local.hasSuffix(".") && !local.contains("..")
        guard isGood else {
            throw WorkspaceError(
                .wrongUsage, "“\(text)” is no address for \(who).",
                cure: "Give one of lower case letters, digits and . - _ before the @, such as jonas@\(domain).")
        }
        return parts.count == 2 ? "\(local)@\(try checked(parts[1]))" : "\(local)@\(domain)"
    }

    private static func hookAddress(_ text: String) throws(WorkspaceError) -> String {
        let colon = text.lastIndex(of: ":")
        let host = colon.map { text[..<$0] } ?? ""
        let port = colon.flatMap { UInt16(text[text.index(after: $0)...]) } ?? 0
        let isGood =
            !host.isEmpty && port > 0
            && host.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
                    || [0x2D, 0x2E, 0x3A, 0x5B, 0x5D].contains(byte)
            } && URL(string: "http://\(text)/hook") != nil
        guard isGood else {
            throw WorkspaceError(
                .wrongUsage, "“\(text)” is no address for the hook.",
                cure: "Give host and port at which the server reaches the guard, such as 127.0.0.1:8645.")
        }
        return text
    }

    private static func workspaceName(_ named: String?, _ domain: String) throws(WorkspaceError) -> String {
        let longest = 33
        guard let named else { return String(domain.map { $0 == "." ? "-" : $0 }.prefix(longest)) }
        let isGood =
            (1...longest).contains(named.utf8.count)
            && named.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
                    || byte == 0x2D || byte == 0x5F
            }
        guard isGood else {
            throw WorkspaceError(
                .wrongUsage, "“\(named)” is no name for a workspace.",
                cure: "Use up to \(longest) letters, digits, hyphens and underscores.")
        }
        return named
    }
}

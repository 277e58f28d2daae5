import AgenticMail
import JMAP
import Stalwart

/// One step of setting up: how one sees whether it was done, what it does, and how it is taken back.
package struct SetupStep: Sendable {
    /// The steps in the order in which they are done; the raw value is the number that a fault names.
    package enum Kind: Int, Sendable, Hashable, CaseIterable {
        case domain = 1
        case roles, group, guardAccount, guardKey, operatorAccount, operatorKey, reviewerAccount, reviewerKey
        case mailboxes, files, signing, hook

        /// What the step does, in words for a person.
        package var title: String {
            switch self {
            case .domain: "Find the domain, or make it"
            case .roles: "Make the roles of agents, guard, watchers, reviewers and operators"
            case .group: "Make the group of reviewers"
            case .guardAccount: "Make the guard's account"
            case .guardKey: "Make the guard's key and store it"
            case .operatorAccount: "Make the operator's account"
            case .operatorKey: "Make the operator's key and store it"
            case .reviewerAccount: "Make the first reviewer's account"
            case .reviewerKey: "Make the first reviewer's key"
            case .mailboxes: "Make the mailboxes of ledger, holds and decisions"
            case .files: "Write the configuration and the guard's policy"
            case .signing: "Make a key that signs the domain's mail"
            case .hook: "Have the server ask the guard before it accepts mail"
            }
        }

        /// A short stable name for programs.
        package var name: String {
            switch self {
            case .domain: "domain"
            case .roles: "roles"
            case .group: "group"
            case .guardAccount: "guard"
            case .guardKey: "guardKey"
            case .operatorAccount: "operator"
            case .operatorKey: "operatorKey"
            case .reviewerAccount: "reviewer"
            case .reviewerKey: "reviewerKey"
            case .mailboxes: "mailboxes"
            case .files: "configuration"
            case .signing: "signingKey"
            case .hook: "hook"
            }
        }
    }

    typealias Act = @Sendable (SetupContext, inout SetupState) async throws(WorkspaceError) -> Void

    /// Which step it is.
    package let kind: Kind
    /// Whether it is done already, by this run or an earlier one; throws where something that is not ours is in the way.
    let check: @Sendable (SetupContext, inout SetupState) async throws(WorkspaceError) -> Bool
    /// Does it, and writes what it made into the state.
    let perform: Act
    /// Takes back what this run made and nothing else; doing it twice is harmless.
    let undo: Act

    /// Every step, in order.
    package static let all: [SetupStep] = [
        domain, roles, group, account(.guardian, .guardAccount), key(.guardian, .guardKey),
        account(.manager, .operatorAccount), key(.manager, .operatorKey), account(.reviewer, .reviewerAccount),
        key(.reviewer, .reviewerKey), mailboxes, files, signing, hook,
    ]
}

/// What a step may use.
struct SetupContext: Sendable {
    let administration: any Administration
    let plan: SetupPlan
    let files: SetupFiles
    /// The run's id, which is on everything that it makes.
    let run: String
    /// Makes a client of the same server for another login.
    let client: @Sendable (Credential) -> JMAPClient

    /// The steps of this setup: the hook is for whoever wants one.
    var steps: [SetupStep] { SetupStep.all.filter { $0.kind != .hook || plan.hook != nil } }

    /// The mark of something that this run makes.
    func mark(_ kind: String) -> SetupMark { SetupMark(kind: kind, run: run) }

    /// Asks the server, with its errors as errors of a workspace; `mayHaveBeenDone` and the like stay with the caller.
    func ask<Result>(
        _ body: (any Administration) async throws(StalwartError) -> Result
    ) async throws(WorkspaceError) -> Result {
        do throws(StalwartError) { return try await body(administration) } catch { throw WorkspaceError(error) }
    }

    /// Makes something that bears the run's mark: where it is not known whether it was made, looks first.
    func make<Result>(
        _ look: (any Administration) async throws(StalwartError) -> Result?,
        _ body: (any Administration) async throws(StalwartError) -> Result
    ) async throws(WorkspaceError) -> Result {
        var tries = 0
        while true {
            do throws(StalwartError) {
                return try await body(administration)
            } catch {
                tries += 1
                guard error.isTransient || error.mayHaveBeenDone, !Task.isCancelled else { throw WorkspaceError(error) }
                if error.mayHaveBeenDone, let found = try await ask(look) { return found }
                guard tries < 3 else { throw WorkspaceError(error) }
                try? await Task.sleep(for: .milliseconds(50 << tries))
            }
        }
    }

    /// Removes something that this run made: gone already is as good, and what others use by now stays theirs.
    func remove(
        _ body: (any Administration) async throws(StalwartError) -> Void
    ) async throws(WorkspaceError) {
        do throws(StalwartError) {
            try await body(administration)
        } catch {
            switch error.code {
            case .notFound, .inUse: return
            default: throw WorkspaceError(error)
            }
        }
    }
}

/// What the steps know and what this run has made.
struct SetupState: Sendable {
    var domain: DomainID?
    var roles: [String: RoleID] = [:]
    var group: AccountID?
    var accounts: [SetupPerson: AccountID] = [:]
    /// How those who work here log in: read from their files, or made by this run.
    var credentials: [SetupPerson: Credential] = [:]

    /// Made by this run.
    var madeDomain = false
    var madeRoles: [RoleID] = []
    var madeGroup = false
    var madeAccounts: Set<SetupPerson> = []
    /// Accounts of an earlier run that this one took into the group.
    var joined: Set<SetupPerson> = []
    var madeKeys: [SetupPerson: IssuedCredential] = [:]
    var writtenFiles: [SetupFiles.Written] = []
    var madeHook = false
    /// Whether this run wrote the secret of the hook.
    var madeHookSecret = false
    /// What could not be done beside the rest, with its cure.
    var warnings: [String] = []
}

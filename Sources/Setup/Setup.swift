package import AgenticMail
package import JMAP
import Sodium
package import Stalwart

/// Takes a server to a working workspace: domain, roles, group, guard, operator, first reviewer, configuration.
///
/// Each step looks first, so that a second run finds all done and changes nothing, and a run after a crash goes on where
/// that stopped. A failure takes back what the run itself made, and nothing else.
package struct Setup: Sendable {
    /// How a step goes, as it happens.
    package enum Event: Sendable {
        case began(SetupStep.Kind)
        /// It was done before.
        case there(SetupStep.Kind)
        /// It would be done.
        case wanted(SetupStep.Kind)
        case done(SetupStep.Kind)
        case failed(SetupStep.Kind, WorkspaceError)
        case undone(SetupStep.Kind)
        /// What was made could not be taken back now; the next run goes on with it.
        case left(SetupStep.Kind, WorkspaceError)
    }

    let context: SetupContext
    private let fault: SetupFault?

    /// Makes a setup; nothing is asked yet.
    ///
    /// - Parameters:
    ///   - administration: By the administrator's login.
    ///   - fault: A failure that is asked for, to try the way back.
    ///   - client: Makes a client of the same server for another login.
    package init(
        _ plan: SetupPlan, files: SetupFiles, administration: any Administration, fault: SetupFault? = nil,
        client: @escaping @Sendable (Credential) -> JMAPClient
    ) {
        context = SetupContext(
            administration: administration, plan: plan, files: files, run: Self.newID(), client: client)
        self.fault = fault
    }

    /// Says what would be done, and throws what stands in the way; nothing is changed.
    package func examine(report: @Sendable (Event) -> Void) async throws(WorkspaceError) {
        _ = try context.files.additions()
        var state = SetupState()
        for step in context.steps {
            report(try await step.check(context, &state) ? .there(step.kind) : .wanted(step.kind))
        }
    }

    /// Does what is missing. A failure undoes what was made before it is thrown.
    package func run(report: @Sendable (Event) -> Void) async throws(WorkspaceError) -> SetupReport {
        // Before anything is made: a file that would not be written keeps all of it from beginning.
        _ = try context.files.additions()
        var state = SetupState()
        var begun: [SetupStep] = []
        var current = SetupStep.Kind.domain
        fault?.after(0)
        do throws(WorkspaceError) {
            for step in context.steps {
                current = step.kind
                if Task.isCancelled { throw WorkspaceError.stopped }
                report(.began(step.kind))
                if try await step.check(context, &state) {
                    report(.there(step.kind))
                    continue
                }
                begun.append(step)
                try fault?.before(step.kind)
                try await step.perform(context, &state)
                fault?.after(step.kind.rawValue)
                report(.done(step.kind))
            }
        } catch {
            report(.failed(current, error))
            await takeBack(begun, state, report)
            throw error
        }
        context.files.endKeys()
        return SetupReport(context, state, done: begun.map(\.kind))
    }

    /// Undoes the steps that were begun, the last first; what cannot be undone is told, and the rest is tried all the
    /// same.
    private func takeBack(
        _ begun: [SetupStep], _ state: SetupState, _ report: @Sendable (Event) -> Void
    ) async {
        // What was begun is taken back even where the caller has lost interest: a task of its own is not cancelled.
        let events = await Task { () async -> [Event] in
            var state = state
            var events: [Event] = []
            for step in begun.reversed() {
                do throws(WorkspaceError) {
                    try await step.undo(context, &state)
                    events.append(.undone(step.kind))
                } catch {
                    events.append(.left(step.kind, error))
                }
            }
            return events
        }.value
        for event in events { report(event) }
    }

    /// A new id of 20 lower case letters and digits.
    static func newID() -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789".utf8)
        var text: [UInt8] = []
        // Bytes from 252 on would make some letters likelier than others.
        while text.count < 20 {
            text += Sodium.random(24).filter { $0 < 252 }.map { letters[Int($0) % 36] }
        }
        return String(decoding: text.prefix(20), as: UTF8.self)
    }
}

extension WorkspaceError {
    /// The caller gave up.
    static let stopped = WorkspaceError(
        .cancelled, "It was stopped before it was done.", cure: "Run it again when it is wanted.")
}

package import Agents
import DNS
import FoundationEssentials
import Stalwart
import Threads

/// What can be done to an agent that is there.
package enum AgentAct: Sendable, Hashable {
    case suspend, resume
    /// A new key; the old ones end.
    case rotate
    /// Every key ends.
    case revoke
    /// Its mail goes into a new file, and it cannot log in from then on.
    case archive(to: String)
    /// It goes with all its mail, which is in this archive.
    case delete(archive: String)
}

/// What came of an act.
package struct AgentActOutcome: Sendable, Hashable {
    /// The new key, shown once; nil where there is none.
    package var key: String?
    /// What was done, in sentences; untrusted.
    package var told: [String]

    /// Makes a value.
    package init(key: String? = nil, told: [String] = []) {
        self.key = key
        self.told = told
    }
}

/// What is known about one agent, as lines for a person.
package struct AgentDescription: Sendable, Hashable {
    /// Its address.
    package var address: String
    /// How it stands: `active`, `suspended` and so on.
    package var state: String
    /// What is known, a thing a line; untrusted.
    package var lines: [String]

    /// Makes a description.
    package init(address: String, state: String, lines: [String]) {
        self.address = address
        self.state = state
        self.lines = lines
    }
}

extension Workspace {
    /// The domains of the server, and the one that agents have where none is named.
    package func agentDomains() async throws(WorkspaceError) -> (names: [String], usual: String?) {
        let administration = try await administration()
        let names = try await ofAgents { () async throws(AgentsError) in
            do throws(StalwartError) { return try await administration.domains().map(\.name) } catch {
                throw AgentsError(error)
            }
        }
        let usual = try? await plan(AgentRequest(name: "a"), administration).domain.text
        return (names.sorted(), usual)
    }

    /// Why a request cannot be fulfilled, in a sentence; nil where it can.
    package func refusal(of request: AgentRequest) async -> String? {
        // Without a name of its own it is the archive's, which is read when the agent is made.
        if request.archive != nil, request.name.isEmpty { return nil }
        do throws(WorkspaceError) {
            let administration = try await administration()
            try await examine(try await plan(request, administration), administration)
            return nil
        } catch {
            return error.sentence
        }
    }

    /// Makes an agent of a request.
    package func create(
        _ request: AgentRequest, report: @escaping @Sendable (ProvisioningEvent) -> Void
    ) async throws(WorkspaceError) -> CreatedAgent {
        let administration = try await administration()
        let plan: AgentPlan
        if let path = request.archive {
            let archive = try await checkArchive(path)
            plan = try await self.plan(restoring: archive, request, administration)
        } else {
            plan = try await self.plan(request, administration)
        }
        return try await create(plan, with: try await provisioner(administration).0, report: report)
    }

    /// Reads an archive to its end, on a thread of its own for as long as that takes.
    package func checkArchive(_ path: String) async throws(WorkspaceError) -> CheckedArchive {
        let result: Result<CheckedArchive, AgentsError> = await withCheckedContinuation { continuation in
            DetachedThread.run {
                do throws(AgentsError) {
                    continuation.resume(returning: .success(try CheckedArchive.check(path)))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try await ofAgents { () async throws(AgentsError) in try result.get() }
    }

    /// What the server knows about an agent.
    package func describe(agent words: String) async throws(WorkspaceError) -> AgentDescription {
        let administration = try await administration()
        let keeper = keeper(administration)
        return try await ofAgents { () async throws(AgentsError) in
            let entry = try await Roster(administration).find(words)
            return AgentDescription(entry, keys: try await keeper.keys(of: entry.account))
        }
    }

    /// Does something to an agent.
    ///
    /// - Parameter progress: Told how many messages are archived, of how many.
    package func change(
        _ act: AgentAct, agent words: String, progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
    ) async throws(WorkspaceError) -> AgentActOutcome {
        let administration = try await administration()
        let keeper = keeper(administration)
        let outcome = try await ofAgents { () async throws(AgentsError) -> AgentActOutcome in
            let entry = try await Roster(administration).find(words)
            switch act {
            case .suspend:
                try await keeper.suspend(entry, refusingMail: false)
                return AgentActOutcome()
            case .resume:
                try await keeper.resume(entry)
                return AgentActOutcome()
            case .rotate:
                let rotation = try await keeper.rotate(entry)
                let adopted = "It was made by other means; this program keeps a record of it from now on."
                return AgentActOutcome(key: rotation.key, told: rotation.isAdopted ? [adopted] : [])
            case .revoke:
                let ended = try await keeper.revoke(entry, key: nil)
                return AgentActOutcome(told: ["\(ended.count) keys ended; R makes a new one."])
            case .archive(let path):
                let report = try await archive(entry, to: path, with: keeper, progress)
                return AgentActOutcome(told: ["\(report.messages) messages are in \(report.path), which was read back."]
                )
            case .delete(let path):
                let report = try await Archiver(keeper).remove(entry, archive: path)
                return AgentActOutcome(
                    told: ["\(entry.address) is deleted; its \(report.messages) messages are in \(report.path)."])
            }
        }
        if let key = outcome.key { log.redact(key) }
        return outcome
    }

    /// Archives an agent, as a job that can be watched.
    package func archive(
        _ entry: RosterEntry, to path: String, with keeper: Keeper, _ progress: @escaping @Sendable (Int, Int) -> Void
    ) async throws(AgentsError) -> Archiver.Report {
        let jobs = jobs
        let job = jobs.begin("Archiving \(entry.address)", unit: "messages")
        do throws(AgentsError) {
            let report = try await Archiver(keeper).archive(entry, to: path) { done, total in
                jobs.update(job, completed: done, total: total)
                progress(done, total)
            }
            jobs.end(job)
            return report
        } catch {
            jobs.end(job, error.code == .cancelled ? .cancelled : .failed(error.sentence))
            throw error
        }
    }
}

extension AgentDescription {
    /// An agent as the administration knows it.
    init(_ entry: RosterEntry, keys: [ServerCredential]) {
        let details = entry.record?.details
        var lines = [
            "state     \(entry.state.rawValue)",
            "owner     \(details?.owner.isEmpty == false ? details?.owner ?? "" : "nobody is named")",
            "purpose   \(details?.purpose ?? entry.detail)",
            "policy    \(details?.policy.isEmpty == false ? details?.policy ?? "" : "the usual one")",
            "account   \(entry.account)",
        ]
        if let labels = details?.labels, !labels.isEmpty { lines.append("labels    \(labels.joined(separator: " "))") }
        lines.append("may       read its mail and write drafts; never send")
        for key in keys {
            let end = key.expiresAt.map { " until \($0)" } ?? ""
            lines.append("key       \(key.id) \(key.name)\(end)")
        }
        if keys.isEmpty { lines.append("key       none") }
        self.init(address: entry.address, state: entry.state.rawValue, lines: lines)
    }
}

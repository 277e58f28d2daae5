internal import FoundationEssentials
internal import Glibc
internal import Guard
internal import JMAP
internal import Message
internal import Sodium
internal import Synchronization

/// What the guard costs and how soon it answers, on a sandbox in a process of its own.
///
/// The times are those of a guard in this process, whose steps can be seen; processor time and memory are those of
/// `agenticmail guard run`.
struct GuardBenchmarks {
    private static let drafts = 30
    private static let quietAgents = 100

    var report: Report

    mutating func run() async throws {
        try measureVerdicts()
        try await measureTimes()
        try await measureQuiet()
        try await measureMemory()
    }

    // MARK: Verdicts

    /// Judges messages of 10 KB one after the other, as the guard does between reading a draft and filing it.
    private mutating func measureVerdicts() throws {
        let inspector = RuleInspector()
        let sender = "agent-0@\(BenchmarkOffice.domain)"
        let messages = try (0..<50).map {
            try BenchmarkOffice.message("offer \($0)", to: "bob@ext.example", bytes: 10_000)
        }
        func judge(_ raw: [UInt8]) {
            let mark = Array("AgenticMail-Agent: \(sender)\r\n".utf8)
            // As it was read, and as it would leave.
            let marked = ParsedMessage(mark + ParsedMessage(raw).raw)
            let envelope = OutboundEnvelope(sender: sender, message: marked)
            _ = Verdict(marked, envelope: envelope, inspector: inspector, policy: Policy(), lately: Lately(), at: 0)
            _ = Digest(message: marked.raw, envelope: envelope)
        }
        // The rules are compiled by the first.
        judge(messages[0])
        let figures = ProcessFigures(pid: getpid())
        let before = figures.processorSeconds
        var count = 0
        let begun = ContinuousClock.now
        while ContinuousClock.now - begun < .seconds(5) {
            judge(messages[count % messages.count])
            count += 1
        }
        report.add(
            "guard_verdicts_per_core_second", Double(count) / (figures.processorSeconds - before), goal: .atLeast(200))
    }

    // MARK: Times

    private mutating func measureTimes() async throws {
        let office = try await BenchmarkOffice(agents: Self.quietAgents)
        let seen = Moments()
        var options = GuardOptions(now: { MessageBuilder.now.seconds }) { (step) throws(GuardError) in
            if step == .submitted { seen.note("submitted") }
        }
        options.holdFor = 60
        let policy = office.policy
        let guardian = Guard(client: office.guardian, options: options, policy: { .good(policy) }) { event in
            if event.event == "held" { seen.note("held") }
        }
        let running = Task { await guardian.run() }
        defer { running.cancel() }
        try await office.waitUntilWatched(guardian, agents: Self.quietAgents)

        var busy: [Double] = []
        let worker = try await AgentOutbox.open(office.agents[0])
        for number in 0..<Self.drafts {
            busy.append(try await verdict(number, worker, seen))
            // Not in step with anything that the guard does now and then.
            try await Task.sleep(for: .milliseconds(500 + number * 37 % 500))
        }
        report.add("guard_draft_to_verdict_ms_p50", busy.percentile(50))
        report.add("guard_draft_to_verdict_ms_p95", busy.percentile(95), goal: .atMost(50))

        var quiet: [Double] = []
        for number in 0..<Self.drafts {
            let outbox = try await AgentOutbox.open(office.agents[number + 1])
            // Opening it may have made a mailbox; what follows is its first message in a while.
            try await Task.sleep(for: .milliseconds(700 + number * 37 % 500))
            quiet.append(try await verdict(1_000 + number, outbox, seen))
        }
        report.add("guard_first_draft_to_verdict_ms_p50", quiet.percentile(50))
        report.add("guard_first_draft_to_verdict_ms_p95", quiet.percentile(95))

        let desk = try await ReviewDesk.open(office.reviewer)
        var approvals: [Double] = []
        for hold in try await desk.holds(in: [.held]).holds.prefix(20) {
            let begun = ContinuousClock.now
            _ = try await desk.decide(
                .approve, on: hold.entry, note: "", at: MessageBuilder.now.seconds, secretKey: office.key.secretKey)
            approvals.append((try await seen.next("submitted", after: begun) - begun).milliseconds)
            try await Task.sleep(for: .milliseconds(1_300))
        }
        report.add("guard_approval_to_submitted_ms_p50", approvals.percentile(50))
        report.add("guard_approval_to_submitted_ms_p95", approvals.percentile(95), goal: .atMost(150))
        running.cancel()
        await running.value
    }

    /// From the answer to the agent's call, with which the server writes its event, to the guard's verdict.
    private func verdict(_ number: Int, _ outbox: AgentOutbox, _ seen: Moments) async throws -> Double {
        let message = try BenchmarkOffice.message("draft \(number)", to: "bob@ext.example", bytes: 100_000)
        let begun = ContinuousClock.now
        _ = try await outbox.put(message)
        let written = ContinuousClock.now
        return max(0, (try await seen.next("held", after: begun) - written).milliseconds)
    }

    // MARK: Quiet

    private mutating func measureQuiet() async throws {
        let office = try await BenchmarkOffice(agents: Self.quietAgents)
        let process = try GuardProcess(office)
        try await process.waitUntilActive(office)
        // What the start has brought about is over then.
        try await Task.sleep(for: .seconds(40))
        let before = process.figures.processorSeconds
        let begun = ContinuousClock.now
        try await Task.sleep(for: .seconds(30))
        let seconds = (ContinuousClock.now - begun).milliseconds / 1000
        report.add(
            "guard_cpu_percent_\(Self.quietAgents)_agents",
            (process.figures.processorSeconds - before) / seconds * 100, goal: .atMost(2))
    }

    // MARK: Memory

    private mutating func measureMemory() async throws {
        let office = try await BenchmarkOffice(agents: 4)
        try await office.fillLedger(0..<1_000)
        let few = try await memory(office)
        try await office.fillLedger(1_000..<100_000)
        let many = try await memory(office)
        report.add("guard_memory_mb_1k_entries", few)
        report.add("guard_memory_mb_100k_entries", many)
        report.add("guard_memory_growth_mb", many - few, goal: .atMost(8))
    }

    private func memory(_ office: BenchmarkOffice) async throws -> Double {
        let process = try GuardProcess(office)
        try await process.waitUntilActive(office)
        try await Task.sleep(for: .seconds(5))
        return process.figures.residentMegabytes
    }
}

/// When things happened.
private final class Moments: Sendable {
    private let moments = Mutex<[(name: String, at: ContinuousClock.Instant)]>([])

    func note(_ name: String) { moments.withLock { $0.append((name, ContinuousClock.now)) } }

    /// The first moment of that name after another one; waits for it.
    func next(_ name: String, after begun: ContinuousClock.Instant) async throws -> ContinuousClock.Instant {
        for _ in 0..<30_000 {
            let found = moments.withLock { list in list.first { $0.name == name && $0.at >= begun }?.at }
            if let found { return found }
            try await Task.sleep(for: .milliseconds(1))
        }
        throw BenchmarkError("the guard did not come to “\(name)”")
    }
}

internal import Agents
internal import FoundationEssentials
internal import Glibc
internal import HTTPTransport
internal import JMAP
internal import Stalwart
internal import Synchronization

/// What making agents costs: one by one, and a list of a thousand, on a sandbox in a process of its own.
struct AgentBenchmarks {
    private static let singles = 40
    private static let listed = 1_000

    var report: Report

    mutating func run() async throws {
        let server = try ServerProcess()
        let folder = try BenchmarkFolder(url: server.url)
        let counter = Counter()
        let transport = HTTPInterceptor(HTTPTransport()) { (request, base) throws(HTTPError) in
            counter.count(request.url.path)
            return try await base.send(request)
        }
        let url = server.url
        let client = JMAPClient(
            origin: url, credential: .basic(user: server.login, password: server.password), transport: transport)
        let administration = try await ServerProbe.administration(of: client)
        _ = try await administration.makeDomain(named: "agents.example.test", detail: "")
        let provisioner = Provisioner(
            administration: administration, journal: try IntentJournal(at: folder.path + "/data/intents.sqlite"),
            prover: Prover.trying { JMAPClient(origin: url, credential: $0, transport: transport) })

        // The first makes the role and opens the connections.
        _ = try await provisioner.create(try plan("first"))
        var times: [Double] = []
        counter.reset()
        for number in 0..<Self.singles {
            let begun = ContinuousClock.now
            _ = try await provisioner.create(try plan("single-\(number)"))
            times.append((ContinuousClock.now - begun).milliseconds)
        }
        report.add("agent_create_ms_p50", times.percentile(50), goal: .atMost(50))
        report.add("agent_create_ms_p95", times.percentile(95))
        report.add("agent_create_requests", Double(counter.total) / Double(Self.singles))

        let plans = try (0..<Self.listed).map { (line: $0 + 2, plan: try plan("listed-\($0)")) }
        let list = try await ListPlan(plans, on: administration)
        counter.reset()
        let figures = ProcessFigures(pid: getpid())
        let made = Made(figures)
        let begun = ContinuousClock.now
        await provisioner.create(list) { _, outcome in made.note(outcome) }
        let seconds = (ContinuousClock.now - begun).milliseconds / 1000
        guard made.count == Self.listed else {
            throw BenchmarkError("\(made.count) of \(Self.listed) agents were made: \(made.fault)")
        }
        report.add("agents_per_second", Double(Self.listed) / seconds)
        report.add("agents_requests_each", Double(counter.total) / Double(Self.listed))
        for (path, count) in counter.most { print("    \(count) of \(path)") }
        report.add("agents_memory_mb", figures.residentMegabytes)
        report.add("agents_memory_growth_mb", figures.residentMegabytes - made.early, goal: .atMost(16))
    }

    private func plan(_ name: String) throws -> AgentPlan {
        AgentPlan(
            name: try AgentName(name), domain: try DomainName("agents.example.test"),
            details: try AgentDetails(owner: "ines@example.com", purpose: "Reads bills"))
    }
}

/// How many requests went to each place.
private final class Counter: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    func count(_ path: String) { counts.withLock { $0[path, default: 0] += 1 } }
    func reset() { counts.withLock { $0 = [:] } }
    var total: Int { counts.withLock { $0.values.reduce(0, +) } }
    /// The places that were asked most, with their numbers.
    var most: [(String, Int)] {
        counts.withLock { $0.sorted { $0.value > $1.value }.prefix(4).map { ($0.key, $0.value) } }
    }
}

/// How many agents were made, and the memory when the first hundred were.
private final class Made: Sendable {
    private struct State {
        var count = 0
        var early = 0.0
        var fault = "nothing is said"
    }

    private let state = Mutex(State())
    private let figures: ProcessFigures

    init(_ figures: ProcessFigures) {
        self.figures = figures
    }

    func note(_ outcome: ListOutcome) {
        state.withLock { state in
            switch outcome {
            case .made: state.count += 1
            case .failed(let error), .refused(let error): state.fault = error.sentence
            case .there, .leftOut: break
            }
            if state.count == 100, state.early == 0 { state.early = figures.residentMegabytes }
        }
    }

    var count: Int { state.withLock { $0.count } }
    var early: Double { state.withLock { $0.early } }
    var fault: String { state.withLock { $0.fault } }
}

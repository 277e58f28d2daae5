internal import FoundationEssentials
internal import Glibc

/// Why a benchmark could not be run.
struct BenchmarkError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// What a figure should be.
enum Goal {
    case atMost(Double)
    case atLeast(Double)

    func isMet(by value: Double) -> Bool {
        switch self {
        case .atMost(let bound): value <= bound
        case .atLeast(let bound): value >= bound
        }
    }

    var words: String {
        switch self {
        case .atMost(let bound): "≤ \(Report.rounded(bound))"
        case .atLeast(let bound): "≥ \(Report.rounded(bound))"
        }
    }
}

/// The figures measured so far, each with the goal that it is held against.
struct Report {
    private var figures: [(name: String, value: Double)] = []
    /// Names of figures that missed their goals.
    private(set) var missed: [String] = []

    static func printHead() { line("name", "figure", "goal", "") }

    /// The figure of that name, or nil.
    subscript(name: String) -> Double? { figures.last { $0.name == name }?.value }

    /// Keeps a figure and prints its line.
    mutating func add(_ name: String, _ value: Double, goal: Goal? = nil) {
        figures.append((name, value))
        let isMet = goal?.isMet(by: value) ?? true
        if !isMet { missed.append(name) }
        Self.line(name, Self.rounded(value), goal?.words ?? "", goal == nil ? "" : isMet ? "met" : "missed")
    }

    /// Writes the figures as one JSON object of names and numbers; those of other groups that stand there are kept.
    func write(to path: String) throws {
        let url = URL(fileURLWithPath: path)
        var object = (try? JSONDecoder().decode([String: Double].self, from: Data(contentsOf: url))) ?? [:]
        object.merge(figures.map { ($0.name, $0.value) }) { $1 }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(object).write(to: url)
    }

    fileprivate static func rounded(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }

    private static func line(_ name: String, _ value: String, _ goal: String, _ outcome: String) {
        print(name.padded(to: 34) + value.padded(to: 14) + goal.padded(to: 10) + outcome)
        // A long run is watched through a pipe, too.
        fflush(nil)
    }
}

extension String {
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(1, width - count))
    }
}

extension [Double] {
    /// The value below which so many hundredths of the values lie.
    func percentile(_ share: Double) -> Double {
        let sorted = sorted()
        guard !sorted.isEmpty else { return .nan }
        return sorted[Swift.min(sorted.count - 1, Int(Double(sorted.count) * share / 100))]
    }
}

extension Duration {
    /// The duration in milliseconds.
    var milliseconds: Double {
        Double(components.seconds) * 1000 + Double(components.attoseconds) / 1e15
    }
}

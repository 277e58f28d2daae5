internal import FoundationEssentials
internal import Glibc

/// Why a benchmark could not be run.
struct BenchmarkError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// The figures measured so far, each with the goal that it is held against.
struct Report {
    private var figures: [(name: String, value: Double, goal: String)] = []

    /// Keeps a figure and prints its line.
    mutating func add(_ name: String, _ value: Double, goal: String = "") {
        figures.append((name, value, goal))
        let rounded = (value * 1000).rounded() / 1000
        print(name.padded(to: 34) + "\(rounded)".padded(to: 14) + goal)
        // A long run is watched through a pipe, too.
        fflush(nil)
    }

    /// Writes the figures as one JSON object of names and numbers.
    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let object = Dictionary(figures.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        try encoder.encode(object).write(to: URL(fileURLWithPath: path))
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

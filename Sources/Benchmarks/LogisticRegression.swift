internal import Glibc

/// Logistic regression with a quadratic penalty, solved by the limited-memory method of Broyden, Fletcher, Goldfarb and
/// Shanno; the same input gives the same weights.
struct LogisticRegression {
    private let features: [String]
    private let numbers: [String: Int32]
    /// The features of the rows, one row after the other, and where each begins.
    private var columns: [Int32] = []
    private var starts: [Int] = [0]
    private var scales: [Double] = []
    private var labels: [Double] = []
    private var weights: [Double] = []

    init(features: [String]) {
        self.features = features
        numbers = Dictionary(uniqueKeysWithValues: features.enumerated().map { ($1, Int32($0)) })
    }

    /// Adds a row; features that are not of the list are passed over.
    ///
    /// - Parameter size: What the sum of the features is divided by.
    mutating func add(_ names: Set<String>, size: Double, isOrder: Bool, weight: Double) {
        columns += names.compactMap { numbers[$0] }.sorted()
        starts.append(columns.count)
        scales.append(1 / size)
        labels.append(isOrder ? 1 : 0)
        weights.append(weight)
    }

    /// The weights of least loss.
    func solve(penalty: Double, rounds: Int) -> LearntPhrases {
        var point = [Double](repeating: 0, count: features.count + 1)
        point[features.count] = -2
        var (loss, slope) = value(at: point, penalty)
        var steps: [(step: [Double], change: [Double], product: Double)] = []
        for _ in 0..<rounds {
            let direction = Self.direction(slope, steps)
            let descent = Self.dot(direction, slope)
            guard descent < 0 else { break }
            var length = steps.isEmpty ? 1 / max(1, sqrt(Self.dot(slope, slope))) : 1.0
            var next = point
            var found = (loss: loss, slope: slope)
            for _ in 0..<20 {
                for index in point.indices { next[index] = point[index] + length * direction[index] }
                found = value(at: next, penalty)
                if found.loss <= loss + 1e-4 * length * descent { break }
                length /= 2
            }
            guard found.loss < loss else { break }
            let step = zip(next, point).map { $0 - $1 }
            let change = zip(found.slope, slope).map { $0 - $1 }
            let product = Self.dot(step, change)
            if product > 1e-10 { steps.append((step, change, product)) }
            if steps.count > 10 { steps.removeFirst() }
            let isSettled = loss - found.loss < 1e-6 * loss
            (point, loss, slope) = (next, found.loss, found.slope)
            if isSettled { break }
        }
        return LearntPhrases(names: features, weights: Array(point.dropLast()), intercept: point[features.count])
    }

    private func value(at point: [Double], _ penalty: Double) -> (loss: Double, slope: [Double]) {
        var loss = 0.0
        var slope = [Double](repeating: 0, count: point.count)
        let last = features.count
        for index in 0..<last {
            loss += penalty * point[index] * point[index]
            slope[index] = 2 * penalty * point[index]
        }
        for row in labels.indices {
            var sum = 0.0
            for place in starts[row]..<starts[row + 1] { sum += point[Int(columns[place])] }
            let score = sum * scales[row] + point[last]
            let signed = labels[row] > 0 ? -score : score
            loss += weights[row] * (signed > 30 ? signed : log1p(exp(signed)))
            let error = weights[row] * (1 / (1 + exp(-score)) - labels[row])
            slope[last] += error
            let share = error * scales[row]
            for place in starts[row]..<starts[row + 1] { slope[Int(columns[place])] += share }
        }
        return (loss, slope)
    }

    private static func direction(
        _ slope: [Double], _ steps: [(step: [Double], change: [Double], product: Double)]
    ) -> [Double] {
        var result = slope.map { -$0 }
        var shares: [Double] = []
        for (step, change, product) in steps.reversed() {
            let share = dot(step, result) / product
            shares.append(share)
            for index in result.indices { result[index] -= share * change[index] }
        }
        if let last = steps.last {
            let scale = last.product / dot(last.change, last.change)
            for index in result.indices { result[index] *= scale }
        }
        for (number, (step, change, product)) in steps.enumerated() {
            let share = dot(change, result) / product
            let other = shares[steps.count - 1 - number]
            for index in result.indices { result[index] += (other - share) * step[index] }
        }
        return result
    }

    private static func dot(_ one: [Double], _ other: [Double]) -> Double {
        var sum = 0.0
        for index in one.indices { sum += one[index] * other[index] }
        return sum
    }
}

internal import Foundation

/// A generator whose numbers follow from its seed alone (SplitMix64), so that a test that failed can be run again.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// True so often of a hundred times.
    public mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

    /// Up to so many elements in any order.
    public mutating func some<T>(_ count: Int, of elements: [T]) -> [T] {
        Array(elements.shuffled(using: &self).prefix(count))
    }
}

/// The seeds that a random test runs with.
public enum Seeds {
    /// The variable that names one seed alone, to run a failed test again.
    public static let variable = "AGENTICMAIL_SEED"

    /// The seed of the environment alone; otherwise the fixed ones and one that no run has had before, which is printed.
    public static func fixed(_ seeds: UInt64...) -> [UInt64] {
        if let named = ProcessInfo.processInfo.environment[variable].flatMap(UInt64.init) { return [named] }
        let fresh = UInt64.random(in: 1..<1_000_000_000)
        print("A random test has the fresh seed \(fresh): \(variable)=\(fresh) runs it again.")
        return seeds + [fresh]
    }
}

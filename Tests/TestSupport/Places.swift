internal import Foundation

/// Where the tests find what was built and what lies beside the package.
public enum Places {
    /// The package's own folder.
    public static let package: String = {
        // …/Tests/TestSupport/Places.swift
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
    }()

    /// The folder of samples beside the package, or nil where there is none: tests that use it are extra checks.
    public static let shared: String? = {
        let path = URL(fileURLWithPath: package).deletingLastPathComponent().appendingPathComponent("shared").path
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }()

    /// The program that was built together with the tests.
    public static let program: String = {
        let test =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        let beside = URL(fileURLWithPath: test).deletingLastPathComponent().appendingPathComponent("agenticmail").path
        return FileManager.default.isExecutableFile(atPath: beside) ? beside : package + "/.build/debug/agenticmail"
    }()
}

import Foundation
import Testing

/// A screen as text that lies beside the tests.
enum Snapshot {
    /// Compares a screen with its snapshot; records a missing one and fails, so that a person looks at it.
    static func compare(_ screen: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Snapshots")
        let file = folder.appendingPathComponent(name + ".txt")
        let text = screen + "\n"
        guard let recorded = try? String(contentsOf: file, encoding: .utf8) else {
            try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            do {
                try text.write(to: file, atomically: true, encoding: .utf8)
                Issue.record("\(name) had no snapshot; it was recorded: look at it.", sourceLocation: sourceLocation)
            } catch {
                Issue.record(
                    "\(name) had no snapshot and none can be written: \(error)", sourceLocation: sourceLocation)
            }
            return
        }
        guard recorded != text else { return }
        let (old, new) = (
            recorded.split(separator: "\n", omittingEmptySubsequences: false),
            text.split(separator: "\n", omittingEmptySubsequences: false)
        )
        let differences = (0..<max(old.count, new.count)).compactMap { row -> String? in
            let (before, after) = (row < old.count ? String(old[row]) : "", row < new.count ? String(new[row]) : "")
            return before == after ? nil : "\(row):\n  - \(before)\n  + \(after)"
        }
        Issue.record("\(name) looks different:\n\(differences.joined(separator: "\n"))", sourceLocation: sourceLocation)
    }
}

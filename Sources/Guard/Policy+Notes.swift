package import Configuration

extension Policy {
    /// What is written right and yet does not do what somebody may expect, with file and line: ends that have passed,
    /// and reviewers too few for what is asked of them.
    package func notes(at now: Int64, file: String) -> [ConfigurationFault] {
        var notes: [ConfigurationFault] = []
        func add(_ key: String, _ message: String, _ cure: String) {
            notes.append(
                .init(.wrongValue, file: file, line: lines[key.lowercased()], key: key, message: message, cure: cure))
        }
        for (name, rules) in recipients.sorted(by: { $0.key < $1.key }) {
            guard let until = rules.until, until <= now else { continue }
            add(
                "recipient.\(name).until", "has passed, \(EndDate.text(until)): these rules no longer count",
                "write a later day, or take them out")
        }
        if reviewers.isEmpty {
            add("reviewer", "names nobody: what is held can never be approved", "add what review enroll prints")
        } else if reviewers.count == 1 {
            add(
                "reviewer", "names one person: what this person edits can never be approved",
                "add another reviewer, who approves edits")
        }
        for (path, rules) in tables {
            guard let approvals = rules.approvals, approvals > reviewers.count, !reviewers.isEmpty else { continue }
            add(
                "\(path).approvals",
                "is \(approvals), and there are \(reviewers.count) reviewers: nothing can be approved",
                "ask for fewer, or add reviewers")
        }
        return notes.sorted { ($0.line ?? 0, $0.key ?? "") < ($1.line ?? 0, $1.key ?? "") }
    }

    /// Every table of rules by its path in the file.
    package var tables: [(path: String, rules: Rules)] {
        let named = [("domain", domains), ("agent", agents), ("recipient", recipients)]
        return [("floor", floor), ("workspace", workspace)]
            + named.flatMap { word, tables in
                tables.sorted { $0.key < $1.key }.map { (path: "\(word).\($0.key)", rules: $0.value) }
            }
    }
}

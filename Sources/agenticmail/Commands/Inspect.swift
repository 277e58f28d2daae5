import AgenticMail
import Configuration
import Glibc
import Inspection
import SafeText

/// The report of one file as it is printed.
private struct FileReport: Encodable {
    let file: String
    let direction: Direction
    let verdict: Verdict
    let score: Double
    let findings: [Finding]
    let visibleText: String
    let removed: [Removed]
    let origin: Origin?

    init(_ file: String, _ report: Report) {
        self.file = file
        direction = report.direction
        verdict = report.verdict
        score = report.score
        findings = report.findings
        visibleText = report.visibleText
        removed = report.removed
        origin = report.origin
    }
}

/// What inspecting a file gave: the text to print, or why there is none.
private struct InspectedFile: Sendable {
    let number: Int
    let lines: [SafeText]
    let json: String
    let failure: String?
}

extension CommandHandlers {
    /// A larger message is not read; no server takes one.
    private static let largest = 256 << 20

    /// `inspect FILE…`: as many at once as there are cores, printed in the order in which they were named.
    @Sendable static func inspect(_ context: CommandContext) async throws -> ExitCode {
        let files = context.parsed.arguments["file"] ?? []
        let direction = context.parsed.value("direction").flatMap(Direction.init) ?? .outbound
        let inspector = Inspector(rules: try RuleBook.load(folder: context.locations.rules))
        let inbound = InboundContext(authorities: Set(context.parsed.options["authority"] ?? []))
        let output = context.output
        let most = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        var isComplete = true
        try await withThrowingTaskGroup(of: InspectedFile.self) { group in
            var next = 0
            var printed = 0
            var waiting: [Int: InspectedFile] = [:]
            func start() {
                guard next < files.count else { return }
                let (number, file) = (next, files[next])
                next += 1
                group.addTask { inspect(file, number, direction, inspector, inbound, isJSON: output.isJSON) }
            }
            for _ in 0..<most { start() }
            while let done = try await group.next() {
                try Task.checkCancellation()
                waiting[done.number] = done
                // Bounded, so that one slow message does not let the reports of all others pile up.
                while let ready = waiting.removeValue(forKey: printed) {
                    printed += 1
                    if let failure = ready.failure {
                        isComplete = false
                        output.note(SafeText(untrusted: failure))
                    } else if output.isJSON {
                        try output.print(ready.json)
                    } else {
                        for line in ready.lines { try output.print(line) }
                    }
                }
                if waiting.count < 64 { for _ in group.isEmpty ? 0..<most : 0..<1 { start() } }
            }
        }
        return isComplete ? .done : .failed
    }

    private static func inspect(
        _ file: String, _ number: Int, _ direction: Direction, _ inspector: Inspector, _ context: InboundContext,
        isJSON: Bool
    ) -> InspectedFile {
        let content = file == "-" ? readSmallFile(descriptor: 0, limit: largest) : readSmallFile(file, limit: largest)
        switch content {
        case .failure(let fault):
            return InspectedFile(
                number: number, lines: [], json: "",
                failure: "\(file) cannot be read: \(fault.reason). Name a message as a file.")
        case .success(let bytes):
            let report =
                direction == .outbound
                ? inspector.inspectOutbound(bytes) : inspector.inspectInbound(bytes, context: context)
            guard !isJSON else {
                return InspectedFile(
                    number: number, lines: [], json: JSONText.encode(FileReport(file, report)), failure: nil)
            }
            return InspectedFile(number: number, lines: InspectionText.lines(report, of: file), json: "", failure: nil)
        }
    }
}

/// A report as lines for people.
enum InspectionText {
    /// The verdict, then a line for each finding.
    static func lines(_ report: Report, of file: String) -> [SafeText] {
        var lines: [SafeText] = [
            "\(untrusted: file): \(untrusted: report.verdict.rawValue), score \(untrusted: percent(report.score))"
        ]
        for finding in report.findings {
            let place =
                finding.range.map { "\(finding.part), bytes \($0.lowerBound) to \($0.upperBound)" } ?? finding.part
            let excerpt = finding.excerpt.isEmpty ? "" : " “\(finding.excerpt)”"
            lines.append(
                "  \(untrusted: finding.rule) (\(untrusted: finding.category.title), \(untrusted: finding.severity.rawValue)) in \(untrusted: place): \(untrusted: finding.why)\(untrusted: excerpt)"
            )
        }
        return lines
    }

    private static func percent(_ value: Double) -> String { "\(Int((value * 100).rounded())) %" }
}

import FoundationEssentials
import Inspection
import Testing

/// Mail that others wrote and broke; present only where such a collection is.
private let corpus: URL? = {
    let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    let roots = [package.deletingLastPathComponent(), package.deletingLastPathComponent().deletingLastPathComponent()]
    return roots.map { $0.appending(path: "shared/corpora/mail") }.first {
        FileManager.default.fileExists(atPath: $0.path)
    }
}()

@Suite("Mail that others wrote and broke", .enabled(if: corpus != nil))
struct CorpusTests {
    @Test("every message of the collection is inspected both ways to its end")
    func everything() throws {
        let root = try #require(corpus)
        let names = try FileManager.default.subpathsOfDirectory(atPath: root.path).filter { $0.hasSuffix(".eml") }
        #expect(!names.isEmpty)
        for name in names.sorted() {
            let bytes = [UInt8](try Data(contentsOf: root.appending(path: name)))
            let reports = [Inspector().inspectOutbound(bytes), Inspector().inspectInbound(bytes)]
            for report in reports {
                #expect(report.score >= 0 && report.score <= 1, "\(name)")
                #expect(report.findings.allSatisfy { !$0.why.isEmpty && !$0.part.isEmpty }, "\(name)")
            }
        }
    }
}

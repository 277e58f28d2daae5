import FoundationEssentials
import Message
import Testing

/// Mail that others wrote and broke, with what another parser made of it; present only where such a collection is.
private let corpus: URL? = {
    let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    let roots = [package.deletingLastPathComponent(), package.deletingLastPathComponent().deletingLastPathComponent()]
    return roots.map { $0.appending(path: "shared/corpora/mail") }.first {
        FileManager.default.fileExists(atPath: $0.path)
    }
}()

private func files(_ suffix: String) -> [String] {
    guard let corpus, let found = try? FileManager.default.subpathsOfDirectory(atPath: corpus.path) else { return [] }
    return found.filter { $0.hasSuffix(suffix) }.sorted()
}

/// What the other parser found in a message.
private struct Oracle: Decodable {
    struct Part: Decodable {
        let offset_body: Int
        let offset_end: Int
        let is_encoding_problem: Bool
    }
    let html_body: [Int]
    let text_body: [Int]
    let attachments: [Int]
    let parts: [Part]
}

@Suite("mail that others wrote", .enabled(if: corpus != nil))
struct CorpusTests {
    @Test("every message of the collection is read, shown and searched without a fault")
    func readsEverything() throws {
        for name in files(".eml") + files(".txt") {
            let bytes = try read(name)
            let message = ParsedMessage(bytes)
            #expect(!message.parts.isEmpty, "\(name)")
            for part in message.parts {
                #expect(part.bodyRange.upperBound <= bytes.count, "\(name)")
                _ = message.text(of: part)
                _ = part.headers.map { [$0.text, "\($0.addresses)", "\(String(describing: $0.date))"] }
            }
            _ = message.readable()
            _ = message.readable(prefersHTML: true)
        }
    }

    @Test("parts and bodies are those that another parser found, or the message is marked")
    func agreesOnParts() throws {
        var differing: [String] = []
        for name in files(".eml") {
            let oracleName = name.dropLast(4) + ".json"
            guard let data = try? read(String(oracleName)),
                let oracle = try? JSONDecoder().decode(Oracle.self, from: Data(data))
            else { continue }
            let message = ParsedMessage(try read(name))
            var outer: [MessagePart] = []
            for part in message.parts {
                var parent = part.parent
                while let holder = parent, !message.parts[holder].isMessage { parent = message.parts[holder].parent }
                if parent == nil { outer.append(part) }
            }
            let numbers = Dictionary(uniqueKeysWithValues: outer.enumerated().map { ($0.element.number, $0.offset) })
            let lists = BodyLists(message)
            let mine = [lists.text, lists.html, lists.attachments].map { $0.map { numbers[$0] ?? -1 } }
            let isSame =
                outer.count == oracle.parts.count && mine == [oracle.text_body, oracle.html_body, oracle.attachments]
            if !isSame, !message.isAmbiguous {
                differing.append(
                    "\(name): \(outer.count)/\(oracle.parts.count) \(mine) \([oracle.text_body, oracle.html_body, oracle.attachments])"
                )
            }
        }
        #expect(differing.isEmpty)
    }

    private func read(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: (try #require(corpus)).appending(path: name)))
    }
}

import AgenticMail
import Foundation
import Glibc
import JMAP
import SafeText
import Sandbox
import TestSupport
import Testing

/// Broken mail, and a mutation of each, through the whole of it: filed, fetched, read, saved, opened in the console.
@Suite("Broken mail")
struct BrokenMailTests {
    /// Our own, and the files beside the checkout where there are any.
    private static let messages: [[UInt8]] = {
        let own = [
            "", "\r\n", "From", "Subject: x", "From: a@b\r\nContent-Type: multipart/mixed; boundary=\r\n\r\n--\r\n",
            "Content-Type: multipart/mixed; boundary=a\r\n\r\n" + String(repeating: "--a\r\n", count: 500),
            String(repeating: "Content-Type: message/rfc822\r\n\r\n", count: 300) + "x",
            "Content-Type: text/html\r\n\r\n" + String(repeating: "<div><table><tr><td>", count: 3_000),
            "Content-Transfer-Encoding: base64\r\n\r\n=A=B=\u{0}\u{1B}[2J",
            "Subject: =?utf-8?B?\(String(repeating: "G1sySg==", count: 400))?=\r\n\r\n\u{1B}]0;x\u{7}",
            "Content-Type: text/plain; name*0*=utf-8''%1B%5B2J; name*1=../../etc/passwd\r\n"
                + "Content-Disposition: attachment; filename=\"/etc/../\u{1B}[2J\u{202E}x\"\r\n\r\nx",
            "Content-Disposition: attachment; filename=\"..\"\r\nContent-Type: application/pdf\r\n\r\nx",
            "Date: Thu, 99 Foo 99999 99:99:99 +9999\r\nFrom: \(String(repeating: "<a@b>,", count: 3_000))\r\n\r\nx",
            "X: " + String(repeating: "y", count: 300_000) + "\r\n\r\nx",
        ].map { Array($0.utf8) }
        let samples =
            (Places.shared.map { folder -> [[UInt8]] in
                let root = folder + "/corpora/mail"
                let names = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
                return names.filter { $0.hasSuffix(".eml") }.sorted()
                    .compactMap { FileManager.default.contents(atPath: "\(root)/\($0)").map { Array($0) } }
            } ?? [])
        let whole = own + samples
        return whole + whole.enumerated().map { mutation(of: $1, seed: UInt64($0)) }
    }()

    /// The same bytes with some changed, cut out, doubled and put in, always in the same way.
    private static func mutation(of bytes: [UInt8], seed: UInt64) -> [UInt8] {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % max(1, bound)
        }
        var bytes = bytes + [13, 10]
        for _ in 0..<8 {
            let start = next(bytes.count)
            let end = min(bytes.count, start + next(200))
            switch next(4) {
            case 0: bytes[start] = UInt8(truncatingIfNeeded: next(256))
            case 1 where bytes.count > 400: bytes.removeSubrange(start..<end)
            case 2: bytes.insert(contentsOf: Array(bytes[start..<end]), at: start)
            default: bytes.insert(contentsOf: [0x1B, 0x5B, 0x00, 0x9B, 0xFF, 0x0D][..<(1 + next(6))], at: start)
            }
        }
        return bytes
    }

    @Test("is read, shown and saved under safe names", .timeLimit(.minutes(5)))
    func all() async throws {
        let place = try await Workplace()
        let ids = try await place.add(Self.messages)
        // The server refuses what has no header at all.
        #expect(ids.count >= Self.messages.count * 2 / 3)
        let url = try #require(URL(string: place.sandbox.url))
        let workspace = try await Workspace.open(
            origin: url, login: place.login, password: place.password, cacheFolder: place.folder.file("own"))
        let report = try await workspace.catchUp(withText: true)
        #expect(report.messages == ids.count)
        let saved = place.folder.file("saved")
        try FileManager.default.createDirectory(atPath: saved, withIntermediateDirectories: true)
        let outside = try FileManager.default.contentsOfDirectory(atPath: place.folder.path).sorted()
        var files = 0
        for id in ids {
            let reference = try #require(MessageReference("\(place.agent.rawValue)/\(id.rawValue)"))
            let content = try await workspace.read(reference)
            for line in SafeText.lines(untrusted: content.text) { expectQuiet(line.string) }
            for header in content.headers { expectQuiet(SafeText(untrusted: header.value).string) }
            for line in SafeText.lines(untrusted: try await workspace.source(of: reference)) {
                expectQuiet(line.string)
            }
            if content.attachments.isEmpty { continue }
            do throws(WorkspaceError) {
                for file in try await workspace.save(reference, to: saved) {
                    let name = String(file.path.dropFirst(saved.count + 1))
                    #expect(file.path.hasPrefix(saved + "/") && !name.contains("/") && !name.hasPrefix("."), "\(name)")
                    expectQuiet(name)
                    files += 1
                }
            } catch {
                #expect(!error.message.isEmpty && !error.cure.isEmpty)
            }
        }
        #expect(files > 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: saved).count == files)
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.folder.path).sorted() == outside)
        try visit(place, count: ids.count)
    }

    /// Opens every message in the built console, and its headers and source.
    private func visit(_ place: Workplace, count: Int) throws {
        let one = "Enter\nG\ny\nG\nEsc\nh\nG\nEsc\nEsc\nj\n"
        try place.write("script", ":inbox ada\nwait-for \"subject\"\n" + String(repeating: one, count: count))
        #expect(try place.agenticmail("sync").status == 0)
        // The shell notes how much memory the program ever had, in kilobytes, as long as it runs.
        let watch = """
            "$@" & program=$!
            while kill -0 $program 2>/dev/null; do
                sed -n 's/^VmHWM:[^0-9]*\\([0-9]*\\) kB/\\1/p' /proc/$program/status > '\(place.folder.file("now"))' 2>/dev/null
                [ -s '\(place.folder.file("now"))' ] && cp '\(place.folder.file("now"))' '\(place.folder.file("most"))'
                sleep 0.02
            done
            wait $program
            """
        let words = ["console", "--script", place.folder.file("script"), "--size", "100x40"]
        let outcome = try run(
            ["/bin/sh", "-c", watch, "sh"] + place.arguments(words), environment: place.environment)
        #expect(outcome.status == 0, "\(outcome.errors.prefix(2_000))")
        let most = FileManager.default.contents(atPath: place.folder.file("most")).map {
            String(decoding: $0, as: UTF8.self)
        }
        let kilobytes = try #require(Int((most ?? "").trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(kilobytes > 10_000 && kilobytes < 200_000, "\(kilobytes) kB")
        print("Broken mail: \(count) messages opened with \(kilobytes / 1_000) MB at most.")
    }

    private func expectQuiet(_ text: String) {
        let bad = text.unicodeScalars.first(where: VirtualTerminal.isForbidden)
        #expect(bad == nil, "U+\(String(bad?.value ?? 0, radix: 16)) in \(text.prefix(200).debugDescription)")
    }
}

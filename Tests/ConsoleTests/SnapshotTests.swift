import AgenticMail
import Console
import Foundation
import SafeText
import TerminalUI
import Testing

@Suite("Screens")
struct SnapshotTests {
    /// Every screen by name, and the lines that lead there.
    static let screens: [(name: String, script: String)] = [
        ("agents", ""),
        ("live", ":live"),
        ("inbox", ":inbox ada"),
        ("inbox-all", ":inbox"),
        ("inbox-filtered", ":inbox ada\n:filter from:bob"),
        ("search", ":search invoice"),
        ("thread", ":inbox ada\nEnter"),
        ("thread-html", ":inbox ada\n:filter paper\nEnter"),
        ("thread-hostile", ":inbox ada\n:filter from:mallory\nEnter"),
        ("source", ":inbox ada\ny\nwait-for \"Subject\""),
        ("headers", ":inbox ada\nh\nwait-for \"Subject\""),
        ("log", ":log"),
        ("jobs", ":jobs"),
        ("doctor", ":doctor\nwait-for \"login\""),
        ("domains", ":domains\nwait-for \"agents.e\""),
        ("records", ":domains\nwait-for \"agents.e\"\nEnter\nwait-for \"missing\""),
        ("help", ":inbox ada\n?"),
        ("palette", "Ctrl-k"),
        ("command", ":\ni\nn"),
        ("notice", ":nonsense"),
    ]
    static let sizes = [(20, 5), (40, 12), (80, 24), (120, 40), (200, 60)]

    @Test("look as recorded", arguments: screens.map(\.name), sizes.map { "\($0.0)x\($0.1)" })
    @UIActor
    func look(name: String, size: String) async throws {
        let (columns, rows) = try #require(Script.size(size))
        // The narrowest screen waits for nothing, and a domain has to be there before it is opened.
        guard name != "records" || columns >= 40 else { return }
        let script = try #require(Self.screens.first { $0.name == name }?.script)
        let console = try await SampleCache.filled().console(
            columns: columns, rows: rows, services: SampleServices.services)
        try await console.play(script.replacing("wait-for", with: columns < 40 ? "# wait-for" : "wait-for"))
        if columns < 40, script.contains("wait-for") {
            let sign = ["doctor": "good", "domains": "agents.e"][name] ?? "From:"
            _ = await console.shows(sign)
        }
        Snapshot.compare(console.screen, "\(name)-\(size)")
    }
}

/// Services that answer at once.
enum SampleServices {
    private static let now = Date(timeIntervalSince1970: Double(SampleCache.now))

    static var services: ConsoleServices {
        var services = ConsoleServices(
            workspace: "prod", server: "example.com", log: Log(now: { now }), jobs: JobList(now: { now }))
        services.downloads = "/home/operator/Downloads"
        services.source = { _ in
            Array(
                """
                From: Bob Example <bob@ext.example>\r
                To: Ada <ada@example.com>\r
                Subject: Re: Invoice\r
                 4411\r
                X-Evil: \u{1B}]0;owned\u{07}\r
                Received: from mx.ext.example (mx.ext.example [192.0.2.7]) by mail.example.com with ESMTPS id 0123456789;\r
                \tTue, 24 Nov 2026 12:00:00 +0000\r
                \r
                Thanks, I have paid it just now.\r

                """.utf8)
        }
        services.checks = {
            [
                .init(name: "reachability", result: .good, detail: "https://mail.example.com answers in 12 ms."),
                .init(name: "login", result: .good, detail: "operator@example.com"),
                .init(
                    name: "clock", result: .warning, detail: "The server's clock is 90 s ahead.",
                    cure: "Set this machine's clock by NTP."),
                .init(
                    name: "rights", result: .failed, detail: "The login may not read agents' accounts.",
                    cure: "Give the login the permission impersonate."),
            ]
        }
        services.domains = {
            [
                .init(id: "b", name: "agents.example.com", detail: "for agents", subAddressing: true),
                .init(id: "c", name: "example.org", detail: "\u{1B}[2Jold"),
            ]
        }
        services.records = { name in
            [
                .init(id: 1, name: name, kind: "MX", value: "10 mail.example.com", state: .right, found: []),
                .init(
                    id: 2, name: name, kind: "TXT", value: "v=spf1 mx -all", state: .different,
                    found: ["v=spf1 +all \u{1B}]0;owned\u{07}"]),
                .init(id: 3, name: "_dmarc.\(name)", kind: "TXT", value: "v=DMARC1; p=reject", state: .missing),
            ]
        }
        services.log.write(.info, "sync", "Connected to mail.example.com.")
        services.log.write(.warning, "sync", "The stream was silent for 75 s; it is opened again.")
        services.log.write(.error, "sync", "The server answered 503 \u{1B}[31m to Email/changes.")
        let fill = services.jobs.begin("First fill of ada", unit: "messages", total: 10_000, cancel: {})
        services.jobs.update(fill, completed: 3_120)
        let save = services.jobs.begin("Saving receipt.pdf", unit: "bytes", total: 48_213)
        services.jobs.end(save, .failed("The disk is full. Free some space."))
        return services
    }
}

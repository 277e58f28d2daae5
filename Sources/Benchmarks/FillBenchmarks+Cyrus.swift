internal import FoundationEssentials
internal import JMAP
internal import TestSupport

extension FillBenchmarks {
    /// The same first fill from Cyrus IMAP, where it can be started: a server that works for its answers as real ones do.
    ///
    /// The sandbox answers in a few microseconds a message, less than SQLite takes to file one; from a server that reads
    /// its messages from a store, the fill is as fast as the server.
    mutating func runOnCyrus() async throws {
        if let obstacle = Cyrus.obstacle {
            print("fill_ratio_cyrus is not measured: \(obstacle)")
            return
        }
        let cyrus = try Cyrus(users: ["ada"])
        let imap = try IMAP(port: cyrus.imapPort, user: "ada")
        let text = String(repeating: "Some words that stand for a message of an ordinary length. ", count: 33)
        for number in 0..<Self.messages {
            let message = """
                From: Bob <bob@ext.example>\r
                To: ada@example.test\r
                Subject: Message \(number)\r
                Date: Mon, 02 Nov 2026 10:00:00 +0000\r
                Message-ID: <\(number)@ext.example>\r
                MIME-Version: 1.0\r
                Content-Type: text/plain; charset=utf-8\r
                \r
                \(text)\r

                """
            try imap.append(Array(message.utf8), to: "INBOX", flags: number % 12 == 0 ? "" : "\\Seen")
        }
        guard let url = URL(string: cyrus.url) else { throw BenchmarkError("\(cyrus.url) is no URL") }
        let peer = Peer(url: url, login: "ada", password: "x", account: "ada", pid: nil)
        let outcome = try await compare(peer, rounds: 2)
        report.add("fill_per_second_cyrus", Double(Self.messages) / outcome.fill.seconds)
        report.add("fill_ratio_cyrus", outcome.ratio)
    }
}

import DNS
import Testing

@Suite("Records are asked of name servers")
struct ResolverTests {
    private static let name = "agents.example.test"

    /// What a server that gives one reply leads to.
    private func outcome(
        _ kind: ZoneRecord.Kind, _ reply: FakeNameServer.Reply?, patience: Duration = .seconds(2)
    ) async -> Resolver.Outcome? {
        let server = FakeNameServer { _, _ in reply }
        defer { withExtendedLifetime(server) {} }
        let question = Resolver.Question(name: Self.name, kind: kind)
        return await Resolver(servers: [server.place], patience: patience).answers([question])[question]
    }

    @Test("texts in several pieces are joined, and mail exchangers have their preference")
    func reading() async throws {
        let texts = await outcome(.txt, .init(records: [FakeNameServer.text("v=DKIM1; p=", "abc")]))
        #expect(try texts?.get().map(\.value) == ["v=DKIM1; p=abc"])
        let mail = await outcome(.mx, .init(records: [FakeNameServer.mx(10, "Mail.Example.Test")]))
        #expect(try mail?.get().map(\.value) == ["10 mail.example.test"])
        let address = await outcome(.a, .init(records: [FakeNameServer.record(1, [192, 0, 2, 7])]))
        #expect(try address?.get().map(\.value) == ["192.0.2.7"])
        let service = await outcome(
            .srv, .init(records: [FakeNameServer.record(33, [0, 0, 0, 1, 3, 0xE1] + FakeNameServer.wire("m.test"))]))
        #expect(try service?.get().map(\.value) == ["0 1 993 m.test"])
    }

    @Test("a name that is not there, or has nothing of the kind, has no records", arguments: [0, 3] as [UInt8])
    func none(_ code: UInt8) async throws {
        #expect(try await outcome(.mx, .init(code: code))?.get() == [])
    }

    @Test("a server that refuses says so", arguments: [2, 5] as [UInt8])
    func refused(_ code: UInt8) async {
        let found = await outcome(.mx, .init(code: code))
        #expect(throws: DNSError(.refused, name: Self.name)) { try found?.get() }
    }

    @Test("a server that says nothing is offline, and is not waited for without end")
    func silence() async {
        let found = await outcome(.mx, nil, patience: .milliseconds(20))
        #expect(throws: DNSError(.offline, name: Self.name)) { try found?.get() }
    }

    @Test("nobody at the place is offline, with a cure")
    func nobody() async {
        let gone = FakeNameServer { _, _ in nil }.place
        let question = Resolver.Question(name: Self.name, kind: .mx)
        let found = await Resolver(servers: [gone], patience: .milliseconds(20)).answers([question])[question]
        #expect(throws: DNSError(.offline, name: Self.name)) { try found?.get() }
        #expect(DNSError(.offline, name: "x").cure.contains("resolv.conf"))
    }

    @Test(
        "broken answers are told as such and bring nothing down",
        arguments: [
            [], [0xC0], [0xC0, 12, 0, 15], [0xC0, 12, 0, 15, 0, 1, 0, 0, 0, 60, 0xFF, 0xFF, 1],
            [0xC0, 12, 0, 15, 0, 1, 0, 0, 0, 60, 0, 4, 0, 10, 0xC0, 0xFF],
            [0xC0, 46, 0, 15, 0, 1, 0, 0, 0, 60, 0, 4, 0, 10, 0xC0, 46], [0xFF, 0xFF, 0xFF],
            [0xC0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, 2, 200, 1],
        ] as [[UInt8]])
    func broken(_ raw: [UInt8]) async {
        let kind: ZoneRecord.Kind = raw.count > 3 && raw[3] == 16 ? .txt : .mx
        let found = await outcome(kind, .init(raw: raw), patience: .milliseconds(50))
        #expect(throws: DNSError.self) { try found?.get() }
    }

    @Test("a name that cannot be asked for is told as such")
    func badName() async {
        let question = Resolver.Question(name: String(repeating: "x", count: 70) + ".test", kind: .mx)
        let server = FakeNameServer { _, _ in .init() }
        defer { withExtendedLifetime(server) {} }
        let found = await Resolver(servers: [server.place]).answers([question])[question]
        #expect(throws: DNSError(.badName, name: question.name)) { try found?.get() }
    }
}

@Suite("What a domain should have is compared with what it has")
struct RecordCheckTests {
    private static let zone = """
        agents.example.test. IN TXT "v=spf1 mx -all"
        agents.example.test. 3600 IN MX 10 mail.example.test.
        _dmarc.agents.example.test. IN TXT "v=DMARC1; p=reject"
        mta-sts.agents.example.test. IN CNAME mail.example.test.
        _imaps._tcp.agents.example.test. IN SRV 0 1 993 mail.example.test.
        """

    @Test("a zone text is read, written, and read again as the same")
    func zoneText() {
        let records = ZoneFile.records(Self.zone)
        #expect(records.map(\.kind) == [.txt, .mx, .txt, .cname, .srv])
        #expect(records[1].value == "10 mail.example.test")
        #expect(ZoneFile.records(ZoneFile.text(records, of: "agents.example.test")) == records)
    }

    @Test(
        "texts keep every byte",
        arguments: ["", "a\"b", "back\\slash", "a;b", "ü", String(repeating: "k", count: 700), "\u{1B}[2J"])
    func texts(_ text: String) {
        let record = ZoneRecord(name: "x.test", kind: .txt, value: text)
        let file = ZoneFile.text([record], of: "x.test")
        #expect(ZoneFile.records(file) == [record])
        #expect(file.unicodeScalars.allSatisfy { $0 == "\n" || (0x20...0x7E).contains($0.value) })
    }

    @Test("lines that are no records are passed over")
    func noise() {
        let text =
            "; a comment\n\nx.test.\nx.test. IN\nx.test. IN FROB y\nx.test. IN MX\n\u{1B}[2J\nx.test. IN A 192.0.2.1 ; why"
        #expect(ZoneFile.records(text) == [ZoneRecord(name: "x.test", kind: .a, value: "192.0.2.1")])
    }

    @Test("each record is right, missing or different")
    func comparing() async {
        let server = FakeNameServer { name, kind in
            switch (name, kind) {
            case ("agents.example.test", 15): .init(records: [FakeNameServer.mx(20, "other.example.test")])
            case ("agents.example.test", 16):
                .init(records: [FakeNameServer.text("site-verification=1"), FakeNameServer.text("v=spf1 mx -all")])
            case ("_dmarc.agents.example.test", 16): .init(records: [FakeNameServer.text("v=DMARC1;p=reject;")])
            default: .init(code: 3)
            }
        }
        defer { withExtendedLifetime(server) {} }
        let checks = await RecordCheck.check(
            ZoneFile.records(Self.zone), with: Resolver(servers: [server.place]))
        #expect(checks.map(\.state) == [.right, .different, .right, .missing, .missing])
        #expect(checks[0].found == ["v=spf1 mx -all"])
        #expect(checks[1].found == ["20 other.example.test"])
    }

    @Test("offline, every record is unknown and says why")
    func offline() async {
        let gone = FakeNameServer { _, _ in nil }.place
        let checks = await RecordCheck.check(
            ZoneFile.records(Self.zone), with: Resolver(servers: [gone], patience: .milliseconds(20)))
        #expect(checks.count == 5)
        #expect(checks.allSatisfy { $0.state == .unknown && $0.error?.code == .offline })
    }
}

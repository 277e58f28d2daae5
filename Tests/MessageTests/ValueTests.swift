import Message
import Testing

@Suite("values of headers")
struct ValueTests {
    @Test(
        "encoded words are read, broken ones as far as they go",
        arguments: [
            (" =?utf-8?q?odd_=C3=BC?= ", "odd ü"), ("=?iso-8859-1?q?this is some text?=", "this is some text"),
            ("=?ISO-8859-1?Q?a?=\r\n  =?ISO-8859-1?Q?b?=", "ab"), ("=?utf-8?b?5pel5pys?= =?utf-8?b?6Kqe?=", "日本語"),
            ("=?utf-8?b?5pel5pw=?= =?utf-8?b?rOiqng==?=", "日本語"), ("=?utf-8*en?q?x?= y", "x y"),
            (" =?utf-8? ", "=?utf-8?"),
            ("=?x-none?q?a=FC?=", "aü"), ("=?utf-8?q?=FF=FE?=", "\u{FFFD}\u{FFFD}"), ("a  b\r\n\tc", "a  b c"),
            ("=?iso-2022-jp?b?GyRCRnxLXBsoQg==?=", "日本"), ("=?gb2312?b?1tDOxA==?=", "中文"),
            ("=?utf-8?Q?Hello\r\n _there!?=", "Hello there!"),
        ])
    func encodedWords(_ value: String, _ text: String) {
        #expect(field(value).text == text)
    }

    @Test("half a megabyte of beginnings of encoded words is read in one pass")
    func encodedWordBomb() {
        let bomb = String(repeating: "=?utf-8?q?a", count: 50_000)
        #expect(field(bomb).text == bomb)
    }

    @Test("addresses are read in all their forms")
    func addresses() {
        let list = field(" \"A, B\" <x@y.test>,\r\n z@y.test (comment), =?utf-8?q?J=C3=B6rg?= <@r.test:j@y.test>,,")
            .addresses
        #expect(
            list == [
                MailAddress(name: "A, B", email: "x@y.test"), MailAddress(name: "comment", email: "z@y.test"),
                MailAddress(name: "Jörg", email: "j@y.test"),
            ]
                || list == [
                    MailAddress(name: "A, B", email: "x@y.test"), MailAddress(email: "z@y.test"),
                    MailAddress(name: "Jörg", email: "j@y.test"),
                ])
        let groups = field("Team: a@x.test, B <b@x.test>;, c@x.test, Empty:;").groups
        #expect(groups.map(\.name) == ["Team", nil, "Empty"])
        #expect(groups.map { $0.members.map(\.email) } == [["a@x.test", "b@x.test"], ["c@x.test"], []])
    }

    @Test("what is no address is shown whole instead of vanishing")
    func unreadableAddress() {
        #expect(field("<mailto:boss@x.test>").addresses.map(\.email) == ["<mailto:boss@x.test>"])
        #expect(field("  ").addresses.isEmpty)
    }

    @Test(
        "dates are read with their zone, old and broken forms too",
        arguments: [
            ("Mon, 02 Nov 2026 10:00:00 +0100", "2026-11-02T10:00:00+01:00"),
            ("2 Nov 2026 10:00 GMT", "2026-11-02T10:00:00Z"),
            ("Tue, 1 Jul 2003 (a (nested) comment) 10:52:37 +0200", "2003-07-01T10:52:37+02:00"),
            ("21 Nov 97 09:55:06 GMT", "1997-11-21T09:55:06Z"),
            ("Fri, 21 Nov 1997 09:55:06 -0600", "1997-11-21T09:55:06-06:00"),
        ])
    func dates(_ value: String, _ expected: String) {
        #expect(field(value).date?.rfc3339 == expected)
    }

    @Test("what is no date gives none", arguments: ["", "yesterday", "\0", String(repeating: "1 ", count: 5_000)])
    func noDates(_ value: String) {
        #expect(field(value).date == nil)
    }

    @Test("dates are written as they are read")
    func dateRoundTrip() {
        for seconds: Int64 in [0, -1, 951_782_400, 1_709_164_800, 4_102_444_799, -2_208_988_800, 253_402_300_799] {
            let date = MailDate(seconds: seconds, zoneMinutes: -330)
            #expect(MailDate(rfc3339: date.rfc3339) == date)
            #expect(MailDate(rfc3339: MailDate(seconds: seconds).utc)?.seconds == seconds)
        }
        #expect(
            MailDate(parsing: MailDate(seconds: 1_793_613_600, zoneMinutes: 60).rfc5322)?.rfc3339
                == "2026-11-02T11:00:00+01:00")
        #expect(MailDate(rfc3339: "2026-13-02T11:00:00Z") == nil)
        #expect(MailDate(rfc3339: "2026-11-02T11:00:00") == nil)
        #expect(MailDate(seconds: .max).rfc3339.hasPrefix("9999"))
    }

    @Test("message ids and URLs are what stands in angle brackets")
    func bracketed() {
        #expect(field("<a@b> (x) <c@d>\r\n <e@ f>").messageIDs == ["a@b", "c@d", "e@f"])
        #expect(field(" a@b c@d ").messageIDs == ["a@b", "c@d"])
        #expect(field("").messageIDs == nil)
        #expect(field("<https://x.test/u>, <mailto:u@x.test>").urls == ["https://x.test/u", "mailto:u@x.test"])
        #expect(field("none").urls == nil)
    }

    @Test("parameters are joined and decoded, file names in every way that mailers write them")
    func parameters() {
        func name(_ lines: String...) -> String? {
            message(lines[0], lines.dropFirst().joined(separator: "\r\n")).root.fileName
        }
        #expect(name("Content-Disposition: attachment; filename*=utf-8''%C3%BC%20x.pdf", "") == "ü x.pdf")
        #expect(name("Content-Disposition: attachment; filename*0=\"a\"; filename*1=\"b.txt\"", "") == "ab.txt")
        #expect(name("Content-Disposition: attachment; filename=\"=?utf-8?b?w7wucGRm?=\"", "") == "ü.pdf")
        #expect(name("Content-Type: image/png; name=\"a b.png\"", "") == "a b.png")
        #expect(name("Content-Disposition: attachment; filename=\"../../etc/passwd\"", "") == "../../etc/passwd")
        #expect(message("Content-Type: text/plain; charset=us-ascii (c)", "", "x").root.charset == "us-ascii")
        #expect(message("Content-Type: TEXT/Plain;", "", "x").root.mediaType == "text/plain")
    }
}

@Suite("charsets and encodings")
struct ContentTests {
    private func text(_ charset: String, _ bytes: [UInt8], encoding: String = "8bit") -> Charset.Decoded {
        let head = "Content-Type: text/plain; charset=\(charset)\r\nContent-Transfer-Encoding: \(encoding)\r\n\r\n"
        let parsed = ParsedMessage(Array(head.utf8) + bytes)
        return parsed.text(of: parsed.root)
    }

    @Test("bodies are read in the charset that they name")
    func charsets() {
        #expect(text("iso-8859-1", [0xFC, 0x80]).text == "ü€")
        #expect(text("windows-1251", [0xCF, 0xF0, 0xE8]).text == "При")
        #expect(text("iso-2022-jp", Array("\u{1B}$BF|K\\\u{1B}(B".utf8)).text == "日本")
        #expect(text("shift_jis", [0x93, 0xFA, 0x96, 0x7B]).text == "日本")
        #expect(text("gb2312", [0xD6, 0xD0]).text == "中")
        #expect(text("ks_c_5601-1987", [0xC7, 0xD1]).text == "한")
        #expect(text("utf-16be", [0, 0x41, 0x30, 0x42]).text == "Aあ")
        #expect(text("koi8-r", [0xD0]).text == "п")
        #expect(text("utf-8", Array("ü".utf8)).text == "ü")
    }

    @Test("what does not fit the charset is U+FFFD, and an unknown charset is a marked guess")
    func broken() {
        #expect(
            text("utf-8", [0xFF, 0x41]) == .init(text: "\u{FFFD}A", isUnknownCharset: false, hasReplacements: true))
        #expect(text("shift_jis", [0x41, 0x93]).text == "A\u{FFFD}")
        #expect(text("euc-jp", [0xFF, 0xFF, 0x41]).text == "\u{FFFD}\u{FFFD}A")
        #expect(text("x-none", [0xFC]) == .init(text: "ü", isUnknownCharset: true, hasReplacements: false))
        #expect(text("utf-8//IGNORE", [0x41]).isUnknownCharset)
        #expect(text(String(repeating: "a", count: 5_000), [0x41]).text == "A")
    }

    @Test("transfer encodings are undone, however they are broken")
    func encodings() {
        #expect(text("utf-8", Array("w7w=".utf8), encoding: "BASE64").text == "ü")
        #expect(text("utf-8", Array("=C3=\r\n=BC=zz=".utf8), encoding: "quoted-printable").text.hasPrefix("ü"))
        #expect(text("utf-8", Array("w7w".utf8), encoding: "base64").text.unicodeScalars.count <= 1)
        #expect(text("utf-8", Array("begin 644 x\n#86)C\n`\nend\n".utf8), encoding: "x-uuencode").text == "abc")
        #expect(text("utf-8", [], encoding: "base64").text.isEmpty)
    }
}

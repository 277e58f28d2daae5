import JMAP
import Testing

@Suite("JSON")
struct JSONTests {
    private func read<Value: JSONDecodable>(_ type: Value.Type, _ text: String) throws(JSONError) -> Value {
        try JSONReader.read(type, from: Array(text.utf8))
    }

    private static let sample = #"""
        {"a":[1,-2.5,true,false,null,"x\"\\\/\b\f\n\r\té\ud83d\ude00"],"b":{"c":{}},"d":[[],[1e3]],"é":"日本"}
        """#

    @Test("is read and written back as the same value")
    func roundTrip() throws {
        let value = try read(JSON.self, Self.sample)
        #expect(value["a"]?[5] == "x\"\\/\u{8}\u{C}\n\r\té😀")
        #expect(value["a"]?[1] == .double(-2.5))
        #expect(value["d"]?[1]?[0] == 1000)
        #expect(value["é"] == "日本")
        #expect(try JSON(parsing: value.encoded()) == value)
    }

    @Test("that ends early is an error at every place where it can end")
    func truncated() throws {
        let bytes = Array(Self.sample.utf8)
        for end in 0..<bytes.count {
            let error = #expect(throws: JSONError.self, "cut after \(end)") { try JSON(parsing: Array(bytes[..<end])) }
            #expect(error?.code == .truncated || error?.code == .encoding, "cut after \(end)")
        }
    }

    @Test("with any byte changed is read or refused, and never more than that")
    func mutated() {
        let bytes = Array(Self.sample.utf8)
        for index in bytes.indices {
            for byte: UInt8 in [0, 0x22, 0x2C, 0x30, 0x5C, 0x5D, 0x7B, 0xC3, 0xFF] {
                var copy = bytes
                copy[index] = byte
                if let value = try? JSON(parsing: copy) { #expect((try? JSON(parsing: value.encoded())) == value) }
            }
        }
    }

    @Test(
        "that is none is refused",
        arguments: [
            "", " ", "nul", "tru", "01", "1.", "-", ".5", "1e", "+1", "{", "}", "[1,]", "{\"a\":1,}", "{a:1}",
            "{\"a\" 1}",
            "[1 2]", "\"a", "\"\u{1}\"", "\"\\x\"", "\"\\u12g4\"", "1 2", "<html>", "NaN", "'a'",
        ])
    func invalid(_ text: String) {
        #expect(throws: JSONError.self) { try read(JSON.self, text) }
    }

    @Test("that is not UTF-8 is refused")
    func encoding() {
        let error = #expect(throws: JSONError.self) { try JSON(parsing: [0x22, 0xFF, 0x22]) }
        #expect(error?.code == .encoding)
    }

    @Test("nested too deep is refused and does not use up the stack")
    func deep() {
        for open in ["[", "{\"a\":"] {
            let text = String(repeating: open, count: 100_000)
            #expect(throws: JSONError.self) { try read(JSON.self, text) }
        }
        let allowed = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
        #expect(throws: Never.self) { try read(JSON.self, allowed) }
    }

    @Test("with half of a character's escape shows a replacement character")
    func surrogates() throws {
        #expect(try read(String.self, #""\ud83d""#) == "\u{FFFD}")
        #expect(try read(String.self, #""\ud83dA""#) == "\u{FFFD}A")
        #expect(try read(String.self, #""\ude00\ud83d\ude00""#) == "\u{FFFD}😀")
    }

    @Test("numbers that fit are whole, those that do not are an error where a whole one belongs")
    func numbers() throws {
        #expect(try read(JSON.self, "9223372036854775807") == .int(.max))
        #expect(try read(JSON.self, "-9223372036854775808") == .int(.min))
        #expect(try read(JSON.self, "9223372036854775808") == .double(9_223_372_036_854_775_808))
        #expect(try read(Int.self, "1e3") == 1000)
        for text in ["9223372036854775808", "-9223372036854775809", "1.5", "1e400", "\"1\""] {
            #expect(throws: JSONError.self, "\(text)") { try read(Int.self, text) }
        }
        #expect(throws: JSONError.self) { try read(JSON.self, "1e400") }
    }

    @Test("keys that are escaped are the same keys")
    func escapedKeys() throws {
        #expect(
            try read(EmailAddress.self, #"{"\u0065mail":"a@b","na\u006de":"x"}"#)
                == EmailAddress(name: "x", email: "a@b"))
    }

    @Test("a value of the wrong type is an error that says where")
    func wrongType() {
        let cases: [(String, String)] = [
            (#"{"list":[{"id":"a"},{"id":"b","mailboxIds":[]}]}"#, "list[1].mailboxIds"),
            (#"{"list":[{"id":"a","from":[{"email":7}]}]}"#, "list[0].from[0].email"),
            (#"{"list":{}}"#, "list"), (#"{"state":1}"#, "state"), (#"{"list":[{"size":"x"}]}"#, "list[0].size"),
            (#"{"list":[{"receivedAt":"yesterday"}]}"#, "list[0].receivedAt"),
            (#"{"list":[{"keywords":{"$seen":"yes"}}]}"#, "list[0].keywords.$seen"), ("[]", ""),
        ]
        for (text, path) in cases {
            let error = #expect(throws: JSONError.self) { try read(GetAnswer<Email>.self, text) }
            #expect(error?.pathText == path)
        }
    }

    @Test("members that nobody knows, that are missing or null are tolerated")
    func tolerant() throws {
        let answer = try read(
            GetAnswer<Email>.self,
            #"{"list":[{"id":"a","new":{"x":[1,{}]},"subject":null,"from":null,"keywords":null,"preview":null}],"more":1}"#
        )
        let email = try #require(answer.list.first)
        #expect(email.id == "a")
        #expect(email.subject == nil)
        #expect(email.keywords == [])
        #expect(email.mailboxIDs == nil)
    }
}

@Suite("A message as JSON")
struct EmailJSONTests {
    @Test("is read with every property")
    func whole() throws {
        let text = #"""
            {"id":"eaaaab","blobId":"b1","threadId":"t1","mailboxIds":{"a":true,"b":false},"keywords":{"$seen":true},
             "size":583,"receivedAt":"2026-01-02T03:04:05Z","messageId":["x@y"],"inReplyTo":null,"references":["r@y"],
             "sender":null,"from":[{"name":"Ä","email":"a@b"}],"to":[],"cc":null,"bcc":null,"replyTo":null,
             "subject":"S","sentAt":"2026-01-02T04:04:05+01:00","hasAttachment":true,"preview":"P",
             "headers":[{"name":"X","value":" y"}],"header:List-Id:asText":"l",
             "bodyStructure":{"type":"multipart/mixed","subParts":[{"partId":"1","blobId":"p","size":3,"type":"text/plain",
             "charset":"utf-8","disposition":"inline","cid":null,"language":["de"],"location":null,"name":null}]},
             "bodyValues":{"1":{"value":"abc","isTruncated":true}},"textBody":[{"partId":"1"}],"htmlBody":[],
             "attachments":[{"partId":"2","name":"a.pdf","type":"application/pdf","size":9}]}
            """#
        let email = try JSONReader.read(Email.self, from: Array(text.utf8))
        #expect(email.mailboxIDs == ["a"])
        #expect(email.keywords == [.seen])
        #expect(email.receivedAt?.seconds == 1_767_323_045)
        #expect(email.sentAt?.description == "2026-01-02T04:04:05+01:00")
        #expect(email.sentAt?.utc == email.receivedAt)
        #expect(email.from == [EmailAddress(name: "Ä", email: "a@b")])
        #expect(email.headers == [EmailHeader(name: "X", value: " y")])
        #expect(email.headerFields == ["header:List-Id:asText": "l"])
        #expect(email.bodyStructure?.subParts?.first?.language == ["de"])
        #expect(email.bodyValues?["1"] == EmailBodyValue(value: "abc", isTruncated: true))
        #expect(email.attachments?.first?.name == "a.pdf")
        #expect(email.references == ["r@y"])
    }
}

@Suite("A date")
struct DateTests {
    @Test(
        "is read and written",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2000-02-29T23:59:59Z", 951_868_799), ("1969-12-31T23:59:59Z", -1),
            ("2026-01-02T03:04:05.999Z", 1_767_323_045), ("2026-01-02T04:04:05+01:00", 1_767_323_045),
            ("0001-01-01T00:00:00Z", -62_135_596_800), ("9999-12-31T23:59:59Z", 253_402_300_799),
        ])
    func read(_ text: String, _ seconds: Int64) throws {
        let date = try #require(UTCDate(text))
        #expect(date.seconds == seconds)
        #expect(UTCDate(date.description) == date)
    }

    @Test(
        "that is none is refused",
        arguments: [
            "", "2026-01-02", "2026-13-02T03:04:05Z", "2026-01-32T03:04:05Z", "2026-01-02T24:04:05Z",
            "2026-01-02T03:04:05", "2026-01-02T03:04:05Zx", "2026-01-02T03:04:05+1:00", "2026-01-02T03:04:05.",
            "２026-01-02T03:04:05Z", "2026-01-02T03:04:05+01:0", "-026-01-02T03:04:05Z",
        ])
    func refused(_ text: String) {
        #expect(UTCDate(text) == nil)
    }

    @Test("far outside of what can be written is written as the nearest that can")
    func extremes() {
        #expect(UTCDate(seconds: .max / 2).description == "9999-12-31T23:59:59Z")
        #expect(UTCDate(seconds: .min / 2).description == "0000-01-01T00:00:00Z")
    }
}

import Message
import Sandbox
import Testing

private func email(_ lines: String...) -> EmailObject {
    EmailObject(parsing: Array(lines.joined(separator: "\r\n").utf8))
}

private func get(_ email: EmailObject, _ properties: String..., change: (inout EmailRequest) -> Void = { _ in })
    -> JSONObject
{
    var request = EmailRequest(properties: properties)
    change(&request)
    return email.json(request) { "blob-\($0)" }
}

@Suite("a message as JMAP shows it")
struct EmailObjectTests {
    @Test("header forms give what the header says, null where it does not fit, and raw under the bare name")
    func headerForms() {
        let message = email(
            "From: \"A, B\" <x@y.test>, z@y.test", "Cc: Group: g1@y.test, g2@y.test;", "X-One: first", "X-One:second",
            "List-Unsubscribe: <https://x.test/u>, <mailto:u@x.test>", "References: <a@b> <c@d>",
            "X-Date: Mon, 02 Nov 2026 10:00:00 +0100",
            "Subject:  forms", "", "b")
        let json = get(
            message, "header:From:asAddresses:all", "header:Cc:asGroupedAddresses", "header:x-one", "header:X-One:all",
            "header:X-One:asText:all",
            "header:List-Unsubscribe:asURLs", "header:References:asMessageIds", "header:X-Date:asDate",
            "header:Subject:asRaw", "header:Subject:asDate",
            "header:X-None", "header:X-None:all", "header:X-One:asNothing", "header:", "frob")
        let two: JSONValue = [["name": "A, B", "email": "x@y.test"], ["name": nil, "email": "z@y.test"]]
        #expect(json["header:From:asAddresses:all"] == [two])
        #expect(
            json["header:Cc:asGroupedAddresses"]
                == [
                    [
                        "name": "Group",
                        "addresses": [["name": nil, "email": "g1@y.test"], ["name": nil, "email": "g2@y.test"]],
                    ]
                ])
        #expect(json["header:x-one"] == "second")
        #expect(json["header:X-One:all"] == [" first", "second"])
        #expect(json["header:X-One:asText:all"] == ["first", "second"])
        #expect(json["header:List-Unsubscribe:asURLs"] == ["https://x.test/u", "mailto:u@x.test"])
        #expect(json["header:References:asMessageIds"] == ["a@b", "c@d"])
        #expect(json["header:X-Date:asDate"] == "2026-11-02T10:00:00+01:00")
        #expect(json["header:Subject"] == "  forms")
        #expect(json["header:Subject:asDate"] == .null)
        #expect(json["header:X-None"] == .null)
        #expect(json["header:X-None:all"] == [])
        #expect(json.count == 12)
    }

    @Test("parts are numbered as they begin, a multipart has no id, a message inside is one attachment")
    func structure() {
        let message = email(
            "Content-Type: multipart/mixed; boundary=m", "", "--m", "Content-Type: multipart/alternative; boundary=a",
            "", "--a",
            "", "plain", "--a", "Content-Type: text/html; charset=utf-8", "", "<p>rich", "--a--", "--m",
            "Content-Type: message/rfc822", "",
            "Subject: inner", "", "body", "--m", "Content-Type: image/png; name=x.png",
            "Content-Transfer-Encoding: base64", "", "AAEC", "--m--")
        let json = get(message, "bodyStructure", "textBody", "htmlBody", "attachments", "hasAttachment") {
            $0.bodyProperties = ["partId", "type", "size", "blobId"]
        }
        #expect(json["bodyStructure"]?["partId"] == .null)
        #expect(json["bodyStructure"]?["subParts"]?.array?.count == 3)
        #expect(json["textBody"]?.array?.map { $0["partId"]?.string } == ["2", "5"])
        #expect(json["htmlBody"]?.array?.map { $0["partId"]?.string } == ["3", "5"])
        #expect(json["attachments"]?.array?.map { $0["type"]?.string } == ["message/rfc822", "image/png"])
        #expect(
            json["attachments"]?.array?.last == ["partId": "5", "type": "image/png", "size": 3, "blobId": "blob-5"])
        #expect(json["hasAttachment"] == true)
        #expect(message.content(ofPart: 5) == [0, 1, 2])
        #expect(message.content(ofPart: 1) == nil)
        #expect(message.content(ofPart: 6) == nil)
    }

    @Test("values are cut at a character's edge and say so by three dots")
    func truncation() {
        let message = email("Content-Type: text/plain; charset=utf-8", "", String(repeating: "ü", count: 100))
        func value(_ limit: Int) -> JSONValue? {
            get(message, "bodyValues") {
                $0.fetchesTextValues = true
                $0.maxBodyValueBytes = limit
            }["bodyValues"]?["0"]
        }
        #expect(value(11) == ["isEncodingProblem": false, "isTruncated": true, "value": "üüüü..."])
        #expect(value(3)?["value"] == "ü")
        #expect(value(1)?["value"] == "")
        #expect(value(200)?["isTruncated"] == false)
        #expect(value(0)?["isTruncated"] == false)
        #expect(get(message, "bodyValues")["bodyValues"] == [:])
    }

    @Test("broken base64 is shown as it stands with a mark, broken text without one")
    func encodingProblems() {
        func value(_ object: EmailObject) -> JSONValue? {
            get(object, "bodyValues") { $0.fetchesAllValues = true }["bodyValues"]?["0"]
        }
        #expect(
            value(email("Content-Transfer-Encoding: base64", "", "!!!notbase64")) == [
                "isEncodingProblem": true, "isTruncated": false, "value": "!!!notbase64",
            ])
        let broken = EmailObject(parsing: Array("Subject: s\r\n\r\n".utf8) + [0xFF, 0xFE])
        #expect(value(broken) == ["isEncodingProblem": false, "isTruncated": false, "value": "\u{FFFD}\u{FFFD}"])
        #expect(value(email("A: b", "", "one", "two"))?["value"] == "one\ntwo")
    }

    @Test("the summary holds every property of lists, and threads are found by subject without its marks")
    func summary() {
        let message = email(
            "Subject: Re: [list] AW: Lunch?", "Message-ID: <a@b>", "In-Reply-To: <c@d>", "References: <e@f> <c@d>", "",
            "Yes")
        #expect(Set(message.summary.keys) == EmailObject.summaryProperties)
        #expect(message.summary["preview"] == "Yes")
        #expect(message.threadIDs == ["a@b", "c@d", "e@f"])
        #expect(message.threadSubject == "lunch?")
        #expect(email("Subject: [x]", "", "").threadSubject == "[x]")
        #expect(!EmailObject(parsing: []).isMessage)
    }

    @Test("a preview of megabytes is made of the beginning")
    func longPreview() {
        let message = EmailObject(
            parsing: Array("Subject: s\r\n\r\n".utf8) + [UInt8](repeating: 0x61, count: 3_000_000))
        #expect(message.preview.count == 255)
    }
}

@Suite("a message made of a JMAP object")
struct EmailBuilderTests {
    private func build(_ object: JSONObject, blobs: [String: [UInt8]] = [:]) throws -> EmailObject {
        EmailObject(
            parsing: try EmailBuilder.build(object, date: MailDate(seconds: 1_793_613_600), host: "h.test") {
                blobs[$0]
            })
    }

    @Test("text, HTML, headers and attachments come back as they were given")
    func roundTrip() throws {
        let file = (0..<1_000).map { UInt8(truncatingIfNeeded: $0) }
        let email = try build(
            [
                "from": [["name": "Jörg", "email": "j@x.test"]], "to": [["email": "b@x.test"]],
                "bcc": [["email": "s@x.test"]], "subject": "ü",
                "header:X-Agent-Task:asText": "t-77", "references": ["r@x.test", "p@x.test"],
                "sentAt": "2026-11-02T10:00:00+01:00",
                "textBody": [["partId": "t", "type": "text/plain"]], "htmlBody": [["partId": "h"]],
                "bodyValues": ["t": ["value": "one\ntwo"], "h": ["value": "<b>rich</b>"]],
                "attachments": [
                    ["blobId": "B", "type": "application/octet-stream", "name": "daten ü.bin"],
                    ["blobId": "T", "type": "text/csv", "name": "t.csv"],
                ],
            ], blobs: ["B": file, "T": Array("a,b\nc".utf8)])
        let json = get(
            email, "from", "bcc", "subject", "references", "sentAt", "header:X-Agent-Task:asText", "bodyValues",
            "attachments", "messageId"
        ) { $0.fetchesAllValues = true }
        #expect(json["from"] == [["name": "Jörg", "email": "j@x.test"]])
        #expect(json["bcc"] == [["name": nil, "email": "s@x.test"]])
        #expect(json["subject"] == "ü")
        #expect(json["references"] == ["r@x.test", "p@x.test"])
        #expect(json["sentAt"] == "2026-11-02T10:00:00+01:00")
        #expect(json["header:X-Agent-Task:asText"] == "t-77")
        #expect(json["bodyValues"]?["2"]?["value"] == "one\ntwo")
        #expect(json["bodyValues"]?["3"]?["value"] == "<b>rich</b>")
        #expect(json["attachments"]?.array?.map { $0["name"]?.string } == ["daten ü.bin", "t.csv"])
        #expect(email.content(ofPart: 4) == file)
        #expect(email.content(ofPart: 5) == Array("a,b\nc".utf8))
        #expect(json["messageId"]?.array?.count == 1)
    }

    @Test("a structure of parts is built as it is given")
    func structure() throws {
        let email = try build([
            "subject": "s", "bodyValues": ["1": ["value": "x"], "2": ["value": "<p>"]],
            "bodyStructure": [
                "type": "multipart/related",
                "subParts": [
                    ["partId": "2", "type": "text/html"],
                    ["partId": "1", "type": "text/plain", "cid": "c@x", "name": "n.txt"],
                ],
            ],
        ])
        let structure = get(email, "bodyStructure")["bodyStructure"]
        #expect(structure?["type"] == "multipart/related")
        #expect(structure?["subParts"]?.array?.map { $0["cid"]?.string } == [nil, "c@x"])
    }

    @Test("what can't be built is refused with the property's name")
    func refused() {
        let body: JSONObject = [
            "textBody": [["partId": "1", "type": "text/plain"]], "bodyValues": ["1": ["value": "x"]],
        ]
        func error(_ more: JSONObject) -> SetError? {
            var object = body
            for (key, value) in more { object[key] = value }
            do throws(SetError) {
                _ = try EmailBuilder.build(object, host: "h.test") { _ in nil }
                return nil
            } catch {
                return error
            }
        }
        #expect(error([:]) == nil)
        #expect(
            error(["bodyStructure": ["type": "text/plain", "partId": "1"]])?.properties == [
                "textBody", "bodyStructure",
            ])
        #expect(error(["attachments": [["blobId": "x", "type": "text/plain"]]])?.properties == ["attachments/blobId"])
        #expect(error(["subject": "a\r\nBcc: x@y.test"])?.properties == ["subject"])
        #expect(error(["from": [["email": "a@b\r\nX: y"]]])?.properties == ["from"])
        #expect(error(["header:X-A:asRaw": " a\r\nB: c"])?.properties == ["header:X-A:asRaw"])
        #expect(error(["header:X A": "a"])?.properties == ["header:X A"])
        #expect(error(["subject": 5])?.properties == ["subject"])
        #expect(error(["sentAt": "yesterday"])?.properties == ["sentAt"])
        #expect(error(["textBody": [["partId": "none"]]])?.properties == ["textBody/partId"])
        #expect(error(["textBody": [["partId": "1"], ["partId": "1"]]])?.properties == ["textBody"])
        #expect(error(["messageId": ["a b"]])?.properties == ["messageId"])
        var deep: JSONValue = ["partId": "1", "type": "text/plain"]
        for _ in 0..<40 { deep = ["type": "multipart/mixed", "subParts": [deep]] }
        #expect(error(["textBody": nil, "bodyStructure": deep])?.properties == ["bodyStructure"])
        #expect(throws: SetError.self) { try EmailBuilder.build([:], host: "h.test") { _ in nil } }
    }
}

import FoundationEssentials
import HTTPTransport
import JMAP
import Testing

@Suite("A session")
struct SessionTests {
    private func session(_ text: String, at url: String = "https://h/.well-known/jmap") throws -> Session {
        try Session(reading: Array(text.utf8), from: try HTTPTarget(parsing: url))
    }

    @Test("is read with its limits, accounts and places")
    func whole() throws {
        let session = try session(FakeServer.session(calls: 7), at: "https://mail.example.test/jmap/session")
        #expect(session.limits.maxCallsInRequest == 7)
        #expect(session.limits.maxSizeUpload == 50)
        #expect(session.accounts["g"]?.isPersonal == false)
        #expect(session.primaryMailAccount == "c")
        #expect(session.api.text == "https://mail.example.test/jmap/")
        #expect(
            session.downloadTemplate?.expand(["accountId": "c", "blobId": "b", "name": "ä/?.txt", "type": "a/b"])?.text
                == "https://mail.example.test/jmap/download/c/b/%C3%A4%2F%3F.txt?accept=a%2Fb")
        #expect(session.foreignOrigins.isEmpty)
        #expect(session.capabilities["urn:example:new"]?["x"]?[1] == 2)
    }

    @Test("that names another host is used on the configured one, and the other is remembered")
    func foreign() throws {
        let session = try session(FakeServer.session(host: "http://mail.internal:8080"))
        #expect(session.api.text == "https://h/jmap/")
        #expect(session.uploadTemplate?.expand(["accountId": "c"])?.text == "https://h/jmap/upload/c/")
        #expect(
            session.foreignOrigins.values.allSatisfy { $0 == "http://mail.internal:8080" }
                && session.foreignOrigins.count == 4)
    }

    @Test("with relative places is seen from where it came")
    func relative() throws {
        let text =
            #"{"capabilities":{},"accounts":{"a":{}},"apiUrl":"api?x","downloadUrl":"/d/{blobId}","uploadUrl":"//o/u"}"#
        let session = try session(text, at: "https://h/jmap/session")
        #expect(session.api.text == "https://h/jmap/api?x")
        #expect(session.downloadTemplate?.expand(["blobId": "b"])?.text == "https://h/d/b")
        #expect(session.uploadTemplate?.expand([:])?.text == "https://h/u")
        #expect(session.foreignOrigins == ["uploadUrl": "https://o"])
        #expect(session.limits == SessionLimits())
        #expect(session.eventSourceTemplate == nil)
    }

    @Test("of nobody says that there is no login")
    func nobody() {
        let error = #expect(throws: JMAPError.self) {
            try session(
                #"{"capabilities":{},"accounts":{},"primaryAccounts":{},"username":"","apiUrl":"/jmap/","state":""}"#)
        }
        #expect(error?.code == .noLogin)
    }

    @Test("with a member of the wrong type says which")
    func wrongTypes() {
        let cases = [
            (
                #"{"capabilities":{"urn:ietf:params:jmap:core":{"maxObjectsInGet":"many"}},"accounts":{},"apiUrl":"/"}"#,
                "capabilities.urn:ietf:params:jmap:core.maxObjectsInGet"
            ),
            (#"{"capabilities":{},"accounts":[],"apiUrl":"/"}"#, "accounts"),
            (#"{"capabilities":{},"accounts":{"a":{"name":1}},"apiUrl":"/"}"#, "accounts.a.name"),
            (#"{"capabilities":{},"accounts":{"a":{}},"apiUrl":null}"#, "apiUrl"),
            (#"{"capabilities":{},"accounts":{"a":{}},"apiUrl":"ftp://h/"}"#, "apiUrl"),
            (#"{"capabilities":{},"accounts":{"a":{}},"apiUrl":"/a b"}"#, "apiUrl"),
            (#"{"capabilities":{},"accounts":{"a":{"#, "accounts.a"),
        ]
        for (text, path) in cases {
            let error = #expect(throws: JMAPError.self) { try session(text) }
            #expect(error?.code == .malformed, "\(text)")
            #expect(error?.path == path)
        }
    }

    @Test(
        "that is none says that this is no JMAP server",
        arguments: ["<!DOCTYPE html><html>", "", "hello", "[]", "{}", "\"x\"", #"{"error":"not found"}"#, "\u{0}\u{1}"])
    func notASession(_ text: String) {
        let error = #expect(throws: JMAPError.self) { try session(text) }
        #expect(error?.code == .notJMAP)
        #expect(error?.cure.contains("address") == true)
    }
}

@Suite("A URL template")
struct URLTemplateTests {
    private func expand(_ path: String, _ values: [String: String]) throws -> String? {
        URLTemplate(origin: try Origin(parsing: "https://h"), path: path).expand(values)?.path
    }

    @Test("has its names replaced, and values cannot leave their place")
    func values() throws {
        #expect(try expand("/a/{x}/{y}", ["x": "1", "y": "ä b"]) == "/a/1/%C3%A4%20b")
        #expect(try expand("/a/{x}", ["x": "../../b?c#d&e=f%2F{y}"]) == "/a/..%2F..%2Fb%3Fc%23d%26e%3Df%252F%7By%7D")
        #expect(
            try expand("/?t={types}&p={ping}", ["types": "Email,Mailbox", "ping": "30"]) == "/?t=Email%2CMailbox&p=30")
    }

    @Test("with a name that nobody knows, twice the same, or a brace alone stays a URL")
    func odd() throws {
        #expect(try expand("/{a}{b}{a}", ["a": "1"]) == "/11")
        #expect(try expand("/{a", ["a": "1"]) == "/%7Ba")
        #expect(try expand("/a}", ["a": "1"]) == "/a%7D")
        #expect(try expand("/\r\n{a}", ["a": "1"]) == nil)
    }
}

@Suite("A login")
struct CredentialTests {
    @Test("is written as HTTP wants it, and shown nowhere")
    func secret() {
        let basic = Credential.basic(user: "ada", password: "geheim")
        #expect(basic.authorization == "Basic YWRhOmdlaGVpbQ==")
        #expect(Credential.bearer("geheim").authorization == "Bearer geheim")
        for credential in [basic, .bearer("geheim")] {
            var dumped = ""
            dump(credential, to: &dumped)
            for text in ["\(credential)", String(reflecting: credential), dumped, "\([credential])"] {
                #expect(!text.contains("geheim"), "\(text)")
                #expect(!text.contains("ada"), "\(text)")
            }
        }
    }
}

import FoundationEssentials
import HTTPTransport
import Testing

@Suite("An address")
struct AddressTests {
    @Test(
        "of a server is taken apart",
        arguments: [
            ("https://mail.example.test", "https://mail.example.test", "/"),
            ("HTTPS://Mail.Example.Test:443/a?b=c#d", "https://mail.example.test", "/a?b=c"),
            ("http://127.0.0.1:8080/x y", "http://127.0.0.1:8080", "/x%20y"),
            ("https://[::1]:99/ä", "https://[::1]:99", "/%C3%A4"),
            ("https://host?x", "https://host", "/?x"),
        ])
    func parts(_ text: String, _ origin: String, _ path: String) throws {
        let target = try HTTPTarget(parsing: text)
        #expect(target.origin.description == origin)
        #expect(target.path == path)
    }

    @Test(
        "that could be read in two ways is refused",
        arguments: [
            "", "mail.example.test", "ftp://host/", "https://", "https:///path", "https://user:password@host/",
            "https://host:0/", "https://host:65536/", "https://host:1x/", "https://[::1/", "https://[host]/",
            "https://ho st/", "https://host\\evil/", "https://höst/", "https://host\u{0}/", "https://host/\r\nX: y",
            "https://-host/", "https://host:80:90/",
        ])
    func refused(_ text: String) {
        let error = #expect(throws: HTTPError.self) { try HTTPTarget(parsing: text) }
        #expect(error?.code == .invalidURL)
        #expect(error?.description.contains("password") == false)
    }

    @Test("is this machine only by its spelling as such")
    func loopback() throws {
        for text in ["http://127.0.0.1/", "http://127.9.9.9/", "http://[::1]/", "http://LOCALHOST/"] {
            #expect(try Origin(parsing: text).isLoopback, "\(text)")
        }
        for text in [
            "http://127.0.0.1.example.test/", "http://128.0.0.1/", "http://[::2]/", "http://localhost.example.test/",
            "http://[::ffff:8.8.8.8]/", "http://127.1/", "http://0.0.0.0/",
        ] {
            #expect(try !Origin(parsing: text).isLoopback, "\(text)")
        }
    }

    @Test(
        "that a redirect names is seen from where it came",
        arguments: [
            ("/c", "https://h/c"), ("c?d", "https://h/a/c?d"), ("?d", "https://h/a/b?d"), ("//o/c", "https://o/c"),
            ("http://h/c", "http://h/c"), ("https://h:444/", "https://h:444/"), ("", "https://h/a/b?q"),
        ])
    func resolved(_ location: String, _ expected: String) throws {
        #expect(try HTTPTarget(parsing: "https://h/a/b?q").resolve(location)?.text == expected)
    }

    @Test(
        "that is none is no place for a redirect",
        arguments: ["javascript:alert(1)", "https://user@h/", "//", "/a\u{7}", "file:///etc/passwd"])
    func unresolved(_ location: String) throws {
        #expect(try HTTPTarget(parsing: "https://h/a/b?q").resolve(location) == nil)
    }
}

@Suite("A wait that the server asks for")
struct RetryAfterTests {
    @Test("is given in seconds, a day at most")
    func seconds() {
        #expect(RetryAfter.duration("7", now: 0) == .seconds(7))
        #expect(RetryAfter.duration("0", now: 0) == .zero)
        #expect(RetryAfter.duration("99999999999999999999999", now: 0) == .seconds(86_400))
    }

    @Test(
        "is given as a date in each of the three forms",
        arguments: [
            "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
        ])
    func dates(_ text: String) {
        #expect(HTTPDate.seconds(text) == 784_111_777)
        #expect(RetryAfter.duration(text, now: 784_111_770) == .seconds(7))
        #expect(RetryAfter.duration(text, now: 784_111_780) == .zero)
    }

    @Test("is measured from the answer's own date")
    func ownDate() {
        let head = HTTPResponseHead(
            status: 503,
            headers: ["Date": "Sun, 06 Nov 1994 08:49:37 GMT", "Retry-After": "Sun, 06 Nov 1994 08:50:07 GMT"])
        #expect(head.retryAfter == .seconds(30))
        #expect(head.failure?.retryAfter == .seconds(30))
    }

    @Test(
        "is not there when it makes no sense",
        arguments: ["", "soon", "-1", "1.5", "Sun, 99 Nov 1994 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT", "٣"])
    func nonsense(_ text: String) {
        #expect(RetryAfter.duration(text, now: 0) == nil)
    }
}

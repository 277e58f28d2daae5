import Sandbox
import Testing

@Suite struct JSONValueTests {
    @Test(
        "a text comes back as it was read",
        arguments: [
            "null", "true", "-0", "9223372036854775807", "1.5", "\"\"", "[]", "{}", "[1,[2,{\"a\":null}]]",
            "{\"b\":1,\"a\":\"ü€😀\\n\\t\\\"\\\\\\u0001\"}",
        ])
    func roundTrip(_ text: String) throws {
        let value = try JSONValue(parsing: text)
        #expect(try JSONValue(parsing: value.text) == value)
        if text != "-0" { #expect(value.text == text) }
    }

    @Test(
        "what is no JSON is refused",
        arguments: [
            "", " ", "nul", "01", "1.", ".5", "1e", "-", "+1", "[1,]", "{\"a\":1,}", "{a:1}", "{\"a\"}", "\"a",
            "\"\\x\"",
            "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\u{1}\"", "1 2", "[1", "{\"a\":1", "\u{FEFF}1", "1e999", "'a'",
            "NaN",
        ])
    func invalid(_ text: String) {
        #expect(throws: JSONParseError.self) { try JSONValue(parsing: text) }
    }

    @Test("bytes that are no UTF-8 are refused")
    func invalidUTF8() {
        let error = #expect(throws: JSONParseError.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
        #expect(error?.code == .invalidUTF8)
    }

    @Test("sixty-four levels are read, more are refused")
    func depth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(try JSONValue(parsing: nested(64)).array?.count == 1)
        #expect(throws: JSONParseError.self) { try JSONValue(parsing: nested(65)) }
        #expect(throws: JSONParseError.self) { try JSONValue(parsing: String(repeating: "[", count: 1_000_000)) }
    }

    @Test("integers stay integers, larger numbers become fractions")
    func numbers() throws {
        #expect(try JSONValue(parsing: "12345678901234567") == .integer(12_345_678_901_234_567))
        #expect(try JSONValue(parsing: "92233720368547758070").integer == nil)
        #expect(try JSONValue(parsing: "1e3").integer == 1000)
    }

    @Test("a name that comes again replaces the earlier value, in small and in large objects")
    func duplicates() throws {
        #expect(try JSONValue(parsing: "{\"a\":1,\"b\":2,\"a\":3}").text == "{\"a\":3,\"b\":2}")
        let many = (0..<100).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
        let object = try #require(try JSONValue(parsing: "{\(many),\"k50\":true}").object)
        #expect(object.count == 100)
        #expect(object["k50"] == true)
        #expect(object["k99"] == 99)
    }

    @Test("a member that is taken out of a large object is gone, the others stay")
    func removal() {
        var object = JSONObject((0..<20).map { ("k\($0)", .count($0)) })
        object["k0"] = Optional<JSONValue>.none
        #expect(object["k0"] == nil)
        #expect(object["k19"] == 19)
        #expect(object.count == 19)
    }
}

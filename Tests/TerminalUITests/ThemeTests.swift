import FoundationEssentials
import TerminalUI
import Testing

@Suite("A theme")
struct ThemeTests {
    static let names = ["dark", "light", "high-contrast", "mono"]

    /// The roles of a file of ours: one `role = "value"` a line.
    private func roles(_ name: String) throws -> [String: String] {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let text = try String(contentsOfFile: "/\(root)/themes/\(name).toml", encoding: .utf8)
        var roles: [String: String] = [:]
        for line in text.split(separator: "\n") where line.contains(" = \"") && !line.hasPrefix("#") {
            let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
            roles[String(parts[0].dropLast(3))] = String(parts[1])
        }
        return roles
    }

    @Test("of ours names every role and is understood", arguments: names)
    func ours(name: String) throws {
        let roles = try roles(name)
        #expect(Set(roles.keys) == Set(Role.allCases.map(\.rawValue)))
        _ = try Theme(name: name, roles: roles)
    }

    @Test("without a file is the dark one")
    func standard() throws {
        #expect(try roles("dark") == Theme.standardRoles)
        #expect(try Theme.standard == Theme(name: "dark", roles: Theme.standardRoles))
    }

    @Test("of emphasis alone uses no colour")
    func mono() throws {
        let theme = try Theme(name: "mono", roles: roles("mono"))
        for role in Role.allCases { #expect(theme[role].foreground == nil && theme[role].background == nil) }
        #expect(theme.look(Style(.text, on: .selection)).emphasis == .reverse)
    }

    @Test("is refused with the role and the word that are wrong")
    func refused() {
        let faults = [
            ("text", "bold #12345"), ("text", "red"), ("text", "on"), ("text", "#000000 #ffffff"), ("txet", "bold"),
            ("text", "on #000000 on #ffffff"), ("text", "on #000000 bold"),
        ]
        for (role, value) in faults {
            let error = #expect(throws: ThemeError.self) { try Theme(name: "t", roles: [role: value]) }
            #expect(error?.role == role)
            #expect(error?.sentence.isEmpty == false)
        }
    }

    @Test("gives a row's ground to what has none, and its own to a found place")
    func grounds() throws {
        let theme = try Theme(
            name: "t",
            roles: [
                "text": "#eeeeee on #111111", "unread": "bold", "selection": "on #0000ff",
                "match": "#000000 on #ffff00",
            ])
        let unread = theme.look(Style(.unread, on: .selection))
        #expect(unread.background == .rgb(red: 0, green: 0, blue: 255))
        #expect(unread.foreground == .rgb(red: 0xEE, green: 0xEE, blue: 0xEE))
        #expect(unread.emphasis == .bold)
        #expect(theme.look(Style(.match, on: .selection)).background == .rgb(red: 255, green: 255, blue: 0))
    }
}

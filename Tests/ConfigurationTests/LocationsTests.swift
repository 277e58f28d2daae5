import Configuration
import Testing

@Suite("Configuration: where files are")
struct LocationsTests {
    @Test("the XDG folders are used, and their defaults below the home folder")
    func xdg() {
        let plain = Locations(environment: ["HOME": "/home/a"])
        #expect(plain.configuration == "/home/a/.config/agenticmail/config.toml")
        #expect(plain.cache == "/home/a/.cache/agenticmail")
        #expect(plain.data == "/home/a/.local/share/agenticmail")
        #expect(plain.state == "/home/a/.local/state/agenticmail")
        let moved = Locations(environment: ["HOME": "/home/a", "XDG_CACHE_HOME": "/c", "XDG_STATE_HOME": "relative"])
        #expect(moved.cache == "/c/agenticmail")
        #expect(moved.state == "/home/a/.local/state/agenticmail")
    }

    @Test("the program's own variables win, and the command line over them")
    func own() {
        let environment = [
            "HOME": "/h", "AGENTICMAIL_CONFIG": "/x.toml", "AGENTICMAIL_CACHE": "/cache", "XDG_CACHE_HOME": "/c",
        ]
        #expect(Locations(environment: environment).configuration == "/x.toml")
        #expect(Locations(environment: environment).configurationIsExplicit)
        #expect(Locations(environment: environment).cache == "/cache")
        #expect(Locations(environment: environment, configuration: "/y.toml").configuration == "/y.toml")
    }

    @Test("a configuration that was named must be there; the usual one need not")
    func missing() throws {
        let named = Locations(environment: ["HOME": "/nowhere"], configuration: "/nowhere/config.toml")
        #expect(throws: ConfigurationError.self) { try Configuration.load(named) }
        #expect(try Configuration.load(Locations(environment: ["HOME": "/nowhere"])).file == nil)
    }
}

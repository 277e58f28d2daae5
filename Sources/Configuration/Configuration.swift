package import FoundationEssentials

/// What a person configured, decoded once and checked whole.
package struct Configuration: Sendable {
    /// The file that it was read from; `nil` where there is none.
    package var file: String?
    /// The workspace that is used where none is named.
    package var defaultWorkspace: String?
    /// In the order of the file.
    package var workspaces: [WorkspaceConfiguration] = []
    package var console = ConsoleConfiguration()
    package var cache = CacheConfiguration()

    /// The defaults.
    package init() {}

    /// The workspace of a name.
    package subscript(workspace name: String) -> WorkspaceConfiguration? {
        workspaces.first { $0.name == name }
    }
}

/// One server and its domains, as configured here.
package struct WorkspaceConfiguration: Sendable {
    /// Whether a mistake here costs something.
    package enum Kind: String, Sendable, CaseIterable {
        case production, test
    }

    package let name: String
    /// Scheme, host and port; no path.
    package let url: URL
    package let authentication: Authentication
    /// A PEM file of certificates that are trusted besides the system's.
    package var caFile: String?
    /// The SHA-256 of the server's public key in base64, as `sha256//…`; accepted instead of a chain of trust.
    package var pinnedKey: String?
    /// What the top line shows; the name otherwise.
    package var label: String?
    /// The colour of the name in the top line.
    package var colour: RGB?
    package var kind = Kind.production
    /// The domain of the agents' addresses, where others share the server.
    package var agentsDomain: String?
    /// The server's submission listener as `HOST:PORT`, where the proof that an agent cannot send tries to log in.
    package var submission: String?

    /// Makes a workspace of what it must have.
    package init(name: String, url: URL, authentication: Authentication) {
        self.name = name
        self.url = url
        self.authentication = authentication
    }

    /// Who one is there.
    package enum Authentication: Sendable {
        /// A login with its password.
        case password(login: String, SecretSource)
        /// An API key alone.
        case key(SecretSource)
    }
}

/// How the console looks and answers.
package struct ConsoleConfiguration: Sendable {
    /// How times are written.
    package enum TimeFormat: String, Sendable, CaseIterable {
        case hours24 = "24h"
        case hours12 = "12h"
        case iso
    }

    /// The name of a theme; `nil` chooses by the terminal.
    package var theme: String?
    package var usesMouse = true
    package var isLinear = false
    package var timeFormat = TimeFormat.hours24
    package var keys: [KeyBinding] = []

    /// The defaults.
    package init() {}

    /// A command's keys, in place of its default ones.
    package struct KeyBinding: Sendable, Hashable {
        /// The command's id, such as `cursor.down`.
        package let command: String
        /// The keys as they were written; none takes the command's keys away.
        package let keys: [String]
        /// Where it stands in the file, counted from 1.
        package let line: Int
        package let column: Int
    }
}

/// How much is kept here.
package struct CacheConfiguration: Sendable {
    /// The bytes of message bodies that are kept for a workspace.
    package var bodyLimit = 2 * 1_073_741_824

    /// The defaults.
    package init() {}
}

/// A colour.
package struct RGB: Sendable, Hashable {
    package let red: UInt8
    package let green: UInt8
    package let blue: UInt8

    /// Makes a colour of its parts.
    package init(red: UInt8, green: UInt8, blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// - Parameter hex: `#rrggbb`.
    package init?(hex: String) {
        let digits = hex.utf8.dropFirst()
        guard hex.utf8.first == UInt8(ascii: "#"), digits.count == 6, let value = UInt32(hex.dropFirst(), radix: 16),
            digits.first != UInt8(ascii: "+")
        else { return nil }
        self.init(red: UInt8(value >> 16 & 0xFF), green: UInt8(value >> 8 & 0xFF), blue: UInt8(value & 0xFF))
    }
}

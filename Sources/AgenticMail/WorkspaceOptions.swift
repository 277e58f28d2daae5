package import Agents
package import Configuration
package import FoundationEssentials
package import HTTPTransport
package import JMAP
package import Stalwart

/// How a workspace signs in.
package enum Login: Sendable {
    case known(Credential)
    /// Asked for before the first request, so that what is kept here is shown without it.
    case asked(@Sendable () async throws(JMAPError) -> Credential)
}

/// Everything that opening a workspace needs.
package struct WorkspaceOptions: Sendable {
    /// The name in the configuration, or the host's where there is none.
    package var name: String
    /// What the console's top line shows.
    package var label: String
    package var colour: RGB?
    package var kind: WorkspaceConfiguration.Kind
    package var origin: URL
    package var login: Login
    package var agentsDomain: String?
    /// How the transport trusts.
    package var transport: HTTPTransport.Options
    /// What sends; `nil` makes a transport. Tests put faults around one.
    package var client: (any HTTPClient)?
    /// The cache's file.
    package var cachePath: String
    /// The file of the acts that the server does not have yet; it must not be where caches are thrown away.
    package var journalPath: String
    /// A failure that is asked for while an agent is made, to try the way back.
    package var fault: FaultPoint?
    /// The server's submission listener, where the proof that an agent cannot send tries to log in too.
    package var submission: SendingProver.SMTPPlace?
    /// Checks of the doctor that other parts bring, such as whether the server asks the guard before it accepts mail.
    package var furtherChecks: [@Sendable (Workspace) async -> [Check]] = []
    /// The folder of the log; `nil` keeps it in memory.
    package var logFolder: String?
    /// The folder of the person's own rules for the inspection; `nil` has the program's own alone.
    package var rulesFolder: String?
    /// The bytes of bodies that are kept.
    package var bodyLimit: Int

    /// Options with everything else as it is by default; the log stays in memory.
    /// - Parameter journalPath: Beside the cache where none is given.
    package init(
        name: String, origin: URL, login: Login, cachePath: String, journalPath: String? = nil
    ) {
        self.name = name
        label = name
        kind = .production
        self.origin = origin
        self.login = login
        transport = HTTPTransport.Options()
        self.cachePath = cachePath
        self.journalPath = journalPath ?? cachePath + ".acts"
        bodyLimit = CacheConfiguration().bodyLimit
    }
}

extension WorkspaceOptions {
    /// The file of the creations that are not finished, beside the acts.
    var intentsPath: String {
        let suffix = ".acts.sqlite"
        return journalPath.hasSuffix(suffix)
            ? "\(journalPath.dropLast(suffix.count)).intents.sqlite" : journalPath + ".intents"
    }

    /// The same for a login that is known.
    package init(
        name: String, origin: URL, credential: Credential, cachePath: String, journalPath: String? = nil
    ) {
        self.init(
            name: name, origin: origin, login: .known(credential), cachePath: cachePath, journalPath: journalPath)
    }

    /// What the configuration says about a workspace; its secret is read here, unless `login` brings it.
    ///
    /// - Parameters:
    ///   - workspace: One of the configuration's.
    ///   - configuration: What it stands in.
    package init(
        _ workspace: WorkspaceConfiguration, in configuration: Configuration, _ locations: Locations,
        login: Login? = nil
    ) throws(WorkspaceError) {
        var name = ""
        if case .password(let login, _) = workspace.authentication { name = login }
        let chosen: Login
        if let login {
            chosen = login
        } else {
            do throws(SecretError) {
                chosen = .known(try Self.credential(of: workspace))
            } catch {
                throw WorkspaceError(error)
            }
        }
        self.init(
            name: workspace.name, origin: workspace.url, login: chosen,
            cachePath: Self.cachePath(workspace.name, workspace.url, name, locations),
            journalPath: Self.journalPath(workspace.name, workspace.url, name, locations))
        label = workspace.label ?? workspace.name
        colour = workspace.colour
        kind = workspace.kind
        agentsDomain = workspace.agentsDomain
        submission = workspace.submission.flatMap { SendingProver.SMTPPlace($0) }
        transport.extraAuthorities = workspace.caFile
        transport.pinnedKey = workspace.pinnedKey
        logFolder = locations.state
        rulesFolder = locations.rules
        bodyLimit = configuration.cache.bodyLimit
    }

    /// Reads the secret of a workspace; blocks for as long as its command takes.
    package static func credential(of workspace: WorkspaceConfiguration) throws(SecretError) -> Credential {
        switch workspace.authentication {
        case .password(let name, let source): .basic(user: name, password: try source.read().reveal())
        case .key(let source): .bearer(try source.read().reveal())
        }
    }

    /// A file for each server and login, so that a name that is given to another server does not show old mail.
    package static func cachePath(_ name: String, _ origin: URL, _ login: String, _ locations: Locations) -> String {
        "\(locations.cache)/\(fileName(name, origin, login)).sqlite"
    }

    /// The journal's file for the same server and login, where what must be kept is.
    package static func journalPath(
        _ name: String, _ origin: URL, _ login: String, _ locations: Locations
    ) -> String {
        "\(locations.data)/\(fileName(name, origin, login)).acts.sqlite"
    }

    private static func fileName(_ name: String, _ origin: URL, _ login: String) -> String {
        // FNV-1a: short, the same in every run, and nothing secret goes in.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in "\(origin.absoluteString)\n\(login)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let safe = name.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") ? $0 : "-" }
        return "\(String(safe.prefix(40)))-\(String(hash, radix: 36))"
    }
}

package import Configuration
public import FoundationEssentials
import JMAP

extension Workspace {
    /// Opens a workspace of a configuration; nothing is asked of the server.
    ///
    /// - Parameters:
    ///   - name: Its name; without one the configuration's default, or its only one.
    ///   - file: The configuration; the usual one otherwise.
    public static func open(
        named name: String? = nil, configuration file: String? = nil
    ) async throws(WorkspaceError) -> Workspace {
        let locations = Locations(environment: Locations.environment, configuration: file)
        let configuration = try load(locations)
        return try await open(
            WorkspaceOptions(choose(name, of: configuration, locations), in: configuration, locations))
    }

    /// Opens a workspace by its address and a login, without a configuration; nothing is asked of the server.
    ///
    /// - Parameters:
    ///   - origin: Scheme, host and port.
    ///   - cacheFolder: Where the cache is kept; the usual folder otherwise.
    public static func open(
        origin: URL, login: String, password: String, cacheFolder: String? = nil
    ) async throws(WorkspaceError) -> Workspace {
        var locations = Locations(environment: Locations.environment)
        if let cacheFolder {
            locations.cache = cacheFolder
            locations.data = cacheFolder
        }
        let name = origin.host() ?? "server"
        return try await open(
            WorkspaceOptions(
                name: name, origin: origin, credential: .basic(user: login, password: password),
                cachePath: WorkspaceOptions.cachePath(name, origin, login, locations),
                journalPath: WorkspaceOptions.journalPath(name, origin, login, locations)))
    }

    /// Reads the configuration.
    package static func load(_ locations: Locations) throws(WorkspaceError) -> Configuration {
        do throws(ConfigurationError) {
            return try Configuration.load(locations)
        } catch {
            throw WorkspaceError(.failed, error.sentence, cure: "agenticmail config check lists every fault.")
        }
    }

    /// The workspace that is meant.
    package static func choose(
        _ name: String?, of configuration: Configuration, _ locations: Locations
    ) throws(WorkspaceError) -> WorkspaceConfiguration {
        let names = configuration.workspaces.map(\.name)
        let file = configuration.file ?? locations.configuration
        if let name = name ?? configuration.defaultWorkspace {
            if let workspace = configuration[workspace: name] { return workspace }
            throw WorkspaceError(
                .noWorkspace, "There is no workspace “\(name)” in \(file).",
                cure: names.isEmpty
                    ? "Add a table [workspace.\(name)] with url and login."
                    : capitalised(Suggestion.cure(for: name, among: names)))
        }
        if configuration.workspaces.count == 1 { return configuration.workspaces[0] }
        if names.isEmpty {
            throw WorkspaceError(
                .noWorkspace, "No workspace is configured: \(file) has none.",
                cure: "Add a table [workspace.NAME] with url and login, give --url and --login, or try --sandbox.")
        }
        throw WorkspaceError(
            .noWorkspace, "Several workspaces are configured and none is the default.",
            cure: "Name one with --workspace: \(names.joined(separator: ", ")).")
    }
}

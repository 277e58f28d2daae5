package import AgenticMail
package import Configuration
package import TerminalUI
import Themes

/// The themes that can be chosen: the program's own, and a person's, which win where they have the same name.
package struct ThemeLibrary: Sendable {
    /// By name, in the order in which `:theme` goes on.
    package private(set) var themes: [Theme] = []
    /// What is wrong with files of the person's; those themes are left out, or as they were before.
    package private(set) var faults: [ConfigurationFault] = []

    /// Loads everything.
    ///
    /// - Parameters:
    ///   - folder: The person's own themes.
    ///   - before: The themes to keep where a file cannot be used now.
    package init(folder: String, keeping before: [Theme] = []) {
        for (name, bytes) in BuiltInThemes.all { add(name, file: "\(name).toml", .success(bytes), before) }
        for name in ThemeFile.names(in: folder) {
            let file = "\(folder)/\(name).toml"
            add(name, file: file, readSmallFile(file, limit: Configuration.sizeLimit), before)
        }
    }

    private mutating func add(_ name: String, file: String, _ bytes: Result<[UInt8], FileFault>, _ before: [Theme]) {
        do throws(ConfigurationError) {
            put(try Self.theme(name, file: file, bytes))
        } catch {
            faults += error.faults
            if let kept = before.first(where: { $0.name == name }) { put(kept) }
        }
    }

    private mutating func put(_ theme: Theme) {
        if let index = themes.firstIndex(where: { $0.name == theme.name }) {
            themes[index] = theme
        } else {
            themes.append(theme)
        }
    }

    private static func theme(
        _ name: String, file: String, _ bytes: Result<[UInt8], FileFault>
    ) throws(ConfigurationError) -> Theme {
        let content: [UInt8]
        switch bytes {
        case .success(let read): content = read
        case .failure(let fault):
            throw ConfigurationError([
                .init(
                    .unreadable, file: file, message: "cannot be read, because \(fault.reason)",
                    cure: "make it readable")
            ])
        }
        let decoded = try ThemeFile.decode(content, name: name, file: file)
        do throws(ThemeError) {
            return try Theme(name: name, roles: decoded.roles.mapValues(\.text))
        } catch {
            let place = decoded.roles[error.role]
            throw ConfigurationError([
                .init(
                    .wrongValue, file: file, line: place?.line, column: place?.column, key: "roles.\(error.role)",
                    message: "cannot be used",
                    cure: error.sentence.hasSuffix(".") ? String(error.sentence.dropLast()) : error.sentence)
            ])
        }
    }

    /// The themes with the chosen one first.
    ///
    /// - Parameter name: What was asked for; `nil` chooses by the ground that the terminal tells of.
    package func chosen(_ name: String?, environment: [String: String]) throws(WorkspaceError) -> [Theme] {
        let wanted = name ?? (Self.groundIsLight(environment) ? "light" : "dark")
        guard let first = themes.first(where: { $0.name == wanted }) else {
            throw WorkspaceError(
                .wrongUsage, "There is no theme “\(wanted)”.",
                cure: Suggestion.nearest(to: wanted, among: themes.map(\.name)).map { "Did you mean “\($0)”?" }
                    ?? "There are: \(themes.map(\.name).joined(separator: ", ")).")
        }
        return [first] + themes.filter { $0.name != wanted }
    }

    /// Some terminals tell their colours as `COLORFGBG=15;0`: foreground, then background.
    private static func groundIsLight(_ environment: [String: String]) -> Bool {
        guard let ground = environment["COLORFGBG"]?.split(separator: ";").last.flatMap({ Int($0) }) else {
            return false
        }
        return ground == 7 || ground == 15
    }
}

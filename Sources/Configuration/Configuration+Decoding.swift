import FoundationEssentials

extension Configuration {
    /// The largest configuration or theme that is read, in bytes.
    package static let sizeLimit = 262_144

    /// Reads the configuration file of these locations.
    ///
    /// - Returns: The defaults where there is no file and nobody named one.
    /// - Throws: ``ConfigurationError`` with every fault.
    package static func load(_ locations: Locations) throws(ConfigurationError) -> Configuration {
        let path = locations.configuration
        switch readSmallFile(path, limit: sizeLimit) {
        case .success(let bytes):
            return try decode(bytes, file: path)
        case .failure(let fault) where fault.errno == 2 && !locations.configurationIsExplicit:
            return Configuration()
        case .failure(let fault):
            throw ConfigurationError([
                .init(
                    .unreadable, file: path, message: "cannot be read, because \(fault.reason)",
                    cure: "name a readable file with --config or AGENTICMAIL_CONFIG, or make this one readable")
            ])
        }
    }

    /// Decodes a configuration.
    ///
    /// - Parameter file: Its path: in errors, and paths in it are relative to its folder.
    package static func decode(_ bytes: [UInt8], file: String) throws(ConfigurationError) -> Configuration {
        let faults = FaultList(file: file)
        let root = TableReader(try TOMLValue.parse(bytes, file: file), path: "", faults: faults)
        var configuration = Configuration()
        configuration.file = file
        let chosen = root.string("default-workspace")
        if let table = root.table("workspace") {
            for name in table.keys {
                guard let entry = table.entry(name) else { continue }
                guard isName(name) else {
                    faults.add(
                        .wrongValue, line: entry.line, column: entry.column, key: table.name(name),
                        message: "is no name for a workspace",
                        cure: "use up to 40 letters, digits, hyphens and underscores")
                    continue
                }
                let reader = TableReader(entry.value, path: table.name(name), faults: faults)
                if let workspace = workspace(name, reader, file: file) { configuration.workspaces.append(workspace) }
            }
            if let chosen, !table.keys.contains(chosen), let entry = root.entry("default-workspace") {
                root.refuse(
                    entry, .wrongValue, "is “\(chosen)”, and there is no [workspace.\(chosen)]",
                    cure: Suggestion.cure(for: chosen, among: table.keys))
            }
        } else if chosen != nil {
            root.require("workspace", cure: "add a table [workspace.\(chosen ?? "name")] with url and login")
        }
        configuration.defaultWorkspace = chosen
        if let table = root.table("console") { configuration.console = console(table) }
        if let table = root.table("cache") { configuration.cache = cache(table) }
        root.finish()
        try faults.throwIfAny()
        return configuration
    }

    private static func isName(_ name: String) -> Bool {
        (1...40).contains(name.utf8.count)
            && name.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    private static func workspace(_ name: String, _ table: TableReader, file: String) -> WorkspaceConfiguration? {
        var url: URL?
        if let text = table.string("url") {
            switch origin(text) {
            case .success(let origin): url = origin
            case .failure(let fault):
                if let entry = table.entry("url") { table.refuse(entry, .wrongValue, fault.message, cure: fault.cure) }
            }
        } else if table.entry("url") == nil {
            table.require("url", cure: "add url = \"https://mail.example.com\"")
        }
        let authentication = authentication(table, file: file)
        let caFile = table.string("ca-file").map { path($0, besides: file) }
        let pinnedKey = table.string("pinned-key")
        if let pinnedKey, let entry = table.entry("pinned-key"), !isPin(pinnedKey) {
            table.refuse(
                entry, .wrongValue, "is no public key's digest", cure: "write \"sha256//\" and 44 characters of base64")
        }
        let label = table.string("label")
        var colour: RGB?
        if let text = table.string("colour"), let entry = table.entry("colour") {
            colour = RGB(hex: text)
            if colour == nil { table.refuse(entry, .wrongValue, "is “\(text)”", cure: "write it as \"#rrggbb\"") }
        }
        let kind = table.choice("kind", WorkspaceConfiguration.Kind.self)
        let domain = table.string("agents-domain")
        let submission = table.string("submission")
        if let submission, let entry = table.entry("submission"), !isHostAndPort(submission) {
            table.refuse(entry, .wrongValue, "is “\(submission)”", cure: "write it as \"mail.example.com:587\"")
        }
        table.refuseKey("password", cure: "a password does not belong here: use password-command or password-file")
        table.refuseKey("key", cure: "a key does not belong here: use key-command or key-file")
        table.finish()
        guard let url, let authentication else { return nil }
        var workspace = WorkspaceConfiguration(name: name, url: url, authentication: authentication)
        workspace.caFile = caFile
        workspace.pinnedKey = pinnedKey
        workspace.label = label
        workspace.colour = colour
        workspace.kind = kind ?? .production
        workspace.agentsDomain = domain
        workspace.submission = submission
        return workspace
    }

    private static func isHostAndPort(_ text: String) -> Bool {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return false
        }
        let host = text[..<colon]
        return port > 0 && !host.isEmpty && (!host.contains(":") || host.hasPrefix("[") && host.hasSuffix("]"))
            && host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }
    }

    private static func authentication(
        _ table: TableReader, file: String
    ) -> WorkspaceConfiguration.Authentication? {
        let login = table.string("login")
        let password = secret(table, "password", file: file)
        let key = secret(table, "key", file: file)
        switch (login, password, key) {
        case (let login?, let password?, nil): return .password(login: login, password)
        case (nil, nil, let key?): return .key(key)
        case (_, _, .some):
            table.require("login", cure: "give either login with its password, or a key; here both stand")
        case (nil, _, nil):
            if table.entry("login") == nil {
                table.require(
                    "login", cure: "add login = \"name\" with password-command or password-file, or a key-command")
            }
        case (.some, nil, nil):
            if table.entry("password-command") == nil, table.entry("password-file") == nil {
                table.require(
                    "password-command", cure: "add password-command = [\"pass\", \"show\", \"mail\"] or password-file")
            }
        }
        return nil
    }

    /// Where a secret comes from: `KIND-command` or `KIND-file` of a table; nil where neither stands there.
    package static func secret(_ table: TableReader, _ kind: String, file: String) -> SecretSource? {
        let command = table.strings("\(kind)-command")
        let path = table.string("\(kind)-file")
        if command != nil, path != nil, let entry = table.entry("\(kind)-file") {
            table.refuse(entry, .wrongValue, "stands beside \(kind)-command", cure: "keep one of the two")
        }
        if let command, let entry = table.entry("\(kind)-command") {
            if case .array = entry.value.content, let first = command.first, !first.isEmpty { return .command(command) }
            do throws(ShellWordsError) {
                return .command(try ShellWords.split(command.first ?? ""))
            } catch {
                table.refuse(entry, .wrongValue, error.message, cure: error.cure)
                return nil
            }
        }
        return path.map { .file(Configuration.path($0, besides: file)) }
    }

    private static func isPin(_ text: String) -> Bool {
        guard text.hasPrefix("sha256//"), let digest = Data(base64Encoded: String(text.dropFirst(8))) else {
            return false
        }
        return digest.count == 32
    }

    /// A path of the configuration: `~/` is the home folder, a relative one begins at the configuration's folder.
    private static func path(_ text: String, besides file: String) -> String {
        if text.hasPrefix("/") { return text }
        if text.hasPrefix("~/"), let home = Locations.environment["HOME"] { return home + text.dropFirst(1) }
        guard let slash = file.lastIndex(of: "/") else { return text }
        return file[...slash] + text
    }

    private static func cache(_ table: TableReader) -> CacheConfiguration {
        var cache = CacheConfiguration()
        if let entry = table.entry("body-limit") {
            if let bytes = ByteSize.read(entry.value.content) {
                cache.bodyLimit = bytes
            } else {
                table.refuse(
                    entry, .wrongValue, "is no size",
                    cure: "write a number of bytes or a text such as \"512 MB\" or \"2 GB\"")
            }
        }
        table.finish()
        return cache
    }
}

import Glibc

/// Where the program's files are, by the XDG base directory specification.
package struct Locations: Sendable, Hashable {
    /// The configuration file.
    package var configuration: String
    /// Whether a person named the configuration file; then it must be there.
    package var configurationIsExplicit: Bool
    /// The folder of a person's own themes.
    package var themes: String
    /// The folder of a person's own rules for the inspection of mail.
    package var rules: String
    /// What must be kept.
    package var data: String
    /// What can be made again.
    package var cache: String
    /// The log.
    package var state: String

    /// - Parameters:
    ///   - environment: `AGENTICMAIL_CONFIG`, `_DATA`, `_CACHE` and `_STATE` win over the XDG variables, those over
    ///     `HOME`. XDG variables that are no absolute paths are ignored, as the specification asks.
    ///   - configuration: The file named on the command line.
    package init(environment: [String: String], configuration: String? = nil) {
        let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? Locations.homeOfUser
        func folder(_ own: String, _ xdg: String, _ fallback: String) -> String {
            if let path = environment[own], !path.isEmpty { return path }
            if let base = environment[xdg], base.hasPrefix("/") { return "\(base)/agenticmail" }
            return "\(home)/\(fallback)/agenticmail"
        }
        let named = configuration ?? environment["AGENTICMAIL_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        let settings = folder("", "XDG_CONFIG_HOME", ".config")
        self.configuration = named ?? "\(settings)/config.toml"
        configurationIsExplicit = named != nil
        themes = "\(settings)/themes"
        rules = "\(settings)/rules"
        data = folder("AGENTICMAIL_DATA", "XDG_DATA_HOME", ".local/share")
        cache = folder("AGENTICMAIL_CACHE", "XDG_CACHE_HOME", ".cache")
        state = folder("AGENTICMAIL_STATE", "XDG_STATE_HOME", ".local/state")
    }

    /// The environment of this process.
    package static var environment: [String: String] {
        var variables: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            next += 1
        }
        return variables
    }

    /// The home folder that the system knows for this user, where the environment names none.
    private static var homeOfUser: String {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16_384)
        guard getpwuid_r(getuid(), &entry, &buffer, buffer.count, &found) == 0, found != nil, let path = entry.pw_dir
        else {
            return "/"
        }
        return String(cString: path)
    }
}

/// Reads a file that a person wrote, up to a limit.
package func readSmallFile(_ path: String, limit: Int) -> Result<[UInt8], FileFault> {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else { return .failure(FileFault(errno: errno)) }
    defer { close(descriptor) }
    return readSmallFile(descriptor: descriptor, limit: limit)
}

/// Reads an open file up to a limit.
package func readSmallFile(descriptor: Int32, limit: Int) -> Result<[UInt8], FileFault> {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while true {
        let count = read(descriptor, &chunk, chunk.count)
        if count < 0 {
            if errno == EINTR { continue }
            return .failure(FileFault(errno: errno))
        }
        if count == 0 { return .success(bytes) }
        guard bytes.count + count <= limit else { return .failure(FileFault(errno: EFBIG)) }
        bytes += chunk[..<count]
    }
}

/// Why a file could not be used, from the system.
package struct FileFault: Error, Sendable, Hashable {
    package let errno: Int32

    /// Makes a fault of the system's number.
    package init(errno: Int32) {
        self.errno = errno
    }

    /// The end of a sentence, such as `there is no such file`.
    package var reason: String {
        switch errno {
        case ENOENT: "there is no such file or folder"
        case EACCES, EPERM: "you may not open it"
        case EISDIR: "it is a folder"
        case ENOTDIR: "a part of its path is no folder"
        case EROFS: "its file system is read-only"
        case ENOSPC, EDQUOT: "the disk is full"
        case EFBIG: "it is too large"
        case ELOOP: "it is a symbolic link, or its links go round in a circle"
        case EEXIST: "something of that name is there already"
        case ENAMETOOLONG: "its name is too long"
        default: String(cString: strerror(errno))
        }
    }
}

import Configuration
import Glibc
package import SafeText
package import TerminalUI

/// The themes that are there: the built-in one, the program's own files, and a person's.
package struct ThemeLibrary: Sendable {
    /// By name; a person's theme takes the place of one of the same name.
    package private(set) var themes: [Theme] = [.standard]
    /// Files that are no theme, each a sentence with file and line.
    package private(set) var faults: [SafeText] = []

    /// Most files that a folder is read for.
    private static let mostFiles = 200
    private static let sizeLimit = 65_536

    /// Reads the themes of folders, later ones over earlier ones; a folder that is not there is passed over.
    package init(folders: [String]) {
        for folder in folders {
            for name in Self.files(in: folder) { read(folder + "/" + name, name: String(name.dropLast(5))) }
        }
    }

    /// The themes with one first: the one of that name, or the built-in one.
    package func themes(beginningWith name: String?) -> [Theme] {
        guard let name, let index = themes.firstIndex(where: { $0.name == name }) else { return themes }
        return [themes[index]] + themes[..<index] + themes[(index + 1)...]
    }

    /// Where the program's own themes are: beside an installed program, or in the folder it was built in.
    package static func programFolders(
        executable: String? = try? ownPath()
    ) -> [String] {
        guard let executable else { return [] }
        var folders: [String] = []
        var parts = executable.split(separator: "/").dropLast().map(String.init)
        folders.append("/" + (parts.dropLast() + ["share", "agenticmail", "themes"]).joined(separator: "/"))
        // .build/<triple>/<configuration>/ lies in the package's folder.
        if let build = parts.lastIndex(of: ".build") {
            parts = Array(parts[..<build])
            folders.append("/" + (parts + ["themes"]).joined(separator: "/"))
        }
        return folders
    }

    private struct NoPath: Error {}

    /// The path of the running program.
    package static func ownPath() throws -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0 else { throw NoPath() }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func files(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream), names.count < mostFiles {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".toml"), name.count > 5, !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    private mutating func read(_ path: String, name: String) {
        do {
            let bytes = try readSmallFile(path, limit: Self.sizeLimit).get()
            let theme = try Self.theme(bytes, name: name, file: path)
            themes.removeAll { $0.name == name }
            themes.append(theme)
        } catch let error as ConfigurationError {
            faults.append(SafeText(untrusted: error.sentence))
        } catch let error as FileFault {
            faults.append("The theme \(untrusted: path) cannot be read: \(untrusted: error.reason).")
        } catch {
            faults.append(SafeText(untrusted: "\(path): \(error)"))
        }
    }

    /// Makes a theme of a file's bytes; a fault names the file and the line.
    package static func theme(_ bytes: [UInt8], name: String, file: String) throws -> Theme {
        let document = try TOMLValue.parse(bytes, file: file)
        guard case .table(let entries) = document.content else { return try Theme(name: name, roles: [:]) }
        var roles: [String: String] = [:]
        for entry in entries {
            guard case .string(let look) = entry.value.content else {
                throw ThemeFault(
                    sentence: "\(file):\(entry.value.line): \(entry.key) is \(entry.value.typeName); "
                        + "a look is a text such as \"bold #ffffff on #000000\".")
            }
            roles[entry.key] = look
        }
        do {
            return try Theme(name: name, roles: roles)
        } catch {
            let line = entries.first { $0.key == error.role }?.line ?? 1
            throw ThemeFault(sentence: "\(file):\(line): \(error.role): \(error.sentence)")
        }
    }
}

/// A theme's file that cannot be used, as a sentence with file and line.
package struct ThemeFault: Error, Sendable, CustomStringConvertible {
    package let sentence: String

    package var description: String { sentence }
}

import Glibc
import JMAP

/// A list of agents to make, as a person or a program wrote it: CSV (RFC 4180) with a heading line, a JSON array of
/// objects, or JSON objects one a line.
package struct AgentList: Sendable {
    /// The file's name, `-` for the standard input.
    package let path: String
    /// The agents in the order in which they stand there.
    package internal(set) var agents: [ListedAgent] = []
    /// What is wrong about it, in the order in which it stands there; where there is anything, nothing is to be made.
    package internal(set) var faults: [ListFault] = []

    /// The longest list in bytes.
    private static let longest = 64 << 20

    /// Reads a file, or the standard input to its end; throws where it cannot be read at all.
    package init(reading path: String) throws(AgentsError) {
        self.init(try Self.contents(path), path: path)
    }

    /// Reads bytes that are a list.
    ///
    /// - Parameter path: What the list is called where something is wrong about it.
    package init(_ bytes: [UInt8], path: String) {
        self.path = path
        let places = TextPlaces(bytes)
        guard let first = bytes.first(where: { $0 > 0x20 && ![0xEF, 0xBB, 0xBF].contains($0) }) else {
            faults.append(
                ListFault(line: 1, column: 1, message: "The list is empty.", cure: "Begin it with name,owner,purpose."))
            return
        }
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            readJSON(bytes, places)
        } else {
            readCSV(bytes, places)
        }
    }

    /// The column or member of a word; case, hyphens and underscores do not count.
    static func field(_ word: String) -> ListedAgent.Field? {
        let plain = word.lowercased().filter { $0 != "-" && $0 != "_" && $0 != " " }
        return ListedAgent.Field.allCases.first { $0.rawValue.lowercased() == plain }
    }

    /// The names of all columns, for a sentence.
    package static var columns: String { ListedAgent.Field.allCases.map(\.rawValue).joined(separator: ", ") }

    private static func contents(_ path: String) throws(AgentsError) -> [UInt8] {
        let descriptor = path == "-" ? dup(0) : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unreadable(path) }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= longest else {
                throw AgentsError(.file, "\(path) is longer than 64 MB.", cure: "Divide it.")
            }
        }
    }

    private static func unreadable(_ path: String) -> AgentsError {
        AgentsError(
            .file, "\(path) cannot be read: \(String(cString: strerror(errno))).", cure: "Name a file that is there.")
    }
}

/// Something that is wrong about a list, and where.
package struct ListFault: Sendable, Hashable {
    /// The line, from 1.
    package let line: Int
    /// The character in the line, from 1.
    package let column: Int
    /// What is wrong; untrusted.
    package let message: String
    /// What to do about it.
    package let cure: String

    /// Makes a fault.
    package init(line: Int, column: Int, message: String, cure: String) {
        self.line = line
        self.column = column
        self.message = message
        self.cure = cure
    }

    init(_ place: TextPlaces.Place, _ message: String, cure: String) {
        self.init(line: place.line, column: place.column, message: message, cure: cure)
    }
}

/// An agent of a list. What is nil is as the command line says.
package struct ListedAgent: Sendable, Hashable {
    /// What can be said about it; the raw value is the column's and the member's name.
    package enum Field: String, Sendable, Hashable, CaseIterable {
        case name, domain, owner, purpose, policy, labels
        /// Megabytes.
        case quota
        /// Days until its key ends.
        case keyDays
        /// Addresses and networks that its key works from.
        case allowFrom
    }

    /// Where it begins in the list.
    package var line = 0
    /// Where its name stands.
    package var column = 1
    package var name: AgentName?
    package var domain: DomainName?
    package var owner: String?
    package var purpose: String?
    package var policy: String?
    package var labels: [String]?
    /// Bytes.
    package var quota: Int64?
    package var days: Int?
    package var networks: [String]?

    /// Takes a value as it was written; throws what is wrong about it. An empty value says nothing.
    mutating func set(_ field: Field, _ text: String) throws(AgentsError) {
        guard !text.isEmpty else { return }
        switch field {
        case .name:
            let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
            name = try AgentName(String(parts[0]))
            if parts.count == 2 { try setDomain(String(parts[1])) }
        case .domain: try setDomain(text)
        case .owner:
            try AgentDetails.checkOwner(text)
            owner = text
        case .purpose: purpose = try AgentDetails(purpose: text).purpose
        case .policy: policy = try AgentDetails(policy: text).policy
        case .labels: labels = try AgentDetails(labels: Self.words(text)).labels
        case .quota: quota = Int64(try Self.number(text, 1...1_000_000, "quota", "megabytes")) * 1_000_000
        case .keyDays: days = try Self.number(text, 1...36_500, "key's time", "days")
        case .allowFrom: networks = Self.words(text)
        }
    }

    /// Takes several values; only labels and networks have several.
    mutating func set(_ field: Field, _ texts: [String]) throws(AgentsError) {
        switch field {
        case .labels: labels = try AgentDetails(labels: texts).labels
        case .allowFrom: networks = texts
        default: throw AgentsError(.invalid, "The \(field.rawValue) is one value, not several.", cure: "Give one text.")
        }
    }

    private mutating func setDomain(_ text: String) throws(AgentsError) {
        let wanted = try DomainName(text)
        if let domain, domain != wanted {
            throw AgentsError(
                .invalid, "The address is of another domain than the one that is named.", cure: "Give one of them.")
        }
        domain = wanted
    }

    private static func words(_ text: String) -> [String] {
        text.split { $0 == " " || $0 == ";" || $0 == "," }.map(String.init)
    }

    private static func number(
        _ text: String, _ range: ClosedRange<Int>, _ what: String, _ unit: String
    ) throws(AgentsError) -> Int {
        guard let number = Int(text), range.contains(number) else {
            throw AgentsError(
                .invalid, "The \(what) is no whole number from \(range.lowerBound) to \(range.upperBound).",
                cure: "Give \(unit), such as \(min(range.upperBound, 500)).")
        }
        return number
    }
}

/// Lines and columns of a text by offsets in its bytes.
struct TextPlaces: Sendable {
    /// A place, both counted from 1.
    struct Place: Sendable, Hashable {
        let line: Int
        let column: Int
    }

    private let bytes: [UInt8]
    private var starts = [0]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        for (offset, byte) in bytes.enumerated() where byte == 0x0A { starts.append(offset + 1) }
    }

    /// The place of an offset; one past the end is the end's.
    subscript(offset: Int) -> Place {
        let offset = min(max(0, offset), bytes.count)
        var (low, high) = (0, starts.count - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if starts[middle] <= offset { low = middle } else { high = middle - 1 }
        }
        // Characters of UTF-8 begin with any byte but 10xxxxxx.
        let column = bytes[starts[low]..<offset].count { $0 & 0xC0 != 0x80 } + 1
        return Place(line: low + 1, column: column)
    }
}

/// Where an agent's key is put, as the operator says.
package enum KeyStore: Sendable, Hashable {
    /// A new file of mode 0600.
    case file(String)
    /// A program that reads the key on its standard input, with its arguments.
    case command([String])
    /// A file of mode 0600 that holds the keys of many agents, a line of JSON each, and the address of this one.
    case list(String, address: String)

    /// Where it is, for a person.
    package var place: String {
        switch self {
        case .file(let path), .list(let path, _): path
        case .command(let words): "the command \(words.first ?? "")"
        }
    }

    /// The words that stand for the agent's name and address in the file's name and in the command.
    package static let (namePlace, addressPlace) = ("{name}", "{address}")

    /// Whether it is another place for each agent.
    package var isOfOneAgent: Bool {
        switch self {
        case .file(let path): Self.namesAgent(path)
        case .command(let words): words.contains(where: Self.namesAgent)
        case .list: true
        }
    }

    private static func namesAgent(_ text: String) -> Bool { text.contains(namePlace) || text.contains(addressPlace) }

    /// The place for the key of one agent.
    package func of(_ name: AgentName, at address: String) -> KeyStore {
        func filled(_ text: String) -> String {
            text.replacing(Self.namePlace, with: name.text).replacing(Self.addressPlace, with: address)
        }
        switch self {
        case .file(let path): return .file(filled(path))
        case .command(let words): return .command(words.map(filled))
        case .list(let path, _): return .list(path, address: address)
        }
    }
}

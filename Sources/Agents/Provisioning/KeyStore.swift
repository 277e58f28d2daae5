/// Where an agent's key is put, as the operator says.
package enum KeyStore: Sendable, Hashable {
    /// A new file of mode 0600.
    case file(String)
    /// A program that reads the key on its standard input, with its arguments.
    case command([String])

    /// Where it is, for a person.
    package var place: String {
        switch self {
        case .file(let path): path
        case .command(let words): "the command \(words.first ?? "")"
        }
    }
}

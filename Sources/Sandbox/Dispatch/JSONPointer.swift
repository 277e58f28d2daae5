/// Steps of JSON pointers (RFC 6901), as result references and patches use them.
enum JSONPointer {
    /// The name that a step means: `~1` is a slash, `~0` a tilde.
    static func name(_ step: Substring) -> String {
        guard step.contains("~") else { return String(step) }
        var result = ""
        var rest = step
        while let tilde = rest.firstIndex(of: "~") {
            result += rest[..<tilde]
            let escape = rest[tilde...].prefix(2)
            result += escape == "~1" ? "/" : escape == "~0" ? "~" : escape
            rest = rest[tilde...].dropFirst(2)
        }
        return result + rest
    }
}

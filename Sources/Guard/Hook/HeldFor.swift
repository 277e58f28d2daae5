import Message
import Sodium

/// The header that the hook adds to what it diverts: for which agent, proven by the hook's secret.
struct HeldFor: Sendable, Hashable {
    static let header = "AgenticMail-Held-For"

    let agent: String
    /// The header's value: the agent and a proof.
    let value: String

    init(agent: String, print: MessagePrint, secret: [UInt8]) {
        self.agent = agent
        let proof = Sodium.hmacSHA256(Array("agenticmail-held-for-1\n\(agent)\n\(print.digest)".utf8), key: secret)
        value = "\(agent) \(Hex.text(proof))"
    }

    /// Takes the server's and the hook's fields off a message of the intake.
    ///
    /// - Returns: The bytes as they came, and the agents for which the hook has proven them to be.
    static func read(_ raw: [UInt8], secret: [UInt8]) -> (bytes: [UInt8], agents: [String]) {
        let message = ParsedMessage(raw)
        var start = 0
        var values: [String] = []
        for field in message.headers {
            guard field.range.lowerBound == start, field.key == header.lowercased() || field.key == "delivered-to"
            else {
                break
            }
            if field.key == header.lowercased() { values.append(field.text) }
            start = field.range.upperBound
        }
        let bytes = Array(raw[start...])
        let print = MessagePrint(bytes)
        let agents = values.compactMap { value -> String? in
            guard let agent = value.split(separator: " ").first.map(String.init) else { return nil }
            let expected = HeldFor(agent: agent, print: print, secret: secret).value
            return Sodium.isEqual(Array(expected.utf8), Array(value.utf8)) ? agent : nil
        }
        return (bytes, agents)
    }
}

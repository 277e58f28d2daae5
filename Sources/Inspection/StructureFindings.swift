import Message

/// What another parser could read in another way.
enum StructureFindings {
    /// The findings of a message's structure; inbound they weigh less, since much mail is merely sloppy.
    static func of(_ message: ParsedMessage, direction: Direction) -> [Finding] {
        var seen: Set<String> = []
        return message.ambiguities.compactMap { ambiguity in
            let weight = weight(ambiguity)
            let rule = "ambiguous-\(hyphened(ambiguity.kind.rawValue))"
            guard weight > 0, seen.insert("\(rule) \(ambiguity.part)").inserted else { return nil }
            let detail = ambiguity.detail.isEmpty ? "" : ": \(ambiguity.detail.prefix(60))"
            return Finding(
                rule: rule, category: .structure, severity: direction == .outbound && weight >= 0.5 ? .high : .medium,
                confidence: weight, part: "\(ambiguity.part)", why: "\(sentence(ambiguity.kind))\(detail).")
        }
    }

    private static func weight(_ ambiguity: Ambiguity) -> Double {
        switch ambiguity.kind {
        case .duplicateHeader:
            [
                "from", "content-type", "content-transfer-encoding", "to", "cc", "bcc", "subject", "sender", "reply-to",
                "content-disposition",
            ]
            .contains(ambiguity.detail.lowercased()) ? 0.7 : 0.3
        case .unusualBoundary, .nulInHeader, .repeatedBoundary, .encodedContainer: 0.7
        case .boundaryAfterClose: 0.6
        case .missingBoundary, .unknownTransferEncoding: 0.5
        case .malformedHeader: 0.4
        default: 0.2
        }
    }

    private static func sentence(_ kind: Ambiguity.Kind) -> String {
        switch kind {
        case .duplicateHeader: "A header that may stand once stands twice"
        case .unusualBoundary: "A boundary is written in a way that parsers read differently"
        case .nulInHeader: "A header has a NUL byte"
        case .repeatedBoundary: "Two multiparts inside each other have one boundary"
        case .encodedContainer: "Parts are hidden by a transfer encoding"
        case .boundaryAfterClose: "A boundary comes after the one that closed its parts"
        case .missingBoundary: "Parts have no boundary"
        case .unknownTransferEncoding: "A transfer encoding is not known"
        case .malformedHeader: "A line among the headers is none"
        default: "Parsers may read the structure differently (\(hyphened(kind.rawValue)))"
        }
    }

    private static func hyphened(_ name: String) -> String {
        name.reduce(into: "") { text, character in
            if character.isUppercase { text += "-" }
            text += character.lowercased()
        }
    }
}

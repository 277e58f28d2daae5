/// The bounds inside which a message is read; what lies beyond one is left out and the passing is recorded.
package struct ParsingLimits: Sendable, Hashable {
    /// How deep parts may nest; the message itself is depth 0.
    package var depth: Int
    /// How many parts the whole message may have, multiparts and nested messages counted.
    package var parts: Int
    /// How many bytes the header sections of the whole message may have together.
    package var headerBytes: Int
    /// How many addresses the address headers may name together.
    package var addresses: Int
    /// How many continuations (RFC 2231) one parameter header may have.
    package var continuations: Int

    /// The limits of the whole product: depth 32, 1,000 parts, 1 MB of headers, 10,000 addresses, 100 continuations.
    package static let standard = ParsingLimits(
        depth: 32, parts: 1_000, headerBytes: 1_000_000, addresses: 10_000, continuations: 100)

    /// Makes limits; each must be at least 1 to be of use.
    package init(depth: Int, parts: Int, headerBytes: Int, addresses: Int, continuations: Int) {
        self.depth = depth
        self.parts = parts
        self.headerBytes = headerBytes
        self.addresses = addresses
        self.continuations = continuations
    }
}

/// One limit that a message passed; what lies beyond it was not read.
package enum PassedLimit: String, Sendable, Hashable, CaseIterable {
    case depth, parts, headerBytes, addresses, continuations

    /// What was passed and what that means, as a sentence for people.
    package var sentence: String {
        switch self {
        case .depth: "Parts nest too deep; the deepest are shown undivided."
        case .parts: "There are too many parts; the last one holds the rest."
        case .headerBytes: "The headers are too long; the last ones were left out."
        case .addresses: "There are too many addresses; the last ones were left out."
        case .continuations: "A header parameter has too many pieces; it may be incomplete."
        }
    }
}

/// Something in a message that another parser could read in another way.
package struct Ambiguity: Sendable, Hashable {
    /// What kinds of double meaning are known.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A header that may stand once stands twice in one header section.
        case duplicateHeader
        /// A line in a header section is no header.
        case malformedHeader
        /// A header section holds a NUL byte, at which programs written in C stop reading.
        case nulInHeader
        /// A multipart has no boundary, so it can't be divided.
        case missingBoundary
        /// A multipart names its boundary twice, or in RFC 2231 or RFC 2047 form, which parsers read differently.
        case unusualBoundary
        /// A multipart has the boundary of one that encloses it.
        case repeatedBoundary
        /// A multipart's last boundary is missing.
        case unclosedMultipart
        /// A boundary comes again after the one that closed its multipart.
        case boundaryAfterClose
        /// A multipart or a message has a transfer encoding that hides its parts from parsers that do not decode it.
        case encodedContainer
        /// A transfer encoding that is none of the known ones.
        case unknownTransferEncoding
        /// A base64 body holds characters that base64 does not have: some parsers pass over them, some stop there.
        case brokenEncoding
        /// The header section isn't ended by an empty line.
        case unendedHeaders
    }

    /// What it is.
    package let kind: Kind
    /// The number of the part that has it (``MessagePart/number``).
    package let part: Int
    /// The header's name or another short detail, as it stands in the message (hostile text); may be empty.
    package let detail: String
}

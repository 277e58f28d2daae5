/// How much one inspection may take; what is passed becomes a finding.
package struct Budget: Sendable, Hashable {
    /// Milliseconds of time for the whole message.
    package var milliseconds = 900
    /// How many bytes of text are inspected in all.
    package var textBytes = 24_000_000
    /// How many bytes archives may unpack to in all.
    package var unpackedBytes = 64_000_000
    /// How many times its size an archive may unpack to.
    package var unpackedRatio = 100
    /// How many files archives may hold in all.
    package var files = 2_000
    /// How deep archives and messages may lie inside each other.
    package var depth = 5
    /// How many bytes the decoded forms of texts may have in all.
    package var formBytes = 32_000_000

    /// The budget of the whole product.
    package init() {}
}

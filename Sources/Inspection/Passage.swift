import Message

/// A stretch of text of a message, in UTF-8, with where it stands.
struct Passage: Sendable {
    /// What kind of place it is; decides which rules read it and how much a find there says.
    enum Kind: Sendable, Equatable {
        /// A header's value.
        case header(String)
        /// A body or a file's text that a reader sees.
        case visible
        /// Text that a mail program does not show.
        case hidden(HTMLContent.Hidden.Reason, isPreheader: Bool)
        /// The source of an HTML body: attributes, addresses.
        case source
        /// A file's name.
        case fileName
        /// Text of an attached file.
        case file
        /// Bytes outside every part.
        case gap
    }

    let part: String
    let kind: Kind
    let text: [UInt8]

    /// Whether a mail program does not show it.
    var isHidden: Bool {
        switch kind {
        case .hidden: true
        default: false
        }
    }
}

/// Why a message was not built.
package struct MessageBuilderError: Error, Sendable, Hashable {
    /// What is wrong.
    package enum Code: String, Sendable, Hashable {
        /// A value holds a line end or NUL, with which it could add headers of its own.
        case lineBreak
        /// A header's name holds what no name may.
        case headerName
        /// An address can't be written.
        case address
        /// A message id can't be written.
        case messageID
        /// A media type can't be written.
        case mediaType
    }

    /// What is wrong.
    package let code: Code
    /// Where: the header's name.
    package let field: String

    /// Makes an error.
    package init(code: Code, field: String) {
        self.code = code
        self.field = field
    }

    /// What, where and cure, without the value, which may be private.
    package var sentence: String {
        switch code {
        case .lineBreak: "\(field) holds a line break; take it out."
        case .headerName: "A header can't have this name; use letters, digits and hyphens."
        case .address: "\(field) holds an address that can't be written; an address is like name@example.org."
        case .messageID: "\(field) holds a message id with spaces or angle brackets; leave them out."
        case .mediaType: "\(field) is no media type; it is like text/plain."
        }
    }
}

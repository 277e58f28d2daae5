/// A part of a message (RFC 8621, 4.1.4).
package struct EmailBodyPart: Sendable, Hashable {
    /// The name of the part in this message; nil for a multipart.
    package var partID: String?
    /// The decoded bytes of the part; nil for a multipart.
    package var blobID: BlobID?
    /// The size of the decoded bytes.
    package var size: Int = 0
    /// The header fields, raw, in order.
    package var headers: [EmailHeader]?
    /// The file name, decoded.
    package var name: String?
    /// The media type in lower case.
    package var type: String = ""
    /// The charset; for text without one `us-ascii`.
    package var charset: String?
    /// `inline`, `attachment` or another, in lower case.
    package var disposition: String?
    /// Content-ID without its brackets.
    package var cid: String?
    /// Content-Language.
    package var language: [String]?
    /// Content-Location.
    package var location: String?
    /// The parts inside of a multipart.
    package var subParts: [EmailBodyPart]?

    /// A part of which nothing is known.
    package init() {}
}

extension EmailBodyPart: JSONDecodable {
    package init(json reader: inout JSONReader) throws(JSONError) {
        try reader.object { (key, value) throws(JSONError) in
            switch key {
            case "partId": partID = try value.optional()
            case "blobId": blobID = try value.optional()
            case "size": size = try value.optional() ?? 0
            case "headers": headers = try value.optionalList()
            case "name": name = try value.optional()
            case "type": type = try value.optional() ?? ""
            case "charset": charset = try value.optional()
            case "disposition": disposition = try value.optional()
            case "cid": cid = try value.optional()
            case "language": language = try value.optionalList()
            case "location": location = try value.optional()
            case "subParts": subParts = try value.optionalList()
            default: try value.skip()
            }
        }
    }
}

/// The text of a part (RFC 8621, 4.1.4).
package struct EmailBodyValue: Sendable, Hashable {
    /// The text.
    package var value: String
    /// Whether bytes of it made no sense in its charset.
    package var isEncodingProblem: Bool
    /// Whether it was cut at the limit that the call asked for.
    package var isTruncated: Bool

    /// Makes a text.
    package init(value: String, isEncodingProblem: Bool = false, isTruncated: Bool = false) {
        self.value = value
        self.isEncodingProblem = isEncodingProblem
        self.isTruncated = isTruncated
    }
}

extension EmailBodyValue: JSONDecodable {
    package init(json reader: inout JSONReader) throws(JSONError) {
        var text = ""
        var (problem, truncated) = (false, false)
        try reader.object { (key, value) throws(JSONError) in
            switch key {
            case "value": text = try value.string()
            case "isEncodingProblem": problem = try value.optional() ?? false
            case "isTruncated": truncated = try value.optional() ?? false
            default: try value.skip()
            }
        }
        self.init(value: text, isEncodingProblem: problem, isTruncated: truncated)
    }
}

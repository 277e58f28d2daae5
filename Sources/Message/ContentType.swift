import CGMime

/// A value with parameters, as Content-Type and Content-Disposition have it (RFC 2045, 2183, 2231).
package struct ParameterizedValue: Sendable, Hashable {
    /// The value in lower case: `text/plain`, `attachment`.
    package let value: String
    /// The parameters in order, names in lower case, values decoded (RFC 2231, and RFC 2047 where mailers use it).
    /// Hostile text.
    package let parameters: [(name: String, value: String)]

    /// Makes a value.
    package init(value: String, parameters: [(name: String, value: String)] = []) {
        self.value = value
        self.parameters = parameters
    }

    /// The first parameter of that name (in lower case).
    package subscript(name: String) -> String? {
        parameters.first { $0.name == name }?.value
    }

    /// Equal when value and parameters are.
    package static func == (left: ParameterizedValue, right: ParameterizedValue) -> Bool {
        left.value == right.value && left.parameters.elementsEqual(right.parameters) { $0 == $1 }
    }

    /// Hashes value and parameters.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(value)
        for parameter in parameters {
            hasher.combine(parameter.name)
            hasher.combine(parameter.value)
        }
    }

    /// Reads a Content-Type value; nil if it names no type.
    package static func contentType(_ raw: [UInt8]) -> ParameterizedValue? {
        _ = GMimeLibrary.started
        let text = prepared(raw)
        guard let type = GMimeObject(owning: text.withCString({ g_mime_content_type_parse(nil, $0) })),
            let major = String(untrusted: g_mime_content_type_get_media_type(type.pointer))
        else { return nil }
        let minor = String(untrusted: g_mime_content_type_get_media_subtype(type.pointer)) ?? ""
        return ParameterizedValue(
            value: "\(major)/\(minor)".lowercased(), parameters: read(g_mime_content_type_get_parameters(type.pointer)))
    }

    /// Reads a Content-Disposition value; nil if it names none.
    package static func contentDisposition(_ raw: [UInt8]) -> ParameterizedValue? {
        _ = GMimeLibrary.started
        let text = prepared(raw)
        guard let disposition = GMimeObject(owning: text.withCString({ g_mime_content_disposition_parse(nil, $0) })),
            let value = String(untrusted: g_mime_content_disposition_get_disposition(disposition.pointer))
        else { return nil }
        return ParameterizedValue(
            value: value.lowercased(), parameters: read(g_mime_content_disposition_get_parameters(disposition.pointer)))
    }

    /// No parameter header of good faith is longer; the rest of a longer one is left out.
    private static let longest = 64_000

    private static func prepared(_ raw: [UInt8]) -> String {
        EncodedWords.withoutFolds(String(decoding: raw.prefix(longest), as: UTF8.self)).withoutNUL.trimmingWhiteSpace
    }

    private static func read(_ list: UnsafeMutablePointer<GMimeParamList>?) -> [(name: String, value: String)] {
        guard let list else { return [] }
        var found: [(name: String, value: String)] = []
        for index in 0..<g_mime_param_list_length(list) {
            guard let parameter = g_mime_param_list_get_parameter_at(list, index),
                let name = String(untrusted: g_mime_param_get_name(parameter))
            else { continue }
            found.append((name.lowercased(), String(untrusted: g_mime_param_get_value(parameter)) ?? ""))
        }
        return found
    }
}

extension String {
    /// This text without white space and line ends at both ends.
    var trimmingWhiteSpace: String {
        let isWhite: (UInt8) -> Bool = { $0 == 32 || (9...13).contains($0) }
        let bytes = utf8
        guard let first = bytes.firstIndex(where: { !isWhite($0) }),
            let last = bytes.lastIndex(where: { !isWhite($0) })
        else { return "" }
        return String(Substring(bytes[first...last]))
    }
}

/// Why a method call failed as a whole (RFC 8620 section 3.6.2), in the server's words.
struct MethodError: Error, Sendable {
    let type: String
    let description: String?

    init(_ type: String, _ description: String? = nil) {
        self.type = type
        self.description = description
    }

    /// The error as the response's arguments.
    var json: JSONObject {
        var object: JSONObject = ["type": .string(type)]
        if let description { object["description"] = .string(description) }
        return object
    }

    static func invalidArguments(_ description: String) -> MethodError {
        MethodError("invalidArguments", description)
    }

    static func forbidden(_ description: String = "You are not authorized to perform this action") -> MethodError {
        MethodError("forbidden", description)
    }

    static let accountNotFound = MethodError(
        "accountNotFound", "The accountId does not correspond to a valid account")
    static let cannotCalculateChanges = MethodError(
        "cannotCalculateChanges", "The server cannot calculate the changes between the old and new states.")
    static let requestTooLarge = MethodError(
        "requestTooLarge",
        "The number of ids requested by the client exceeds the maximum number the server is willing to process in a "
            + "single method call.")
    static let stateMismatch = MethodError(
        "stateMismatch", "An \"ifInState\" argument was supplied, but it does not match the current state.")
    static let anchorNotFound = MethodError(
        "anchorNotFound", "An anchor argument was supplied, but it cannot be found in the results of the query.")
    static let serverUnavailable = MethodError(
        "serverUnavailable",
        "This server is temporarily unavailable. Attempting this same operation later may succeed.")
}

/// One call of a method, before it is part of a request.
package protocol MethodCall: Sendable {
    /// What the method answers.
    associatedtype Answer: JSONDecodable & Sendable

    /// The method's name such as `Email/get`.
    var name: String { get }
    /// What must be named in the request's `using` beside the core.
    var capabilities: [Capability] { get }
    /// The arguments.
    var arguments: [String: JSON] { get }

    /// The call as several that stay inside the limits, itself when it does; nil when it cannot be divided.
    func divided(within limits: SessionLimits) -> [Self]?
    /// The answers of a divided call as one.
    static func merged(_ answers: [Answer]) -> Answer?
}

extension MethodCall {
    /// A call that is never too long.
    package func divided(within limits: SessionLimits) -> [Self]? { [self] }
    /// The only answer.
    package static func merged(_ answers: [Answer]) -> Answer? { answers.first }
}

/// A kind of object with the standard methods (RFC 8620, 5).
package protocol JMAPObject: JSONDecodable, Sendable {
    /// Its ids.
    associatedtype ID: JMAPIdentifier
    /// The names of its properties.
    associatedtype Property: JMAPIdentifier
    /// The name before the slash of its methods.
    static var typeName: String { get }
    /// What must be named in the request's `using`.
    static var capability: Capability { get }
}

/// A property of an object that has no list of its own.
package struct PropertyName: JMAPIdentifier {
    package let rawValue: String
    package init(_ rawValue: String) { self.rawValue = rawValue }
}

extension Mailbox: JMAPObject {
    package typealias ID = MailboxID
    package typealias Property = MailboxProperty
    package static var typeName: String { "Mailbox" }
    package static var capability: Capability { .mail }
}

extension Email: JMAPObject {
    package typealias ID = EmailID
    package typealias Property = EmailProperty
    package static var typeName: String { "Email" }
    package static var capability: Capability { .mail }
}

extension EmailThread: JMAPObject {
    package typealias ID = ThreadID
    package typealias Property = PropertyName
    package static var typeName: String { "Thread" }
    package static var capability: Capability { .mail }
}

extension Identity: JMAPObject {
    package typealias ID = IdentityID
    package typealias Property = PropertyName
    package static var typeName: String { "Identity" }
    package static var capability: Capability { .submission }
}

extension EmailSubmission: JMAPObject {
    package typealias ID = EmailSubmissionID
    package typealias Property = PropertyName
    package static var typeName: String { "EmailSubmission" }
    package static var capability: Capability { .submission }
}

/// A value out of the answer of an earlier call of the same request (RFC 8620, 3.7).
package struct ResultReference: Sendable, Hashable {
    /// The id of the earlier call.
    package let resultOf: String
    /// The method of the earlier call.
    package let name: String
    /// A JSON pointer into its answer, with `*` for every element, such as `/list/*/threadId`.
    package let path: String

    /// The reference as JSON.
    package var json: JSON { ["resultOf": .string(resultOf), "name": .string(name), "path": .string(path)] }
}

/// Which objects a call is about.
package enum IDs<ID: JMAPIdentifier>: Sendable, Hashable, ExpressibleByArrayLiteral {
    /// Every one there is, as far as the server goes along.
    case all
    /// These.
    case list([ID])
    /// Those that an earlier call of the request finds.
    case reference(ResultReference)

    /// These.
    package init(arrayLiteral elements: ID...) { self = .list(elements) }

    /// Those that an earlier call finds at a place in its answer, such as `/ids`.
    package static func reference(_ call: PendingCall<some MethodCall>, _ path: String) -> IDs {
        .reference(call.reference(path))
    }

    /// How many there are, where that is known.
    var count: Int { if case .list(let ids) = self { ids.count } else { 0 } }

    /// Adds the argument of this name, or its reference.
    func add(to arguments: inout [String: JSON], as name: String) {
        switch self {
        case .all: arguments[name] = .null
        case .list(let ids): arguments[name] = .strings(ids)
        case .reference(let reference): arguments["#" + name] = reference.json
        }
    }

    /// The list in pieces of at most so many; one piece for anything else.
    func divided(by limit: Int) -> [IDs] {
        guard case .list(let ids) = self, ids.count > limit else { return [self] }
        return stride(from: 0, to: ids.count, by: limit).map { .list(Array(ids[$0..<min($0 + limit, ids.count)])) }
    }
}

/// A call that is part of a request; with it the answer is read from the response.
package struct PendingCall<Method: MethodCall>: Sendable {
    /// The id of the call in its request.
    package let id: String
    /// The method's name.
    package let name: String

    /// A value of the call's answer for a later call of the same request.
    package func reference(_ path: String) -> ResultReference {
        ResultReference(resultOf: id, name: name, path: path)
    }
}

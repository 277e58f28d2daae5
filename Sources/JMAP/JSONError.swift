/// Why bytes are not the JSON that was expected.
package struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    package enum Code: Sendable, Hashable {
        /// The text ends before the value does.
        case truncated
        /// A character that cannot stand there.
        case syntax
        /// The bytes are not UTF-8.
        case encoding
        /// Arrays and objects in each other, deeper than allowed.
        case tooDeep
        /// A value of another type.
        case wrongType(expected: String, found: String)
        /// A member that must be there is not.
        case missing
        /// A value of the right type that makes no sense, such as a date that is none.
        case invalid(expected: String)
    }

    /// A step into a value.
    package enum Step: Sendable, Hashable {
        /// The member of an object.
        case member(String)
        /// The element of an array, from 0.
        case element(Int)
    }

    /// What is wrong.
    package let code: Code
    /// Where in the text, in bytes from its start.
    package let offset: Int
    /// The way to the value, the outermost step first.
    package private(set) var path: [Step]

    /// Makes an error.
    package init(_ code: Code, at offset: Int, path: [Step] = []) {
        self.code = code
        self.offset = offset
        self.path = path
    }

    /// The same error seen from outside of a member or element.
    func inside(_ step: Step) -> JSONError {
        var copy = self
        copy.path.insert(step, at: 0)
        return copy
    }

    /// The way to the value such as `list[3].mailboxIds`, "" for the whole.
    package var pathText: String {
        var text = ""
        for step in path {
            switch step {
            case .member(let name): text += (text.isEmpty ? "" : ".") + HostileText.short(name)
            case .element(let index): text += "[\(index)]"
            }
        }
        return text
    }

    /// What is wrong and where.
    package var description: String {
        let place = path.isEmpty ? "" : "\(pathText): "
        switch code {
        case .truncated: return "\(place)the text ends after \(offset) bytes, in the middle of a value"
        case .syntax: return "\(place)a character at byte \(offset) that cannot stand there"
        case .encoding: return "\(place)bytes that are not UTF-8"
        case .tooDeep: return "\(place)values too deep in each other at byte \(offset)"
        case .wrongType(let expected, let found): return "\(place)\(found) where \(expected) belongs"
        case .missing: return "\(place)it is not there"
        case .invalid(let expected): return "\(place)it is not \(expected)"
        }
    }
}

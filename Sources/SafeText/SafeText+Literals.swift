/// The program's own text: literals and interpolations of texts that are safe already.
///
/// A plain `String` cannot be interpolated without saying `untrusted:`.
extension SafeText: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    /// A literal of the program.
    package init(stringLiteral value: String) {
        self = Neutraliser.line(value, mode: .field)
    }

    /// A literal with values in it.
    package init(stringInterpolation: StringInterpolation) {
        self = stringInterpolation.builder.text
    }

    /// Collects the parts of an interpolation.
    package struct StringInterpolation: StringInterpolationProtocol {
        var builder = Builder()

        /// An empty interpolation.
        package init(literalCapacity: Int, interpolationCount: Int) {}

        /// A literal part.
        package mutating func appendLiteral(_ literal: String) {
            builder.append(SafeText(stringLiteral: literal))
        }

        /// A text that is safe already.
        package mutating func appendInterpolation(_ text: SafeText) {
            builder.append(text)
        }

        /// Text from anywhere.
        package mutating func appendInterpolation(untrusted text: String) {
            builder.append(SafeText(untrusted: text))
        }

        /// A number, its thousands grouped: `3,120`.
        package mutating func appendInterpolation(_ number: some BinaryInteger) {
            builder.append(SafeText(count: Int64(clamping: number)))
        }
    }
}

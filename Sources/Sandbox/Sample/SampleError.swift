/// Why the sample workspace could not be made or written on.
package struct SampleError: Error, Sendable, CustomStringConvertible {
    /// What was asked: the method, or the path of a request.
    package let place: String
    /// What came back, in a sentence.
    package let sentence: String

    /// What failed, as a line of a log.
    package var description: String { "sample workspace: \(place): \(sentence)" }
}

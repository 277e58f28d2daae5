import Synchronization

/// A value that several tasks change, one at a time.
final class Locked<Value: Sendable>: Sendable {
    private let content: Mutex<Value>

    init(_ value: Value) {
        content = Mutex(value)
    }

    /// A copy of the value.
    var value: Value { content.withLock { $0 } }

    /// Changes the value.
    func change(_ body: (inout Value) -> Void) {
        content.withLock { body(&$0) }
    }
}

import Foundation

/// A value that several threads use, one at a time.
final class Guarded<Value>: @unchecked Sendable {
    // Every access is under the lock.
    private let lock = NSLock()
    private var value: Value

    init(_ value: Value) {
        self.value = value
    }

    func callAsFunction<Result>(_ use: (inout Value) -> Result) -> Result {
        lock.withLock { use(&value) }
    }
}

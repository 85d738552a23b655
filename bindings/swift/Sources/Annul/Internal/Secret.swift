import Foundation

/// Bytes in memory of their own, overwritten when nobody holds them any more.
/// They print as stars.
final class Secret: @unchecked Sendable {
    // Every access is under the lock.
    private let lock = NSLock()
    private let bytes: UnsafeMutableRawBufferPointer

    init(_ data: Data) {
        bytes = .allocate(byteCount: data.count, alignment: 1)
        bytes.copyBytes(from: data)
    }

    deinit {
        overwrite(bytes)
        bytes.deallocate()
    }

    /// A copy, for the border.
    var copy: Data {
        lock.withLock { Data(bytes) }
    }

    func wipe() {
        lock.withLock { overwrite(bytes) }
    }
}

extension Secret: CustomStringConvertible, CustomReflectable {
    var description: String { "***" }
    var customMirror: Mirror { Mirror(self, children: [Mirror.Child]()) }
}

/// With the one function that a compiler may not leave out.
private func overwrite(_ bytes: UnsafeMutableRawBufferPointer) {
    guard let start = bytes.baseAddress, bytes.count > 0 else { return }
    #if canImport(Darwin)
    memset_s(start, bytes.count, 0, bytes.count)
    #else
    explicit_bzero(start, bytes.count)
    #endif
}

import Foundation

/// A way to the host.
///
/// Called on the terminal's own queue only, but for ``Connection/close()``.
/// Whatever is thrown counts as a connection that failed: before
/// ``Connection/send(_:)`` was called nothing was sent, from then on everything
/// may have been.
public protocol Transport: Sendable {
    /// Connects within the time.
    func connect(timeoutMillis: Int64) throws -> any Connection
}

/// One connection; each exchange has its own.
public protocol Connection: Sendable {
    /// Sends all bytes.
    func send(_ bytes: Data) throws

    /// Waits for bytes so long at most.
    func receive(timeoutMillis: Int64) throws -> Received

    /// Ends it, also from another thread while ``receive(timeoutMillis:)`` waits.
    func close()
}

/// What a ``Connection`` received.
public enum Received: Hashable, Sendable {
    /// These bytes, split anywhere.
    case bytes(Data)

    /// Nothing in the time.
    case nothing

    /// The host ended the connection.
    case ended
}

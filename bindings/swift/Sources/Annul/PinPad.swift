import Foundation

/// The device that holds the keys.
///
/// Its methods may take as long as a customer takes to enter a PIN; they are
/// called one at a time, on the terminal's own queue, never on the main thread.
/// Throw ``PinPadError`` to say what went wrong; anything else that is thrown
/// counts as a failure of the device, and never as success.
public protocol PinPad: Sendable {
    /// Loads working keys: field 62 as the host sent it. All or none.
    func loadWorkingKeys(_ keys: Data) throws

    /// The 8 bytes of field 64 for a message.
    func mac(of message: Data) throws -> Data

    /// Takes a PIN and gives the 8 bytes of field 52; the card's number is in ASCII.
    func encryptPin(number: Data) throws -> Data

    /// Enciphers a track under the track key; only where the setup wants
    /// ``TrackProtection/enciphered``.
    ///
    /// - Parameter track: track 2 packed two digits a byte, as field 35 has it
    /// - Returns: as many bytes; the eight that end one byte before the last are
    ///   enciphered with DES in ECB mode, the others as they were
    func encryptTrack(_ track: Data) throws -> Data

    /// Seals card data into 34 bytes; only without a sealing key in the setup.
    func seal(number: Data, expiry: String?, nonce: Data) throws -> Data

    /// Opens what ``seal(number:expiry:nonce:)`` made.
    func open(_ sealed: Data) throws -> OpenedCard
}

extension PinPad {
    /// For a pad without a track key: the setup wants ``TrackProtection/clear``.
    public func encryptTrack(_ track: Data) throws -> Data {
        throw PinPadError.unsupported
    }

    /// For a pad that seals no cards: the setup wants a sealing key.
    public func seal(number: Data, expiry: String?, nonce: Data) throws -> Data {
        throw PinPadError.unsupported
    }

    /// For a pad that seals no cards: the setup wants a sealing key.
    public func open(_ sealed: Data) throws -> OpenedCard {
        throw PinPadError.unsupported
    }
}

/// Card data that a ``PinPad`` opened. It prints nothing of them.
public struct OpenedCard: Sendable {
    let number: Secret
    let expiry: String?

    /// - Parameters:
    ///   - number: 13 to 19 ASCII digits
    ///   - expiry: `YYMM`
    public init(number: Data, expiry: String?) {
        self.number = Secret(number)
        self.expiry = expiry
    }
}

extension OpenedCard: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "OpenedCard(***)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [Mirror.Child]()) }
}

/// Why a ``PinPad`` did not do what it was asked.
public enum PinPadError: Error, Hashable, Sendable {
    /// No working keys.
    case noKeys

    /// The check value of the PIN key is wrong.
    case wrongPinKey

    /// The check value of the MAC key is wrong.
    case wrongMacKey

    /// The check value of the track key is wrong.
    case wrongTrackKey

    /// Keys or an operation that it does not have.
    case unsupported

    /// No PIN was entered.
    case noPin

    /// The customer cancelled.
    case pinCancelled

    /// A sealed card does not open.
    case sealBroken

    /// It took too long.
    case timedOut

    /// Anything else, with the device's own code.
    case failed(deviceCode: Int32)
}

import Foundation

extension Terminal {
    /// Where keys are, and PINs entered. It prints nothing of a key.
    ///
    /// It lives inside ``Terminal``, since Apple has a framework of this name.
    public struct Security: Sendable {
        enum Place: Sendable {
            case software(Secret, MasterCipher, MacAlgorithm, PinEntry?)
            case device(any PinPad, sealingKey: Secret?)
        }

        let place: Place

        /// Keys in this program's memory: for tests, simulators, and devices whose
        /// operating system guards it. PINs of real cards want ``device(_:sealingKey:)``.
        ///
        /// - Parameters:
        ///   - masterKey: the terminal master key: 8, 16 or 24 bytes DES, 16 bytes SM4
        ///   - algorithm: how the host computes the MAC
        ///   - cipher: the cipher of the master key
        ///   - pinEntry: asks the customer for a PIN
        public static func software(
            masterKey: Data, algorithm: MacAlgorithm = .unionPayEcb, cipher: MasterCipher = .des,
            pinEntry: PinEntry? = nil
        ) -> Security {
            Security(place: .software(Secret(masterKey), cipher, algorithm, pinEntry))
        }

        /// Keys in a PIN pad.
        ///
        /// - Parameters:
        ///   - pinPad: the device
        ///   - sealingKey: 32 bytes from the platform's key store that seal card
        ///     numbers for the journal; without it the pad does that itself
        public static func device(_ pinPad: any PinPad, sealingKey: Data? = nil) -> Security {
            Security(place: .device(pinPad, sealingKey: sealingKey.map(Secret.init)))
        }
    }
}

extension Terminal.Security: CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    public var description: String {
        switch place {
        case .software(_, _, let algorithm, _): "Security(software, \(algorithm))"
        case .device: "Security(device)"
        }
    }

    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [Mirror.Child]()) }
}

/// How a host computes the MAC: a parameter of the acquirer.
public enum MacAlgorithm: Hashable, Sendable {
    /// UnionPay's default, "POS ECB".
    case unionPayEcb

    /// The same with SM4.
    case sm4Ecb

    /// ANSI X9.9, the block itself.
    case x9_9

    /// ANSI X9.9 in hexadecimal.
    case x9_9Hex

    /// ANSI X9.19, the retail MAC.
    case x9_19

    /// The reading of Chanjet's manual.
    case chanjet
}

/// The cipher of a master key.
public enum MasterCipher: Hashable, Sendable {
    /// DES of any length.
    case des

    /// SM4.
    case sm4
}

/// Asks the customer for a PIN, where the keys are in software; it is told the
/// card, masked.
///
/// It gives 4 to 12 ASCII digits, or nil where the customer gave up. What it
/// throws ends the command before anything is sent.
public typealias PinEntry = @Sendable (_ maskedCard: String) throws -> Data?

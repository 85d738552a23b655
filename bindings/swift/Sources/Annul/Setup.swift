import Foundation
internal import AnnulGenerated

/// What a ``Terminal`` is opened with.
public struct Setup: Sendable {
    /// Field 41: 8 characters.
    public var terminalId: String
    /// Field 42: 15 characters.
    public var merchantId: String
    /// The journal's file; made where there is none, locked while open.
    public var journal: URL
    /// The way to the host.
    public var transport: any Transport
    /// Where the keys are.
    public var security: Terminal.Security
    /// Who is signed in: 2 characters.
    public var operatorId: String
    /// The addresses of the line, 10 hexadecimal digits.
    public var tpdu: String
    /// The bytes before each message, 12 hexadecimal digits.
    public var header: String
    /// Which working keys a sign-in asks for.
    public var keyRequest: KeyRequest
    /// Times and limits.
    public var timing: Timing
    /// How many transactions the ledger holds.
    public var capacity: Int
    /// The language of texts.
    public var language: Language
    /// How tracks are sent.
    public var tracks: TrackProtection

    /// - Parameters:
    ///   - terminalId: field 41: 8 characters
    ///   - merchantId: field 42: 15 characters
    ///   - journal: the journal's file; made where there is none, locked while open
    ///   - transport: the way to the host
    ///   - security: where the keys are
    ///   - operatorId: who is signed in: 2 characters
    ///   - tpdu: the addresses of the line, 10 hexadecimal digits
    ///   - header: the bytes before each message, 12 hexadecimal digits
    ///   - keyRequest: which working keys a sign-in asks for
    ///   - timing: times and limits
    ///   - capacity: how many transactions the ledger holds
    ///   - language: the language of texts
    ///   - tracks: how tracks are sent
    public init(
        terminalId: String, merchantId: String, journal: URL, transport: any Transport,
        security: Terminal.Security, operatorId: String = "01", tpdu: String = "6000030000",
        header: String = "603100000000", keyRequest: KeyRequest = .doubleWithTrack,
        timing: Timing = .standard, capacity: Int = 1_000, language: Language = .chinese,
        tracks: TrackProtection = .clear
    ) {
        self.terminalId = terminalId
        self.merchantId = merchantId
        self.journal = journal
        self.transport = transport
        self.security = security
        self.operatorId = operatorId
        self.tpdu = tpdu
        self.header = header
        self.keyRequest = keyRequest
        self.timing = timing
        self.capacity = capacity
        self.language = language
        self.tracks = tracks
    }
}

/// Times in milliseconds, and limits; begin with ``standard`` and change what differs.
public struct Timing: Hashable, Sendable {
    /// How long an answer may take, connecting included.
    public var responseTimeout: Int64
    /// How often a reversal is sent before it is parked.
    public var reversalAttempts: Int
    /// The wait before the second attempt; it doubles with each.
    public var reversalBackoff: Int64
    /// The wait before a "not found" is confirmed.
    public var confirmationGuard: Int64
    /// How often parked reversals are tried again.
    public var parkInterval: Int64
    /// With so many parked, new transactions are refused.
    public var parkedLimit: Int
    /// The largest amount in minor units.
    public var amountLimit: Int64
    /// The largest refund in minor units.
    public var refundLimit: Int64

    /// The values a UnionPay terminal begins with.
    public static let standard = Timing(AnnulGenerated.defaultSettings())
}

/// Which working keys a sign-in asks for: field 60.3.
public enum KeyRequest: Hashable, Sendable {
    /// `001`: single-length keys.
    case single

    /// `003`: a double-length PIN key.
    case double

    /// `004`: the same and a track key.
    case doubleWithTrack
}

/// How tracks are sent: a parameter of the acquirer.
public enum TrackProtection: Hashable, Sendable {
    /// In clear.
    case clear

    /// Enciphered under the track key of the sign-in. What cannot be enciphered is
    /// an error and never sent in clear.
    case enciphered
}

/// The language of texts.
public enum Language: Hashable, Sendable {
    /// 中文.
    case chinese

    /// English.
    case english
}

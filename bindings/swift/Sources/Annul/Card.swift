import Foundation

/// A card as it was presented. It prints nothing of what stands on it, and its
/// data are overwritten when nobody holds it any more.
public struct Card: Sendable {
    enum Source {
        case swiped
        case keyed
    }

    let source: Source
    let data: Secret
    let expiry: String?

    /// Track 2 without its sentinels, in ASCII. The caller's copy is the caller's to wipe.
    public static func swiped(track2: Data) -> Card {
        Card(source: .swiped, data: Secret(track2), expiry: nil)
    }

    /// A card number in ASCII digits and its expiry `YYMM`. The caller's copy is
    /// the caller's to wipe.
    public static func keyed(number: Data, expiry: String? = nil) -> Card {
        Card(source: .keyed, data: Secret(number), expiry: expiry)
    }

    /// Overwrites the data now; the card cannot be used any more.
    public func wipe() {
        data.wipe()
    }
}

extension Card: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "Card(\(source))" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [Mirror.Child]()) }
}

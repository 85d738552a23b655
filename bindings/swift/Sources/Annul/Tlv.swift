import Foundation
internal import AnnulGenerated

/// Chip data taken apart, masked: it may be shown and logged.
public struct Tlv: Hashable, Sendable {
    /// The objects of all depths, each template before what is in it.
    public let objects: [Element]
    /// Why what follows the objects is none; nil where all was read.
    public let fault: Fault?

    /// One data object.
    public struct Element: Hashable, Sendable {
        /// In hexadecimal.
        public let tag: String
        /// The byte of the input at which the tag begins.
        public let offset: Int
        /// Bytes of the value; nil where the length is indefinite.
        public let length: Int?
        /// Templates around it.
        public let depth: Int
        /// What it is called, as a terminal of UnionPay knows it; nil where that
        /// is not known.
        public let name: String?
        /// In hexadecimal, masked where it names the card or its holder; nil for
        /// a template, what is in it follows.
        public let value: String?
    }

    /// Where bytes are no data objects, and why. It quotes no value.
    public struct Fault: Hashable, Sendable {
        /// The same in every language: `truncated_value`.
        public let code: String
        /// The byte of the input.
        public let offset: Int
        /// The templates around it: `6F.A5`.
        public let path: String
        /// All of it in words.
        public let what: String
    }

    /// What is taken beside well-formed objects.
    public enum Mode: String, Hashable, Sendable, CaseIterable {
        /// Minimal lengths, no padding.
        case strict

        /// What EMV allows.
        case emv

        /// What real cards hold besides: erased memory.
        case ff

        /// ISO/IEC 8825-1 with indefinite lengths.
        case ber
    }

    /// Takes bytes apart. Where they are wrong, the objects before that are
    /// there, and ``fault`` says what is wrong.
    ///
    /// - Throws: ``AnnulError/failed(_:)`` where annul itself failed; never
    ///   because of the bytes.
    public static func decode(
        _ bytes: Data, mode: Mode = .emv, language: Language = .chinese
    ) throws(AnnulError) -> Tlv {
        let read = try calling {
            try AnnulGenerated.decodeTlv(bytes: bytes, mode: mode.ffi, language: language.ffi)
        }
        return Tlv(objects: read.objects.map(Element.init), fault: read.fault.map(Fault.init))
    }

    /// The value of an object in clear: it may be a card number. Wipe it after use.
    ///
    /// - Parameters:
    ///   - bytes: as given to ``decode(_:mode:language:)``
    ///   - offset: that of one of the ``objects``
    ///   - mode: as given to ``decode(_:mode:language:)``
    /// - Throws: ``AnnulError/invalid(_:)`` where no object begins there
    public static func reveal(
        _ bytes: Data, at offset: Int, mode: Mode = .emv
    ) throws(AnnulError) -> Data {
        try calling {
            let place = Int32(clamping: offset)
            return try AnnulGenerated.revealTlvValue(bytes: bytes, mode: mode.ffi, offset: place)
        }
    }
}

extension Tlv: CustomStringConvertible {
    public var description: String {
        let lines = objects.map { object in
            let indent = String(repeating: "  ", count: object.depth)
            let words = [indent + object.tag, object.name, object.value]
            return words.compactMap { $0 }.joined(separator: " ")
        }
        return (lines + [fault?.what].compactMap { $0 }).joined(separator: "\n")
    }
}

extension Tlv.Mode {
    fileprivate var ffi: AnnulGenerated.TlvMode {
        switch self {
        case .strict: .strict
        case .emv: .emv
        case .ff: .ff
        case .ber: .ber
        }
    }
}

extension Tlv.Element {
    fileprivate init(_ from: AnnulGenerated.TlvObject) {
        self.init(
            tag: from.tag, offset: Int(from.offset), length: from.length.map(Int.init),
            depth: Int(from.depth), name: from.name, value: from.value)
    }
}

extension Tlv.Fault {
    fileprivate init(_ from: AnnulGenerated.TlvFault) {
        self.init(code: from.code, offset: Int(from.offset), path: from.path, what: from.what)
    }
}

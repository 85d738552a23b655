import Foundation
internal import AnnulGenerated

/// A message taken apart, masked: it may be shown and logged.
public struct Message: Hashable, Sendable {
    /// How much of the envelope was there, in words.
    public let form: String
    /// 5 bytes in hexadecimal, where they were there.
    public let tpdu: String?
    /// 6 bytes in hexadecimal, where they were there.
    public let header: String?
    /// The message type: four digits.
    public let mti: String
    /// The fields in order.
    public let fields: [Field]

    /// One field.
    public struct Field: Hashable, Sendable {
        /// 2 to 64.
        public let number: Int
        /// Its name.
        public let name: String
        /// What may be shown of its value.
        public let value: String
    }

    /// Takes a message apart: a whole frame, one without its length prefix, or
    /// the message alone.
    ///
    /// - Throws: ``AnnulError/undecodable(_:)`` where it is none; says the byte
    ///   and the field.
    public static func decode(
        _ bytes: Data, language: Language = .chinese
    ) throws(AnnulError) -> Message {
        let found = try calling {
            try AnnulGenerated.decodeMessage(bytes: bytes, language: language.ffi)
        }
        let fields = found.fields.map {
            Field(number: Int($0.number), name: $0.name, value: $0.value)
        }
        return Message(
            form: found.form, tpdu: found.tpdu, header: found.header, mti: found.mti,
            fields: fields)
    }
}

extension Message: CustomStringConvertible {
    public var description: String {
        let lines = fields.map { "F\($0.number) \($0.name): \($0.value)" }
        return ([mti] + lines).joined(separator: "\n")
    }
}

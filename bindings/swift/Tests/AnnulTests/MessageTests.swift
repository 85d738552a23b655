import Annul
import XCTest

/// The same messages that the core is tested with, read through the facade.
final class MessageTests: XCTestCase {
    private struct Sample: Decodable {
        let id: String
        let form: String
        let hex: String
        let tpdu: String?
        let header: String?
        let mti: String
        let fields: [String: String]

        /// Of another dialect, or without its last field: not to be read as a
        /// whole message.
        var isOdd: Bool { id == "P19" || form == "mab" }
    }

    /// Fields that show what they hold.
    private let open: Set<Int> = [3, 4, 11, 25, 37, 38, 39, 41, 42, 49]

    private func samples() throws -> [Sample] {
        let file = try projectFile("core/tests/vectors/unionpay/messages.json")
        let all = try JSONDecoder().decode([Sample].self, from: Data(contentsOf: file))
        return all.filter { !$0.isOdd }
    }

    func testEverySampleReadsAsTheVectorsSay() throws {
        var read = 0
        for sample in try samples() {
            let message = try Message.decode(bytes(sample.hex), language: .english)
            XCTAssertEqual(message.mti, sample.mti, sample.id)
            XCTAssertEqual(message.tpdu, sample.tpdu, sample.id)
            XCTAssertEqual(message.header, sample.header, sample.id)
            let listed = Set(sample.fields.keys.compactMap { Int($0) })
            XCTAssertEqual(Set(message.fields.map(\.number)), listed, sample.id)
            for field in message.fields where open.contains(field.number) {
                XCTAssertEqual(field.value, sample.fields[String(field.number)], sample.id)
            }
            read += 1
        }
        XCTAssertGreaterThanOrEqual(read, 55)
    }

    func testNoSampleShowsACardNumberTrackOrPinBlock() throws {
        for sample in try samples() {
            let shown = try Message.decode(bytes(sample.hex), language: .english).description
            for secret in ["2", "35", "52"].compactMap({ sample.fields[$0] }) {
                XCTAssertFalse(shown.contains(secret), sample.id)
            }
        }
    }

    func testBytesThatAreNoMessageSayWhereAndHow() throws {
        XCTAssertThrowsError(try Message.decode(Data([2, 0, 0]))) { error in
            guard case .undecodable(let reason)? = error as? AnnulError else {
                return XCTFail("\(error)")
            }
            XCTAssertTrue((600...699).contains(reason.code), "\(reason)")
        }
    }
}

/// Of a text in hexadecimal.
func bytes(_ hexadecimal: String) -> Data {
    var bytes = Data()
    var digits = Substring(hexadecimal)
    while let byte = UInt8(digits.prefix(2), radix: 16) {
        bytes.append(byte)
        digits = digits.dropFirst(2)
    }
    return bytes
}

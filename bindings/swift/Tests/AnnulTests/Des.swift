import Foundation
import XCTest

/// DES for the tests' PIN pad: slow, plain, and compared with the vectors of the core.
struct Des {
    private let rounds: [UInt64]

    /// - Parameter key: 8 bytes
    init(key: Data) {
        var halves = permute(number(key), of: 64, by: keyChoice)
        rounds = shifts.map { shift in
            let mask: UInt64 = 0xFFF_FFFF
            let turn = { (half: UInt64) in (half << shift | half >> (28 - shift)) & mask }
            halves = turn(halves >> 28) << 28 | turn(halves & mask)
            return permute(halves, of: 56, by: roundChoice)
        }
    }

    func encrypt(_ block: Data) -> Data { run(block, rounds) }

    func decrypt(_ block: Data) -> Data { run(block, rounds.reversed()) }

    private func run(_ block: Data, _ keys: [UInt64]) -> Data {
        let start = permute(number(block), of: 64, by: initial)
        var (left, right) = (start >> 32, start & 0xFFFF_FFFF)
        for key in keys {
            (left, right) = (right, left ^ mix(right, key))
        }
        let end = permute(right << 32 | left, of: 64, by: final)
        return Data((0..<8).map { UInt8(truncatingIfNeeded: end >> (56 - 8 * UInt64($0))) })
    }

    private func mix(_ half: UInt64, _ key: UInt64) -> UInt64 {
        let wide = permute(half, of: 32, by: expansion) ^ key
        var narrow: UInt64 = 0
        for (at, box) in boxes.enumerated() {
            let six = wide >> (42 - 6 * UInt64(at)) & 0x3F
            let row = (six >> 4 & 2) | (six & 1)
            let column = six >> 1 & 0xF
            narrow = narrow << 4 | UInt64(box[Int(row * 16 + column)])
        }
        return permute(narrow, of: 32, by: spread)
    }
}

/// DES or TDES of one block.
func encrypt(_ block: Data, with key: Data) -> Data {
    let first = Des(key: Data(key.prefix(8)))
    guard key.count == 16 else { return first.encrypt(block) }
    return first.encrypt(Des(key: Data(key.suffix(8))).decrypt(first.encrypt(block)))
}

/// The MAC "POS ECB": field 64 of a message.
func unionPayMac(_ des: Des, _ message: Data) -> Data {
    func hexadecimal(_ bytes: some Sequence<UInt8>) -> Data {
        Data(bytes.map { String(format: "%02X", $0) }.joined().utf8)
    }
    var sum = [UInt8](repeating: 0, count: 8)
    for (at, byte) in message.enumerated() { sum[at % 8] ^= byte }
    let text = hexadecimal(sum)
    let mixed = Data(zip(des.encrypt(text.prefix(8)), text.suffix(8)).map { $0 ^ $1 })
    return Data(hexadecimal(des.encrypt(mixed)).prefix(8))
}

/// Bits are counted from 1, the highest first, as FIPS 46 does.
private func permute(_ value: UInt64, of width: UInt64, by table: [UInt64]) -> UInt64 {
    table.reduce(0) { $0 << 1 | (value >> (width - $1) & 1) }
}

private func number(_ bytes: Data) -> UInt64 {
    bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
}

private let shifts: [UInt64] = [1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1]

private let initial: [UInt64] = [58, 60, 62, 64, 57, 59, 61, 63].flatMap { start in
    stride(from: start, to: 0, by: -8).map { UInt64($0) }
}

private let final: [UInt64] = (1...64).map { bit in
    UInt64(initial.firstIndex(of: bit)! + 1)
}

private let expansion: [UInt64] = (0..<8).flatMap { group in
    (0..<6).map { (4 * group + $0 + 31) % 32 + 1 }
}

private let spread: [UInt64] = [
    16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10,
    2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4, 25,
]

private let keyChoice: [UInt64] = [
    57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3,
    60, 52, 44, 36, 63, 55, 47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37,
    29, 21, 13, 5, 28, 20, 12, 4,
]

private let roundChoice: [UInt64] = [
    14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2,
    41, 52, 31, 37, 47, 55, 30, 40, 51, 45, 33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32,
]

/// Each box as its four rows of sixteen hexadecimal digits.
private let boxes: [[UInt8]] = [
    "E4D12FB83A6C5907 0F74E2D1A6CB9538 41E8D62BFC973A50 FC8249175B3EA06D",
    "F18E6B34972DC05A 3D47F28EC01A69B5 0E7BA4D158C6932F D8A13F42B67C05E9",
    "A09E63F51DC7B428 D709346A285ECBF1 D6498F30B12C5AE7 1AD069874FE3B52C",
    "7DE3069A1285BC4F D8B56F03472C1AE9 A690CB7DF13E5284 3F06A1D8945BC72E",
    "2C417AB6853FD0E9 EB2C47D150FA3986 421BAD78F9C5630E B8C71E2D6F09A453",
    "C1AF92680D34E75B AF427C9561DE0B38 9EF528C3704A1DB6 432C95FABE17608D",
    "4B2EF08D3C975A61 D0B7491AE35C2F86 14BDC37EAF680592 6BD814A7950FE23C",
    "D2846FB1A93E50C7 1FD8A374C56B0E92 7B419CE206ADF358 21E74A8DFC90356B",
].map { rows in rows.filter { $0 != " " }.map { UInt8($0.hexDigitValue!) } }

final class DesTests: XCTestCase {
    private struct Vectors: Decodable {
        struct Check: Decodable {
            let key: String
            let value: String
        }
        let check_values: [Check]
    }

    func testItIsTheCoresDes() throws {
        let file = try projectFile("core/tests/vectors/crypto/unionpay.json")
        let vectors = try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: file))
        let single = vectors.check_values.filter { $0.key.count == 16 }
        XCTAssertFalse(single.isEmpty)
        for check in single {
            let des = Des(key: bytes(check.key))
            let value = des.encrypt(Data(count: 8))
            XCTAssertTrue(value.starts(with: bytes(check.value)), check.key)
            XCTAssertEqual(des.decrypt(value), Data(count: 8))
        }
    }
}

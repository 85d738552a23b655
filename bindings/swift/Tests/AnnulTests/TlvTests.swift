import Annul
import XCTest

/// The same bytes that the core is tested with, read through the facade in every mode.
final class TlvTests: XCTestCase {
    func testEveryVectorReadsInEveryModeAsItDoesInTheCore() throws {
        let vectors = try JSONDecoder().decode(
            [Vector].self, from: Data(contentsOf: projectFile("core/tests/vectors/tlv/read.json")))
        XCTAssertGreaterThanOrEqual(vectors.count, 70)
        let sensitive = try sensitiveTags()
        for vector in vectors {
            for mode in Tlv.Mode.allCases {
                let id = "\(vector.id) in \(mode)"
                let result = try vector.result(mode)
                let read = try Tlv.decode(bytes(vector.hex), mode: mode)
                let expected = flat(try XCTUnwrap(result.ok ? result.tree : result.partial, id))
                XCTAssertEqual(read.objects.count, expected.count, id)
                for (wanted, found) in zip(expected, read.objects) {
                    check(wanted, found, isSensitive: sensitive.contains(found.tag), id)
                    guard let value = wanted.node.value else { continue }
                    let clear = try Tlv.reveal(bytes(vector.hex), at: found.offset, mode: mode)
                    XCTAssertEqual(Array(clear), Array(bytes(value)), id)
                }
                XCTAssertEqual(read.fault?.code, result.error, id)
                XCTAssertEqual(read.fault?.offset, result.offset, id)
                XCTAssertEqual(read.fault?.path, result.path, id)
            }
        }
    }

    private let record = bytes("70145A0862242429000001135F2003412F429A022601")

    func testWhatNamesTheCardOrItsHolderDoesNotShow() throws {
        let never: Set = ["5A", "57", "56", "9F6B", "5F20", "9F0B", "9F1F", "9F20", "99"]
        XCTAssertTrue(try sensitiveTags().isSuperset(of: never))
        let read = try Tlv.decode(record, language: .english)
        XCTAssertEqual(
            read.description.components(separatedBy: "\n")[2], "  5F20 Cardholder Name ******")
        XCTAssertEqual(read.objects.map(\.value), [nil, "622424******0113", "******", "2601"])
        XCTAssertFalse(read.description.contains("6224242900000113"))
        var dumped = ""
        dump(read, to: &dumped)
        XCTAssertFalse(dumped.contains("6224242900000113"))
        XCTAssertEqual(try Tlv.reveal(record, at: 2), bytes("6224242900000113"))
    }

    func testWhatIsWrongIsSaidAfterWhatIsBeforeIt() throws {
        let read = try Tlv.decode(bytes("9A0226019F"))
        XCTAssertEqual(read.objects.map(\.tag), ["9A"])
        XCTAssertEqual(read.fault?.code, "truncated_tag")
        XCTAssertThrowsError(try Tlv.reveal(record, at: 1)) { error in
            XCTAssertEqual((error as? AnnulError)?.code, 107)
        }
    }

    private func check(
        _ wanted: Expected, _ found: Tlv.Element, isSensitive: Bool, _ id: String
    ) {
        XCTAssertEqual(found.tag, wanted.node.tag, id)
        XCTAssertEqual(found.offset, wanted.node.offset, id)
        XCTAssertEqual(found.length, wanted.node.len, id)
        XCTAssertEqual(found.depth, wanted.depth, id)
        if isSensitive, let value = wanted.node.value, !value.isEmpty {
            XCTAssertNotEqual(found.value, value, id)
        } else if found.tag == "86", let value = wanted.node.value, let shown = found.value {
            // A script for a chip may change a PIN: its data are stars in their place.
            XCTAssertEqual(shown.count, value.count, id)
            let masked = zip(value, shown).map { $1 == "*" ? "*" : $0 }
            XCTAssertEqual(shown, String(masked), id)
        } else {
            XCTAssertEqual(found.value, wanted.node.value, id)
        }
    }

    /// What the dictionary says may not be shown.
    private func sensitiveTags() throws -> Set<String> {
        struct Entry: Decodable {
            let tag: String
            let secret: String?
        }
        let file = try projectFile("core/data/emv/tags.json")
        let entries = try JSONDecoder().decode([Entry].self, from: Data(contentsOf: file))
        return Set(entries.filter { $0.secret != nil }.map(\.tag))
    }

    private func flat(_ tree: [Vector.Node], depth: Int = 0) -> [Expected] {
        tree.flatMap { node in
            [Expected(node: node, depth: depth)] + flat(node.children ?? [], depth: depth + 1)
        }
    }
}

/// An object of the vectors and how deep it stands.
private struct Expected {
    let node: Vector.Node
    let depth: Int
}

private struct Vector: Decodable {
    struct Node: Decodable {
        let tag: String
        let offset: Int
        let len: Int?
        let value: String?
        let children: [Node]?
    }

    struct Result: Decodable {
        let ok: Bool
        let tree: [Node]?
        let partial: [Node]?
        let error: String?
        let offset: Int?
        let path: String?
    }

    /// A result, or the word that names the mode with the same.
    enum Outcome: Decodable {
        case result(Result)
        case same(String)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let word = try? container.decode(String.self) {
                self = .same(word)
            } else {
                self = .result(try container.decode(Result.self))
            }
        }
    }

    let id: String
    let hex: String
    let strict: Outcome
    let emv: Outcome
    let ff: Outcome
    let ber: Outcome

    func result(_ mode: Tlv.Mode) throws -> Result {
        let outcomes: [Tlv.Mode: Outcome] = [.strict: strict, .emv: emv, .ff: ff, .ber: ber]
        switch outcomes[mode] {
        case .result(let result): return result
        case .same, nil:
            guard case .result(let result) = emv else { throw TestFailure.host(id) }
            return result
        }
    }
}

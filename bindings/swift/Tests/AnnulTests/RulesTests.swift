@testable import Annul
import XCTest

/// What no compiler checks: what prints, what is overwritten, what Apple asks for.
final class RulesTests: XCTestCase {
    private struct NoPad: PinPad {
        func loadWorkingKeys(_ keys: Data) throws {}
        func mac(of message: Data) throws -> Data { Data() }
        func encryptPin(number: Data) throws -> Data { Data() }
    }

    func testNothingThatHoldsSecretsPrintsThem() throws {
        let number = "6216261000000000018"
        let key = "0123456789abcdef"
        let card = Card.keyed(number: Data(number.utf8), expiry: "3012")
        let software = Terminal.Security.software(masterKey: Data(key.utf8))
        let device = Terminal.Security.device(NoPad(), sealingKey: Data((key + key).utf8))
        let transport = TcpTransport(host: "127.0.0.1", port: 9)
        let journal = URL(fileURLWithPath: "journal")
        let values: [Any] = [
            card, software, device, OpenedCard(number: Data(number.utf8), expiry: "3012"),
            SaleOrder(requestId: "a", amount: 1, card: card),
            VoidOrder(requestId: "b", original: 1, supervisor: "00", reason: "r", card: card),
            makeSetup(journal, transport, security: software),
            makeSetup(journal, transport, security: device),
        ]
        for value in values {
            var dumped = ""
            dump(value, to: &dumped)
            for shown in ["\(value)", String(reflecting: value), dumped] {
                for secret in [number, key, "3012", "Data", "bytes"] {
                    XCTAssertFalse(shown.contains(secret), shown)
                }
            }
        }
        XCTAssertEqual("\(card)", "Card(keyed)")
    }

    func testACardThatIsWipedHoldsNothing() {
        let card = Card.swiped(track2: Data("6224242900000113=2806".utf8))
        let copy = card
        card.wipe()
        XCTAssertEqual(copy.data.copy, Data(count: 21))
    }

    func testTheStandardTimesAreThoseOfTheCore() {
        XCTAssertEqual(Timing.standard.responseTimeout, 60_000)
        XCTAssertGreaterThan(Timing.standard.reversalAttempts, 0)
        XCTAssertGreaterThan(Timing.standard.amountLimit, 0)
    }

    func testRequestIdsAreNewAndOfTheRightForm() {
        XCTAssertNotEqual(newRequestId(), newRequestId())
        XCTAssertEqual(newRequestId().count, 36)
    }

    func testThePrivacyManifestIsWhole() throws {
        let file = try projectFile("bindings/swift/Sources/Annul/PrivacyInfo.xcprivacy")
        let read = try Data(contentsOf: file)
        let manifest = try XCTUnwrap(
            PropertyListSerialization.propertyList(from: read, format: nil) as? [String: Any])
        XCTAssertEqual(manifest["NSPrivacyTracking"] as? Bool, false)
        let used = try XCTUnwrap(manifest["NSPrivacyAccessedAPITypes"] as? [[String: Any]])
        let names = used.compactMap { $0["NSPrivacyAccessedAPIType"] as? String }
        XCTAssertEqual(
            names.map { $0.replacingOccurrences(of: "NSPrivacyAccessedAPICategory", with: "") },
            ["FileTimestamp", "SystemBootTime", "DiskSpace"])
        for one in used {
            XCTAssertEqual((one["NSPrivacyAccessedAPITypeReasons"] as? [String])?.count, 1)
        }
    }

    /// Every import of it is internal, so the compiler lets none of it out.
    func testTheGeneratedLayerIsNotSeenByApps() throws {
        let folder = try projectFile("bindings/swift/Sources/Annul")
        let files = try XCTUnwrap(
            FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        var imports: [String] = []
        for case let file as URL in files where file.pathExtension == "swift" {
            let lines = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")
            imports += lines.filter { $0.contains("import AnnulGenerated") }
        }
        XCTAssertGreaterThan(imports.count, 5)
        XCTAssertEqual(Set(imports), ["internal import AnnulGenerated"])
    }
}

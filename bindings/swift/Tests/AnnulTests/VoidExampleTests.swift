import Annul
import XCTest

/// The example of the READMEs, run; `cargo xtask tidy` compares it with them.
final class VoidExampleTests: XCTestCase {
    func testItVoids() async throws {
        let host = try TestHost()
        let folder = try Folder()
        let setup = makeSetup(folder.journal(), host.transport)
        let sold = try await withTerminal(setup) { terminal in
            _ = try await terminal.signIn()
            return try await terminal.sale(makeSale("a", 500)).transaction
        }
        let said = try await voidSale(setup, requestId: "b", voucher: sold.trace)
        XCTAssertTrue(said.hasPrefix("voided, reference "), said)
        XCTAssertFalse(said.hasSuffix("none"), said)
        XCTAssertEqual(try host.books(), Books(1, 500, 1, 500))
    }
}

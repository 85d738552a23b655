@testable import Annul
import XCTest

/// All effects of a security module as data: a device of the app's does them.
final class PinPadTests: XCTestCase {
    func testTheWholeStoryWithKeysInADevice() async throws {
        for sealingKey in [nil, Data(repeating: 7, count: 32)] {
            try await withPad(sealingKey) { terminal, _, host in
                let card = Card.keyed(number: Data("6216261000000000018".utf8), expiry: "3012")
                let order = SaleOrder(requestId: "a", amount: 900, card: card)
                let sold = try await terminal.sale(order)
                XCTAssertEqual(sold.word, "approved")
                try host.fault("drop-answer@void")
                let lost = try await terminal.void(makeVoid("b", sold.transaction.trace))
                XCTAssertEqual(lost.word, "unknown, done")
                let voided = try await terminal.void(makeVoid("c", sold.transaction.trace))
                XCTAssertEqual(voided.word, "approved")
                XCTAssertEqual(try host.books(), Books(1, 900, 1, 900))
            }
        }
    }

    func testACustomerWhoCancelsSendsNothing() async throws {
        try await withPad { terminal, _, host in
            let order = SaleOrder(requestId: "a", amount: 100, card: track2(), pin: .wanted)
            let refused = try await failure { () throws(AnnulError) in
                _ = try await terminal.sale(order)
            }
            XCTAssertEqual(refused.code, 404)
            guard case .security = refused else { return XCTFail("\(refused)") }
            XCTAssertEqual(try host.books(), .empty)
        }
    }

    func testADeviceThatThrowsAnythingOrAnswersInAnotherSizeHasFailed() async throws {
        try await withPad { terminal, pad, host in
            let errors: [any Error] = [
                CancellationError(), NSError(domain: "provoked", code: 1), AnnulError.closed,
            ]
            for (number, error) in errors.enumerated() {
                pad.state { $0.failure = { error } }
                try await Self.expectFailed(terminal, "a\(number)")
            }
            pad.state { $0.failure = { nil } }
            pad.state { $0.macSize = 7 }
            try await Self.expectFailed(terminal, "short")
            pad.state { $0.macSize = 8 }
            XCTAssertEqual(try host.books(), .empty)
            let next = try await terminal.sale(makeSale("b", 100))
            XCTAssertEqual(next.word, "approved")
        }
    }

    func testADeviceThatCannotCheckTheAnswerLeavesTheOutcomeUnknown() async throws {
        try await withPad { terminal, pad, host in
            // Sealing, then the request's MAC; the third call is for the answer's.
            let calls = Guarded(0)
            pad.state {
                $0.failure = {
                    calls { $0 += 1; return $0 } == 3 ? CancellationError() : nil
                }
            }
            let outcome = try await terminal.sale(makeSale("a", 100))
            XCTAssertTrue(outcome.word.hasPrefix("unknown"), outcome.word)
            pad.state { $0.failure = { nil } }
            _ = try await terminal.recover()
            XCTAssertEqual(try host.books(), .empty)
        }
    }

    func testKeysThatTheDeviceRefusesAreNoSignIn() async throws {
        let host = try TestHost()
        let folder = try Folder()
        let pad = TestPinPad()
        pad.state { $0.failure = { PinPadError.wrongMacKey } }
        let setup = makeSetup(folder.journal(), host.transport, security: .device(pad))
        try await withTerminal(setup) { terminal in
            let refused = try await failure { () throws(AnnulError) in
                _ = try await terminal.signIn()
            }
            XCTAssertEqual(refused.code, 401)
            let standing = try await terminal.standing()
            XCTAssertFalse(standing.isSignedIn)
        }
    }

    private static func expectFailed(_ terminal: Terminal, _ requestId: String) async throws {
        let refused = try await failure { () throws(AnnulError) in
            _ = try await terminal.sale(makeSale(requestId, 100))
        }
        XCTAssertEqual(refused.code, 408)
    }
}

/// A PIN pad in Swift: the MAC of the UnionPay kind.
private final class TestPinPad: PinPad {
    struct State {
        var macKey: Data?
        var cards: [OpenedCard] = []
        var macSize = 8
        var failure: @Sendable () -> (any Error)? = { nil }
    }

    let state = Guarded(State())
    private let master = Des(key: Data(repeating: 0x11, count: 8))

    private func fail() throws {
        if let error = state({ $0.failure })() { throw error }
    }

    func loadWorkingKeys(_ keys: Data) throws {
        try fail()
        // Layout of 60 bytes: PIN key 16 + 4, MAC key 16 + 4 of which 8 count, track
        // key. Both halves of the master key are the same, so one DES is all three.
        let keys = Data(keys)
        let key = master.decrypt(keys.subdata(in: 20..<28))
        let check = Des(key: key).encrypt(Data(count: 8)).prefix(4)
        guard check == keys.subdata(in: 36..<40) else { throw PinPadError.wrongMacKey }
        state { $0.macKey = key }
    }

    func mac(of message: Data) throws -> Data {
        try fail()
        guard let key = state({ $0.macKey }) else { throw PinPadError.noKeys }
        let des = Des(key: key)
        var sum = [UInt8](repeating: 0, count: 8)
        for (at, byte) in message.enumerated() { sum[at % 8] ^= byte }
        let text = hexadecimal(sum)
        let first = des.encrypt(text.prefix(8))
        let mixed = Data(zip(first, text.suffix(8)).map { $0 ^ $1 })
        return hexadecimal(des.encrypt(mixed)).prefix(state { $0.macSize })
    }

    func encryptPin(number: Data) throws -> Data {
        try fail()
        throw PinPadError.pinCancelled
    }

    func seal(number: Data, expiry: String?, nonce: Data) throws -> Data {
        try fail()
        let place = state {
            $0.cards.append(OpenedCard(number: number, expiry: expiry))
            return $0.cards.count - 1
        }
        return Data(count: 33) + [UInt8(place)]
    }

    func open(_ sealed: Data) throws -> OpenedCard {
        try fail()
        guard let place = sealed.last else { throw PinPadError.sealBroken }
        return state { $0.cards[Int(place)] }
    }

    private func hexadecimal(_ bytes: some Sequence<UInt8>) -> Data {
        Data(bytes.map { String(format: "%02X", $0) }.joined().utf8)
    }
}

private func withPad(
    _ sealingKey: Data? = nil, _ test: (Terminal, TestPinPad, TestHost) async throws -> Void
) async throws {
    let host = try TestHost()
    let folder = try Folder()
    let pad = TestPinPad()
    let security = Terminal.Security.device(pad, sealingKey: sealingKey)
    let setup = makeSetup(folder.journal(), host.transport, security: security)
    try await withTerminal(setup) { terminal in
        let answer = try await terminal.signIn()
        XCTAssertEqual(answer, .yes(batch: 1))
        try await test(terminal, pad, host)
    }
}

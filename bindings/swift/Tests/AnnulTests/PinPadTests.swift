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
            for method in ["seal", "mac", "encryptPin"] {
                for (number, error) in errors.enumerated() {
                    pad.state { $0.failure = { $0 == method ? error : nil } }
                    let pin: Pin = method == "encryptPin" ? .wanted : .none
                    try await Self.expectFailed(terminal, "\(method)\(number)", pin)
                }
            }
            pad.state { $0.failure = { _ in nil } }
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
            for (number, error) in errors.enumerated() {
                // After an answer that could not be checked new keys come first.
                _ = try await terminal.signIn()
                // The first MAC is the request's, the second for the answer.
                let macs = Guarded(0)
                pad.state {
                    $0.failure = { method in
                        guard method == "mac" else { return nil }
                        return macs { $0 += 1; return $0 } == 2 ? error : nil
                    }
                }
                let outcome = try await terminal.sale(makeSale("a\(number)", 100))
                XCTAssertTrue(outcome.word.hasPrefix("unknown"), outcome.word)
                pad.state { $0.failure = { _ in nil } }
                _ = try await terminal.recover()
                XCTAssertEqual(try host.books(), .empty)
            }
        }
    }

    func testACardThatTheDeviceThrowsAtIsNotOpenedAndTheSaleStands() async throws {
        try await withPad { terminal, pad, host in
            let sold = try await terminal.sale(makeSale("a", 100)).transaction
            for (number, error) in errors.enumerated() {
                pad.state { $0.failure = { $0 == "open" ? error : nil } }
                let refused = try await failure { () throws(AnnulError) in
                    _ = try await terminal.void(makeVoid("v\(number)", sold.trace))
                }
                XCTAssertEqual(refused.code, 408)
                let sale = try await terminal.transaction(trace: sold.trace)
                XCTAssertEqual(sale?.status, .approved)
            }
            pad.state { $0.failure = { _ in nil } }
            XCTAssertEqual(try host.books(), Books(1, 100, 0, 0))
            let voided = try await terminal.void(makeVoid("b", sold.trace))
            XCTAssertEqual(voided.word, "approved")
        }
    }

    func testATrackThatTheDeviceEnciphersIsOpenedByTheHostAndNothingGoesInClear() async throws {
        try await withPad(tracks: .enciphered) { terminal, pad, host in
            for (number, error) in errors.enumerated() {
                pad.state { $0.failure = { $0 == "encryptTrack" ? error : nil } }
                try await Self.expectFailed(terminal, "t\(number)")
            }
            pad.state { $0.failure = { _ in nil } }
            let wrong: [@Sendable (Data) -> Data] = [{ $0 }, { $0.prefix(8) }]
            for instead in wrong {
                pad.state { $0.instead = instead }
                try await Self.expectFailed(terminal, "u")
            }
            pad.state { $0.instead = nil }
            XCTAssertEqual(try host.books(), .empty)
            let sold = try await terminal.sale(makeSale("a", 100))
            XCTAssertEqual(sold.word, "approved")
            let order = VoidOrder(
                requestId: "b", original: sold.transaction.trace, supervisor: "00",
                reason: "customer-request", card: track2())
            let voided = try await terminal.void(order)
            XCTAssertEqual(voided.word, "approved")
            XCTAssertEqual(try host.books(), Books(1, 100, 1, 100))
        }
    }

    func testKeysThatTheDeviceRefusesOrThrowsAtAreNoSignIn() async throws {
        let host = try TestHost()
        let folder = try Folder()
        let pad = TestPinPad()
        let setup = makeSetup(folder.journal(), host.transport, security: .device(pad))
        try await withTerminal(setup) { terminal in
            for error in [PinPadError.wrongMacKey] + errors {
                pad.state { $0.failure = { $0 == "loadWorkingKeys" ? error : nil } }
                let refused = try await failure { () throws(AnnulError) in
                    _ = try await terminal.signIn()
                }
                XCTAssertEqual(refused.code, error is PinPadError ? 401 : 408)
                let standing = try await terminal.standing()
                XCTAssertFalse(standing.isSignedIn)
            }
        }
    }

    private static func expectFailed(
        _ terminal: Terminal, _ requestId: String, _ pin: Pin = .none
    ) async throws {
        let order = SaleOrder(requestId: requestId, amount: 100, card: track2(), pin: pin)
        let refused = try await failure { () throws(AnnulError) in
            _ = try await terminal.sale(order)
        }
        XCTAssertEqual(refused.code, 408)
    }
}

/// A PIN pad in Swift: the MAC of the UnionPay kind.
private final class TestPinPad: PinPad {
    struct State {
        var macKey: Data?
        var trackKey: Data?
        /// What comes back instead of the enciphered track.
        var instead: (@Sendable (Data) -> Data)?
        var cards: [OpenedCard] = []
        var macSize = 8
        /// What a method of this name throws, if anything.
        var failure: @Sendable (String) -> (any Error)? = { _ in nil }
    }

    let state = Guarded(State())
    private let master = Des(key: Data(repeating: 0x11, count: 8))

    private func fail(_ method: String) throws {
        if let error = state({ $0.failure })(method) { throw error }
    }

    func loadWorkingKeys(_ keys: Data) throws {
        try fail("loadWorkingKeys")
        // Layout of 60 bytes: PIN key 16 + 4, MAC key 16 + 4 of which 8 count, track
        // key. Both halves of the master key are the same, so one DES is all three.
        let keys = Data(keys)
        let key = master.decrypt(keys.subdata(in: 20..<28))
        let check = Des(key: key).encrypt(Data(count: 8)).prefix(4)
        guard check == keys.subdata(in: 36..<40) else { throw PinPadError.wrongMacKey }
        let track = [40..<48, 48..<56].map { master.decrypt(keys.subdata(in: $0)) }
        state {
            $0.macKey = key
            $0.trackKey = track[0] + track[1]
        }
    }

    func encryptTrack(_ track: Data) throws -> Data {
        try fail("encryptTrack")
        if let instead = state({ $0.instead }) { return instead(track) }
        guard let key = state({ $0.trackKey }) else { throw PinPadError.noKeys }
        let tail = Data(track.suffix(9))
        return track.dropLast(9) + encrypt(Data(tail.prefix(8)), with: key) + tail.suffix(1)
    }

    func mac(of message: Data) throws -> Data {
        try fail("mac")
        guard let key = state({ $0.macKey }) else { throw PinPadError.noKeys }
        return unionPayMac(Des(key: key), message).prefix(state { $0.macSize })
    }

    func encryptPin(number: Data) throws -> Data {
        try fail("encryptPin")
        throw PinPadError.pinCancelled
    }

    func seal(number: Data, expiry: String?, nonce: Data) throws -> Data {
        try fail("seal")
        let place = state {
            $0.cards.append(OpenedCard(number: number, expiry: expiry))
            return $0.cards.count - 1
        }
        return Data(count: 33) + [UInt8(place)]
    }

    func open(_ sealed: Data) throws -> OpenedCard {
        try fail("open")
        guard let place = sealed.last else { throw PinPadError.sealBroken }
        return state { $0.cards[Int(place)] }
    }
}

private func withPad(
    _ sealingKey: Data? = nil, tracks: TrackProtection = .clear,
    _ test: (Terminal, TestPinPad, TestHost) async throws -> Void
) async throws {
    let host = try TestHost()
    let folder = try Folder()
    let pad = TestPinPad()
    let security = Terminal.Security.device(pad, sealingKey: sealingKey)
    var setup = makeSetup(folder.journal(), host.transport, security: security)
    setup.tracks = tracks
    try await withTerminal(setup) { terminal in
        let answer = try await terminal.signIn()
        XCTAssertEqual(answer, .yes(batch: 1))
        try await test(terminal, pad, host)
    }
}

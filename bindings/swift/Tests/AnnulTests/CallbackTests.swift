@testable import Annul
import func AnnulGenerated.provokePanic
import XCTest

/// Whatever an app's callback throws is a failure and never a success: the
/// app's books and the host's agree afterwards.
final class CallbackTests: XCTestCase {
    func testConnectThatThrowsMeansNotSent() async throws {
        try await eachError { terminal, transport, host, error in
            transport.fail(at: .connect, with: error)
            let outcome = try await terminal.sale(makeSale("a", 100))
            XCTAssertEqual(outcome.word, "not sent")
            XCTAssertEqual(try host.books(), .empty)
        }
    }

    func testSendThatThrowsBeforeAByteLeftIsInDoubtAndUndone() async throws {
        try await eachError { terminal, transport, host, error in
            transport.fail(at: .beforeSend, with: error)
            let outcome = try await terminal.sale(makeSale("a", 100))
            XCTAssertTrue(outcome.word.hasPrefix("unknown"), outcome.word)
            XCTAssertEqual(try host.books(), .empty)
        }
    }

    func testSendThatThrowsAfterTheHostHasItIsInDoubtAndUndone() async throws {
        try await eachError { terminal, transport, host, error in
            transport.fail(at: .afterSend, with: error)
            let outcome = try await terminal.sale(makeSale("a", 100))
            XCTAssertTrue(outcome.word.hasPrefix("unknown"), outcome.word)
            let standing = try await terminal.recover()
            XCTAssertEqual(standing.unresolved, 0)
            XCTAssertEqual(try host.books(), .empty)
        }
    }

    func testReceiveThatThrowsIsInDoubtAndUndone() async throws {
        try await eachError { terminal, transport, host, error in
            transport.fail(at: .receive, with: error)
            let outcome = try await terminal.sale(makeSale("a", 100))
            XCTAssertTrue(outcome.word.hasPrefix("unknown"), outcome.word)
            let standing = try await terminal.recover()
            XCTAssertEqual(standing.unresolved, 0)
            XCTAssertEqual(try host.books(), .empty)
        }
    }

    func testAVoidWhoseConnectionThrowsIsUndoneAndTheSaleStands() async throws {
        try await eachError { terminal, transport, host, error in
            let sold = try await terminal.sale(makeSale("a", 100)).transaction
            transport.fail(at: .receive, with: error)
            let outcome = try await terminal.void(makeVoid("b", sold.trace))
            XCTAssertTrue(outcome.word.hasPrefix("unknown"), outcome.word)
            _ = try await terminal.recover()
            let sale = try await terminal.transaction(trace: sold.trace)
            XCTAssertEqual(sale?.status, .approved)
            XCTAssertEqual(try host.books(), Books(1, 100, 0, 0))
        }
    }

    func testWhatATransportThrewIsToldAndNotShown() async throws {
        try await eachError { terminal, transport, _, error in
            let news = terminal.progress
            transport.fail(at: .connect, with: error)
            _ = try await terminal.sale(makeSale("a", 100))
            await terminal.close()
            var told: [String] = []
            for await case .callbackFailed(let callback, let cause) in news {
                XCTAssertEqual(callback, "transport, connect")
                XCTAssertTrue(type(of: cause) == type(of: error))
                told.append(Terminal.Progress.callbackFailed(callback: callback, cause: cause).text)
            }
            XCTAssertEqual(told, ["transport, connect: \(type(of: error))"])
        }
    }

    func testPinEntryThatThrowsOrIsGivenUpSendsNothing() async throws {
        let throwing: [PinEntry] = errors.map { error in { _ in throw error } }
        let useless: [PinEntry] = [nil, "12", "12x4"].map { pin in { _ in pin.map { Data($0.utf8) } } }
        for entry in throwing + useless {
            let host = try TestHost()
            let folder = try Folder()
            let key = Data(repeating: 0x11, count: 16)
            let keys = Terminal.Security.software(masterKey: key, pinEntry: entry)
            let setup = makeSetup(folder.journal(), host.transport, security: keys)
            try await withTerminal(setup) { terminal in
                _ = try await terminal.signIn()
                let order = SaleOrder(requestId: "a", amount: 100, card: track2(), pin: .wanted)
                let refused = try await failure { () throws(AnnulError) in
                    _ = try await terminal.sale(order)
                }
                XCTAssertTrue([403, 404, 408].contains(refused.code), "\(refused)")
                XCTAssertEqual(try host.books(), .empty)
                // Nothing is left open: the next sale goes through.
                let next = try await terminal.sale(makeSale("b", 100))
                XCTAssertEqual(next.word, "approved")
            }
        }
    }

    func testAPinThatIsEnteredIsUsed() async throws {
        let host = try TestHost()
        let folder = try Folder()
        let asked = Guarded<[String]>([])
        let key = Data(repeating: 0x11, count: 16)
        let keys = Terminal.Security.software(masterKey: key) { card in
            asked { $0.append(card) }
            return Data("123456".utf8)
        }
        let setup = makeSetup(folder.journal(), host.transport, security: keys)
        try await withTerminal(setup) { terminal in
            _ = try await terminal.signIn()
            let order = SaleOrder(requestId: "a", amount: 100, card: track2(), pin: .wanted)
            let outcome = try await terminal.sale(order)
            XCTAssertEqual(outcome.word, "approved")
            XCTAssertEqual(asked { $0 }, ["622424******0113"])
        }
    }

    func testAPanicInsideRustIsAnErrorAndTheProgramGoesOn() async throws {
        for word in ["boom", "again"] {
            let broken = try await failure { () throws(AnnulError) in
                _ = try calling { try provokePanic(word: word) }
            }
            XCTAssertEqual(broken.code, 900)
            XCTAssertEqual(broken.advice, .reopen)
            XCTAssertTrue(broken.localizedDescription.contains(word), "\(broken)")
        }
    }
}

private struct Foreign: Error {}

/// Of every kind that Swift has, and of this library's own, which mean nothing here.
let errors: [any Error] = [
    Foreign(),
    NSError(domain: "provoked", code: 7),
    CocoaError(.fileReadNoPermission),
    POSIXError(.ECONNRESET),
    CancellationError(),
    AnnulError.closed,
]

/// A transport whose connections throw once where they are told to.
private final class Breaking: Transport {
    enum Place { case connect, beforeSend, afterSend, receive }

    private let inner: any Transport
    private let fault = Guarded<(Place, any Error)?>(nil)

    init(_ inner: any Transport) {
        self.inner = inner
    }

    func fail(at place: Place, with error: any Error) {
        fault { $0 = (place, error) }
    }

    func pass(_ place: Place) throws {
        let error: (any Error)? = fault { fault in
            guard let (at, error) = fault, at == place else { return nil }
            fault = nil
            return error
        }
        if let error { throw error }
    }

    func connect(timeoutMillis: Int64) throws -> any Connection {
        try pass(.connect)
        let connection = try inner.connect(timeoutMillis: timeoutMillis)
        return BreakingConnection(transport: self, inner: connection)
    }
}

private struct BreakingConnection: Connection {
    let transport: Breaking
    let inner: any Connection

    func send(_ bytes: Data) throws {
        try transport.pass(.beforeSend)
        try inner.send(bytes)
        try transport.pass(.afterSend)
    }

    func receive(timeoutMillis: Int64) throws -> Received {
        try transport.pass(.receive)
        return try inner.receive(timeoutMillis: timeoutMillis)
    }

    func close() {
        inner.close()
    }
}

private func eachError(
    _ test: (Terminal, Breaking, TestHost, any Error) async throws -> Void
) async throws {
    for error in errors {
        let host = try TestHost()
        let folder = try Folder()
        let transport = Breaking(host.transport)
        try await withTerminal(makeSetup(folder.journal(), transport)) { terminal in
            _ = try await terminal.signIn()
            try await test(terminal, transport, host, error)
        }
    }
}

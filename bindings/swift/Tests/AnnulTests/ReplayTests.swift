@testable import Annul
import XCTest

/// The vectors of the core on the line: a sign-in and a sale byte for byte, and
/// the working keys of every layout, whose MACs and PIN blocks then go out, and
/// the enciphered track.
final class ReplayTests: XCTestCase {
    private struct Message: Decodable {
        let id: String
        let hex: String
    }

    private struct Crypto: Decodable {
        struct Keys: Decodable {
            let id: String
            let master: String?
            let field_62: String
            let pin: String
            let mac: String
            let track: String?
        }
        struct Track: Decodable {
            let key: String
            let packed_encrypted: String?
        }
        struct Pin: Decodable {
            let block: String
            let f52: String
        }
        struct Mac: Decodable {
            let id: String
            let algorithm: String
            let key: String
            let message: String
            let f64: String
        }
        let working_keys: [Keys]
        let pin: [Pin]
        let mac: [Mac]
        let track: [Track]

        /// Those whose master key was published.
        var loadable: [(keys: Keys, master: Data)] {
            working_keys.compactMap { keys in keys.master.map { (keys, bytes($0)) } }
        }
    }

    private func messages() throws -> [String: Data] {
        let file = try projectFile("core/tests/vectors/unionpay/messages.json")
        let all = try JSONDecoder().decode([Message].self, from: Data(contentsOf: file))
        return Dictionary(uniqueKeysWithValues: all.map { ($0.id, bytes($0.hex)) })
    }

    private func crypto() throws -> Crypto {
        let file = try projectFile("core/tests/vectors/crypto/unionpay.json")
        return try JSONDecoder().decode(Crypto.self, from: Data(contentsOf: file))
    }

    private let sale = SaleOrder(
        requestId: "a", amount: 100,
        card: .swiped(track2: Data("6216261000000000018=301220100000000".utf8)), pin: .wanted)

    private func makeReplay(
        _ folder: Folder, _ line: Recorded, master: Data, _ request: KeyRequest
    ) -> Setup {
        var setup = makeSetup(
            folder.journal(), line,
            security: .software(masterKey: master) { _ in Data("111111".utf8) })
        setup.keyRequest = request
        return setup
    }

    func testASignInAndASaleGoOutAndComeInByteForByte() async throws {
        let messages = try messages()
        let line = Recorded(["G02", "G05"].compactMap { messages[$0] })
        let master = Data(repeating: 0x11, count: 16)
        let folder = try Folder()
        let setup = makeReplay(folder, line, master: master, .double)
        try await withTerminal(setup) { terminal in
            let answer = try await terminal.signIn()
            XCTAssertEqual(answer, .yes(batch: 1))
            let sold = try await terminal.sale(sale)
            XCTAssertEqual(sold.word, "approved")
            XCTAssertEqual(sold.transaction.reference, "101630000002")
            XCTAssertEqual(sold.transaction.authorization, "123456")
        }
        XCTAssertEqual(line.requests, ["G01", "G04"].compactMap { messages[$0] })
    }

    func testWorkingKeysOfEveryLayoutMakeTheMacAndThePinBlock() async throws {
        let crypto = try crypto()
        let block = try XCTUnwrap(crypto.pin.first { $0.f52 == "85311F557CB9C9E4" }).block
        XCTAssertGreaterThanOrEqual(crypto.loadable.count, 6)
        for (keys, master) in crypto.loadable {
            let (answer, request) = try signedIn(bytes(keys.field_62))
            let line = Recorded([answer])
            let folder = try Folder()
            let setup = makeReplay(folder, line, master: master, request)
            try await withTerminal(setup) { terminal in
                let answer = try await terminal.signIn()
                XCTAssertEqual(answer, .yes(batch: 1), keys.id)
                // The line breaks; what went out is what is looked at.
                let sold = try await terminal.sale(sale)
                XCTAssertTrue(sold.word.hasPrefix("unknown"), "\(keys.id): \(sold.word)")
            }
            let message = Data(line.requests[1].dropFirst(13))
            let signed = Data(message.dropLast(8))
            XCTAssertEqual(
                Data(message.suffix(8)), unionPayMac(Des(key: bytes(keys.mac)), signed), keys.id)
            let pin = encrypt(bytes(block), with: bytes(keys.pin))
            XCTAssertNotNil(signed.range(of: pin), keys.id)
        }
    }

    func testAnEncipheredTrackGoesOutAsTheVectorSays() async throws {
        let crypto = try crypto()
        let vector = try XCTUnwrap(crypto.track.first { $0.packed_encrypted != nil })
        let (keys, master) = try XCTUnwrap(crypto.loadable.first { $0.keys.track == vector.key })
        let (answer, request) = try signedIn(bytes(keys.field_62))
        let line = Recorded([answer])
        let folder = try Folder()
        var setup = makeReplay(folder, line, master: master, request)
        setup.tracks = .enciphered
        try await withTerminal(setup) { terminal in
            // No key yet: nothing goes out, least of all the track in clear.
            let refused = try await failure { () throws(AnnulError) in
                _ = try await terminal.sale(sale)
            }
            XCTAssertEqual(refused.code, 303)
            XCTAssertEqual(line.requests, [])
            _ = try await terminal.signIn()
            let sold = try await terminal.sale(sale)
            XCTAssertTrue(sold.word.hasPrefix("unknown"), sold.word)
        }
        let encrypted = try XCTUnwrap(vector.packed_encrypted)
        let message = line.requests[1]
        // 35 digits, then the bytes; field 53 says PIN, triple DES, enciphered.
        XCTAssertNotNil(message.range(of: bytes("35" + encrypted)))
        XCTAssertNotNil(message.range(of: bytes("2610000000000000")))
    }

    func testAKeyWhoseCheckValueIsWrongIsNoSignIn() async throws {
        for (keys, master) in try crypto().loadable {
            var wrong = bytes(keys.field_62)
            // The check value of the PIN key ends its block.
            wrong[wrong.count == 24 ? 11 : 19] ^= 1
            let (answer, request) = try signedIn(wrong)
            let folder = try Folder()
            let setup = makeReplay(folder, Recorded([answer]), master: master, request)
            try await withTerminal(setup) { terminal in
                let refused = try await failure { () throws(AnnulError) in
                    _ = try await terminal.signIn()
                }
                XCTAssertEqual(refused.code, 401, keys.id)
                let standing = try await terminal.standing()
                XCTAssertFalse(standing.isSignedIn, keys.id)
            }
        }
    }

    /// The tests' own MAC, with which the others are compared.
    func testTheTestsMacIsTheVectors() throws {
        let single = try crypto().mac.filter { $0.algorithm == "UnionPayEcb" && $0.key.count == 16 }
        XCTAssertGreaterThanOrEqual(single.count, 4)
        for mac in single {
            let value = unionPayMac(Des(key: bytes(mac.key)), bytes(mac.message))
            XCTAssertEqual(value, bytes(mac.f64), mac.id)
        }
    }

    /// The answer to a sign-in with these keys in field 62, for that key request
    /// in field 60.
    private func signedIn(_ field62: Data) throws -> (Data, KeyRequest) {
        let (code, request): (String, KeyRequest) =
            switch field62.count {
            case 24: ("001", .single)
            case 40: ("003", .double)
            default: ("004", .doubleWithTrack)
            }
        let sample = try XCTUnwrap(messages()["G02"])
        let length = bytes(String(format: "%04d", field62.count))
        let head = sample.dropFirst(2).dropLast(2 + 40 + 2 + 6)
        let body = head + bytes("001100000001\(code)0") + length + field62
        return (Data([UInt8(body.count >> 8), UInt8(body.count & 0xFF)]) + body, request)
    }
}

/// A host that gives these answers one after the other, and then breaks the line.
private final class Recorded: Transport {
    struct Broken: Error {}

    private let answers: [Data]
    private let sent = Guarded<[Data]>([])

    init(_ answers: [Data]) {
        self.answers = answers
    }

    var requests: [Data] { sent { $0 } }

    func connect(timeoutMillis: Int64) -> any Connection { Line(host: self) }

    func answer(to request: Data) throws -> Data {
        let number = sent {
            $0.append(request)
            return $0.count - 1
        }
        guard answers.indices.contains(number) else { throw Broken() }
        return answers[number]
    }

    private final class Line: Connection {
        private let host: Recorded
        private let answer = Guarded<Data?>(nil)

        init(host: Recorded) {
            self.host = host
        }

        func send(_ bytes: Data) throws {
            let given = try host.answer(to: bytes)
            answer { $0 = given }
        }

        func receive(timeoutMillis: Int64) -> Received {
            answer { answer in
                defer { answer = nil }
                return answer.map(Received.bytes) ?? .ended
            }
        }

        func close() {}
    }
}

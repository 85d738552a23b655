import Annul
import Foundation
import XCTest

/// The simulated host, started as a program of its own; faults as it lists them.
final class TestHost: @unchecked Sendable {
    // Orders are given one at a time.
    private let lock = NSLock()
    private let program = Process()
    private let orders = Pipe()
    private let answers = Pipe()
    private var read = Data()
    private var port = 0

    init(_ faults: String...) throws {
        program.executableURL = URL(fileURLWithPath: try setting("ANNUL_SERVE"))
        program.arguments = faults
        program.standardInput = orders
        program.standardOutput = answers
        program.standardError = FileHandle.nullDevice
        try program.run()
        let listening = try line()
        port = try XCTUnwrap(listening.split(separator: ":").last.flatMap { Int($0) })
    }

    deinit {
        try? orders.fileHandleForWriting.close()
        program.waitUntilExit()
    }

    var transport: TcpTransport { TcpTransport(host: "127.0.0.1", port: port) }

    /// What it has sold and voided, in minor units.
    func books() throws -> Books {
        let numbers = try order("totals").split(separator: " ").compactMap { Int64($0) }
        guard numbers.count == 4 else { throw TestFailure.host("\(numbers)") }
        return Books(numbers[0], numbers[1], numbers[2], numbers[3])
    }

    /// Orders a fault while it runs.
    func fault(_ text: String) throws {
        let answer = try order("fault \(text)")
        guard answer == "fault ordered" else { throw TestFailure.host(answer) }
    }

    private func order(_ text: String) throws -> String {
        try lock.withLock {
            try orders.fileHandleForWriting.write(contentsOf: Data("\(text)\n".utf8))
            return try line()
        }
    }

    private func line() throws -> String {
        while true {
            if let end = read.firstIndex(of: 10) {
                defer { read = Data(read[(end + 1)...]) }
                return String(decoding: read[..<end], as: UTF8.self)
            }
            let more = answers.fileHandleForReading.availableData
            guard !more.isEmpty else { throw TestFailure.host("it ended") }
            read += more
        }
    }
}

struct Books: Equatable {
    static let empty = Books(0, 0, 0, 0)

    let sales, sold, voids, voided: Int64

    init(_ sales: Int64, _ sold: Int64, _ voids: Int64, _ voided: Int64) {
        (self.sales, self.sold, self.voids, self.voided) = (sales, sold, voids, voided)
    }
}

enum TestFailure: Error {
    case host(String)
    case setting(String)
    case tookTooLong
    case threwNothing
}

/// What `cargo xtask swift` tells the tests.
func setting(_ name: String) throws -> String {
    guard let value = ProcessInfo.processInfo.environment[name] else {
        throw TestFailure.setting("\(name) is not set: run cargo xtask swift")
    }
    return value
}

/// A file of the project.
func projectFile(_ path: String) throws -> URL {
    URL(fileURLWithPath: try setting("ANNUL_ROOT")).appendingPathComponent(path)
}

/// A folder for one test's journals, removed with it.
final class Folder: Sendable {
    let url = FileManager.default.temporaryDirectory
        .appendingPathComponent("annul-\(UUID().uuidString)")

    init() throws {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    func journal(_ name: String = "journal") -> URL { url.appendingPathComponent(name) }
}

let softwareKeys = Terminal.Security.software(masterKey: Data(repeating: 0x11, count: 16))

func makeSetup(
    _ journal: URL, _ transport: any Transport, security: Terminal.Security = softwareKeys,
    language: Language = .english, responseTimeout: Int64 = 1_500
) -> Setup {
    // Short times, so that a lost answer does not take a minute; long enough
    // for a machine that is busy.
    var timing = Timing.standard
    timing.responseTimeout = responseTimeout
    timing.reversalBackoff = 50
    timing.confirmationGuard = 200
    return Setup(
        terminalId: "12345678", merchantId: "123456789012345", journal: journal,
        transport: transport, security: security, timing: timing, language: language)
}

func track2() -> Card { .swiped(track2: Data("6224242900000113=28062019031013".utf8)) }

func makeSale(_ requestId: String, _ amount: Int64) -> SaleOrder {
    SaleOrder(requestId: requestId, amount: amount, card: track2())
}

func makeVoid(_ requestId: String, _ original: Int) -> VoidOrder {
    VoidOrder(
        requestId: requestId, original: original, supervisor: "00", reason: "customer-request")
}

/// A terminal that is signed in at a host, and is closed afterwards.
func story(
    _ faults: String..., on journal: URL? = nil, responseTimeout: Int64 = 1_500,
    tell: (Terminal, TestHost) async throws -> Void
) async throws {
    let host = try faults.first.map { try TestHost($0) } ?? TestHost()
    let folder = try Folder()
    try await withTerminal(
        makeSetup(
            journal ?? folder.journal(), host.transport, responseTimeout: responseTimeout)
    ) { terminal in
        let answer = try await terminal.signIn()
        XCTAssertEqual(answer, .yes(batch: 1))
        try await tell(terminal, host)
    }
}

/// Asks until it holds; fails after some seconds.
func eventually(_ holds: () async throws -> Bool) async throws {
    for _ in 0..<2_000 {
        if try await holds() { return }
        try await Task.sleep(nanoseconds: 10_000_000)
    }
    throw TestFailure.tookTooLong
}

/// A response timeout for tests that end the waiting themselves.
let patient: Int64 = 30_000

/// The error that this has to throw.
func failure(_ call: () async throws(AnnulError) -> Void) async throws -> AnnulError {
    do {
        try await call()
    } catch {
        return error
    }
    throw TestFailure.threwNothing
}

extension Outcome {
    /// The kind of outcome in one word, for comparisons.
    var word: String {
        switch self {
        case .approved: "approved"
        case .declined: "declined"
        case .notSent: "not sent"
        case .unknown(_, let undoing): "unknown, \(undoing)"
        }
    }
}

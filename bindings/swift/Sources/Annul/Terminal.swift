import Foundation
internal import AnnulGenerated

/// A card terminal over its journal.
///
/// It works on a queue of its own, one command at a time; commands that come
/// meanwhile wait. Cancelling a task changes nothing: the exchange goes on to its
/// end, because half an exchange is what this library is there to prevent, and
/// the call returns its outcome. ``cancel()`` is the way to have it undone.
///
/// ```swift
/// let terminal = try await Terminal.open(setup)
/// _ = try await terminal.signIn()
/// switch try await terminal.sale(order) {
/// case .approved(let sale): print("paid, voucher \(sale.trace)")
/// case .declined(let sale): print("declined, code \(sale.responseCode ?? "")")
/// case .notSent: print("nothing happened")
/// case .unknown(_, let undoing): print("no goods, no money: \(undoing)")
/// }
/// ```
///
/// A terminal that nobody holds any more is closed, soon but not at once: where
/// the journal is to be opened again, ``close()`` it or use
/// ``withTerminal(_:isolation:_:)``.
public final class Terminal: Sendable {
    private let worker: Worker

    private init(_ worker: Worker) {
        self.worker = worker
    }

    deinit {
        worker.abandon()
    }

    /// Reads the journal. Nothing is sent yet; the first command finishes what
    /// the last run left.
    ///
    /// - Throws: ``AnnulError/journal(_:)`` where the file is in use, is no
    ///   journal or another terminal's; ``AnnulError/invalid(_:)`` where the setup
    ///   is wrong.
    public static func open(_ setup: Setup) async throws(AnnulError) -> Terminal {
        Terminal(try await Worker.open(setup))
    }

    /// News for the operator: a stream of its own at each call, from now on. A
    /// slow listener loses the oldest, never the terminal time. It ends when the
    /// terminal is closed.
    public var progress: AsyncStream<Progress> { worker.news.stream }

    /// Fetches working keys and the batch number.
    public func signIn() async throws(AnnulError) -> Answered {
        try await answer { .signIn }
    }

    /// Asks the host whether it is there.
    public func echo() async throws(AnnulError) -> Answered {
        try await answer { .echo }
    }

    /// Sells. Returns when the outcome is known or, where it is not, when the
    /// reversal has come to rest. The same request id gives the same outcome.
    public func sale(_ order: SaleOrder) async throws(AnnulError) -> Outcome {
        try await outcome { .sale(sale: order.ffi) }
    }

    /// Voids a sale or a completion; returns as ``sale(_:)`` does.
    public func void(_ order: VoidOrder) async throws(AnnulError) -> Outcome {
        try await outcome { .void(void: order.ffi) }
    }

    /// Holds an amount on a card 预授权; returns as ``sale(_:)`` does.
    public func preauthorize(_ order: SaleOrder) async throws(AnnulError) -> Outcome {
        try await outcome { .preauthorize(hold: order.ffi) }
    }

    /// Takes what a pre-authorization holds, or a part of it; returns as
    /// ``sale(_:)`` does.
    public func complete(_ order: CompletionOrder) async throws(AnnulError) -> Outcome {
        try await outcome { .hold(hold: order.ffi) }
    }

    /// Lets go what a pre-authorization holds; returns as ``sale(_:)`` does.
    public func voidPreauthorization(
        _ order: PreauthorizationVoidOrder
    ) async throws(AnnulError) -> Outcome {
        try await outcome { .hold(hold: order.ffi) }
    }

    /// Gives back what a sale or a completion took, or a part of it. Where its
    /// outcome stays unknown nothing undoes it: ask the acquirer, then
    /// ``resolve(_:)``.
    public func refund(_ order: RefundOrder) async throws(AnnulError) -> Outcome {
        try await outcome { .refund(refund: order.ffi) }
    }

    /// Asks for the balance of a card 余额查询; nothing is recorded.
    public func balance(of card: Card, pin: Pin = .none) async throws(AnnulError) -> Balance {
        try await worker.command({ .balance(inquiry: inquiry(card, pin)) }) {
            (end) throws(AnnulError) in try Balance(end)
        }
    }

    /// Settles the batch, or goes on with a settlement that was begun. What is to
    /// be reversed or confirmed comes first.
    public func settle() async throws(AnnulError) -> Settlement {
        try await worker.command({ .settle }) { (end) throws(AnnulError) in try Settlement(end) }
    }

    /// Works until nothing is left to be reversed or confirmed; what is parked
    /// stays so.
    public func recover() async throws(AnnulError) -> Standing {
        try await worker.command({ .recover }) { [worker] (end) throws(AnnulError) in
            guard case .recovered = end else { throw .unexpected(end) }
            return try worker.readHere { Standing(try $0.standing()) }
        }
    }

    /// Ends a parked transaction, or a refund without an outcome, by a supervisor's
    /// word.
    public func resolve(_ resolution: Resolution) async throws(AnnulError) -> Outcome {
        try await outcome { .resolve(resolution: resolution.ffi) }
    }

    /// The outcome of a request, also while it is under way; nil where it was
    /// never begun.
    public func status(of requestId: String) async throws(AnnulError) -> Outcome? {
        try await worker.read { try $0.byRequest(request: requestId).map { Outcome($0) } }
    }

    /// The newest transaction of a trace number.
    public func transaction(trace: Int) async throws(AnnulError) -> Transaction? {
        let number = Int32(clamping: trace)
        return try await worker.read { try $0.byTrace(number: number).map { Transaction($0) } }
    }

    /// What may be done about the newest transaction of a trace number, and why not,
    /// by the rules that the command itself will meet. Nothing is begun.
    public func options(trace: Int) async throws(AnnulError) -> [Choice] {
        let number = Int32(clamping: trace)
        return try await worker.read { try $0.options(number: number).map { Choice($0) } }
    }

    /// Every transaction of the ledger, oldest first.
    public func transactions() async throws(AnnulError) -> [Transaction] {
        try await worker.read { try $0.transactions().map { Transaction($0) } }
    }

    /// What the batch adds up to.
    public func totals() async throws(AnnulError) -> Totals {
        try await worker.read { Totals(try $0.totals()) }
    }

    /// How the terminal stands.
    public func standing() async throws(AnnulError) -> Standing {
        try await worker.read { Standing(try $0.standing()) }
    }

    /// Wants the exchange under way undone, if it still can be: before it is sent
    /// nothing is sent, later it is reversed. The outcome says what became of it.
    @discardableResult
    public func cancel() -> CancelResult { worker.cancel() }

    /// Ends what is under way where it stands, as a power cut would, and returns
    /// when the journal is free. Commands that wait throw. What was unfinished is
    /// finished by the next terminal on the journal.
    public func close() async {
        await worker.close()
    }

    private func answer(
        _ input: @escaping @Sendable () -> AnnulGenerated.Input
    ) async throws(AnnulError) -> Answered {
        try await worker.command(input, read: { (end) throws(AnnulError) in try Answered(end) })
    }

    private func outcome(
        _ input: @escaping @Sendable () -> AnnulGenerated.Input
    ) async throws(AnnulError) -> Outcome {
        try await worker.command(input, read: { (end) throws(AnnulError) in try Outcome(end) })
    }
}

/// Opens a terminal, uses it, and closes it, also where `use` throws: when this
/// returns, the journal is free.
///
/// - Throws: ``AnnulError`` where it cannot be opened; else what `use` throws.
public func withTerminal<T: Sendable>(
    _ setup: Setup, isolation: isolated (any Actor)? = #isolation,
    _ use: (Terminal) async throws -> T
) async throws -> T {
    let terminal = try await Terminal.open(setup)
    do {
        let value = try await use(terminal)
        await terminal.close()
        return value
    } catch {
        await terminal.close()
        throw error
    }
}

/// What ``Terminal/cancel()`` could do.
public enum CancelResult: Hashable, Sendable {
    /// The wish was noted; the outcome says what became of it.
    case noted

    /// Nothing was under way.
    case nothingUnderWay
}

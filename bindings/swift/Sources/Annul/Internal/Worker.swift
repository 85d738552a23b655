import Foundation
internal import AnnulGenerated

/// The longest wait without a look at whether the exchange is to be undone.
private let slice: Int64 = 100

/// Does what the terminal asks, on a queue of its own: step, carry out the
/// outputs, give back what came of them, until it rests. Everything of the
/// app's is called through ``Callbacks``, where nothing that is thrown can pass
/// for success.
///
/// ```text
///  commands ──> queue ──> drive: step, carry out, step, ... ──> the caller goes on
///  reads ─────> reading ──> the terminal, between two steps
/// ```
///
/// No thread of Swift's own pool waits here.
final class Worker: @unchecked Sendable {
    private struct State {
        var terminal: AnnulGenerated.Terminal?
        var commands = 0
        var cancelWanted = false
        var isClosing = false
    }

    let news = News()
    private let state: Guarded<State>
    private let callbacks: Callbacks
    private let clock = Clock()
    private let queue: DispatchQueue
    private let reading = DispatchQueue(label: "annul.reading")
    // Used on the queue only.
    private var wake: DispatchWorkItem?

    private init(_ terminal: AnnulGenerated.Terminal, _ setup: Setup, _ queue: DispatchQueue) {
        state = Guarded(State(terminal: terminal))
        callbacks = Callbacks(setup) { [news] in news.tell($0) }
        self.queue = queue
    }

    static func open(_ setup: Setup) async throws(AnnulError) -> Worker {
        let queue = DispatchQueue(label: "annul")
        return try await running(on: queue) { () throws(AnnulError) in
            let terminal = try calling { try AnnulGenerated.Terminal.open(setup: setup.ffi) }
            return Worker(terminal, setup, queue)
        }
    }

    /// Queues a command; `read` turns its end into what the caller wants. The
    /// input is made when its turn has come, so that card data wait in one place.
    func command<T: Sendable>(
        _ input: @escaping @Sendable () -> AnnulGenerated.Input,
        read: @escaping @Sendable (AnnulGenerated.Finish) throws(AnnulError) -> T
    ) async throws(AnnulError) -> T {
        state { $0.commands += 1 }
        return try await running(on: queue) { () throws(AnnulError) in
            defer {
                self.state {
                    $0.commands -= 1
                    if $0.commands == 0 { $0.cancelWanted = false }
                }
            }
            return try read(self.end(self.drive(input())))
        }
    }

    /// Asks the terminal something that changes nothing.
    func read<T: Sendable>(
        _ ask: @escaping @Sendable (AnnulGenerated.Terminal) throws -> T
    ) async throws(AnnulError) -> T {
        try await running(on: reading) { () throws(AnnulError) in
            let terminal = try self.terminal()
            return try calling { try ask(terminal) }
        }
    }

    /// The same, on the queue, at the end of a command.
    func readHere<T>(_ ask: (AnnulGenerated.Terminal) throws -> T) throws(AnnulError) -> T {
        let terminal = try terminal()
        return try calling { try ask(terminal) }
    }

    func cancel() -> CancelResult {
        state {
            guard $0.commands > 0 else { return .nothingUnderWay }
            $0.cancelWanted = true
            return .noted
        }
    }

    /// Returns when the journal is free.
    func close() async {
        stop()
        await withCheckedContinuation { waiting in
            queue.async {
                self.free()
                waiting.resume()
            }
        }
    }

    /// The same without waiting.
    func abandon() {
        stop()
        queue.async { self.free() }
    }

    private func stop() {
        state { $0.isClosing = true }
        callbacks.interrupt()
    }

    private func free() {
        wake?.cancel()
        // A read that began before has the terminal in its hands.
        reading.sync {}
        state { $0.terminal = nil }
        news.finish()
    }

    private func terminal() throws(AnnulError) -> AnnulGenerated.Terminal {
        guard let terminal = state({ $0.isClosing ? nil : $0.terminal }) else { throw .closed }
        return terminal
    }
}

// The loop.
extension Worker {
    private func end(
        _ finish: AnnulGenerated.Finish?
    ) throws(AnnulError) -> AnnulGenerated.Finish {
        switch finish {
        case nil: throw .broken("a command has no end; open the journal again and recover")
        case .failed(let error): throw AnnulError(error)
        case let finish?: return finish
        }
    }

    /// Works from one input until the terminal rests.
    private func drive(_ first: AnnulGenerated.Input) throws(AnnulError) -> AnnulGenerated.Finish? {
        wake?.cancel()
        defer { callbacks.hangUp() }
        var finish: AnnulGenerated.Finish?
        var answers: [AnnulGenerated.Input] = []
        var input = first
        while true {
            let terminal = try terminal()
            let outputs = try calling { try terminal.step(now: clock.now, input: input) }
            let until = outputs.last.flatMap(deadline)
            for output in outputs {
                if case .finished(let end) = output { finish = end }
                if case .rest(let until) = output {
                    if let until { wake(at: until) }
                    return finish
                }
                if let answer = carryOut(output, until) { answers.append(answer) }
            }
            input = next(&answers, until)
        }
    }

    private func carryOut(
        _ output: AnnulGenerated.Output, _ until: Int64?
    ) -> AnnulGenerated.Input? {
        switch output {
        case .connect(let link):
            return callbacks.connect(link, timeoutMillis: left(until))
        case .send(let link, let frame):
            return callbacks.send(link, frame)
        case .close:
            callbacks.hangUp()
            return nil
        case .enterPin(let question, let card):
            return callbacks.enterPin(question, card: card)
        case .encryptPin(let question, let number):
            return callbacks.encryptPin(question, number: number)
        case .encryptTrack(let question, let track):
            return callbacks.encryptTrack(question, track: track)
        case .computeMac(let question, let message):
            return callbacks.computeMac(question, message: message)
        case .loadKeys(let question, let keys):
            return callbacks.loadKeys(question, keys: keys)
        case .sealCard(let question, let number, let expiry, let nonce):
            return callbacks.sealCard(question, number: number, expiry: expiry, nonce: nonce)
        case .openCard(let question, let sealed):
            return callbacks.openCard(question, sealed: sealed)
        case .progress(let progress, let text):
            news.tell(Terminal.Progress(progress, text: text, now: clock.millis))
            return nil
        case .finished, .wait, .rest:
            return nil
        }
    }

    private func next(
        _ answers: inout [AnnulGenerated.Input], _ until: Int64?
    ) -> AnnulGenerated.Input {
        let isCancelled = state { state in
            defer { state.cancelWanted = false }
            return state.cancelWanted
        }
        if isCancelled { return .cancel }
        if !answers.isEmpty { return answers.removeFirst() }
        return callbacks.wait(millis: min(left(until), slice)) ?? .tick
    }

    private func left(_ until: Int64?) -> Int64 {
        max((until ?? 0) - clock.millis, 0)
    }

    /// What is parked or provisional is tried again without a command. What goes
    /// wrong then goes wrong for the next command too, and is thrown there.
    private func wake(at millis: Int64) {
        let work = DispatchWorkItem { [weak self] in _ = try? self?.drive(.tick) }
        wake = work
        let wait = Int(clamping: left(millis) + 1)
        queue.asyncAfter(deadline: .now() + .milliseconds(wait), execute: work)
    }
}

private func deadline(_ output: AnnulGenerated.Output) -> Int64? {
    if case .wait(let until) = output { until } else { nil }
}

/// Runs something that blocks on a queue of its own; the task waits without a thread.
private func running<T: Sendable>(
    on queue: DispatchQueue, _ work: @escaping @Sendable () throws(AnnulError) -> T
) async throws(AnnulError) -> T {
    let result: Result<T, AnnulError> = await withCheckedContinuation { waiting in
        queue.async { waiting.resume(returning: Result(catching: work)) }
    }
    return try result.get()
}

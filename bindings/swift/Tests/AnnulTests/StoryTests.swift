import Annul
import XCTest

/// The story of a till, against the simulated host over TCP.
final class StoryTests: XCTestCase {
    func testASaleIsVoidedAndBothBooksAgree() async throws {
        try await story { terminal, host in
            let sold = try await terminal.sale(makeSale("a", 12_34))
            XCTAssertEqual(sold.word, "approved")
            XCTAssertEqual(sold.transaction.card, "622424******0113")
            let voided = try await terminal.void(makeVoid("b", sold.transaction.trace))
            XCTAssertEqual(voided.word, "approved")
            XCTAssertEqual(voided.transaction.kind, .void)
            XCTAssertEqual(voided.transaction.original, sold.transaction.id)
            let sale = try await terminal.transaction(trace: sold.transaction.trace)
            XCTAssertEqual(sale?.status, .voided)
            XCTAssertEqual(try host.books(), Books(1, 12_34, 1, 12_34))
            let totals = try await terminal.totals()
            XCTAssertEqual(
                [Int64(totals.debitCount), totals.debitAmount, Int64(totals.creditCount),
                    totals.creditAmount],
                [1, 12_34, 1, 12_34])
            let standing = try await terminal.standing()
            XCTAssertTrue(standing.isSignedIn)
            XCTAssertEqual([standing.batch, standing.unresolved, standing.parked], [1, 0, 0])
            let all = try await terminal.transactions()
            XCTAssertEqual(all.map(\.kind), [.sale, .void])
            guard case .yes = try await terminal.echo() else { return XCTFail("no echo") }
        }
    }

    func testALostAnswerIsUnknownReversedAndTheSameForTheSameId() async throws {
        try await story("drop-answer@sale") { terminal, host in
            let lost = try await terminal.sale(makeSale("a", 500))
            XCTAssertEqual(lost.word, "unknown, done")
            XCTAssertEqual(lost.transaction.reversalReason, "98")
            let again = try await terminal.sale(makeSale("a", 500))
            XCTAssertEqual(again, lost)
            XCTAssertEqual(try host.books(), .empty)
            let known = try await terminal.status(of: "a")
            XCTAssertEqual(known, lost)
            let never = try await terminal.status(of: "never")
            XCTAssertNil(never)
        }
    }

    func testALostAnswerToAVoidIsUndoneAndTheSaleStandsAndCanBeVoidedAgain() async throws {
        try await story("drop-answer@void") { terminal, host in
            let sold = try await terminal.sale(makeSale("a", 500)).transaction
            let lost = try await terminal.void(makeVoid("b", sold.trace))
            XCTAssertEqual(lost.word, "unknown, done")
            XCTAssertEqual(try host.books(), Books(1, 500, 0, 0))
            let standing = try await terminal.transaction(trace: sold.trace)
            XCTAssertEqual(standing?.status, .approved)
            let voided = try await terminal.void(makeVoid("c", sold.trace))
            XCTAssertEqual(voided.word, "approved")
            XCTAssertEqual(try host.books(), Books(1, 500, 1, 500))
        }
    }

    func testADeclinedSaleIsAValueWithTheHostsCode() async throws {
        try await story("decline=51@sale") { terminal, host in
            let declined = try await terminal.sale(makeSale("a", 500))
            XCTAssertEqual(declined.word, "declined")
            XCTAssertEqual(declined.transaction.responseCode, "51")
            XCTAssertEqual(try host.books(), .empty)
        }
    }

    func testAVoidUnderWayWhenTheAppEndsIsReversedOnTheSameJournalAndThenDone() async throws {
        let host = try TestHost("drop-answer@void")
        let folder = try Folder()
        let first = try await Terminal.open(
            makeSetup(folder.journal(), host.transport, responseTimeout: patient))
        _ = try await first.signIn()
        let sold = try await first.sale(makeSale("a", 700)).transaction
        let cut = Task { try await first.void(makeVoid("b", sold.trace)) }
        try await eventually { try host.books().voids == 1 }
        await first.close()
        let end = await cut.result
        XCTAssertThrowsError(try end.get()) { error in
            XCTAssertEqual((error as? AnnulError)?.advice, .reopen)
        }
        XCTAssertEqual(try host.books(), Books(1, 700, 1, 700))

        let second = try await Terminal.open(makeSetup(folder.journal(), host.transport))
        let pending = try await second.status(of: "b")
        XCTAssertEqual(pending?.word, "unknown, pending")
        let standing = try await second.recover()
        XCTAssertEqual(standing.unresolved, 0)
        let done = try await second.status(of: "b")
        XCTAssertEqual(done?.word, "unknown, done")
        XCTAssertEqual(done?.transaction.status, .reversed)
        XCTAssertEqual(try host.books(), Books(1, 700, 0, 0))
        let voided = try await second.void(makeVoid("c", sold.trace))
        XCTAssertEqual(voided.word, "approved")
        XCTAssertEqual(try host.books(), Books(1, 700, 1, 700))
        await second.close()
    }

    func testProgressTellsWhatAnOperatorMayKnow() async throws {
        try await story("drop-answer@sale") { terminal, _ in
            let news = terminal.progress
            _ = try await terminal.sale(makeSale("a", 500))
            await terminal.close()
            var attempts: [Int] = []
            var texts: [String] = []
            for await one in news {
                if case .reversing(_, let attempt, _) = one { attempts.append(attempt) }
                texts.append(one.text)
            }
            XCTAssertEqual(attempts.first, 1, "\(texts)")
            XCTAssertFalse(texts.contains(""))
        }
    }

    func testATaskThatIsCancelledDoesNotCutAnExchangeInHalf() async throws {
        try await story("delay=1s@sale", responseTimeout: patient) { terminal, host in
            let selling = Task { try await terminal.sale(makeSale("a", 300)) }
            try await eventually { try await terminal.status(of: "a") != nil }
            selling.cancel()
            let outcome = try await selling.value
            XCTAssertEqual(outcome.word, "approved")
            XCTAssertEqual(try host.books(), Books(1, 300, 0, 0))
        }
    }

    func testCancelHasTheExchangeUndone() async throws {
        try await story("delay=2s@sale", responseTimeout: patient) { terminal, host in
            XCTAssertEqual(terminal.cancel(), .nothingUnderWay)
            let selling = Task { try await terminal.sale(makeSale("a", 300)) }
            try await eventually { try await terminal.status(of: "a") != nil }
            XCTAssertEqual(terminal.cancel(), .noted)
            let undone = try await selling.value
            XCTAssertEqual(undone.word, "unknown, done")
            XCTAssertEqual(try host.books(), .empty)
        }
    }

    func testWhatWaitsForItsConfirmationIsConfirmedWithoutACommand() async throws {
        try await story("drop-request@sale") { terminal, host in
            let unknown = try await terminal.sale(makeSale("a", 300))
            XCTAssertEqual(unknown.word, "unknown, pending")
            XCTAssertEqual(unknown.transaction.status, .provisional)
            try await eventually { try await terminal.status(of: "a")?.word == "unknown, done" }
            XCTAssertEqual(try host.books(), .empty)
        }
    }

    func testCommandsThatWaitWhenTheTerminalIsClosedAreTold() async throws {
        try await story("delay=20s@sale", responseTimeout: patient) { terminal, _ in
            let selling = Task {
                try await failure { () throws(AnnulError) in
                    _ = try await terminal.sale(makeSale("a", 300))
                }
            }
            // Only once the sale is under way: tasks begin in any order, and an echo
            // before it would be answered.
            try await eventually { try await terminal.status(of: "a") != nil }
            let asking = Task {
                try await failure { () throws(AnnulError) in _ = try await terminal.echo() }
            }
            await terminal.close()
            for waiting in [selling, asking] {
                let told = try await waiting.value
                XCTAssertEqual(told.code, 902)
                XCTAssertEqual(told.advice, .reopen)
            }
        }
    }

    func testATerminalThatNobodyHoldsFreesItsJournal() async throws {
        let host = try TestHost()
        let folder = try Folder()
        let setup = makeSetup(folder.journal(), host.transport)
        var terminal: Terminal? = try await Terminal.open(setup)
        _ = try await terminal?.signIn()
        terminal = nil
        try await eventually { (try? await Terminal.open(setup)) != nil }
    }

    func testOperatorsReadItInTheirLanguage() async throws {
        let host = try TestHost()
        let folder = try Folder()
        let setup = makeSetup(folder.journal(), host.transport, language: .chinese)
        try await withTerminal(setup) { terminal in
            _ = try await terminal.signIn()
            let sold = try await terminal.sale(makeSale("a", 1))
            XCTAssertEqual(sold.transaction.text, "交易成功")
        }
    }

    func testMisuseIsAnErrorWithANumberAndAdvice() async throws {
        let folder = try Folder()
        try await story(on: folder.journal()) { terminal, host in
            let refused = try await failure { () throws(AnnulError) in
                _ = try await terminal.void(makeVoid("v", 77))
            }
            XCTAssertEqual(refused.code, 309)
            XCTAssertEqual(refused.advice, .askOperator)
            XCTAssertEqual(
                refused.localizedDescription,
                "no transaction has this trace number; look it up on the slip")
            guard case .refused = refused else { return XCTFail("\(refused)") }
            let form = try await failure { () throws(AnnulError) in
                _ = try await terminal.sale(makeSale("a b", 1))
            }
            XCTAssertEqual(form.code, 200)
            guard case .invalid = form else { return XCTFail("\(form)") }
            let setup = makeSetup(folder.journal(), host.transport)
            let inUse = try await failure { () throws(AnnulError) in
                _ = try await Terminal.open(setup)
            }
            XCTAssertEqual(inUse.code, 550)
            guard case .journal = inUse else { return XCTFail("\(inUse)") }
        }
    }

    func testATerminalThatWasClosedSaysSo() async throws {
        let host = try TestHost()
        let folder = try Folder()
        let terminal = try await Terminal.open(makeSetup(folder.journal(), host.transport))
        await terminal.close()
        await terminal.close()
        let command = try await failure { () throws(AnnulError) in _ = try await terminal.signIn() }
        let reading = try await failure { () throws(AnnulError) in
            _ = try await terminal.status(of: "a")
        }
        XCTAssertEqual([command.code, reading.code], [902, 902])
        var news = terminal.progress.makeAsyncIterator()
        let nothing = await news.next()
        XCTAssertNil(nothing)
    }
}

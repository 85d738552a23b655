import Annul
import XCTest

/// What is beyond sale and void, against the simulated host over TCP.
final class KindsTests: XCTestCase {
    func testAHoldIsCompletedInPartAndTheCompletionVoided() async throws {
        try await story { terminal, host in
            let held = try await terminal.preauthorize(makeSale("h", 100_00))
            XCTAssertEqual(held.word, "approved")
            XCTAssertEqual(held.transaction.kind, .preauthorization)
            XCTAssertEqual(try host.books(), .empty)
            let order = try makeCompletion("c", of: held.transaction, 80_00)
            let taken = try await terminal.complete(order)
            XCTAssertEqual(taken.word, "approved")
            XCTAssertEqual(taken.transaction.original, held.transaction.id)
            let hold = try await terminal.transaction(trace: held.transaction.trace)
            XCTAssertEqual(hold?.status, .completed)
            let voided = try await terminal.void(makeVoid("v", taken.transaction.trace))
            XCTAssertEqual(voided.word, "approved")
            XCTAssertEqual(voided.transaction.kind, .completionVoid)
            XCTAssertEqual(try host.books(), Books(1, 80_00, 1, 80_00))
            let totals = try await terminal.totals()
            XCTAssertEqual([totals.debitAmount, totals.creditAmount], [80_00, 80_00])
            let again = try await terminal.complete(order)
            XCTAssertEqual(again.transaction.trace, taken.transaction.trace)
        }
    }

    func testAHoldIsLetGoAndThenNothingCanBeTakenOfIt() async throws {
        try await story { terminal, _ in
            let held = try await terminal.preauthorize(makeSale("h", 50_00)).transaction
            let before = try await terminal.options(trace: held.trace)
            XCTAssertEqual(before.map(\.kind), [.preauthorizationVoid, .completion])
            XCTAssertEqual(before.map(\.refusal), [nil, nil])
            let gone = try await terminal.voidPreauthorization(
                PreauthorizationVoidOrder(
                    requestId: "v", authorization: try XCTUnwrap(held.authorization),
                    date: try XCTUnwrap(held.date), amount: 50_00, card: track2(),
                    approval: Approval(supervisor: "00", reason: "customer-request")))
            XCTAssertEqual(gone.word, "approved")
            XCTAssertEqual(gone.transaction.kind, .preauthorizationVoid)
            let after = try await terminal.options(trace: held.trace)
            XCTAssertEqual(after.last?.refusal?.code, 320)
            let order = try makeCompletion("c", of: held, 1_00)
            let refused = try await failure { () throws(AnnulError) in
                _ = try await terminal.complete(order)
            }
            XCTAssertEqual(refused, after.last?.refusal)
            XCTAssertEqual(after.last?.text, "This pre-authorization is voided already")
        }
    }

    func testARefundWithoutAnAnswerIsResolvedAndTheBatchBalances() async throws {
        try await story("drop-answer@refund") { terminal, _ in
            let sold = try await terminal.sale(makeSale("a", 12_34)).transaction
            let lost = try await terminal.refund(makeRefund("r", .trace(sold.trace), 2_34))
            XCTAssertEqual(lost.word, "unknown, never")
            XCTAssertEqual(lost.transaction.status, .unresolved)
            let standing = try await terminal.standing()
            XCTAssertEqual(standing.parked, 1)
            let resolved = try await terminal.resolve(
                Resolution(requestId: "r", supervisor: "00", verdict: .approved, note: "asked"))
            XCTAssertEqual(resolved.word, "approved")
            XCTAssertEqual(resolved.transaction.status, .resolvedApproved)
            let slip = RefundOf.slip(
                reference: try XCTUnwrap(sold.reference), date: try XCTUnwrap(sold.date))
            let rest = try await terminal.refund(makeRefund("s", slip, 10_00))
            XCTAssertEqual(rest.word, "approved")
            XCTAssertEqual(rest.transaction.original, sold.id)
            let more = try await failure { () throws(AnnulError) in
                _ = try await terminal.refund(makeRefund("t", slip, 1))
            }
            XCTAssertEqual(more.code, 326)
            let settled = try await terminal.settle()
            XCTAssertEqual(settled.found, .equal)
            XCTAssertEqual([settled.batch, settled.next], [1, 2])
            XCTAssertEqual(settled.domestic.debitAmount, 12_34)
            XCTAssertEqual(settled.domestic.creditCount, 2)
            XCTAssertEqual(settled.domestic.creditAmount, 12_34)
            XCTAssertEqual(settled.foreign.debitCount, 0)
            XCTAssertEqual(settled.told, [])
            let sale = try await terminal.sale(makeSale("b", 1_00))
            XCTAssertEqual(sale.transaction.batch, 2)
        }
    }

    func testAWrongWordOnARefundShowsWhenTheBatchIsSettled() async throws {
        try await story("drop-answer@refund") { terminal, _ in
            let sold = try await terminal.sale(makeSale("a", 5_00)).transaction
            _ = try await terminal.refund(makeRefund("r", .trace(sold.trace), 5_00))
            _ = try await terminal.resolve(
                Resolution(requestId: "r", supervisor: "00", verdict: .reversed))
            let settled = try await terminal.settle()
            XCTAssertEqual(settled.found, .unequal)
            XCTAssertEqual(settled.told, [sold.id])
            XCTAssertEqual(settled.next, 2)
        }
    }

    func testASettlementWithoutAnAnswerIsGoneOnWith() async throws {
        try await story("drop-answer@settlement#1..3") { terminal, _ in
            _ = try await terminal.sale(makeSale("a", 5_00))
            let begun = try await terminal.settle()
            XCTAssertEqual(begun.found, .notAnswered)
            XCTAssertNil(begun.next)
            let refused = try await failure { () throws(AnnulError) in
                _ = try await terminal.sale(makeSale("b", 1))
            }
            XCTAssertEqual(refused.code, 328)
            let settled = try await terminal.settle()
            XCTAssertEqual(settled.next, 2)
        }
    }

    func testABalanceIsAskedForAndNothingIsRecorded() async throws {
        try await story { terminal, _ in
            let before = try await terminal.balance(of: track2())
            XCTAssertEqual(before.responseCode, "00")
            XCTAssertEqual(before.amount, 1_000_000_00)
            let all = try await terminal.transactions()
            XCTAssertEqual(all, [])
        }
    }

    func testWhatIsNoDateIsRefusedWithANumber() async throws {
        try await story { terminal, _ in
            let refused = try await failure { () throws(AnnulError) in
                _ = try await terminal.complete(
                    CompletionOrder(
                        requestId: "c", authorization: "123456", date: "1301", amount: 1,
                        card: track2()))
            }
            XCTAssertEqual(refused.code, 212)
        }
    }
}

private func makeCompletion(
    _ requestId: String, of held: Terminal.Transaction, _ amount: Int64
) throws -> CompletionOrder {
    CompletionOrder(
        requestId: requestId, authorization: try XCTUnwrap(held.authorization),
        date: try XCTUnwrap(held.date), amount: amount, card: track2())
}

private func makeRefund(_ requestId: String, _ of: RefundOf, _ amount: Int64) -> RefundOrder {
    RefundOrder(
        requestId: requestId, of: of, amount: amount, card: track2(),
        approval: Approval(supervisor: "00", reason: "goods-returned"))
}

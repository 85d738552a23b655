import Annul

// ANCHOR: void
func voidSale(_ setup: Setup, requestId: String, voucher: Int) async throws -> String {
    try await withTerminal(setup) { terminal in
        _ = try await terminal.signIn()
        let order = VoidOrder(
            requestId: requestId, original: voucher, supervisor: "00", reason: "customer-request")
        return switch try await terminal.void(order) {
        case .approved(let void): "voided, reference \(void.reference ?? "none")"
        case .declined(let void): "declined, code \(void.responseCode ?? "none")"
        case .notSent: "not sent, the sale stands"
        case .unknown(_, let undoing): "no answer; the void is undone, the sale stands: \(undoing)"
        }
    }
}
// ANCHOR_END: void

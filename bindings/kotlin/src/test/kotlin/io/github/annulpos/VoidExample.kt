package io.github.annulpos

// ANCHOR: void
suspend fun voidSale(setup: Setup, requestId: String, voucher: Int): String =
    Terminal.open(setup).use { terminal ->
        terminal.signIn()
        val order = VoidOrder(requestId, voucher, supervisor = "00", reason = "customer-request")
        when (val outcome = terminal.void(order)) {
            is Outcome.Approved -> "voided, reference ${outcome.transaction.reference}"
            is Outcome.Declined -> "declined, code ${outcome.transaction.responseCode}"
            is Outcome.NotSent -> "not sent, the sale stands"
            is Outcome.Unknown -> "no answer; the void is undone, the sale stands: ${outcome.undoing}"
        }
    }
// ANCHOR_END: void

package io.github.annulpos.internal

import io.github.annulpos.Advice
import io.github.annulpos.AnnulException
import io.github.annulpos.internal.ffi.InternalException
import io.github.annulpos.internal.ffi.Advice as FfiAdvice
import io.github.annulpos.internal.ffi.AnnulException as FfiException

/** Calls into Rust: its errors, and its panics, come out as [AnnulException]. */
internal fun <T> calling(call: () -> T): T = try {
    call()
} catch (error: FfiException) {
    throw error.toFacade()
} catch (panic: InternalException) {
    val message = "annul failed: ${panic.message}; open the journal again and recover"
    throw AnnulException(900, message, Advice.REOPEN, panic)
} catch (closed: IllegalStateException) {
    throw AnnulException(902, "the terminal was closed; open its journal again", Advice.REOPEN, closed)
}

internal fun FfiException.toFacade(): AnnulException = when (this) {
    is FfiException.Failed -> AnnulException(code, what, advice.toFacade())
}

private fun FfiAdvice.toFacade(): Advice = when (this) {
    FfiAdvice.RETRY_SAME -> Advice.RETRY_SAME
    FfiAdvice.RECOVER_FIRST -> Advice.RECOVER_FIRST
    FfiAdvice.SIGN_IN -> Advice.SIGN_IN
    FfiAdvice.ASK_OPERATOR -> Advice.ASK_OPERATOR
    FfiAdvice.FIX_CONFIGURATION -> Advice.FIX_CONFIGURATION
    FfiAdvice.REOPEN -> Advice.REOPEN
    FfiAdvice.CALL_SUPPORT -> Advice.CALL_SUPPORT
}

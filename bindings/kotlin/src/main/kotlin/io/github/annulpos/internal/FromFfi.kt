package io.github.annulpos.internal

import io.github.annulpos.Choice
import io.github.annulpos.Compared
import io.github.annulpos.Kind
import io.github.annulpos.Outcome
import io.github.annulpos.Progress
import io.github.annulpos.RefusedDetail
import io.github.annulpos.Settlement
import io.github.annulpos.SettlementStage
import io.github.annulpos.Standing
import io.github.annulpos.Status
import io.github.annulpos.Totals
import io.github.annulpos.Transaction
import io.github.annulpos.Undoing
import io.github.annulpos.internal.ffi.Discrepancy
import io.github.annulpos.internal.ffi.OutcomeKind
import io.github.annulpos.internal.ffi.SignedIn
import io.github.annulpos.internal.ffi.Choice as FfiChoice
import io.github.annulpos.internal.ffi.Compared as FfiCompared
import io.github.annulpos.internal.ffi.Kind as FfiKind
import io.github.annulpos.internal.ffi.Progress as FfiProgress
import io.github.annulpos.internal.ffi.Settlement as FfiSettlement
import io.github.annulpos.internal.ffi.SettlementStage as FfiStage
import io.github.annulpos.internal.ffi.Standing as FfiStanding
import io.github.annulpos.internal.ffi.Status as FfiStatus
import io.github.annulpos.internal.ffi.Totals as FfiTotals
import io.github.annulpos.internal.ffi.Transaction as FfiTransaction
import io.github.annulpos.internal.ffi.Undoing as FfiUndoing

internal fun FfiTransaction.toOutcome(): Outcome = toFacade().let {
    when (outcome) {
        OutcomeKind.APPROVED -> Outcome.Approved(it)
        OutcomeKind.DECLINED -> Outcome.Declined(it)
        OutcomeKind.NOT_SENT -> Outcome.NotSent(it)
        OutcomeKind.UNKNOWN -> Outcome.Unknown(it, undoing.toFacade())
    }
}

internal fun FfiTransaction.toFacade(): Transaction = Transaction(
    id = id,
    kind = kind.toFacade(),
    status = status.toFacade(),
    amount = amount,
    trace = trace,
    batch = batch,
    date = date,
    card = card,
    reference = reference,
    authorization = authorization,
    responseCode = responseCode,
    original = original,
    reversalReason = reversalReason,
    isUnknownToHost = when (discrepancy) {
        Discrepancy.NONE -> false
        Discrepancy.NOT_FOUND_AT_HOST -> true
    },
    text = text,
)

internal fun FfiTotals.toFacade(): Totals =
    Totals(debitCount, debitAmount, creditCount, creditAmount)

internal fun FfiSettlement.toFacade(): Settlement = Settlement(
    batch = batch,
    domestic = domestic.toFacade(),
    foreign = foreign.toFacade(),
    found = when (found) {
        FfiCompared.EQUAL -> Compared.EQUAL
        FfiCompared.UNEQUAL -> Compared.UNEQUAL
        FfiCompared.NOT_ANSWERED -> Compared.NOT_ANSWERED
    },
    told = told,
    refused = refused.map { RefusedDetail(it.transaction, it.responseCode) },
    open = open,
    next = next,
)

internal fun FfiChoice.toFacade(): Choice = Choice(kind.toFacade(), refusal?.toFacade(), text)

internal fun FfiStanding.toFacade(): Standing = Standing(
    isSignedIn = when (signedIn) {
        SignedIn.YES -> true
        SignedIn.NO -> false
    },
    batch = batch,
    unresolved = unresolved,
    parked = parked,
)

internal fun FfiProgress.toFacade(text: String, now: Long): Progress = when (this) {
    is FfiProgress.Outcome -> Progress.Reached(transaction.toFacade(), text)
    is FfiProgress.Reversing -> Progress.Reversing(transaction.toFacade(), attempt, text)
    is FfiProgress.Waiting ->
        Progress.Waiting(transaction.toFacade(), (until - now).coerceAtLeast(0), text)
    is FfiProgress.SigningIn -> Progress.SigningIn(text)
    is FfiProgress.SignedIn -> Progress.SignedIn(batch, text)
    is FfiProgress.SignInFailed -> Progress.SignInFailed(responseCode, text)
    is FfiProgress.EchoAnswered -> Progress.EchoAnswered(text)
    is FfiProgress.EchoFailed -> Progress.EchoFailed(text)
    is FfiProgress.Balance -> Progress.BalanceAnswered(responseCode, minor, text)
    is FfiProgress.Settling -> Progress.Settling(stage.toFacade(), text)
    is FfiProgress.BatchClosed -> Progress.BatchClosed(next, text)
    is FfiProgress.NotSettled -> Progress.NotSettled(responseCode, text)
    is FfiProgress.Attention -> Progress.Attention(transaction.toFacade(), text)
    is FfiProgress.StorageFault -> Progress.StorageFault(text)
    is FfiProgress.Refused -> Progress.Refused(code, text)
    is FfiProgress.KeysRefused -> Progress.KeysRefused(code, text)
}

private fun FfiKind.toFacade(): Kind = when (this) {
    FfiKind.SALE -> Kind.SALE
    FfiKind.VOID -> Kind.VOID
    FfiKind.PREAUTHORIZATION -> Kind.PREAUTHORIZATION
    FfiKind.PREAUTHORIZATION_VOID -> Kind.PREAUTHORIZATION_VOID
    FfiKind.COMPLETION -> Kind.COMPLETION
    FfiKind.COMPLETION_VOID -> Kind.COMPLETION_VOID
    FfiKind.REFUND -> Kind.REFUND
    FfiKind.BALANCE_INQUIRY -> Kind.BALANCE_INQUIRY
}

private fun FfiStage.toFacade(): SettlementStage = when (this) {
    FfiStage.COMPARING -> SettlementStage.COMPARING
    FfiStage.BALANCED -> SettlementStage.BALANCED
    FfiStage.UPLOADING -> SettlementStage.UPLOADING
}

private fun FfiUndoing.toFacade(): Undoing = when (this) {
    FfiUndoing.PENDING -> Undoing.PENDING
    FfiUndoing.DONE -> Undoing.DONE
    FfiUndoing.PARKED -> Undoing.PARKED
    FfiUndoing.NEVER -> Undoing.NEVER
}

private fun FfiStatus.toFacade(): Status = when (this) {
    FfiStatus.PENDING -> Status.PENDING
    FfiStatus.APPROVED -> Status.APPROVED
    FfiStatus.VOID_PENDING -> Status.VOID_PENDING
    FfiStatus.VOIDED -> Status.VOIDED
    FfiStatus.COMPLETION_PENDING -> Status.COMPLETION_PENDING
    FfiStatus.COMPLETED -> Status.COMPLETED
    FfiStatus.DECLINED -> Status.DECLINED
    FfiStatus.NOT_SENT -> Status.NOT_SENT
    FfiStatus.REVERSING -> Status.REVERSING
    FfiStatus.PROVISIONAL -> Status.PROVISIONAL
    FfiStatus.CONFIRMING -> Status.CONFIRMING
    FfiStatus.PARKED -> Status.PARKED
    FfiStatus.UNRESOLVED -> Status.UNRESOLVED
    FfiStatus.REVERSED -> Status.REVERSED
    FfiStatus.RESOLVED_APPROVED -> Status.RESOLVED_APPROVED
    FfiStatus.RESOLVED_REVERSED -> Status.RESOLVED_REVERSED
}

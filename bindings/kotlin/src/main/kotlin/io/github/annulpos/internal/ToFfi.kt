package io.github.annulpos.internal

import io.github.annulpos.Card
import io.github.annulpos.CompletionOrder
import io.github.annulpos.KeyRequest
import io.github.annulpos.Language
import io.github.annulpos.MacAlgorithm
import io.github.annulpos.MasterCipher
import io.github.annulpos.Pin
import io.github.annulpos.PinPadException
import io.github.annulpos.PinPadFault
import io.github.annulpos.PreauthorizationVoidOrder
import io.github.annulpos.RefundOf
import io.github.annulpos.RefundOrder
import io.github.annulpos.Resolution
import io.github.annulpos.SaleOrder
import io.github.annulpos.Security
import io.github.annulpos.Setup
import io.github.annulpos.Timing
import io.github.annulpos.TrackProtection
import io.github.annulpos.Verdict
import io.github.annulpos.VoidOrder
import io.github.annulpos.internal.ffi.Approval
import io.github.annulpos.internal.ffi.DeviceFault
import io.github.annulpos.internal.ffi.HoldClaim
import io.github.annulpos.internal.ffi.HoldOrder
import io.github.annulpos.internal.ffi.InquiryOrder
import io.github.annulpos.internal.ffi.KeyUsage
import io.github.annulpos.internal.ffi.PinEntry
import io.github.annulpos.internal.ffi.Sealing
import io.github.annulpos.internal.ffi.Settings
import io.github.annulpos.internal.ffi.Card as FfiCard
import io.github.annulpos.internal.ffi.KeyRequest as FfiKeyRequest
import io.github.annulpos.internal.ffi.Language as FfiLanguage
import io.github.annulpos.internal.ffi.MacAlgorithm as FfiMacAlgorithm
import io.github.annulpos.internal.ffi.MasterCipher as FfiMasterCipher
import io.github.annulpos.internal.ffi.RefundOf as FfiRefundOf
import io.github.annulpos.internal.ffi.RefundOrder as FfiRefundOrder
import io.github.annulpos.internal.ffi.Resolution as FfiResolution
import io.github.annulpos.internal.ffi.SaleOrder as FfiSaleOrder
import io.github.annulpos.internal.ffi.Security as FfiSecurity
import io.github.annulpos.internal.ffi.Setup as FfiSetup
import io.github.annulpos.internal.ffi.TrackProtection as FfiTrackProtection
import io.github.annulpos.internal.ffi.Verdict as FfiVerdict
import io.github.annulpos.internal.ffi.VoidOrder as FfiVoidOrder

internal fun Setup.toFfi(): FfiSetup = FfiSetup(
    journal.path,
    terminalId,
    merchantId,
    hexadecimal(tpdu),
    hexadecimal(header),
    when (keyRequest) {
        KeyRequest.SINGLE -> FfiKeyRequest.SINGLE
        KeyRequest.DOUBLE -> FfiKeyRequest.DOUBLE
        KeyRequest.DOUBLE_WITH_TRACK -> FfiKeyRequest.DOUBLE_WITH_TRACK
    },
    operator,
    capacity,
    timing.toFfi(),
    security.toFfi(),
    language.toFfi(),
    tracks.toFfi(),
)

internal fun SaleOrder.toFfi(): FfiSaleOrder =
    FfiSaleOrder(requestId, amount, card.toFfi(), pin.toFfi())

internal fun VoidOrder.toFfi(): FfiVoidOrder =
    FfiVoidOrder(requestId, original, card?.toFfi(), pin.toFfi(), supervisor, reason, note)

internal fun CompletionOrder.toFfi(): HoldOrder = HoldOrder(
    requestId, HoldClaim.Complete, authorization, date, amount, card.toFfi(), pin.toFfi(),
)

internal fun PreauthorizationVoidOrder.toFfi(): HoldOrder = HoldOrder(
    requestId, HoldClaim.Void(Approval(supervisor, reason, note)), authorization, date, amount,
    card.toFfi(), pin.toFfi(),
)

internal fun RefundOrder.toFfi(): FfiRefundOrder {
    val of = when (val of = of) {
        is RefundOf.Trace -> FfiRefundOf.Trace(of.trace)
        is RefundOf.Slip -> FfiRefundOf.Slip(of.reference, of.date)
    }
    val approval = Approval(supervisor, reason, note)
    return FfiRefundOrder(requestId, of, amount, card.toFfi(), pin.toFfi(), approval)
}

internal fun inquiry(card: Card, pin: Pin): InquiryOrder = InquiryOrder(card.toFfi(), pin.toFfi())

internal fun Resolution.toFfi(): FfiResolution {
    val verdict = when (verdict) {
        Verdict.APPROVED -> FfiVerdict.APPROVED
        Verdict.REVERSED -> FfiVerdict.REVERSED
    }
    return FfiResolution(requestId, supervisor, verdict, note)
}

internal fun Language.toFfi(): FfiLanguage = when (this) {
    Language.CHINESE -> FfiLanguage.CHINESE
    Language.ENGLISH -> FfiLanguage.ENGLISH
}

internal fun PinPadException.toFfi(): DeviceFault = when (fault) {
    PinPadFault.NO_KEYS -> DeviceFault.NoKeys
    PinPadFault.WRONG_PIN_KEY -> DeviceFault.WrongCheckValue(KeyUsage.PIN)
    PinPadFault.WRONG_MAC_KEY -> DeviceFault.WrongCheckValue(KeyUsage.MAC)
    PinPadFault.WRONG_TRACK_KEY -> DeviceFault.WrongCheckValue(KeyUsage.TRACK)
    PinPadFault.UNSUPPORTED -> DeviceFault.UnsupportedKeys
    PinPadFault.NO_PIN -> DeviceFault.NoPin
    PinPadFault.PIN_CANCELLED -> DeviceFault.PinCancelled
    PinPadFault.SEAL_BROKEN -> DeviceFault.SealBroken
    PinPadFault.TIMED_OUT -> DeviceFault.TimedOut
    PinPadFault.FAILED -> DeviceFault.Failed(deviceCode)
}

private fun Timing.toFfi() = Settings(
    responseTimeout, reversalAttempts, reversalBackoff, guard, parkInterval, parkedLimit, amountLimit,
    refundLimit,
)

private fun Security.toFfi(): FfiSecurity = when (this) {
    is Security.Software ->
        FfiSecurity.Software(masterKey, cipher.toFfi(), algorithm.toFfi())
    is Security.Device ->
        FfiSecurity.Device(sealingKey?.let { Sealing.Key(it) } ?: Sealing.Device)
}

private fun TrackProtection.toFfi() = when (this) {
    TrackProtection.CLEAR -> FfiTrackProtection.CLEAR
    TrackProtection.ENCIPHERED -> FfiTrackProtection.ENCIPHERED
}

private fun MasterCipher.toFfi() = when (this) {
    MasterCipher.DES -> FfiMasterCipher.DES
    MasterCipher.SM4 -> FfiMasterCipher.SM4
}

private fun MacAlgorithm.toFfi() = when (this) {
    MacAlgorithm.UNION_PAY_ECB -> FfiMacAlgorithm.UNION_PAY_ECB
    MacAlgorithm.SM4_ECB -> FfiMacAlgorithm.SM4_ECB
    MacAlgorithm.X9_9 -> FfiMacAlgorithm.X99
    MacAlgorithm.X9_9_HEX -> FfiMacAlgorithm.X99_HEX
    MacAlgorithm.X9_19 -> FfiMacAlgorithm.X919
    MacAlgorithm.CHANJET -> FfiMacAlgorithm.CHANJET
}

private fun Card.toFfi(): FfiCard =
    if (isSwiped) FfiCard.Swiped(data) else FfiCard.Keyed(data, expiry)

private fun Pin.toFfi(): PinEntry = when (this) {
    Pin.WANTED -> PinEntry.WANTED
    Pin.NONE -> PinEntry.NONE
}

/** What is no hexadecimal becomes no bytes, and the terminal names the field. */
private fun hexadecimal(text: String): ByteArray {
    val pairs = text.chunked(2).map { it.takeIf { it.length == 2 }?.toIntOrNull(16)?.toByte() }
    return if (null in pairs) ByteArray(0) else pairs.filterNotNull().toByteArray()
}

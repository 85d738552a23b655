import Foundation
internal import AnnulGenerated

// What an app says, as the terminal takes it.

extension Setup {
    var ffi: AnnulGenerated.Setup {
        AnnulGenerated.Setup(
            journal: journal.path,
            terminalId: terminalId,
            merchantId: merchantId,
            tpdu: hexadecimal(tpdu),
            header: hexadecimal(header),
            keyRequest: keyRequest.ffi,
            operator: operatorId,
            capacity: Int32(clamping: capacity),
            settings: timing.ffi,
            security: security.ffi,
            language: language.ffi,
            tracks: tracks.ffi)
    }
}

extension SaleOrder {
    var ffi: AnnulGenerated.SaleOrder {
        AnnulGenerated.SaleOrder(
            request: requestId, amount: amount, card: card.ffi, pin: pin.ffi)
    }
}

extension VoidOrder {
    var ffi: AnnulGenerated.VoidOrder {
        AnnulGenerated.VoidOrder(
            request: requestId, original: Int32(clamping: original), card: card?.ffi,
            pin: pin.ffi, supervisor: supervisor, reason: reason, note: note)
    }
}

extension CompletionOrder {
    var ffi: AnnulGenerated.HoldOrder {
        AnnulGenerated.HoldOrder(
            request: requestId, claim: .complete, authorization: authorization, date: date,
            amount: amount, card: card.ffi, pin: pin.ffi)
    }
}

extension PreauthorizationVoidOrder {
    var ffi: AnnulGenerated.HoldOrder {
        AnnulGenerated.HoldOrder(
            request: requestId, claim: .void(approval: approval.ffi),
            authorization: authorization, date: date, amount: amount, card: card.ffi, pin: pin.ffi)
    }
}

extension RefundOrder {
    var ffi: AnnulGenerated.RefundOrder {
        let debit: AnnulGenerated.RefundOf =
            switch of {
            case .trace(let trace): .trace(trace: Int32(clamping: trace))
            case .slip(let reference, let date): .slip(reference: reference, date: date)
            }
        return AnnulGenerated.RefundOrder(
            request: requestId, of: debit, amount: amount, card: card.ffi, pin: pin.ffi,
            approval: approval.ffi)
    }
}

extension Approval {
    fileprivate var ffi: AnnulGenerated.Approval {
        AnnulGenerated.Approval(supervisor: supervisor, reason: reason, note: note)
    }
}

/// A question about the balance of a card.
func inquiry(_ card: Card, _ pin: Pin) -> AnnulGenerated.InquiryOrder {
    AnnulGenerated.InquiryOrder(card: card.ffi, pin: pin.ffi)
}

extension Resolution {
    var ffi: AnnulGenerated.Resolution {
        let verdict: AnnulGenerated.Verdict =
            switch verdict {
            case .approved: .approved
            case .reversed: .reversed
            }
        return AnnulGenerated.Resolution(
            request: requestId, supervisor: supervisor, verdict: verdict, note: note)
    }
}

extension Language {
    var ffi: AnnulGenerated.Language {
        switch self {
        case .chinese: .chinese
        case .english: .english
        }
    }
}

extension PinPadError {
    var ffi: AnnulGenerated.DeviceFault {
        switch self {
        case .noKeys: .noKeys
        case .wrongPinKey: .wrongCheckValue(key: .pin)
        case .wrongMacKey: .wrongCheckValue(key: .mac)
        case .wrongTrackKey: .wrongCheckValue(key: .track)
        case .unsupported: .unsupportedKeys
        case .noPin: .noPin
        case .pinCancelled: .pinCancelled
        case .sealBroken: .sealBroken
        case .timedOut: .timedOut
        case .failed(let deviceCode): .failed(code: deviceCode)
        }
    }
}

extension Timing {
    fileprivate var ffi: AnnulGenerated.Settings {
        AnnulGenerated.Settings(
            responseTimeout: responseTimeout,
            reversalAttempts: Int32(clamping: reversalAttempts),
            reversalBackoff: reversalBackoff,
            guard: confirmationGuard,
            parkInterval: parkInterval,
            parkedLimit: Int32(clamping: parkedLimit),
            amountLimit: amountLimit,
            refundLimit: refundLimit)
    }
}

extension KeyRequest {
    fileprivate var ffi: AnnulGenerated.KeyRequest {
        switch self {
        case .single: .single
        case .double: .double
        case .doubleWithTrack: .doubleWithTrack
        }
    }
}

extension TrackProtection {
    fileprivate var ffi: AnnulGenerated.TrackProtection {
        switch self {
        case .clear: .clear
        case .enciphered: .enciphered
        }
    }
}

extension Terminal.Security {
    fileprivate var ffi: AnnulGenerated.Security {
        switch place {
        case .software(let key, let cipher, let algorithm, _):
            .software(masterKey: key.copy, cipher: cipher.ffi, algorithm: algorithm.ffi)
        case .device(_, let sealingKey?):
            .device(sealing: .key(key: sealingKey.copy))
        case .device(_, nil):
            .device(sealing: .device)
        }
    }
}

extension MasterCipher {
    fileprivate var ffi: AnnulGenerated.MasterCipher {
        switch self {
        case .des: .des
        case .sm4: .sm4
        }
    }
}

extension MacAlgorithm {
    fileprivate var ffi: AnnulGenerated.MacAlgorithm {
        switch self {
        case .unionPayEcb: .unionPayEcb
        case .sm4Ecb: .sm4Ecb
        case .x9_9: .x99
        case .x9_9Hex: .x99Hex
        case .x9_19: .x919
        case .chanjet: .chanjet
        }
    }
}

extension Card {
    fileprivate var ffi: AnnulGenerated.Card {
        switch source {
        case .swiped: .swiped(track2: data.copy)
        case .keyed: .keyed(number: data.copy, expiry: expiry)
        }
    }
}

extension Pin {
    fileprivate var ffi: AnnulGenerated.PinEntry {
        switch self {
        case .wanted: .wanted
        case .none: .none
        }
    }
}

/// What is no hexadecimal becomes no bytes, and the terminal names the field.
private func hexadecimal(_ text: String) -> Data {
    var bytes = Data()
    var digits = Substring(text)
    while !digits.isEmpty {
        let pair = digits.prefix(2)
        guard pair.count == 2, pair.allSatisfy(\.isHexDigit), let byte = UInt8(pair, radix: 16)
        else { return Data() }
        bytes.append(byte)
        digits = digits.dropFirst(2)
    }
    return bytes
}

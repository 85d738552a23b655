internal import AnnulGenerated

// What the terminal says, as an app sees it.

extension Outcome {
    init(_ from: AnnulGenerated.Transaction) {
        let transaction = Terminal.Transaction(from)
        switch from.outcome {
        case .approved: self = .approved(transaction)
        case .declined: self = .declined(transaction)
        case .notSent: self = .notSent(transaction)
        case .unknown: self = .unknown(transaction, Undoing(from.undoing))
        }
    }

    /// The end of a command that has an outcome.
    init(_ finish: AnnulGenerated.Finish) throws(AnnulError) {
        guard case .transaction(let transaction) = finish else { throw .unexpected(finish) }
        self = Outcome(transaction)
    }
}

extension Answered {
    /// The end of a sign-in or an echo test.
    init(_ finish: AnnulGenerated.Finish) throws(AnnulError) {
        switch finish {
        case .answered(let batch): self = .yes(batch: Int(batch))
        case .notAnswered(let code): self = .no(responseCode: code)
        case .transaction, .balance, .settled, .recovered, .failed: throw .unexpected(finish)
        }
    }
}

extension Balance {
    /// The end of a balance inquiry.
    init(_ finish: AnnulGenerated.Finish) throws(AnnulError) {
        guard case .balance(let code, let minor) = finish else { throw .unexpected(finish) }
        self.init(responseCode: code, amount: minor)
    }
}

extension Settlement {
    /// The end of a settlement.
    init(_ finish: AnnulGenerated.Finish) throws(AnnulError) {
        guard case .settled(let from) = finish else { throw .unexpected(finish) }
        self.init(
            batch: Int(from.batch), domestic: Totals(from.domestic), foreign: Totals(from.foreign),
            found: Compared(from.found), told: from.told,
            refused: from.refused.map {
                RefusedDetail(transaction: $0.transaction, responseCode: $0.responseCode)
            },
            open: from.open, next: from.next.map { Int($0) })
    }
}

extension Compared {
    fileprivate init(_ from: AnnulGenerated.Compared) {
        switch from {
        case .equal: self = .equal
        case .unequal: self = .unequal
        case .notAnswered: self = .notAnswered
        }
    }
}

extension Choice {
    init(_ from: AnnulGenerated.Choice) {
        self.init(
            kind: Terminal.Transaction.Kind(from.kind),
            refusal: from.refusal.map { AnnulError($0) }, text: from.text)
    }
}

extension AnnulError {
    /// A command that ended as another does: nothing is known of it.
    static func unexpected(_ finish: AnnulGenerated.Finish) -> AnnulError {
        .broken("a command ended as another does: \(finish); open the journal again and recover")
    }
}

extension Terminal.Transaction {
    init(_ from: AnnulGenerated.Transaction) {
        self.init(
            id: from.id,
            kind: Kind(from.kind),
            status: Status(from.status),
            amount: from.amount,
            trace: Int(from.trace),
            batch: Int(from.batch),
            date: from.date,
            card: from.card,
            reference: from.reference,
            authorization: from.authorization,
            responseCode: from.responseCode,
            original: from.original,
            reversalReason: from.reversalReason,
            isUnknownToHost: from.discrepancy == .notFoundAtHost,
            text: from.text)
    }
}

extension Totals {
    init(_ from: AnnulGenerated.Totals) {
        self.init(
            debitCount: Int(from.debitCount), debitAmount: from.debitAmount,
            creditCount: Int(from.creditCount), creditAmount: from.creditAmount)
    }
}

extension Standing {
    init(_ from: AnnulGenerated.Standing) {
        self.init(
            isSignedIn: from.signedIn == .yes, batch: Int(from.batch),
            unresolved: Int(from.unresolved), parked: Int(from.parked))
    }
}

extension Timing {
    init(_ from: AnnulGenerated.Settings) {
        self.init(
            responseTimeout: from.responseTimeout,
            reversalAttempts: Int(from.reversalAttempts),
            reversalBackoff: from.reversalBackoff,
            confirmationGuard: from.`guard`,
            parkInterval: from.parkInterval,
            parkedLimit: Int(from.parkedLimit),
            amountLimit: from.amountLimit,
            refundLimit: from.refundLimit)
    }
}

extension Terminal.Progress {
    init(_ from: AnnulGenerated.Progress, text: String, now: Int64) {
        switch from {
        case .outcome(let transaction):
            self = .reached(Terminal.Transaction(transaction), text: text)
        case .reversing(let transaction, let attempt):
            let attempt = Int(attempt)
            self = .reversing(Terminal.Transaction(transaction), attempt: attempt, text: text)
        case .waiting(let transaction, let until):
            let millis = max(until - now, 0)
            self = .waiting(Terminal.Transaction(transaction), millis: millis, text: text)
        case .signingIn: self = .signingIn(text: text)
        case .signedIn(let batch): self = .signedIn(batch: Int(batch), text: text)
        case .signInFailed(let code): self = .signInFailed(responseCode: code, text: text)
        case .echoAnswered: self = .echoAnswered(text: text)
        case .echoFailed: self = .echoFailed(text: text)
        case .balance(let code, let minor):
            self = .balanceAnswered(responseCode: code, balance: minor, text: text)
        case .settling(let stage): self = .settling(SettlementStage(stage), text: text)
        case .batchClosed(let next): self = .batchClosed(next: Int(next), text: text)
        case .notSettled(let code): self = .notSettled(responseCode: code, text: text)
        case .attention(let transaction):
            self = .attention(Terminal.Transaction(transaction), text: text)
        case .storageFault: self = .storageFault(text: text)
        case .refused(let code): self = .refused(code: Int(code), text: text)
        case .keysRefused(let code): self = .keysRefused(code: Int(code), text: text)
        }
    }
}

extension Undoing {
    fileprivate init(_ from: AnnulGenerated.Undoing) {
        switch from {
        case .pending: self = .pending
        case .done: self = .done
        case .parked: self = .parked
        case .never: self = .never
        }
    }
}

extension SettlementStage {
    fileprivate init(_ from: AnnulGenerated.SettlementStage) {
        switch from {
        case .comparing: self = .comparing
        case .balanced: self = .balanced
        case .uploading: self = .uploading
        }
    }
}

extension Terminal.Transaction.Kind {
    fileprivate init(_ from: AnnulGenerated.Kind) {
        switch from {
        case .sale: self = .sale
        case .void: self = .void
        case .preauthorization: self = .preauthorization
        case .preauthorizationVoid: self = .preauthorizationVoid
        case .completion: self = .completion
        case .completionVoid: self = .completionVoid
        case .refund: self = .refund
        case .balanceInquiry: self = .balanceInquiry
        }
    }
}

extension Terminal.Transaction.Status {
    fileprivate init(_ from: AnnulGenerated.Status) {
        switch from {
        case .pending: self = .pending
        case .approved: self = .approved
        case .voidPending: self = .voidPending
        case .voided: self = .voided
        case .completionPending: self = .completionPending
        case .completed: self = .completed
        case .declined: self = .declined
        case .notSent: self = .notSent
        case .reversing: self = .reversing
        case .provisional: self = .provisional
        case .confirming: self = .confirming
        case .parked: self = .parked
        case .unresolved: self = .unresolved
        case .reversed: self = .reversed
        case .resolvedApproved: self = .resolvedApproved
        case .resolvedReversed: self = .resolvedReversed
        }
    }
}

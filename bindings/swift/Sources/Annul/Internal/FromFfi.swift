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
        case .transaction, .recovered, .failed: throw .unexpected(finish)
        }
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
            amountLimit: from.amountLimit)
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
        case .reversed: self = .reversed
        case .resolvedApproved: self = .resolvedApproved
        case .resolvedReversed: self = .resolvedReversed
        }
    }
}

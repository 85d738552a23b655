use crate::card::MaskedPan;
use crate::crypto::{SealedCard, WorkingKeys};
use crate::iso8583::EntryMode;
use crate::transaction::{
    Amount, AuthorizationCode, Batch, BatchTotals, Civil, Kind, MerchantId, OperatorId, Reference,
    RequestId, ResponseCode, ReversalReason, TerminalId, Text, Trace, VoidNote, VoidReason,
};

/// The number of a record in its journal: 1 for the first, without gaps.
/// The number of an intent names its transaction ever after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seq(pub u32);

impl Seq {
    /// The number after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// One thing that happened to money or keys.
///
/// | record | written before |
/// |---|---|
/// | `Opened` | the journal is used for the first time |
/// | `KeysChanged` | new working keys are used |
/// | `Intent` | a request is sent |
/// | `NotSent`, `Approved`, `Declined` | its outcome is shown |
/// | `ReversalQueued` | the reversal is sent: from here on no answer to the request matters |
/// | `ReversalNotFound`, `Reversed`, `Parked` | the reversal is forgotten, for now or for good |
/// | `Unresolved` | a refund without an outcome is left to a person |
/// | `SettlementStarted` | the totals are sent; no money moves until the batch is closed |
/// | `SettlementAnswered` | what follows it is sent |
/// | `UploadProgress` | the next details are sent |
/// | `BatchClosed` | the next batch is used |
/// | `Resolved` | a person ends what the machine could not |
#[derive(Clone, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "one record is held at a time, and there is no heap"
)]
pub enum Record {
    /// The journal belongs to this terminal and dialect.
    Opened(Identity),
    /// The host gave out working keys.
    KeysChanged(KeysChanged),
    /// A transaction is about to be sent.
    Intent(Intent),
    /// Its request never left: the link proved it.
    NotSent {
        /// The transaction.
        entry: Seq,
    },
    /// The host approved, and the answer was authentic.
    Approved {
        /// The transaction.
        entry: Seq,
        /// What the host said.
        answer: HostAnswer,
    },
    /// The host declined.
    Declined {
        /// The transaction.
        entry: Seq,
        /// What the host said.
        answer: HostAnswer,
    },
    /// It will be reversed, whatever is heard of it from now on.
    ReversalQueued {
        /// The transaction.
        entry: Seq,
        /// Field 39 of the reversal.
        reason: ReversalReason,
        /// What the host said, where it spoke and is reversed all the same.
        code: Option<ResponseCode>,
        /// Whether it is asked for the first time or confirmed.
        stage: ReversalStage,
    },
    /// The host knows no such transaction, for the first time.
    ReversalNotFound {
        /// The transaction.
        entry: Seq,
        /// What the host said.
        code: ResponseCode,
    },
    /// Undone. Final.
    Reversed {
        /// The transaction.
        entry: Seq,
        /// What the host said.
        code: ResponseCode,
    },
    /// The attempts are used up. It is kept, shown and tried again later.
    Parked {
        /// The transaction.
        entry: Seq,
        /// The host's last word, if it ever spoke.
        code: Option<ResponseCode>,
    },
    /// Nothing undoes it, and its outcome is not known.
    #[cfg(feature = "kinds")]
    Unresolved {
        /// The transaction.
        entry: Seq,
        /// What went wrong.
        reason: ReversalReason,
        /// What the host said, where it spoke and is not believed.
        code: Option<ResponseCode>,
    },
    /// The batch is being settled: from here on its totals are these.
    SettlementStarted {
        /// The batch.
        batch: Batch,
        /// Field 11 of the totals; the details and the end have the two after it.
        trace: Trace,
        /// Who settles.
        operator: OperatorId,
        /// When, by the terminal's clock.
        stamp: Civil,
        /// What is sent.
        totals: BatchTotals,
    },
    /// The host compared them with its own.
    SettlementAnswered {
        /// What it found.
        comparison: Comparison,
    },
    /// The host was told of the transactions up to this one.
    UploadProgress {
        /// The last of them.
        upto: Seq,
        /// Its refusal, where it took them not.
        refused: Option<ResponseCode>,
    },
    /// The batch is closed and never changes again. Final.
    BatchClosed {
        /// The batch that is open from now on.
        next: Batch,
    },
    /// A supervisor ended it after asking the acquirer. Final.
    Resolved {
        /// The transaction.
        entry: Seq,
        /// Who.
        by: OperatorId,
        /// How it stands at the host.
        verdict: Verdict,
        /// Why.
        note: VoidNote,
    },
}

/// What the host says of a batch's totals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// Of domestic cards.
    pub domestic: Balance,
    /// Of foreign cards.
    pub foreign: Balance,
    /// The host's own totals, where it says them.
    pub totals: Option<BatchTotals>,
}

/// Whether totals are the same on both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Balance {
    /// 对账平.
    Equal,
    /// 对账不平.
    Unequal,
}

/// Whose journal it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Field 41.
    pub terminal: TerminalId,
    /// Field 42.
    pub merchant: MerchantId,
    /// The name of the host profile.
    pub profile: Text<24>,
}

/// A sign-in that brought working keys.
#[derive(Clone, Debug)]
pub struct KeysChanged {
    /// Trace of the sign-in.
    pub trace: Trace,
    /// The batch the host said.
    pub batch: Batch,
    /// When, by the terminal's clock.
    pub stamp: Civil,
    /// The keys as the host sent them: encrypted under the terminal master key.
    pub keys: WorkingKeys,
}

/// Everything needed to build a request's reversal, and the request itself but
/// for what may not be kept.
#[derive(Clone, Debug)]
pub struct Intent {
    /// The caller's id.
    pub request: RequestId,
    /// Its kind.
    pub kind: Kind,
    /// Field 11.
    pub trace: Trace,
    /// Field 60.2.
    pub batch: Batch,
    /// Field 4.
    pub amount: Amount,
    /// Field 22.
    pub entry_mode: EntryMode,
    /// The card as it may be shown.
    pub card: MaskedPan,
    /// The card as a reversal or a void needs it, sealed.
    pub sealed: SealedCard,
    /// Who was signed in.
    pub operator: OperatorId,
    /// When, by the terminal's clock.
    pub stamp: Civil,
    /// Revision of the profile that built the request.
    pub revision: u16,
    /// What it undoes or claims, and why; none for a sale.
    pub quotes: Quotes,
}

/// The transaction that another undoes or claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quotes {
    /// None.
    Nothing,
    /// A sale or a completion of this journal, voided.
    Charge(VoidOrder),
    /// A pre-authorization, voided or completed.
    #[cfg(feature = "kinds")]
    Hold(HoldOrder),
    /// A debit of any day, refunded.
    #[cfg(feature = "kinds")]
    Refund(RefundOrder),
}

impl Quotes {
    /// The intent of what it quotes, where that is in this journal.
    pub fn original(&self) -> Option<Seq> {
        match self {
            Self::Nothing => None,
            Self::Charge(void) => Some(void.original),
            #[cfg(feature = "kinds")]
            Self::Hold(hold) => hold.original.map(|(seq, ..)| seq),
            #[cfg(feature = "kinds")]
            Self::Refund(refund) => refund.original.map(|(seq, ..)| seq),
        }
    }
}

/// What a refund says of the sale or completion that it gives back, which may
/// be of any day and any terminal of the merchant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg(feature = "kinds")]
pub struct RefundOrder {
    /// Its intent, batch and trace (F61.1, F61.2), where this journal has it.
    pub original: Option<(Seq, Batch, Trace)>,
    /// Its reference (F37).
    pub reference: Reference,
    /// Its date, `MMDD` (F61.3).
    pub date: [u8; 4],
    /// Who allowed it and why.
    pub approval: Approval,
}

/// What a void or a completion says of a pre-authorization, which may be that
/// of another terminal of the merchant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg(feature = "kinds")]
pub struct HoldOrder {
    /// The pre-authorization's intent, batch and trace (F61.1, F61.2), where this
    /// journal has it.
    pub original: Option<(Seq, Batch, Trace)>,
    /// Its authorization code (F38).
    pub authorization: AuthorizationCode,
    /// Its date, `MMDD` (F61.3).
    pub date: [u8; 4],
    /// Who allowed it and why; a completion needs nobody.
    pub approval: Option<Approval>,
}

/// A supervisor's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Approval {
    /// The supervisor who allowed it.
    pub supervisor: OperatorId,
    /// Why.
    pub reason: VoidReason,
    /// What the operator added.
    pub note: VoidNote,
}

/// What a void undoes and who allowed it: a sale, or a completion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VoidOrder {
    /// The sale's intent.
    pub original: Seq,
    /// The sale's batch (F61.1).
    pub batch: Batch,
    /// The sale's trace (F61.2).
    pub trace: Trace,
    /// The sale's reference (F37).
    pub reference: Reference,
    /// The sale's authorization code (F38), where it had one.
    pub authorization: Option<AuthorizationCode>,
    /// Who allowed it and why.
    pub approval: Approval,
}

/// What the host said that is worth keeping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostAnswer {
    /// Field 39.
    pub code: ResponseCode,
    /// Field 37.
    pub reference: Option<Reference>,
    /// Field 38.
    pub authorization: Option<AuthorizationCode>,
    /// Field 12, `hhmmss` of the host.
    pub time: Option<[u8; 6]>,
    /// Field 13, `MMDD` of the host.
    pub date: Option<[u8; 4]>,
    /// Field 15, `MMDD`.
    pub settlement_date: Option<[u8; 4]>,
    /// Field 32.
    pub acquirer: Text<11>,
    /// Field 44: issuer and acquirer.
    pub institutions: Text<25>,
    /// Field 63.1: the card's organisation.
    pub organisation: Text<3>,
}

/// Whether a reversal is asked for the first time or confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReversalStage {
    /// Asked for the first time.
    First,
    /// Asked once more after the host knew nothing of it (decision D7).
    Confirmation,
}

/// How a parked transaction stands at the host, as a supervisor found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It stands.
    Approved,
    /// It was undone, or never was.
    Reversed,
}

/// Proof that a record is in the journal: made when a store has confirmed it,
/// or when replay has read it. The ledger takes nothing else.
#[derive(Debug)]
pub struct Durable<T>(T);

impl<T> Durable<T> {
    pub(crate) fn confirmed(record: T) -> Self {
        Self(record)
    }

    /// What was recorded.
    pub fn record(&self) -> &T {
        &self.0
    }
}

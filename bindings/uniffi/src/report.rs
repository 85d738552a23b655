use crate::error::AnnulError;
use annul::engine;
use annul::ledger::{self, Entry, Ledger, Outcome};
use annul::text;
use annul::transaction;

/// One transaction as it stands. It holds nothing that may not be shown.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Transaction {
    /// Its number in the journal.
    pub id: i64,
    /// What kind of transaction it is.
    pub kind: Kind,
    /// How it stands.
    pub status: Status,
    /// What a cashier acts on.
    pub outcome: OutcomeKind,
    /// How far the undoing of an unknown outcome is; `Done` where nothing is
    /// to be undone.
    pub undoing: Undoing,
    /// Minor units.
    pub amount: i64,
    /// Field 11, the voucher number.
    pub trace: i32,
    /// Field 60.2.
    pub batch: i32,
    /// The date on its slip, `MMDD`: a completion or a refund may have to quote it.
    pub date: Option<String>,
    /// First six and last four digits.
    pub card: String,
    /// Field 37 of the answer.
    pub reference: Option<String>,
    /// Field 38 of the answer.
    pub authorization: Option<String>,
    /// Field 39 of the answer.
    pub response_code: Option<String>,
    /// The transaction that it undoes or claims.
    pub original: Option<i64>,
    /// Why it is or was reversed: field 39 of the reversal.
    pub reversal_reason: Option<String>,
    /// Whether the host knows of this sale.
    pub discrepancy: Discrepancy,
    /// The outcome in words for an operator.
    pub text: String,
}

/// What kind of transaction it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Kind {
    /// 消费.
    Sale,
    /// 消费撤销.
    Void,
    /// 预授权.
    Preauthorization,
    /// 预授权撤销.
    PreauthorizationVoid,
    /// 预授权完成.
    Completion,
    /// 预授权完成撤销.
    CompletionVoid,
    /// 退货.
    Refund,
    /// 余额查询: it leaves no record.
    BalanceInquiry,
}

/// What a transaction came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum OutcomeKind {
    /// The host approved: goods may change hands, a void stands.
    Approved,
    /// Nothing happened: the host declined.
    Declined,
    /// Nothing happened: the request never left the terminal.
    NotSent,
    /// The outcome was not known, so it is undone: no goods, no money.
    Unknown,
}

/// How far the undoing of an unknown outcome is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Undoing {
    /// The terminal works on it.
    Pending,
    /// Nothing is left to do.
    Done,
    /// The terminal could not get it done yet: call the acquirer.
    Parked,
    /// No message undoes a refund: ask the acquirer before it is repeated.
    Never,
}

/// How a transaction stands, as the journal says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Status {
    /// Recorded, and its outcome is not.
    Pending,
    /// The host approved.
    Approved,
    /// Its void is under way.
    VoidPending,
    /// The host approved its void.
    Voided,
    /// A pre-authorization whose completion is under way.
    CompletionPending,
    /// A pre-authorization whose completion the host approved.
    Completed,
    /// The host declined.
    Declined,
    /// It never left the terminal.
    NotSent,
    /// It is being reversed.
    Reversing,
    /// The host knew nothing of it; to be asked once more.
    Provisional,
    /// It is being asked once more.
    Confirming,
    /// Attempts are used up; kept and tried again later.
    Parked,
    /// A refund without an outcome: ask the acquirer.
    Unresolved,
    /// Undone.
    Reversed,
    /// Ended by a supervisor: it stands.
    ResolvedApproved,
    /// Ended by a supervisor: it was undone.
    ResolvedReversed,
}

/// One thing that might be done about a transaction.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Choice {
    /// What would be done.
    pub kind: Kind,
    /// Why it cannot be, as the command would be refused; none where it can.
    pub refusal: Option<AnnulError>,
    /// The refusal in words for an operator; empty where there is none.
    pub text: String,
}

/// Whether the host knows of a sale, as far as the terminal heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum Discrepancy {
    /// Nothing speaks against it.
    None,
    /// It did not find it when it was to be voided.
    NotFoundAtHost,
}

/// What the batch adds up to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Totals {
    /// How many sales and completions.
    pub debit_count: i32,
    /// Minor units.
    pub debit_amount: i64,
    /// How many voids and refunds.
    pub credit_count: i32,
    /// Minor units.
    pub credit_amount: i64,
}

/// How the terminal stands.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct Standing {
    /// Whether a sign-in comes first.
    pub signed_in: SignedIn,
    /// The open batch.
    pub batch: i32,
    /// Transactions to be reversed or confirmed.
    pub unresolved: i32,
    /// Parked ones and refunds without an outcome: call the acquirer.
    pub parked: i32,
}

/// Whether the host will take a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum SignedIn {
    /// It will.
    Yes,
    /// Sign in first.
    No,
}

impl Transaction {
    pub(crate) fn of(entry: &Entry, language: text::Language) -> Self {
        let outcome = entry.outcome();
        let (kind, undoing) = outcome_of(outcome);
        Self {
            id: i64::from(entry.seq().0),
            kind: entry.kind().into(),
            status: entry.status().into(),
            outcome: kind,
            undoing,
            amount: signed(entry.amount().minor()),
            trace: entry.trace().number().cast_signed(),
            batch: entry.batch().number().cast_signed(),
            date: entry
                .date()
                .map(|date| date.map(char::from).iter().collect()),
            card: entry.card().to_string(),
            reference: entry.reference().map(|code| code.to_string()),
            authorization: entry.authorization().map(|code| code.to_string()),
            response_code: entry.code().map(|code| code.to_string()),
            original: entry.original().map(|seq| i64::from(seq.0)),
            reversal_reason: (entry.reversal_reason()).map(|reason| reason.code().to_string()),
            discrepancy: if entry.discrepancy() {
                Discrepancy::NotFoundAtHost
            } else {
                Discrepancy::None
            },
            text: text::outcome(outcome).in_language(language).to_owned(),
        }
    }
}

impl Choice {
    pub(crate) fn of(choice: engine::Choice, language: text::Language) -> Self {
        let words = choice.refusal.map(|refusal| text::refusal(&refusal));
        Self {
            kind: choice.kind.into(),
            refusal: choice.refusal.map(Into::into),
            text: words.map_or(String::new(), |words| {
                words.in_language(language).to_owned()
            }),
        }
    }
}

impl Totals {
    pub(crate) fn of(totals: transaction::Totals) -> Self {
        Self {
            debit_count: totals.debit.count.cast_signed(),
            debit_amount: signed(totals.debit.amount),
            credit_count: totals.credit.count.cast_signed(),
            credit_amount: signed(totals.credit.amount),
        }
    }
}

impl Standing {
    pub(crate) fn of(ledger: &Ledger<Vec<Entry>>) -> Self {
        let count = |wanted: fn(ledger::Status) -> bool| {
            let entries = ledger.entries().iter();
            let found = entries.filter(|entry| wanted(entry.status())).count();
            i32::try_from(found).unwrap_or(i32::MAX)
        };
        Self {
            signed_in: if ledger.signed_in() {
                SignedIn::Yes
            } else {
                SignedIn::No
            },
            batch: ledger.batch().number().cast_signed(),
            unresolved: count(|status| {
                status.is_under_way() || status == ledger::Status::Provisional
            }),
            parked: count(ledger::Status::is_parked),
        }
    }
}

/// Twelve digits fit.
fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn outcome_of(outcome: Outcome) -> (OutcomeKind, Undoing) {
    match outcome {
        Outcome::Approved => (OutcomeKind::Approved, Undoing::Done),
        Outcome::Declined => (OutcomeKind::Declined, Undoing::Done),
        Outcome::NotSent => (OutcomeKind::NotSent, Undoing::Done),
        Outcome::Unknown(ledger::Undoing::Pending) => (OutcomeKind::Unknown, Undoing::Pending),
        Outcome::Unknown(ledger::Undoing::Done) => (OutcomeKind::Unknown, Undoing::Done),
        Outcome::Unknown(ledger::Undoing::Parked) => (OutcomeKind::Unknown, Undoing::Parked),
        Outcome::Unknown(ledger::Undoing::Never) => (OutcomeKind::Unknown, Undoing::Never),
    }
}

impl From<transaction::Kind> for Kind {
    fn from(kind: transaction::Kind) -> Self {
        match kind {
            transaction::Kind::Sale => Self::Sale,
            transaction::Kind::Void => Self::Void,
            transaction::Kind::PreAuthorization => Self::Preauthorization,
            transaction::Kind::PreAuthorizationVoid => Self::PreauthorizationVoid,
            transaction::Kind::Completion => Self::Completion,
            transaction::Kind::CompletionVoid => Self::CompletionVoid,
            transaction::Kind::Refund => Self::Refund,
            transaction::Kind::BalanceInquiry => Self::BalanceInquiry,
        }
    }
}

impl From<ledger::Status> for Status {
    fn from(status: ledger::Status) -> Self {
        use ledger::Status as Core;
        match status {
            Core::Pending => Self::Pending,
            Core::Approved => Self::Approved,
            Core::VoidPending => Self::VoidPending,
            Core::Voided => Self::Voided,
            Core::CompletionPending => Self::CompletionPending,
            Core::Completed => Self::Completed,
            Core::Declined => Self::Declined,
            Core::NotSent => Self::NotSent,
            Core::Reversing => Self::Reversing,
            Core::Provisional => Self::Provisional,
            Core::Confirming => Self::Confirming,
            Core::Parked => Self::Parked,
            Core::Unresolved => Self::Unresolved,
            Core::Reversed => Self::Reversed,
            Core::ResolvedApproved => Self::ResolvedApproved,
            Core::ResolvedReversed => Self::ResolvedReversed,
        }
    }
}
